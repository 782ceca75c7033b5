// What can come at a place of a program: members of the block, names of the kind the words before ask for, values of what is
// compared, and else whatever an expression may begin with.
#include <algorithm>

#include "compiler/language_server/complete.h"

namespace wend::lsp {
namespace {

constexpr MemberRow kMembers[] = {
#define WEND_MEMBER(block, label, snippet, doc) {block, label, snippet, doc},
#include "compiler/language_server/members.def"
#undef WEND_MEMBER
};

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) { return std::find(words.begin(), words.end(), word) != words.end(); }

struct Completer {
  const Spot& spot;
  const CodeSpot& at;
  std::vector<Completion> out;

  using enum SymbolKind;

  void members(std::string_view block) {
    for (const MemberRow& row : kMembers)
      if (row.block == block) out.push_back({row.label, "", row.doc, row.snippet, true, 14, 3, {}});
  }
  void words(std::initializer_list<const char*> words, int rank = 3) {
    for (const char* word : words) out.push_back({word, "", "", "", false, 14, rank, {}});
  }
  void names(std::initializer_list<SymbolKind> kinds) { add_names(spot, kinds, 1, out); }

  // ---- where a member begins ----

  bool in_journey() const { return !at.name_around("journey").empty(); }

  bool statements_here() const {
    const std::string block = at.block();
    if (!in_journey() || at.blocks.size() < 2) return false;
    if (is_one_of(block, {"step", "if", "else", "when", "otherwise"})) return true;
    if (block == "}" || block == ",") return true;   // `} else {`
    // Arms of a choice or a split: `gentle {`, `10% {`.
    return at.blocks.size() >= 3 && is_one_of(at.blocks[at.blocks.size() - 2].empty() ? "" : at.blocks[at.blocks.size() - 2][0], {"choose", "split"});
  }

  bool begin() {
    const std::string block = at.block();
    if (at.blocks.empty()) return members(""), true;
    if (block == "wait") return members("wait"), members("statements"), true;
    if (statements_here()) return members("statements"), true;
    if (block == "choose") return arms(), true;
    if (block == "split") return true;
    if (is_one_of(block, {"at", "after", "daily", "hourly"}) && !at.name_around("test").empty()) return test_block(), true;
    if (block == "test" || is_one_of(block, {"project", "profile", "states", "signal", "channel", "topic", "protect", "experiment", "module"})) return members(block), true;
    if (block == "journey") return members(block), true;
    if (block == "message" || block == "messages") return members("message"), names({channel}), true;
    if (block == "in" && !at.name_around("message").empty()) return names({channel}), true;
    if (!at.name_around("message").empty()) return add_parts(spot, field, block, "", out), true;
    if (block == "given") return given(), true;
    if (block == "emit" && at.blocks.back().size() > 1) return add_parts(spot, property, at.blocks.back()[1], ": ", out), true;
    if (!at.name_around("test").empty()) return block == "identify" ? given() : add_parts(spot, property, block, ": ", out), true;
    if (block == "event" || block == "hook" || block == "content" || block == "variants") return true;   // names of one's own
    return false;
  }

  void arms() {
    const auto& header = at.blocks.back();
    if (header.size() > 3 && header[2] == "experiment") add_parts(spot, variant, header[3], " { }", out);
    else members("choose");
    words({"otherwise"});
  }

  void given() {
    std::vector<Completion> attributes;
    add_names(spot, {attribute}, 1, attributes);
    for (Completion& one : attributes) one.insert = one.label + ": ";
    out.insert(out.end(), attributes.begin(), attributes.end());
  }

  void test_block() {
    members("at");
    std::vector<Completion> events;
    add_names(spot, {event}, 2, events);
    for (Completion& one : events) {
      one.insert = one.label + " { ${1} }";
      one.snippet = true;
    }
    out.insert(out.end(), events.begin(), events.end());
  }

  // ---- behind a word ----

