// What an editor offers for a diagnostic, taken: the text as the editor has it then is checked again. Nothing that was well is wrong
// behind it, and what it was offered for is gone. Every example of the table of diagnostics and every typical mistake is one case,
// with its lines ended as Unix, and as Windows ends them and a pictograph in front.
#include <algorithm>
#include <set>

#include "compiler/diagnostics/codes.h"
#include "compiler/language_server/positions.h"
#include "test_paths.h"
#include "tests/golden/golden.h"
#include "tests/golden/surroundings.h"
#include "tests/unit/language_server/talk.h"

using namespace wend::lsp;

namespace {

using Texts = std::map<std::string, std::string>;   // by path from the root

std::string with_windows_ends(const std::string& text) {
  std::string out;
  for (const char c : text) (out += c == '\n' ? "\r" : "") += c;
  return out;
}

// What is told of a project's files: "example.wend E0210 nothing here is called …".
struct Told {
  std::multiset<std::string> errors, warnings;
  std::vector<std::pair<std::string, Json>> all;   // file, diagnostic
};

class Case {
 public:
  Case(Texts texts) : texts_(std::move(texts)) {}

  // Each action offered at each diagnostic.
  template <class Judge>
  void each_action(Judge judge) {
    const Told before = told(texts_);
    Talk talk;
    for (const auto& [name, text] : texts_) talk.open(uri(name), text);
    std::set<std::string> seen;
    for (const auto& [file, diagnostic] : before.all) {
      const Json actions = talk.request("textDocument/codeAction", object({{"textDocument", object({{"uri", uri(file)}})}, {"range", diagnostic["range"]}, {"context", object({{"diagnostics", array()}})}}));
      for (const Json& action : actions.items())
        if (seen.insert(action.dump()).second) judge(before, file, diagnostic, action, told(applied(action)));
    }
  }

 private:
  std::string uri(const std::string& name) const { return folder_.uri(name); }

  Told told(const Texts& texts) const {
    for (const auto& [name, text] : texts_) folder_.write(name, "");
    folder_.write("project.wend", "");   // so that the folder is a project
    Talk talk;
    for (const auto& [name, text] : texts) talk.open(uri(name), text);
    Told out;
    talk.rest();
    std::map<std::string, Json> last;
    for (const Json& message : talk.received)
      if (message["method"].text() == "textDocument/publishDiagnostics") last[message["params"]["uri"].text()] = message["params"]["diagnostics"];
    for (const auto& [at, list] : last)
      for (const Json& item : list.items()) {
        const std::string name = at.substr(at.rfind('/') + 1);
        if (name == "around.wend") continue;   // an example that takes the place of some of it may leave the rest without
        const std::string message = item["message"].text();
        (item["severity"].integer() == 1 ? out.errors : out.warnings).insert(name + " " + item["code"].text() + " " + message.substr(0, message.find('\n')));
        out.all.emplace_back(name, item);
      }
    return out;
  }

  Texts applied(const Json& action) const {
    Texts out = texts_;
    for (const auto& [at, list] : action["edit"]["changes"].members()) {
      std::string& text = out[at.substr(at.rfind('/') + 1)];
      const Lines lines(text);
      struct Change { uint32_t begin, end; std::string with; };
      std::vector<Change> changes;
      for (const Json& edit : list.items()) {
        const auto offset = [&](const Json& at) { return lines.offset({static_cast<uint32_t>(at["line"].integer()), static_cast<uint32_t>(at["character"].integer())}, Encoding::utf16); };
        changes.push_back({offset(edit["range"]["start"]), offset(edit["range"]["end"]), edit["newText"].text()});
      }
      std::stable_sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) { return a.begin < b.begin; });
      std::string whole;
      uint32_t done = 0;
      for (const Change& change : changes) {
        CHECK(change.begin >= done);   // edits of one action never overlap
        whole += text.substr(done, std::max(change.begin, done) - done) + change.with;
        done = change.end;
      }
      text = whole + text.substr(done);
      CHECK((text.find("\r\n") == std::string::npos || bare_ends(text) == 0));   // lines go on ending as they did
    }
    return out;
  }

  static size_t bare_ends(const std::string& text) {
    size_t count = 0;
    for (size_t i = 0; i < text.size(); ++i) count += text[i] == '\n' && (i == 0 || text[i - 1] != '\r');
    return count;
  }

  Texts texts_;
  Folder folder_;
};

std::string joined(const std::multiset<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += "  " + line + "\n";
  return out;
}

std::string code_of(const std::string& line) { return line.substr(line.find(' ') + 1, 5); }

size_t of_code(const std::multiset<std::string>& lines, const std::string& code) {
  return static_cast<size_t>(std::count_if(lines.begin(), lines.end(), [&](const std::string& line) { return code_of(line) == code; }));
}

void take_each(const std::string& name, const Texts& texts) {
  for (const bool windows : {false, true}) {
    Texts written;
    for (const auto& [file, text] : texts) written[file] = windows ? with_windows_ends("# \xF0\x9F\x8E\xA7\n" + text) : text;
    Case project(written);
    project.each_action([&](const Told& before, const std::string&, const Json& diagnostic, const Json& action, const Told& after) {
      const std::string code = diagnostic["code"].text(), title = action["title"].text();
      INFO(name << (windows ? ", windows" : "") << ": " << title << "\nbefore:\n" << joined(before.errors) << joined(before.warnings) << "after:\n" << joined(after.errors) << joined(after.warnings));
      std::vector<std::string> added;
      std::set_difference(after.errors.begin(), after.errors.end(), before.errors.begin(), before.errors.end(), std::back_inserter(added));
      CHECK(after.errors.size() <= before.errors.size());
      CHECK(of_code(after.errors, code) + of_code(after.warnings, code) < of_code(before.errors, code) + of_code(before.warnings, code));
    });
  }
}

bool is_program(const std::string& example) { return example.find_first_not_of(" \n") != std::string::npos && !example.starts_with("$"); }

Texts project_of(const std::string& example, const wend::Surroundings& around) {
  Texts texts;
  const auto files = wend::files_of("example.wend", example);
  for (const auto& [path, text] : files) texts[path] += text;
  if (!example.starts_with("# whole")) texts["around.wend"] = around.around(files[0].second, false);
  return texts;
}

}  // namespace

TEST_CASE("what is offered for a diagnostic mends it and breaks nothing, in every example of the table") {
  const wend::Surroundings around(wend::golden::read_text(WEND_SOURCE_DIR "/compiler/diagnostics/example_prelude.wend"));
  for (const wend::CodeInfo& row : wend::all_codes())
    if (is_program(row.wrong)) take_each(row.id, project_of(row.wrong, around));
}

TEST_CASE("what is offered for a typical mistake mends it and breaks nothing") {
  const wend::Surroundings around(wend::golden::read_text(WEND_SOURCE_DIR "/grammar/reference/surroundings.wend"));
  for (const wend::golden::Case& golden : wend::golden::read_all(WEND_SOURCE_DIR "/tests/golden/mistakes")) take_each(golden.name, project_of(golden.source, around));
}
