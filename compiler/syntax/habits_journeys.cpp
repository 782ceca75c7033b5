// What people write in journeys, states, messages and protection as other tools have it: `exit on purchase`, `wait for 2 days`,
// `send weekly_mix via email`, `wait until monday at 09:00`, `else` as the last state. Each is told where the parse stopped at it.
// Tested by tests/golden/mistakes.
#include "compiler/diagnostics/codes.h"
#include "compiler/syntax/habits.h"

namespace wend {
namespace {

constexpr std::string_view kChannels[] = {"email", "mail", "push", "sms", "whatsapp", "in_app", "web_push", "webhook", "letter"};
constexpr std::string_view kFeedback[] = {"delivered", "failed", "opened", "clicked", "bounced", "unsubscribed"};

bool is_weekday(uint16_t type) { return type >= tok::MONDAY && type <= tok::SUNDAY; }

class Journeys : Around {
 public:
  using Around::Around;

  bool report() const {
    return wait_for() || wait_until() || set() || member_word() || goal_within() || feedback() || audience() || every() || quiet() || hold_out() ||
           send_channel() || send_first() || channel_or() || if_then() || last_state() || parameters() || containing();
  }

 private:
  // wait for 2 days
  bool wait_for() const {
    if (here() != tok::INT || before() != tok::FOR || before(2) != tok::WAIT) return false;
    Diagnostic& out = stray(at_ - 1, at_ - 1);
    out.help("what comes behind `wait for` is an event; a length of time follows `wait`").fix("leave it out", with_gap(at_ - 1), "");
    return true;
  }

  // wait until monday at 09:00 · wait until tomorrow at 09:00 · wait till 09:00
  bool wait_until() const {
    size_t until = at_;
    while (until > 0 && at_ - until < 4 && !(type(until - 1) == tok::WAIT)) --until;
    if (until == 0 || type(until - 1) != tok::WAIT || at_ - until >= 4) return false;
    if (type(until) == tok::IDENT && (is_one(until, {"till", "til", "unless", "to"}))) {
      stray(until, until).help("a wait ends at a time with `until`").fix("write `until`", span(until), "until");
      return true;
    }
    if (type(until) != tok::UNTIL) return false;
    const size_t day = until + 1;
    const bool clock = type(day + 1) == tok::AT && type(day + 2) == tok::CLOCK;
    const std::string time = clock ? word(day + 2) : "09:00";
    const size_t last = clock ? day + 2 : day;
    if (!clock && !parts(type(day + 1))) return false;
    if (is_weekday(type(day))) {
      stray(day, last).help("the time comes first, then the day: the next such day after now").fix("write `" + time + " on " + word(day) + "`", span(day, last), time + " on " + word(day), false);
    } else if (word(day) == "tomorrow" || type(day) == tok::DATE_LITERAL) {
      const std::string date = "date " + (word(day) == "tomorrow" ? "today + 1 day" : word(day)) + " at " + time + ", if past skip";
      stray(day, last).help("a day is waited for by its date").fix("write `" + date + "`", span(day, last), date, false);
    } else {
      return false;
    }
    return true;
  }

  // set plan = premium · set plan is premium · set plan: premium
  bool set() const {
    if ((here() != tok::ASSIGN && here() != tok::IS && here() != tok::COLON) || before(2) != tok::SET) return false;
    stray(at_, at_).help("`set` gives a value by `to`").fix("write `to`", Span{file_.file, tokens_[at_ - 1].end, tokens_[at_].end}, " to");
    return true;
  }

  // exit on purchase · exit if plan is free · goal when … · enter if … · only when …
  bool member_word() const {
    if (!member_start(at_ - (at_ > 0)) || !error_.inside(rule::RuleJourney)) return false;
    const auto word_for = [&](const char* instead, const char* help) {
      stray(at_, at_).help(help).fix(std::string("write `") + instead + "`", span(at_), instead);
      return true;
    };
    if (here() == tok::ON && (before() == tok::EXIT || before() == tok::GOAL)) {
      const size_t last = member_end(at_);
      if (last == at_) return false;
      Diagnostic& out = stray(at_, at_);
      const bool exit = before() == tok::EXIT;
      out.help(exit ? "what lets a user out is a condition" : "a goal is a condition");
      return mended(out, "ask what has happened since the user entered", {{span(at_), exit ? "when has" : "has"}, {behind(last), " since entry"}});
    }
    if (here() == tok::IF && before() == tok::EXIT) return word_for("when", "what lets a user out follows `when`");
    if (here() == tok::IF && before() == tok::ENTER) return word_for("when", "what lets a user in follows `when`");
    if (here() == tok::WHEN && before() == tok::ONLY) return word_for("if", "who may enter besides is said by `only if`");
    if ((here() == tok::WHEN || here() == tok::IF) && before() == tok::GOAL) {
      stray(at_, at_).help("a goal is the condition itself").fix("leave it out", with_gap(at_), "");
      return true;
    }
    return false;
  }

