// Words and turns that people bring along from other languages: `elseif`, `between 3 and 10`, `in ("a", "b")`, `at 9.00`,
// `max 2 messages`. Each is told where the parse stopped at it, with what is written here. Tested by tests/golden/mistakes.
#include <algorithm>
#include <string>

#include "compiler/diagnostics/codes.h"
#include "compiler/syntax/habits.h"

namespace wend {
namespace {

bool is_amount(uint16_t type) { return type == tok::INT || type == tok::NUMBER; }

struct Word { const char* said; const char* meant; };
constexpr Word kStatements[] = {{"elseif", "else if"}, {"elsif", "else if"}, {"elif", "else if"}, {"goto", "go to"}, {"jump", "go to"},
                                {"sleep", "wait"}, {"delay", "wait"}, {"pause", "wait"}, {"end", "finish"}, {"return", "finish"}, {"stop", "finish"},
                                {"exit", "leave"}, {"break", "leave"}, {"quit", "leave"}};
constexpr const char* kAlone[] = {"end", "return", "stop", "exit", "break", "quit"};   // nothing follows them
constexpr Word kRules[] = {{"max", "at most"}, {"maximum", "at most"}, {"limit", "at most"}, {"min", "at least"}, {"minimum", "at least"}};
constexpr Word kCalls[] = {{"startsWith", "starts with"}, {"starts_with", "starts with"}, {"startswith", "starts with"},
                           {"endsWith", "ends with"}, {"ends_with", "ends with"}, {"endswith", "ends with"},
                           {"contains", "contains"}, {"includes", "contains"}, {"matches", "matches"}, {"match", "matches"}};
constexpr const char* kNumbers[] = {"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"};

class Words : Around {
 public:
  using Around::Around;

  bool report() const {
    return separators() || window() || between() || list() || call() || statement_word() || unless() || number_word() || percent() ||
           per_count() || clock() || up_to() || share() || outside_step();
  }

 private:
  // 99,50 EUR · 1,000 EUR · 1.000.000 EUR
  bool separators() const {
    const size_t sign = here() == tok::COMMA || here() == tok::DOT ? at_ : before() == tok::COMMA || before() == tok::DOT ? at_ - 1 : 0;
    if (sign == 0 || !is_amount(type(sign - 1)) || type(sign + 1) != tok::INT || !touches(sign - 1) || !touches(sign)) return false;
    size_t last = sign + 1;
    while (touches(last) && (type(last + 1) == tok::COMMA || type(last + 1) == tok::DOT) && touches(last + 1) && is_amount(type(last + 2))) last += 2;
    const std::string said(file_.text.substr(tokens_[sign - 1].begin, tokens_[last].end - tokens_[sign - 1].begin));
    std::string number;
    if (word(last).size() == 3) {  // groups of thousands
      for (const char c : said)
        if (c >= '0' && c <= '9') number += c;
    } else {
      const size_t point = said.find_last_of(".,");
      for (size_t i = 0; i < said.size(); ++i)
        if (said[i] >= '0' && said[i] <= '9') number += said[i];
        else if (i == point) number += '.';
    }
    const Span whole = span(sign - 1, last);
    file_.diagnostics.report(Code::bad_number, whole, said).help("a number has a point before its fraction, and nothing between thousands")
        .fix("write `" + number + "`", whole, number);
    return true;
  }

