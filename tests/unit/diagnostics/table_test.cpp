// Every row of the table of diagnostics is well-formed.
#include <catch2/catch.hpp>

#include <cctype>
#include <set>

#include "compiler/diagnostics/diagnostics.h"
#include "runtime/abi/utf8.h"

using namespace wend;

namespace {

// The numbers of the placeholders in a message.
std::set<int> placeholders(std::string_view message) {
  std::set<int> found;
  for (size_t i = 0; i + 2 < message.size(); ++i) {
    if (message[i] == '{' && std::isdigit(static_cast<unsigned char>(message[i + 1])) && message[i + 2] == '}') {
      found.insert(message[i + 1] - '0');
    }
  }
  return found;
}

bool blank(std::string_view text) { return text.find_first_not_of(" \n\t") == std::string_view::npos; }

}  // namespace

TEST_CASE("codes are unique, four digits behind the letter of their severity, and never zero") {
  std::set<std::string> ids;
  for (const CodeInfo& row : all_codes()) {
    const std::string_view id = row.id;
    INFO(id);
    CHECK(ids.insert(std::string(id)).second);
    REQUIRE(id.size() == 5);
    CHECK(id[0] == (row.severity == Severity::error ? 'E' : 'W'));
    CHECK(id.substr(1).find_first_not_of("0123456789") == std::string_view::npos);
    CHECK(id.substr(1) != "0000");
    CHECK(&info(row.code) == &row);
    CHECK(find_code(id) == &row);
  }
}

TEST_CASE("arguments of a message are numbered from 0 without a gap") {
  for (const CodeInfo& row : all_codes()) {
    INFO(row.id << " " << row.message);
    int expected = 0;
    for (const int number : placeholders(row.message)) CHECK(number == expected++);
  }
}

TEST_CASE("every row says why and shows a wrong and a right example") {
  for (const CodeInfo& row : all_codes()) {
    INFO(row.id);
    CHECK_FALSE(blank(row.message));
    CHECK_FALSE(blank(row.why));
    CHECK_FALSE(blank(row.wrong));
    CHECK_FALSE(blank(row.right));
    const bool command_line = row.wrong[0] == '$';  // there the difference may lie in the files
    CHECK((command_line || std::string_view(row.wrong) != row.right));
    for (const char* text : {row.message, row.why, row.wrong, row.right}) CHECK(is_valid_utf8(text));
  }
}

TEST_CASE("messages begin in lower case, are one line and end without a full stop") {
  for (const CodeInfo& row : all_codes()) {
    const std::string_view message = row.message;
    INFO(row.id << " " << message);
    CHECK(message.find('\n') == std::string_view::npos);
    CHECK_FALSE(message.ends_with('.'));
    const bool capital = std::isupper(static_cast<unsigned char>(message[0])) != 0;
    CHECK_FALSE((capital && std::islower(static_cast<unsigned char>(message[1])) != 0));
    CHECK(std::count(message.begin(), message.end(), '`') % 2 == 0);
  }
}
