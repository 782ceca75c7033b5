// One mistake, one message, at its line: the program of the language's description with one thing wrong at a time.
#include <catch2/catch.hpp>

#include "tests/golden/golden.h"
#include "tests/unit/syntax/read.h"
#include "test_paths.h"

using namespace wend;

namespace {

struct Mistake {
  const char* from;  // replaced, at its first place,
  const char* to;    // by this
  const char* code;
  const char* line_of;  // the message is on the line where this stands (in the changed text)
};

const Mistake kMistakes[] = {
    {"only if  plan is premium", "only if  plan = premium", "E0122", "plan = premium"},
    {"only if  plan is premium", "only if  plan == premium", "E0122", "plan == premium"},
    {"wait 5 days", "wait 5", "E0123", "    wait 5\n"},
    {"plays_week  = count of play where played >= 30 seconds in last 7 days, usual", "plays_week  = count of play where played >= 30 seconds, usual", "E0125", "measure plays_week"},
    {"re-enter after 30 days", "reenter after 30 days", "E0121", "reenter"},
    {"then wait 7 days, finish", "wait 7 days, finish", "E0128", "      wait 7 days"},
    {"variants { gentle 50%, steep 50% }", "variants { gentle 50%, steep 50%", "E0111", "variants {"},
    {"journey win_back {", "jurney win_back {", "E0120", "jurney"},
    {"journey win_back {", "journey win-back {", "E0126", "win-back"},
    {"first_name    text?", "first_name:   text?", "E0127", "first_name:"},
    {"casual   when active_days >= 3", "casual   active_days >= 3", "E0132", "casual   active_days"},
    {"about    \"Bring listeners back in their first casual week\"", "about    \"Bring listeners back in their first casual week", "E0110", "Bring listeners"},
    {"send weekly_mix by push, else email", "send weekly_mix by push, else email;", "E0129", "email;"},
    {"journey win_back {", "journey when {", "E0130", "journey when"},
    {"step offer {", "step offer", "E0114", "step offer"},
    {"wait for play up to 2 days {", "wait for play up to 2d {", "E0140", "2d"},
    {"quiet from 22:00 to 08:00", "quiet from 22:00 to 28:00", "E0143", "28:00"},
    {"exempt transactional", "exmpt transactional", "E0121", "exmpt"},
    {"at 2026-02-17 04:00", "at 2026-02-30 04:00", "E0142", "2026-02-30"},
    {"expect in win_back at offer", "expect in win_back at offer expect engagement is core", "E0131", "expect in win_back"},
    {"event purchase    { cart_id text, amount money }", "event purchase    { cart_id text, amount money } }", "E0113", "event purchase"},
    {"step nudge {\n    send weekly_mix by push, else email", "step nudge {\n    sned weekly_mix by push, else email", "E0121", "sned"},
    {"goal     count of play since entry >= 5", "goal     count of play since entry >=", "E0133", "since entry >="},
    {"measure spend       = sum of purchase.amount in last 12 months", "measure spend       = (sum of purchase.amount in last 12 months", "E0112", "measure spend"},
    {"hold out 2% from lifecycle", "hold out 2 from lifecycle", "E0123", "hold out 2 "},
    {"at least 4 hours between messages", "at least 4 huors between messages", "E0124", "huors"},
};

}  // namespace

TEST_CASE("one mistake, one message, at the right line") {
  const std::string whole = golden::read_text(WEND_SOURCE_DIR "/tests/golden/syntax/tidal_wave.wend");
  size_t tried = 0;
  for (const Mistake& mistake : kMistakes) {
    ++tried;
    CAPTURE(mistake.from, mistake.to);
    std::string text = whole;
    const size_t at = text.find(mistake.from);
    REQUIRE(at != std::string::npos);
    text.replace(at, std::string(mistake.from).size(), mistake.to);
    const testing::Read read(text);
    const size_t wanted = text.find(mistake.line_of);
    REQUIRE(wanted != std::string::npos);
    const std::string place = std::to_string(read.sources.file(0).position(static_cast<uint32_t>(wanted)).line) + ":" + mistake.code;
    CHECK(read.places() == std::vector<std::string>{place});
  }
  CHECK(tried >= 20);
}

TEST_CASE("several mistakes in one file are all told") {
  const testing::Read read(
      "mesage a { category x }\n"
      "journey b {\n  enter on c\n  reenter never\n  step d {\n    wait 5\n    sned e\n    finish\n  }\n}\n"
      "measure f = count of g where h > 1\n"
      "audience i = j = k\n");
  CHECK(read.places() == std::vector<std::string>{"1:E0120", "4:E0121", "6:E0123", "7:E0121", "11:E0125", "12:E0122"});
}