  // in last 7 dyas · in last 7 · in past 7 days · in the last 7 days
  bool window() const {
    if (here() == tok::INT && before() == tok::PAST && before(2) == tok::IN) {
      file_.diagnostics.report(Code::unknown_keyword, span(at_ - 1), word(at_ - 1)).help("a window of time is `in last`").fix("write `last`", span(at_ - 1), "last");
      return true;
    }
    for (size_t last = at_ > 2 ? at_ - 2 : 0; last < at_ + 2 && last < tokens_.size(); ++last) {
      if (type(last) == tok::IDENT && word(last) == "the" && last > 0 && type(last - 1) == tok::IN && type(last + 1) == tok::LAST) {
        file_.diagnostics.report(Code::unknown_keyword, span(last), "the").help("a window of time is `in last`")
            .fix("leave it out", Span{file_.file, tokens_[last - 1].end, tokens_[last].end}, "");
        return true;
      }
    }
    if (here() != tok::INT || (before() != tok::LAST && before() != tok::ROLLING) || before(2) != tok::IN) return false;
    if (type(at_ + 1) != tok::IDENT) return no_unit();
    std::vector<std::string> units;
    for (uint16_t unit = tok::SECONDS; unit <= tok::MONTHS; ++unit) units.emplace_back(spelling(unit));
    Diagnostic& out = file_.diagnostics.report(Code::unknown_unit, span(at_ + 1), word(at_ + 1));
    const std::string near = nearest(word(at_ + 1), units);
    if (near.empty()) out.help("a window is counted in `minutes`, `hours`, `days`, `weeks` or `months`");
    else out.help("did you mean `" + near + "`?").fix("write `" + near + "`", span(at_ + 1), near);
    return true;
  }

  bool no_unit() const {
    file_.diagnostics.report(Code::missing_unit, span(at_), word(at_)).label("days, weeks or months?").fix("write `" + word(at_) + " days`", behind(at_), " days", false);
    return true;
  }

  // active_days between 3 and 10
  bool between() const {
    if (here() != tok::BETWEEN) return false;
    size_t conjunction = at_ + 1;
    while (conjunction < tokens_.size() && type(conjunction) != tok::AND && type(conjunction) != tok::NL && type(conjunction) != tok::LBRACE) ++conjunction;
    if (type(conjunction) != tok::AND || conjunction + 1 >= tokens_.size()) return false;
    const Span joint{file_.file, tokens_[conjunction - 1].end, tokens_[conjunction + 1].begin};
    file_.diagnostics.report(Code::unknown_keyword, span(at_), word(at_)).help("a range is `in` with `..`, both ends included")
        .fixes.push_back({"write `in`", true, {{span(at_), "in"}, {joint, ".."}}});
    return true;
  }

  // in { "SE", "NO" } · in ("SE", "NO")
  bool list() const {
    size_t open = 0;
    if (here() == tok::IN && type(at_ + 1) == tok::LBRACE) open = at_ + 1;
    if (here() == tok::LBRACE && before() == tok::IN) open = at_;
    for (size_t i = at_; here() == tok::COMMA && open == 0 && i-- > 1;) {
      if (type(i) == tok::RPAREN || type(i) == tok::NL || type(i) == tok::LBRACE) break;
      if (type(i) == tok::LPAREN && type(i - 1) == tok::IN) open = i;
    }
    const size_t close = open == 0 ? 0 : closing(open);
    if (close == 0) return false;
    file_.diagnostics.report(Code::unexpected, span(open), word(open)).help("a list of values stands in square brackets")
        .fixes.push_back({"write square brackets", true, {{span(open), "["}, {span(close), "]"}}});
    return true;
  }

  // country.startsWith("S")
  bool call() const {
    if (here() != tok::LPAREN || before(2) != tok::DOT) return false;
    const size_t close = closing(at_);
    const auto* known = std::find_if(std::begin(kCalls), std::end(kCalls), [&](const Word& each) { return word(at_ - 1) == each.said; });
    if (close == 0 || known == std::end(kCalls)) return false;
    const Span sign{file_.file, tokens_[at_ - 2].begin, tokens_[at_].end};
    file_.diagnostics.report(Code::unexpected, span(at_ - 1), word(at_ - 1)).help(std::string("a text is tested by `") + known->meant + "`")
        .fixes.push_back({std::string("write `") + known->meant + "`", true, {{sign, std::string(" ") + known->meant + " "}, {span(close), ""}}});
    return true;
  }

