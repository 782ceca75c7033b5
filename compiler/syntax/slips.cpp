// One error of the grammar in the words of the language. The common slips are told by the token the parse
// stopped at, its neighbours and the rules it stood in; what is none of them gets a general message that says
// what was found and what could stand there. Tested by tests/golden/syntax/errors.
#include <algorithm>
#include <string>

#include "compiler/diagnostics/codes.h"
#include "compiler/syntax/front.h"

namespace wend {
namespace {

constexpr size_t kChoicesMax = 5;

class Slip {
 public:
  Slip(const FrontFile& file, const std::vector<Token>& tokens, const SyntaxError& error)
      : file_(file), tokens_(tokens), error_(error), at_(std::min(error.at, tokens.size())) {}

  void report() const {
    if (report_habit(file_, tokens_, error_) || sign() || broken_off() || hyphen() || colon() || number() || equals() || chained() || reserved() || misspelt() || separator()) return;
    general();
  }

 private:
  uint16_t type(size_t i) const { return i < tokens_.size() ? tokens_[i].type : 0; }
  uint16_t here() const { return type(at_); }
  uint16_t before() const { return at_ > 0 ? type(at_ - 1) : 0; }
  std::string word(size_t i) const { return std::string(file_.spelled(tokens_[i])); }

  // The offending token; behind the last one, the place where something is missing.
  Span place() const {
    if (here() != 0 && here() != tok::NL) return file_.span(tokens_[at_]);
    return at_ > 0 ? file_.span(tokens_[at_ - 1]) : Span{file_.file, 0, 0};
  }

  bool member_start() const { return before() == tok::NL || before() == tok::COMMA || before() == tok::LBRACE; }

  bool sign() const {
    if (here() == tok::BAD_NUMBER) {
      Diagnostic& out = file_.diagnostics.report(Code::bad_number, place(), word(at_));
      const std::string text = word(at_);
      const size_t digits = text.find_first_not_of("0123456789");
      constexpr std::pair<const char*, const char*> kShort[] = {
          {"s", "seconds"}, {"m", "minutes"}, {"min", "minutes"}, {"h", "hours"}, {"d", "days"}, {"w", "weeks"}};
      for (const auto& [letter, unit] : kShort) {
        const std::string meant = text.substr(0, digits) + " " + unit;
        if (text.substr(digits) == letter) out.help("a unit stands apart, in full").fix("write `" + meant + "`", place(), meant);
      }
      if (const std::string meant = hour(text.substr(0, digits), text.substr(digits)); !meant.empty())
        out.label("a time of day?").help("the hours of a day are counted to 24").fix("write `" + meant + "`", place(), meant);
      return true;
    }
    if (here() != tok::STRAY) return false;
    const std::string text = word(at_);
    Diagnostic& out = file_.diagnostics.report(Code::stray_character, place(), text);
    if (text == "'") out.help("texts stand in double quotes: `\"…\"`");
    if (text == "!") out.help("write `is not`, or `not` before a condition");
    return true;
  }

  // 9am, 12pm as times of day; empty for what is none.
  static std::string hour(const std::string& digits, const std::string& half) {
    if (digits.size() > 2 || (half != "am" && half != "pm")) return {};
    const int hours = std::stoi(digits);
    if (hours < 1 || hours > 12) return {};
    const std::string day = std::to_string(hours % 12 + (half == "pm" ? 12 : 0));
    return (day.size() == 1 ? "0" : "") + day + ":00";
  }

  // `goal plays >=` with nothing behind it: the next line was read as its going on.
  bool broken_off() const {
    for (size_t i = at_; i-- > 0 && i + 3 > at_;) {
      const uint16_t last = type(i);
      const bool asks = last == tok::LT || last == tok::LE || last == tok::GT || last == tok::GE || last == tok::PLUS || last == tok::MINUS ||
                        last == tok::SLASH || last == tok::AND || last == tok::OR || last == tok::IS || last == tok::ASSIGN;
      if (!asks || i + 1 >= tokens_.size()) continue;
      const std::string_view gap = file_.text.substr(tokens_[i].end, tokens_[i + 1].begin - tokens_[i].end);
      if (gap.find('\n') == std::string_view::npos) continue;
      file_.diagnostics.report(Code::unfinished, file_.span(tokens_[i]), word(i)).help("next comes a value");
      return true;
    }
    return false;
  }