  bool behind_word() {
    const std::string last = at.last(), before = at.last(1), first = at.member.front();
    if (last == ".") return behind_dot(), true;
    if (last == "send") return names({message}), true;
    if (last == "is" || last == "becomes" || last == "leaves" || last == "became" || last == "stays") return values(at.last(1)), true;
    if (last == "not" && before == "is") return values(at.last(2)), true;
    if (last == "from" && before == "moves") return values(at.last(2)), true;
    if (last == "to" && at.member.size() > 3 && at.last(2) == "from" && at.last(3) == "moves") return values(at.last(4)), true;
    if (last == "to" && before == "go") return add_parts(spot, step, at.name_around("journey"), "", out), true;
    if (last == "go") return words({"to"}), true;
    if (last == "experiment" && first != "experiment") return names({experiment}), true;
    if (last == "by" && first == "choose") return words({"experiment"}), true;
    if (last == "by" && first == "enter") return words({"experiment"}), true;
    if (last == "by" && is_one_of(first, {"send", "at", "expect"})) return names({channel}), words({"best channel"}), true;
    if (last == "else" && first == "send") return names({channel}), true;
    if (last == "and" && first == "send") return names({channel}), true;
    if (first == "set" && at.member.size() == 1) return names({attribute}), true;
    if (first == "set" && last == "to") return values(at.last(1)), expression(), true;
    if (last == "emit" || last == "raised") return names({event}), true;
    if (first == "report" && last == "=") return words({"funnel of"}, 1), true;
    if (first == "report" && is_one_of(last, {"of", "then", "not"})) return names({event}), last == "then" ? words({"not"}, 4) : void(), true;
    if (last == "call" || last == "called") return names({hook}), true;
    if (last == "category" || last == "exempt" || last == "categories") return names({category}), true;
    if (last == ">" && first == "categories") return names({category}), true;
    if (last == "topic" && at.block() == "message") return names({attribute}), true;
    if (last == "reaches" || last == "consent" || (last == "not" && before == "consent")) return names({attribute}), true;
    if (first == "consent" && last == "except") return names({category}), true;
    if (first == "hold" && last == "from") return names({category}), true;
    if (first == "user" && last == "from") return names({attribute}), true;
    if (first == "never" && at.member.size() == 1) return names({message, channel, category}), words({"messages"}), true;
    if (first == "at" && at.block() == "protect" && at.member.size() == 3) return names({message, channel, category}), words({"messages"}), true;
    if (last == "identity" || last == "file" || last == "as" || last == "currency") return true;
    if (at.blocks.empty() && at.member.size() == 1 && !is_one_of(first, {"use"})) return true;   // the name of a declaration
    if (first == "use" && last == "use") return words({"std.lifecycle"}), true;
    return expectations(last, before) || sends(first) || types(first) || events(last, before);
  }

  bool expectations(const std::string& last, const std::string& before) {
    if (at.name_around("test").empty()) return false;
    if (last == "expect") return words({"sent", "not sent", "deferred", "suppressed", "raised", "set", "called", "in", "not in", "left", "goal of"}, 1), expression(), true;
    if (is_one_of(last, {"sent", "deferred", "suppressed"})) return names({message}), true;
    if (last == "because") return words({"holdout", "consent", "unreachable", "topic", "never", "expired", "quiet", "gap", "cap", "left", "paused", "removed", "limit"}, 1), true;
    if (last == "in" && is_one_of(before, {"expect", "not"})) return names({journey}), true;
    if (last == "left" || (last == "of" && before == "goal")) return names({journey}), true;
    if (last == "at" && at.last(2) == "in") return add_parts(spot, step, before, "", out), true;
    if (last == "of" && at.member.front() == "in") return names({experiment}), true;
    return false;
  }

  // Behind a message that is sent: how, when and with what.
  bool sends(const std::string& first) {
    if (first != "send" || at.member.size() < 2) return false;
    const std::string last = at.last();
    if (last == "with") return add_parts(spot, parameter, at.member[1], ": ", out), true;
    // Behind a comma another channel, another parameter, or another statement.
    if (last == ",") return add_parts(spot, parameter, at.member[1], ": ", out), words({"else"}), members("statements"), true;
    if (last == ":") return expression(), true;
    return words({"by", "at", "with"}, 1), true;
  }