  // goto offer · max 2 messages in 1 day
  bool statement_word() const {
    if (!is_word(here()) || !member_start()) return false;
    const bool alone = std::find(std::begin(kAlone), std::end(kAlone), word(at_)) != std::end(kAlone);
    const bool journey = type(at_ + 1) == tok::JOURNEY;   // exit journey
    if ((here() != tok::IDENT || journey) && !(alone && parts(type(at_ + 1 + journey)))) return false;
    const bool rule = error_.inside(rule::RuleProtect), statement = error_.inside(rule::RuleBlock) || error_.expects(tok::SEND);
    const auto told = [&](const auto& table) {
      for (const Word& each : table) {
        if (word(at_) != each.said) continue;
        Diagnostic& out = file_.diagnostics.report(Code::unknown_keyword, span(at_), word(at_));
        if (alone) out.help("`finish` ends the journey as done, `leave` without");
        out.fix(std::string("write `") + each.meant + "`", span(at_, at_ + journey), each.meant);
        return true;
      }
      return false;
    };
    return (statement && told(kStatements)) || (rule && told(kRules));
  }

  // unless plan is free { … }
  bool unless() const {
    if (here() != tok::IDENT || !member_start() || word(at_) != "unless") return false;
    size_t open = at_ + 1;
    while (open < tokens_.size() && type(open) != tok::LBRACE && type(open) != tok::NL) ++open;
    if (type(open) != tok::LBRACE || open == at_ + 1) return false;
    file_.diagnostics.report(Code::unknown_keyword, span(at_), word(at_)).help("the opposite of a condition is `not`")
        .fixes.push_back({"write `if not`", true, {{Span{file_.file, tokens_[at_].begin, tokens_[at_ + 1].begin}, "if not ("}, {behind(open - 1), ")"}}});
    return true;
  }

  // at most two messages
  bool number_word() const {
    if (!error_.expects(tok::INT) || !is_word(here())) return false;
    for (size_t i = 0; i < std::size(kNumbers); ++i) {
      if (word(at_) != kNumbers[i]) continue;
      file_.diagnostics.report(Code::bad_number, span(at_), word(at_)).label("a number in words").fix("write `" + std::to_string(i) + "`", span(at_), std::to_string(i));
      return true;
    }
    return false;
  }

  // hold out 2 from promotional
  bool percent() const {
    if (!is_amount(here()) || !error_.expects(tok::PERCENT) || error_.expects(tok::INT)) return false;
    file_.diagnostics.report(Code::missing_unit, span(at_), word(at_)).label("a share of the users").fix("write `" + word(at_) + "%`", behind(at_), "%");
    return true;
  }

  // at most 2 messages per 1 day
  bool per_count() const {
    if (here() != tok::INT || before() != tok::PER) return false;
    const bool one = word(at_) == "1";
    Diagnostic& out = file_.diagnostics.report(Code::unexpected, span(at_), word(at_)).label("`per` counts in whole days, weeks or months of the calendar");
    if (one) out.fix("leave it out", Span{file_.file, tokens_[at_ - 1].end, tokens_[at_].end}, "", false);
    else out.help("a length of time follows `in`").fix("write `in`", span(at_ - 1), "in", false);
    return true;
  }

  // at 9.00 · until 9.30 · at 9
  bool clock() const {
    size_t number = error_.expects(tok::CLOCK) && is_amount(here()) ? at_ : 0;
    if (number == 0 && before() == tok::NUMBER && before(2) == tok::UNTIL) number = at_ - 1;
    if (number == 0) return false;
    const std::string said = word(number);
    const size_t point = said.find('.');
    if (point != std::string::npos && said.size() != point + 3) return false;
    const std::string hour = said.substr(0, point), minute = point == std::string::npos ? "00" : said.substr(point + 1);
    if (hour.size() > 2 || std::stoi(hour) > 23 || minute > "59") return false;
    const std::string meant = (hour.size() == 1 ? "0" + hour : hour) + ":" + minute;
    file_.diagnostics.report(Code::bad_clock, span(number), said).label("a number").help("hours and minutes are parted by a colon").fix("write `" + meant + "`", span(number), meant);
    return true;
  }