  // goal has purchase within 7 days
  bool goal_within() const {
    if (!error_.expects(tok::OF) || before(3) != tok::WITHIN || !error_.inside(rule::RuleJourneyMember)) return false;
    bool window = false, counts = false;
    for (size_t i = at_ - 3; i-- > 0 && !parts(type(i)) && type(i) != tok::GOAL;) {
      window = window || type(i) == tok::SINCE || type(i) == tok::EVER || (type(i) == tok::IN && (type(i + 1) == tok::LAST || type(i + 1) == tok::ROLLING));
      counts = counts || type(i) == tok::HAS || type(i) == tok::COUNT || type(i) == tok::SUM;
    }
    Diagnostic& out = file_.diagnostics.report(Code::unfinished, span(at_ - 1), word(at_ - 1));
    out.label("since when?").help("a goal is reached within a time of the entry");
    std::vector<Change> changes = {{behind(at_ - 1), " of entry"}};
    if (counts && !window) changes.insert(changes.begin(), {behind(at_ - 4), " since entry"});
    return mended(out, "count from the entry", std::move(changes));
  }

  // if opened weekly_mix { … } · goal opened weekly_mix
  bool feedback() const {
    const uint16_t opens = before(2);
    const bool condition = opens == tok::IF || opens == tok::WHEN || opens == tok::GOAL || opens == tok::AND || opens == tok::OR || opens == tok::NOT;
    if (!condition || !is_word(here()) || !is_one(at_ - 1, kFeedback)) return false;
    size_t last = at_;
    while (type(last + 1) == tok::DOT) last += 2;
    Diagnostic& out = stray(at_ - 1, last);
    out.help("what has happened is asked by `has`, with a window");
    const bool journey = error_.inside(rule::RuleJourney);
    std::vector<Change> changes = {{ahead(at_ - 1), "has "}};
    if (type(last + 1) != tok::SINCE && type(last + 1) != tok::IN && type(last + 1) != tok::EVER) changes.push_back({behind(last), journey ? " since entry" : " ever"});
    return mended(out, journey ? "ask since the user entered" : "ask over all time", std::move(changes));
  }

  // enter when user enters audience loyal · exit when user leaves segment loyal
  bool audience() const {
    size_t when = at_;
    while (when > 0 && at_ - when < 6 && type(when) != tok::WHEN) --when;
    if (type(when) != tok::WHEN || (type(when - 1) != tok::ENTER && type(when - 1) != tok::EXIT)) return false;
    size_t next = when + 1;
    while (is_one(next, {"the", "a", "user", "customer", "users", "they"})) ++next;
    const bool in = is_one(next, {"enters", "joins", "enter"}), out_of = is_one(next, {"leaves", "exits", "quits"});
    if (!in && !out_of) return false;
    ++next;
    while (is_one(next, {"the", "audience", "segment", "list"}) && is_word(type(next + 1))) ++next;
    if (!is_word(type(next)) || !parts(type(next + 1)) || next == when + 1) return false;
    Diagnostic& out = stray(when + 1, next);
    const std::string condition = (in ? "" : "not ") + word(next);
    out.help("an audience is a condition, and `when` waits until it holds").fix("write `" + condition + "`", span(when + 1, next), condition);
    return true;
  }

  // enter every weekday at 09:00 · enter every morning · enter daily at 09:00
  bool every() const {
    if (!error_.inside(rule::RuleEnter)) return false;
    size_t first = before() == tok::EVERY ? at_ : 0;
    std::string days;
    if (first != 0 && is_one(at_, {"weekday", "weekdays", "workday", "workdays"})) days = "monday, tuesday, wednesday, thursday, friday";
    if (first != 0 && is_one(at_, {"weekend", "weekends"})) days = "saturday, sunday";
    if (first != 0 && is_one(at_, {"morning", "evening", "night", "date"})) days = "day";
    if (before() == tok::ENTER && here() == tok::DAILY) first = at_, days = "every day";
    if (before() == tok::ENTER && here() == tok::WEEKLY && type(at_ + 1) == tok::ON && is_weekday(type(at_ + 2))) first = at_, days = "every " + word(at_ + 2);
    if (first == 0 || days.empty()) return false;
    const size_t last = here() == tok::WEEKLY ? at_ + 2 : at_;
    const std::string clock = type(last + 1) == tok::AT ? "" : word(at_) == "evening" ? " at 18:00" : " at 09:00";
    stray(first, last).help("an entry by the clock names its days and a time: `every day at 09:00`").fix("write `" + days + clock + "`", span(first, last), days + clock, false);
    return true;
  }

