// Windows as they are said aloud: `last 7 days`, `within 7 days`, `in the last week`, `since 2026-01-01`. Each is told where the
// parse stopped at it. Tested by tests/golden/mistakes.
#include "compiler/diagnostics/codes.h"
#include "compiler/syntax/habits.h"

namespace wend {
namespace {

bool is_unit(uint16_t type) { return type >= tok::MILLISECONDS && type <= tok::YEARS; }

class Windows : Around {
 public:
  using Around::Around;

  bool report() const {
    if (error_.inside(rule::RuleTest) || error_.inside(rule::RuleProtect)) return false;
    return the() || bare() || since();
  }

 private:
  bool amount(size_t i) const { return type(i) == tok::INT && is_unit(type(i + 1)); }

  // `7 days`, or `week` for `1 week`, from `first` on; where it ends, and how a window says it. Empty: neither.
  std::pair<size_t, std::string> length(size_t first) const {
    if (amount(first)) return {first + 1, text(first, first + 1)};
    if (is_unit(type(first)) && type(first + 1) != tok::WITH) return {first, said_in_units(word(first))};
    return {0, ""};
  }

  static std::string said_in_units(const std::string& unit) { return unit == "year" || unit == "years" ? "12 months" : "1 " + unit; }

  bool told(size_t first, size_t last, const std::string& length) const {
    Diagnostic& out = stray(first, last);
    out.help("a window of time is `in last`, with a number of units");
    return mended(out, "write `in last " + length + "`", {{span(first, last), "in last " + length}});
  }

  // in the last 7 days · in the past week
  bool the() const {
    for (size_t i = at_ > 2 ? at_ - 2 : 1; i <= at_ && i < tokens_.size(); ++i) {
      if (word(i) != "the" || type(i - 1) != tok::IN || !is_one(i + 1, {"last", "past", "previous"})) continue;
      if (const auto [last, said] = length(i + 2); last != 0) return told(i - 1, last, said);
    }
    return false;
  }

  // count of play last 7 days · within 7 days · during the last month · in past week · per week
  bool bare() const {
    for (size_t first = at_ > 2 ? at_ - 2 : 1; first <= at_ && first < tokens_.size(); ++first) {
      const bool opens = is_one(first, {"last", "past", "within", "over", "during", "per", "in", "for"});
      if (!opens || !is_word(type(first - 1)) || word(first - 1) == "up" || type(first - 1) == tok::WAIT) continue;
      if (first > 1 && is_one(first - 1, {"usual", "duplicates", "late"})) continue;
      size_t next = first + 1;
      while (is_one(next, {"the", "last", "past", "previous"})) ++next;
      const auto [last, said] = length(next);
      if (last == 0 || at_ > last || !counted(first)) continue;
      return told(first, last, said);
    }
    return false;
  }

  // count of play since 2026-01-01
  bool since() const {
    const size_t first = here() == tok::DATE_LITERAL && before() == tok::SINCE ? at_ - 1 : at_;
    if (first == 0 || type(first) != tok::SINCE || type(first + 1) != tok::DATE_LITERAL || !counted(first)) return false;
    Diagnostic& out = stray(first, first + 1);
    const std::string range = "from " + word(first + 1) + " to 2099-12-31";
    out.help("a window between dates has two ends, both included");
    return mended(out, "write `" + range + "`", {{span(first, first + 1), range}});
  }

  // Whether an aggregate begins before `first` in the same member, so that a window may close it.
  bool counted(size_t first) const {
    for (size_t i = first; i-- > 0;) {
      if (parts(type(i)) || type(i) == tok::ASSIGN || type(i) == tok::GOAL) return false;
      if (type(i) == tok::HAS || (type(i) >= tok::COUNT && type(i) <= tok::LARGEST) || type(i) == tok::DISTINCT || type(i) == tok::FREQUENT) return true;
      if (type(i) == tok::WITH && i > 0 && is_unit(type(i - 1))) return true;
    }
    return false;
  }
};

}  // namespace

bool report_window_habit(const FrontFile& file, const std::vector<Token>& tokens, const SyntaxError& error) { return Windows(file, tokens, error).report(); }

}  // namespace wend