  // wait for purchase { … }
  bool up_to() const {
    if (!error_.expects(tok::UP) || !error_.inside(rule::RuleStatement) || at_ == 0 || (here() != 0 && here() != tok::LBRACE && here() != tok::NL && here() != tok::COMMA && here() != tok::RBRACE)) return false;
    if (type(at_ - 1) == tok::IDENT && before(2) == tok::UNTIL && is_time_of_day(word(at_ - 1))) {
      const std::string day = "date today at " + word(at_ - 1) + ", if past skip";
      file_.diagnostics.report(Code::unfinished, span(at_ - 1), word(at_ - 1)).label("a condition, here")
          .help("a value that is a time of day stands behind a date").fix("say of which day", span(at_ - 1), day, false);
      return true;
    }
    file_.diagnostics.report(Code::unfinished, span(at_ - 1), word(at_ - 1)).label("wait how long at most?")
        .help("a wait for something that may never come has an end").fix("write `up to 7 days`", behind(at_ - 1), " up to 7 days", false);
    return true;
  }

  // Whether the file says `needs value NAME time of day`.
  bool is_time_of_day(const std::string& name) const {
    static const std::string blanks = " \t";
    const std::string_view text = file_.text;
    for (size_t at = text.find(" " + name + " "); at != std::string_view::npos; at = text.find(" " + name + " ", at + 1)) {
      const size_t last = text.find_last_not_of(blanks, at), type = text.find_first_not_of(blanks, at + name.size() + 1);
      if (last == std::string_view::npos || type == std::string_view::npos) continue;
      if (text.substr(0, last + 1).ends_with("value") && text.substr(type).starts_with("time of day")) return true;
    }
    return false;
  }

  // split "hour" { morning_share { … } … }
  bool share() const {
    if (!error_.expects(tok::PERCENT) || !error_.inside(rule::RuleStatement) || !member_start() || here() != tok::IDENT || type(at_ + 1) != tok::LBRACE) return false;
    file_.diagnostics.report(Code::unexpected, span(at_), word(at_)).label("a share is written out")
        .help("an arm of a `split` begins with its share, such as `10%`; a value of a module cannot stand for it");
    return true;
  }

  static bool begins_statement(uint16_t kind) { return kind == tok::IF || (kind >= tok::SEND && kind <= tok::LEAVE); }

  // send welcome, among the members of a journey
  bool outside_step() const {
    if (!begins_statement(here()) || !error_.expects(tok::STEP) || !member_start()) return false;
    for (size_t i = at_; i-- > 1;) {  // the one before it has been told, and this goes with it
      if (type(i) == tok::LBRACE || type(i) == tok::RBRACE) break;
      if (type(i) == tok::NL && begins_statement(type(i + 1)) && i + 1 < at_) return true;
    }
    size_t last = at_, depth = 0;
    for (size_t i = at_; i < tokens_.size(); ++i) {
      if (type(i) == tok::LBRACE) ++depth;
      if (type(i) == tok::RBRACE && depth-- == 0) break;
      if (type(i) == tok::NL && depth == 0) {
        if (!begins_statement(type(i + 1))) break;
        continue;
      }
      last = i;
    }
    file_.diagnostics.report(Code::unexpected, span(at_), word(at_)).label("not inside a step").help("what a journey does stands in its steps")
        .fixes.push_back({"put it into a step", false, {{Span{file_.file, tokens_[at_].begin, tokens_[at_].begin}, "step first { "}, {behind(last), " }"}}});
    return true;
  }
};

}  // namespace

Diagnostic& Around::stray(size_t first, size_t last) const {
  const std::string said = text(first, last);
  return file_.diagnostics.report(Code::unexpected, span(first, last), said.size() > 60 || said.find('\n') != std::string::npos ? word(first) : said);
}

bool report_habit(const FrontFile& file, const std::vector<Token>& tokens, const SyntaxError& error) {
  return report_journey_habit(file, tokens, error) || Words(file, tokens, error).report() || report_window_habit(file, tokens, error);
}

}  // namespace wend