  // quiet hours from 22:00 to 08:00 · quiet 22:00 to 08:00 · quiet from 22:00 until 08:00
  bool quiet() const {
    if (here() == tok::HOURS && before() == tok::QUIET) {
      Diagnostic& out = stray(at_, at_);
      const bool from = type(at_ + 1) == tok::FROM;
      out.help("a rule of quiet hours begins with `quiet from`").fix(from ? "leave it out" : "write `from`", from ? with_gap(at_) : span(at_), from ? "" : "from");
      return true;
    }
    if (here() == tok::CLOCK && before() == tok::QUIET) {
      stray(at_, at_).help("a rule of quiet hours begins with `quiet from`").fix("write `from` before it", ahead(at_), "from ");
      return true;
    }
    const bool to = (here() == tok::UNTIL || here() == tok::MINUS || here() == tok::AND || is_one(at_, {"till"})) && before() == tok::CLOCK && before(2) == tok::FROM;
    if (!to || type(at_ + 1) != tok::CLOCK || !error_.expects(tok::TO)) return false;
    stray(at_, at_).help("quiet hours run `from` one time `to` another").fix("write `to`", Span{file_.file, tokens_[at_ - 1].end, tokens_[at_ + 1].begin}, " to ");
    return true;
  }

  // hold out 5%
  bool hold_out() const {
    if (before() != tok::PERCENT || before(2) != tok::OUT || !error_.expects(tok::FROM) || !parts(here())) return false;
    Diagnostic& out = file_.diagnostics.report(Code::unfinished, span(at_ - 1), word(at_ - 1));
    out.label("from which categories?").help("a hold-out names the categories it keeps back: `hold out " + word(at_ - 1) + " from promotional`");
    for (size_t i = 0; i + 1 < tokens_.size(); ++i) {  // the lowest of the categories listed beside it
      if (type(i) != tok::CATEGORIES || !member_start(i)) continue;
      const std::string lowest = word(member_end(i));
      out.fix("write `from " + lowest + "`", behind(at_ - 1), " from " + lowest, false);
      break;
    }
    return true;
  }

  // send weekly_mix via email · send weekly_mix to email · send weekly_mix on push
  bool send_channel() const {
    size_t send = at_;
    while (send > 0 && at_ - send < 6 && type(send) != tok::SEND && !parts(type(send))) --send;
    if (type(send) != tok::SEND || send == at_) return false;
    size_t joint = send + 2;
    while (type(joint) == tok::DOT) joint += 2;
    if (joint > at_ || joint + 1 < at_) return false;
    if (is_one(joint, {"to"}) && is_one(joint + 1, {"user", "users", "them", "everyone", "the"})) return false;
    if (!is_one(joint, {"via", "through", "over", "using", "on", "as", "to", "in"}) || !is_word(type(joint + 1)) || is_one(joint + 1, {"experiment"})) return false;
    if (parts(type(joint + 1))) return false;
    stray(joint, joint).help("the channel of a message follows `by`").fix("write `by`", span(joint), "by");
    return true;
  }

  // send email weekly_mix · send message weekly_mix · send weekly_mix email
  bool send_first() const {
    if (before(2) != tok::SEND || !is_word(before()) || (here() != tok::IDENT && !is_soft_word(here()))) return false;
    const size_t first = at_ - 1;
    if (is_one(first, {"message", "messages", "the", "a", "template", "campaign"})) {
      stray(first, first).help("`send` is followed by the name of the message").fix("leave it out", with_gap(first), "");
      return true;
    }
    const bool channel_first = is_one(first, kChannels), channel_last = is_one(at_, kChannels);
    if (!channel_first && !channel_last) return false;
    const std::string meant = channel_last ? word(first) + " by " + word(at_) : word(at_) + " by " + word(first);
    stray(first, at_).help("first the message, then its channel behind `by`").fix("write `" + meant + "`", span(first, at_), meant);
    return true;
  }