  // win-back
  bool hyphen() const {
    if (here() != tok::MINUS || !is_word(before()) || !is_word(type(at_ + 1))) return false;
    size_t first = at_ - 1, last = at_ + 1;
    while (type(last + 1) == tok::MINUS && is_word(type(last + 2))) last += 2;
    if (tokens_[at_].begin != tokens_[at_ - 1].end || tokens_[at_ + 1].begin != tokens_[at_].end) return false;
    const Span whole{file_.file, tokens_[first].begin, tokens_[last].end};
    std::string name(file_.text.substr(whole.begin, whole.end - whole.begin)), better = name;
    std::replace(better.begin(), better.end(), '-', '_');
    file_.diagnostics.report(Code::hyphenated_name, whole, name).fix("write `" + better + "`", whole, better);
    return true;
  }

  // first_name: text? · enter: on play
  bool colon() const {
    if (here() != tok::COLON || !is_word(before())) return false;
    const uint16_t first = at_ > 1 ? type(at_ - 2) : 0;
    const bool behind_first = first == tok::NL || first == tok::COMMA || first == tok::LBRACE;
    if (!behind_first && !error_.inside(rule::RuleType) && !error_.inside(rule::RuleProfile) && !error_.inside(rule::RuleEvent) &&
        !error_.inside(rule::RuleFieldText) && !error_.inside(rule::RuleChannel) && !error_.inside(rule::RuleMessage)) {
      return false;
    }
    file_.diagnostics.report(Code::colon_not_wanted, place(), word(at_ - 1)).fix("remove it", place(), "");
    return true;
  }

  // wait 5 · wait 3 fortnights
  bool number() const {
    if (before() != tok::INT && before() != tok::NUMBER) return false;
    std::vector<std::string> units;
    for (uint16_t unit = tok::MILLISECONDS; unit <= tok::YEARS; ++unit) units.emplace_back(spelling(unit));
    const bool near_unit = here() == tok::IDENT && !nearest(word(at_), units).empty();
    if (!near_unit && !error_.expects(tok::DAYS)) return false;
    if (here() == tok::IDENT) {
      Diagnostic& out = file_.diagnostics.report(Code::unknown_unit, place(), word(at_));
      const std::string near = nearest(word(at_), units);
      if (!near.empty()) {
        out.help("did you mean `" + near + "`?").fix("write `" + near + "`", place(), near);
      } else {
        out.help("units are `seconds`, `minutes`, `hours`, `days` and `weeks`");
      }
      return true;
    }
    const std::string digits = word(at_ - 1);
    file_.diagnostics.report(Code::missing_unit, file_.span(tokens_[at_ - 1]), digits)
        .label("seconds, minutes, hours, days or weeks?")
        .fix("write `" + digits + " days`", Span{file_.file, tokens_[at_ - 1].end, tokens_[at_ - 1].end}, " days", false);
    return true;
  }

  // plan = premium
  bool equals() const {
    if (here() != tok::ASSIGN || at_ == 0) return false;
    const uint16_t last = before();
    if (last == tok::ASSIGN || type(at_ + 1) == tok::ASSIGN) {
      const size_t first = last == tok::ASSIGN ? at_ - 1 : at_;
      const Span both{file_.file, tokens_[first].begin, tokens_[first + 1].end};
      file_.diagnostics.report(Code::equals_for_is, both, "==").fix("write `is`", both, "is");
      return true;
    }
    if (error_.inside(rule::RuleType) || error_.inside(rule::RuleTypeName) || (!is_word(last) && last != tok::RPAREN)) return false;
    if (begins_declaration(type(0)) && at_ <= 2) return false;
    file_.diagnostics.report(Code::equals_for_is, place(), "=").fix("write `is`", place(), "is");
    return true;
  }