  bool types(const std::string& first) {
    const bool typed = is_one_of(at.block(), {"profile", "event", "hook", "content"}) && at.member.size() == 1 && first != "identity";
    if (!typed && !(first == "with" && at.block() == "message" && at.member.size() == 2)) return false;
    for (const char* word : {"bool", "int", "number", "percent", "text", "html", "url", "email", "money", "duration", "time", "date", "time of day", "weekday", "timezone", "one of", "list of", "set of"})
      out.push_back({word, "type", "", "", false, 25, 1, {}});
    return true;
  }

  bool events(const std::string& last, const std::string& before) {
    const bool wanted = (last == "on" && is_one_of(before, {"enter"})) || (last == "for" && before == "wait") || last == "has" || last == "distinct" || last == "frequent" ||
                        ((last == "last" || last == "first") && before != "in") || (last == "by" && before == "followed") ||
                        (last == "of" && is_one_of(before, {"count", "sum", "average", "smallest", "largest"})) ||
                        (last == "with" && is_one_of(before, {"days", "hours", "weeks", "months", "day", "week"})) || (last == "from" && at.member.front() == "signal");
    if (!wanted) return false;
    names({event});
    return true;
  }

  void behind_dot() {
    const std::string owner = at.last(1);
    if (owner != "entry") return add_parts(spot, property, owner, "", out);
    // Of the events that enter the journey.
    const std::string name = at.name_around("journey");
    for (const ast::File& file : spot.snapshot->project.files())
      for (const ast::Decl& decl : file.decls)
        if (const auto* journey = std::get_if<ast::Journey>(&decl.node); journey && journey->name.text == name)
          for (const ast::Enter& enter : journey->enters)
            if (const auto* on = std::get_if<ast::EnterOn>(&enter.node)) add_parts(spot, property, on->event.event.text, "", out);
    words({"at"});
  }

  void values(const std::string& name) {
    add_values(spot, name, out);
    words({"not", "known", "unknown"}, 4);
  }

  // ---- an expression ----

  // The event whose properties a `where` reads.
  std::string event_around() const {
    const auto where = std::find(at.member.rbegin(), at.member.rend(), "where");
    for (auto word = where; word != at.member.rend(); ++word) {
      for (const EventDecl& event : spot.snapshot->project.program().events)
        if (event.name == *word) return *word;
    }
    return {};
  }

  void expression() {
    if (const std::string event = event_around(); !event.empty()) {
      add_parts(spot, property, event, "", out);
      words({"at"}, 4);
    }
    if (at.member.empty() || at.member.front() != "report") add_names(spot, {measure, attribute, states, audience}, 2, out);
    add_builtins(false, out);
    words({"count of", "sum of", "average of", "smallest of", "largest of", "has", "days with", "streak of days with", "distinct", "most frequent", "last", "first", "time since last", "any", "all",
           "not", "if", "true", "false", "now", "today"}, 5);
    if (in_journey()) words({"entry"}, 4);
  }

  // Behind a whole value: how it may go on.
  void going_on() {
    words({"and", "or", "is", "is not", "in", "not in", "or else", "contains", "starts with", "ends with", "matches", "where", "in last", "in rolling", "ever", "since entry", "moves from", "becomes", "leaves",
           "stays", "drops", "rises", "changes", "until", "otherwise", "when", "at", "user time"}, 7);
  }

  void run() {
    if (at.member.empty()) {
      if (!begin()) expression();
      return;
    }
    if (behind_word()) return;
    expression();
    going_on();
  }
};

}  // namespace

std::vector<MemberRow> member_table() { return {std::begin(kMembers), std::end(kMembers)}; }

std::vector<Completion> complete_code(const Spot& spot, const CodeSpot& at) {
  Completer completer{spot, at, {}};
  completer.run();
  // Each word once: the first says it best.
  std::vector<Completion> out;
  for (Completion& one : completer.out)
    if (std::none_of(out.begin(), out.end(), [&](const Completion& other) { return other.label == one.label; })) out.push_back(std::move(one));
  return out;
}

}  // namespace wend::lsp