  // send weekly_mix by email or push
  bool channel_or() const {
    if (here() != tok::OR || before(2) != tok::BY || !is_word(type(at_ + 1))) return false;
    Diagnostic& out = stray(at_, at_);
    out.help("channels are tried in order by `, else`, and taken all by `and`");
    std::vector<Change> changes;
    for (size_t i = at_; type(i) == tok::OR && is_word(type(i + 1)); i += 2) changes.push_back({with_gap(i), type(i + 1) == tok::ELSE ? "," : ", else"});
    return mended(out, "try them in order", std::move(changes));
  }

  // if plan is premium then send weekly_mix
  bool if_then() const {
    if (here() != tok::THEN || !error_.inside(rule::RuleStatement) || !error_.expects(tok::LBRACE)) return false;
    const size_t last = member_end(at_);
    Diagnostic& out = stray(at_, at_);
    out.help("what an `if` does stands in braces");
    if (last == at_) return true;
    std::vector<Change> changes = {{span(at_), "{"}};
    for (size_t i = at_ + 1; i <= last; ++i)
      if (type(i) == tok::ELSE) changes.push_back({span(i), "} else {"});
    changes.push_back({behind(last), " }"});
    return mended(out, "write braces", std::move(changes));
  }

  // else b · default b · b else
  bool last_state() const {
    if (!error_.inside(rule::RuleStates)) return false;
    const size_t first = here() == tok::ELSE || here() == tok::OTHERWISE || before() != tok::DEFAULT ? at_ : at_ - 1;
    const bool named_after = (type(first) == tok::ELSE || type(first) == tok::OTHERWISE || type(first) == tok::DEFAULT) && member_start(first) && is_word(type(first + 1)) && parts(type(first + 2));
    if (named_after) {
      const std::string rule = word(first + 1) + " otherwise";
      stray(first, first + 1).help("the last state is the one in which everyone is `otherwise`").fix("write `" + rule + "`", span(first, first + 1), rule);
      return true;
    }
    const bool other_word = here() == tok::ELSE || here() == tok::DEFAULT || is_one(at_, {"always", "rest"});
    if (!other_word || !error_.expects(tok::OTHERWISE) || !parts(type(at_ + 1))) return false;
    stray(at_, at_).help("the last state is the one in which everyone is `otherwise`").fix("write `otherwise`", span(at_), "otherwise");
    return true;
  }

  // message offer with percent int { … } · message offer(percent int) { … }
  bool parameters() const {
    if ((here() != tok::WITH && here() != tok::LPAREN) || at_ != 2 || type(0) != tok::MESSAGES) return false;
    const size_t close = here() == tok::LPAREN ? closing(at_) : 0;
    if (here() == tok::LPAREN && close == 0) return false;
    size_t body = here() == tok::LPAREN ? close + 1 : at_ + 1;
    while (body < tokens_.size() && type(body) != tok::LBRACE && type(body) != tok::NL) ++body;
    if (type(body) == tok::LBRACE && type(body - 1) == tok::OF && closing(body) != 0) body = closing(body) + 1;   // list of { name text }
    Diagnostic& out = stray(at_, at_);
    out.help("what a message is sent with is said among its members");
    const size_t first = at_ + 1, last = here() == tok::LPAREN ? close - 1 : body - 1;
    if (type(body) != tok::LBRACE || last < first) return true;
    std::string indent = ",";
    const size_t next = tokens_[body].end;
    if (const size_t line = file_.text.find_first_not_of(" \t", next); line < file_.text.size() && file_.text[line] == '\n') indent = "";
    const std::string member = (indent.empty() ? "\n  with " : " with ") + text(first, last) + indent;
    return mended(out, "put it into the block", {{Span{file_.file, tokens_[1].end, tokens_[body - 1].end}, ""}, {behind(body), member}});
  }

  // expect sent weekly_mix containing "jazz" · with "jazz"
  bool containing() const {
    if (!error_.inside(rule::RuleTest)) return false;
    const size_t said = here() == tok::TEXT ? at_ : at_ + 1;
    if (said == 0 || type(said) != tok::TEXT || !is_one(said - 1, {"containing", "contains", "with", "saying", "including"})) return false;
    stray(said - 1, said).help("what a message says is asked of a field by name").fix("name the field", span(said - 1), "with subject:", false);
    return true;
  }
};

}  // namespace

bool report_journey_habit(const FrontFile& file, const std::vector<Token>& tokens, const SyntaxError& error) { return Journeys(file, tokens, error).report(); }

}  // namespace wend