  // a < b < c
  bool chained() const {
    const uint16_t op = here();
    if (op != tok::LT && op != tok::LE && op != tok::GT && op != tok::GE && op != tok::IS) return false;
    for (size_t i = at_; i-- > 0;) {
      const uint16_t other = type(i);
      if (other == tok::NL || other == tok::COMMA || other == tok::AND || other == tok::OR || other == tok::LBRACE || other == tok::LPAREN) return false;
      if (other == tok::LT || other == tok::LE || other == tok::GT || other == tok::GE || other == tok::IS) {
        const uint32_t from = tokens_[i].end, to = tokens_[at_ - 1].end;
        std::string middle(file_.text.substr(from, to - from));
        middle.erase(0, middle.find_first_not_of(" \n"));
        Diagnostic& out = file_.diagnostics.report(Code::chained_comparison, place(), word(at_)).also(file_.span(tokens_[i]), "the first comparison");
        out.help("join two comparisons by `and`");
        const Span joint{file_.file, tokens_[at_].begin, tokens_[at_].begin};
        if (middle.find('\n') == std::string::npos) out.fix("say the value again", joint, "and " + middle + " ");
        return true;
      }
    }
    return false;
  }

  // journey if { · on when x
  bool reserved() const {
    if (!is_hard_word(here())) return false;
    const bool value_wanted = !error_.rules.empty() && error_.rules.front() == rule::RuleOneValue;
    const bool name_wanted = value_wanted || (!error_.rules.empty() && error_.rules.front() == rule::RuleName);
    const bool starts_state = member_start() && error_.inside(rule::RuleStates) && error_.expects(tok::IDENT);
    const bool starts_attribute = member_start() && error_.inside(rule::RuleProfile) && error_.expects(tok::IDENT);
    if (!name_wanted && !starts_state && !starts_attribute) return false;
    Diagnostic& out = file_.diagnostics.report(Code::reserved_word, place(), word(at_));
    if (value_wanted && here() != tok::KNOWN && here() != tok::UNKNOWN) out.fix("put it in quotes", place(), "\"" + word(at_) + "\"", false);
    else out.fix("give it another name", place(), "my_" + word(at_), false);
    return true;
  }

  // sned weekly_mix · reenter after 30 days
  bool misspelt() const {
    if (here() != tok::IDENT || error_.expects(tok::IDENT)) return false;
    std::vector<std::string> words;
    for (const uint16_t type : error_.expected) {
      if (is_word(type) || type == tok::REENTER) words.emplace_back(spelling(type));
    }
    const std::string near = nearest(word(at_), words);
    if (near.empty() && !member_start()) return false;
    Diagnostic& out = file_.diagnostics.report(Code::unknown_keyword, place(), word(at_));
    if (!near.empty()) {
      out.help("did you mean `" + near + "`?").fix("write `" + near + "`", place(), near, false);
    } else {
      const std::string choices = choices_text();
      if (!choices.empty()) out.help("expected " + choices);
    }
    return true;
  }

  // send a send b
  bool separator() const {
    if (!error_.expects(tok::NL) && !(error_.expects(0) && here() != 0)) return false;
    const bool begins_something = is_soft_word(here()) || here() == tok::IDENT || here() == tok::IF || here() == tok::TEXT ||
                                  here() == tok::INT || (here() >= tok::SEND && here() <= tok::LEAVE);
    if (!begins_something) return false;
    if (member_start() || at_ == 0 || (before() == tok::INT && error_.expects(tok::DAYS))) return false;
    Diagnostic& out = file_.diagnostics.report(Code::missing_separator, place(), word(at_)).label("something new begins here, or a word is missing before it");
    const Span joint{file_.file, tokens_[at_ - 1].end, tokens_[at_ - 1].end};
    const bool begins_member = (here() >= tok::SEND && here() <= tok::LEAVE) || only_begins_members(here()) || (error_.inside(rule::RuleRecord) && type(at_ + 1) == tok::COLON);
    if (begins_member) out.label("something new begins here").fix("put a comma between them", joint, ",");
    return true;
  }

  // Words that stand at the beginning of a member of a block and hardly anywhere else.
  static bool only_begins_members(uint16_t word) {
    switch (word) {
      case tok::REACHES: case tok::CONSENT: case tok::CONTENT: case tok::CATEGORY: case tok::EVALUATE: case tok::SETTLE: case tok::ENTER: case tok::GOAL:
      case tok::EXIT: case tok::STEP: case tok::METRIC: case tok::GUARD: case tok::VARIANTS: case tok::IDENTITY: case tok::CURRENCY: case tok::EXPECT: return true;
      default: return false;
    }
  }

  static std::string display(uint16_t type) {
    switch (type) {
      case 0: return "the end";
      case tok::NL: return "a line end";
      case tok::IDENT: return "a name";
      case tok::TEXT: return "a text";
      case tok::INT: return "a whole number";
      case tok::NUMBER: return "a number";
      case tok::PERCENT: return "a percentage";
      case tok::CLOCK: return "a time of day";
      case tok::DATE_LITERAL: return "a date";
      default: break;
    }
    const std::string_view word = spelling(type);
    return word.empty() ? std::string() : "`" + std::string(word) + "`";
  }

  // What could stand here, when that is few things or one idea.
  std::string choices_text() const {
    if (error_.expects(tok::LPAREN) && error_.expects(tok::INT)) return "a value";
    if (error_.expects(tok::IDENT) && error_.expected.size() > 60) return "a name";
    std::vector<std::string> list;
    for (const uint16_t type : error_.expected) {
      if (type == tok::TRIPLE || type == tok::UNCLOSED_TEXT || type == tok::UNCLOSED_TRIPLE || type == tok::NL) continue;
      if (type == tok::NUMBER && error_.expects(tok::INT)) continue;
      const std::string text = type == tok::DAYS && error_.inside(rule::RuleEnter) ? "`day`" : display(type);
      if (!text.empty()) list.push_back(text);
    }
    if (list.empty() || list.size() > 12) return {};
    std::string out = list.front();
    for (size_t i = 1; i < list.size(); ++i) out += (i + 1 == list.size() ? " or " : ", ") + list[i];
    return out;
  }

  void general() const {
    const std::string choices = choices_text();
    const bool end = here() == 0 || here() == tok::NL || (here() == tok::RBRACE && error_.expected.size() < kChoicesMax);
    if (end) {
      size_t last = at_;  // the last token before it that was written, not put in
      while (last > 0 && tokens_[last - 1].begin == tokens_[last - 1].end) --last;
      const Span where = here() == tok::RBRACE && last > 0 ? file_.span(tokens_[last - 1]) : place();
      Diagnostic& out = file_.diagnostics.report(Code::unfinished, where, last > 0 ? word(last - 1) : std::string("the file"));
      if (!choices.empty()) out.help("next comes " + choices);
      return;
    }
    Diagnostic& out = file_.diagnostics.report(Code::unexpected, place(), word(at_));
    if (!choices.empty()) out.help("expected " + choices);
    if (is_hard_word(here()) && error_.expects(tok::IDENT) && !error_.expects(tok::LPAREN)) out.note("`" + word(at_) + "` is a word of the language and cannot be a name here");
  }

  const FrontFile& file_;
  const std::vector<Token>& tokens_;
  const SyntaxError& error_;
  const size_t at_;
};

}  // namespace

void report_slip(const FrontFile& file, const std::vector<Token>& tokens, const SyntaxError& error) {
  Slip(file, tokens, error).report();
}

void report_unknown_declaration(const FrontFile& file, const std::vector<Token>& tokens) {
  const Token& first = tokens.front();
  if (first.type == tok::STRAY) {
    SyntaxError error;
    report_slip(file, tokens, error);
    return;
  }
  std::vector<std::string> words;
  for (uint16_t type = tok::PROJECT; type <= tok::REPORT; ++type) words.emplace_back(spelling(type));
  std::replace(words.begin(), words.end(), std::string("messages"), std::string("message"));
  const std::string near = is_word(first.type) ? nearest(file.spelled(first), words) : std::string();
  Diagnostic& out = file.diagnostics.report(Code::unknown_declaration, file.span(first), file.spelled(first));
  if (!near.empty()) {
    out.help("did you mean `" + near + "`?").fix("write `" + near + "`", file.span(first), near, false);
  } else {
    out.help("declarations begin with `project`, `profile`, `event`, `measure`, `audience`, `states`, `channel`, `topic`, "
             "`message`, `protect`, `experiment`, `journey` or `test`");
  }
}

}  // namespace wend
