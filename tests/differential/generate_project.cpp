// The project half of a case: declarations in an order in which each may read the ones before it.
#include <algorithm>

#include "tests/differential/schema.h"

namespace wend::differential {
namespace {

std::string n(const std::string& stem, int i) { return stem + std::to_string(i); }

class Builder {
 public:
  Builder(uint64_t seed, const Size& size, Schema& schema) : size_(size), schema_(schema), random_(seed), words_(schema, random_) {}

  std::vector<Piece> build() {
    project();
    profile();
    topics();
    for (int i = 0; i < static_cast<int>(random_.between(2, 4)); ++i) event(i);
    feedback();
    for (int i = static_cast<int>(random_.between(0, 3)); i > 0; --i) signal(n("sig", i));
    emitted();
    for (int i = 0; i < size_.measures; ++i) measure(i);
    for (int i = 0; i < 2; ++i) score(i);
    for (int i = 0; i < size_.states; ++i) states(i);
    for (int i = 0; i < 2; ++i) audience(i);
    channels();
    for (int i = 0; i < size_.messages; ++i) message(i);
    protect();
    for (int i = 0; i < size_.experiments; ++i) experiment(i);
    for (int i = static_cast<int>(random_.between(0, 2)); i > 0; --i) signal(n("late_sig", i));
    for (int i = 0; i < size_.journeys; ++i) journey(i);
    return std::move(pieces_);
  }

 private:
  Piece& add(std::string head, std::string tail = "}") {
    pieces_.push_back({std::move(head), {}, std::move(tail)});
    return pieces_.back();
  }
  static void line(Piece& piece, std::string text) { piece.inside.push_back({"  " + std::move(text), {}, ""}); }

  void project() {
    schema_.zone = random_.word(kZones);
    schema_.days = size_.days;
    Piece& p = add("project trial {");
    line(p, "time zone \"" + schema_.zone + "\"");
    line(p, "currency EUR");
    if (random_.chance(30)) line(p, "duplicates within 2 days");
    if (random_.chance(30)) line(p, "late after 2 hours");
  }

  void profile() {
    Piece& p = add("profile {");
    schema_.anonymous = random_.chance(45);
    schema_.login = schema_.anonymous && random_.chance(40);
    line(p, std::string("identity user_id") + (schema_.login ? ", login" : "") + (schema_.anonymous ? random_.word({", anonymous_id many", ", anonymous_id many", ", anonymous_id"}) : ""));
    auto field = [&](const char* name, Kind kind, const char* type, const std::string& value) {
      bool optional = value.empty();
      schema_.attributes.push_back({name, kind, optional});
      line(p, std::string(name) + " " + type + (optional ? "?" : " = " + value));
    };
    field("address", Kind::text, "text", "");
    field("handle", Kind::text, "text", random_.chance(50) ? "\"h\"" : "");
    field("opt_in", Kind::boolean, "bool", random_.chance(80) ? "true" : "");
    field("opt_out", Kind::boolean, "bool", "false");
    field("time_zone", Kind::zone, "timezone", "");
    field("plan", Kind::word, "one of free, premium, \"for two\"", "free");
    field("birth", Kind::date, "date", "");
    field("renewal", Kind::date, "date", random_.chance(20) ? "2026-03-29" : "");
    field("points", Kind::integer, "int", random_.chance(50) ? "3" : "");
    field("ratio", Kind::number, "number", random_.chance(50) ? "0.5" : "");
    field("share", Kind::percent, "percent", "10%");
    field("credit", Kind::money, "money", "");
    field("patience", Kind::duration, "duration", random_.chance(50) ? "90 minutes" : "");
    field("joined", Kind::time, "time", "");
    field("slot", Kind::clock, "time of day", "09:00");
    field("genres", Kind::texts, "set of text", "[\"jazz\"]");
    field("marks", Kind::integers, "list of int", random_.chance(50) ? "[2, 1]" : "");
    field("day_off", Kind::weekday, "weekday", random_.chance(50) ? "sunday" : "");
  }

  void topics() {
    for (const char* name : {"weekly", "alerts"}) {
      if (!random_.chance(50)) continue;
      bool on = random_.chance(70);
      add(std::string("topic ") + name + " {", "}").inside.push_back({std::string("  default ") + (on ? "subscribed" : "unsubscribed"), {}, ""});
      schema_.topics.push_back(name);
      schema_.attributes.push_back({name, Kind::boolean, false});
    }
  }

  void event(int i) {
    static const std::vector<std::pair<Kind, std::string>> kinds = {
        {Kind::boolean, "bool"}, {Kind::integer, "int"}, {Kind::number, "number"}, {Kind::percent, "percent"}, {Kind::text, "text"}, {Kind::money, "money"},
        {Kind::duration, "duration"}, {Kind::time, "time"}, {Kind::date, "date"}, {Kind::clock, "time of day"}, {Kind::weekday, "weekday"}, {Kind::word, "one of free, premium, \"for two\""},
        {Kind::texts, "set of text"}, {Kind::integers, "list of int"}, {Kind::records, "list of { name text, price money, image url? }"}};
    Event e{n("e", i), n("e", i), {}};
    bool renamed = random_.chance(20);
    if (renamed) e.source = "Event " + std::to_string(i);
    Piece& p = add("event " + e.name + (renamed ? " from \"" + e.source + "\"" : "") + " {");
    int count = static_cast<int>(random_.between(1, 6));
    for (int k = 0; k < count; ++k) {
      const auto& [kind, type] = random_.pick(kinds);
      Field f{"p" + std::to_string(i) + std::to_string(k), kind, random_.chance(45)};
      bool defaulted = !f.optional && random_.chance(40);
      line(p, f.name + " " + type + (f.optional ? "?" : "") + (defaulted ? " = " + words_.constant(kind) : ""));
      e.fields.push_back(f);
    }
    schema_.events.push_back(std::move(e));
  }

  void feedback() {
    if (!random_.chance(40)) return;
    const std::vector<Field> fields = {{"message", Kind::text, true}, {"channel", Kind::text, true}, {"message_id", Kind::text, true}};
    schema_.events.push_back({"opened", "opened", fields, false, true});
    schema_.events.push_back({"clicked", "clicked", fields, false, true});
    schema_.events.back().fields.push_back({"link", Kind::text, true});
  }

  void signal(const std::string& name) {
    const Event from = random_.pick(schema_.events);
    Event made;
    const std::vector<std::string> lines = words_.signal(name, from, made);
    Piece& p = add(lines.front());
    for (size_t i = 1; i < lines.size(); ++i) line(p, lines[i]);
    schema_.events.push_back(std::move(made));
  }

  // What journeys emit: journey i raises no event but its own, and hears those of the journeys before it, so that none raises itself.
  void emitted() {
    for (int i = 0; i < size_.journeys; ++i) {
      if (!random_.chance(60)) {
        emitted_.emplace_back();
        continue;
      }
      Event e{n("made", i), n("made", i), {{"amount", Kind::integer, false}, {"note", Kind::text, true}, {"at_last", Kind::time, true}}};
      Piece& p = add("event " + e.name + " {");
      line(p, "amount int" + std::string(random_.chance(50) ? " = 2" : ""));
      line(p, "note text?");
      line(p, "at_last time?");
      emitted_.push_back(std::move(e));
    }
    schema_.hook = {{"plan", Kind::word, false}, {"points", Kind::integer, true}, {"credit", Kind::money, true}, {"share", Kind::percent, false}, {"wait", Kind::duration, true},
                    {"genres", Kind::texts, false}, {"marks", Kind::integers, true}};
    Piece& p = add("hook outside {");
    line(p, "url text");
    line(p, "plan one of free, premium, \"for two\"");
    line(p, "points int?");
    line(p, "credit money?");
    line(p, "share percent");
    line(p, "wait duration?");
    line(p, "genres set of text");
    line(p, "marks list of int?");
  }

  void measure(int i) {
    Field m{n("m", i), Kind::integer, false};
    std::string value = words_.aggregate(m.kind, m.optional);
    bool quantity = m.kind == Kind::integer || m.kind == Kind::money || m.kind == Kind::duration || m.kind == Kind::number || m.kind == Kind::percent;
    if (quantity && m.optional && random_.chance(50)) {
      value = "(" + value + ") or else " + words_.constant(m.kind);
      m.optional = false;
    } else if (!m.optional && random_.chance(35)) {
      arithmetic(m, value);
    }
    bool usual = quantity && random_.chance(35);
    if (usual) schema_.usual.push_back(m.name);
    add("measure " + m.name + (random_.chance(10) ? " renamed from old_" + m.name : "") + " = " + value + (usual ? ", usual over " + std::to_string(random_.between(2, 6)) + " weeks" : ""), "");
    schema_.measures.push_back(m);
  }

  void score(int i) {
    std::string name = n("score", i), value = words_.known(random_.chance(50) ? Kind::number : Kind::integer);
    if (random_.chance(60)) value = value + random_.word({" * 0.5 + ", " - ", " + "}) + words_.known(Kind::number);
    add("score " + name + " = " + value, "");
    schema_.measures.push_back({name, Kind::number, false});
  }

  void arithmetic(Field& m, std::string& value) {
    switch (m.kind) {
      case Kind::integer:
        if (random_.chance(30)) { value = "(" + value + ") / 4"; m.kind = Kind::number; return; }
        if (random_.chance(30)) { value = "(" + value + ") / " + words_.known(Kind::integer); m.kind = Kind::number; m.optional = true; constant_divisor(m, value); return; }
        value = "(" + value + ") " + random_.word({"+", "-", "*"}) + " " + words_.known(Kind::integer);
        return;
      case Kind::money:
        if (random_.chance(30)) { part(m, value); return; }
        value = "(" + value + ")" + random_.word({" * 3", " * 0.3", " * 15%", " + 1.25 EUR", " - credit_known"});
        break;
      case Kind::duration:
        if (random_.chance(30)) { part(m, value); return; }
        value = "(" + value + ")" + random_.word({" * 3", " * 0.3", " + 5 minutes"});
        break;
      case Kind::number: value = "(" + value + ")" + random_.word({" * 0.1", " + 1", " - 0.7"}); break;
      case Kind::boolean: value = "if " + value + " then " + words_.known(Kind::integer) + " else 2"; m.kind = Kind::integer; break;
      default: return;
    }
    size_t at = value.find("credit_known");
    if (at != std::string::npos) value.replace(at, 12, "(credit or else 1 EUR)");
  }

  // A quantity by a plain number: a share of it, unknown where that is zero.
  void part(Field& m, std::string& value) {
    std::string by = words_.known(random_.chance(50) ? Kind::integer : Kind::number);
    m.optional = by[0] == '(' || (by[0] >= 'a' && by[0] <= 'z');   // else it is written out
    if (!m.optional) by = random_.word({"3", "-7", "0.3", "2000000"});
    value = "(" + value + ") / " + by;
  }

  // Dividing by a written number gives a value that is always known.
  static void constant_divisor(Field& m, std::string& value) {
    size_t at = value.rfind(") / ");
    bool digit = value[at + 4] >= '0' && value[at + 4] <= '9';
    if (!digit) return;
    if (value.substr(at + 4) == "0") value += "1";
    m.optional = false;
    if (value.substr(at + 4) == "01") value.replace(at + 4, 2, "7");
  }

  std::string cadence() {
    static const std::vector<std::string> times = {"04:00", "02:30", "01:30", "00:00", "23:30", "12:00"};
    std::string at = random_.word(times) + (random_.chance(40) ? " user time" : "");
    switch (random_.between(0, 5)) {
      case 0: return "hourly";
      case 1: return "weekly on " + random_.word({"monday", "sunday", "friday"}) + " at " + at;
      case 2: return "monthly on " + std::to_string(random_.between(1, 31)) + " at " + at;
      case 3: return "daily at " + at;
      default: return "continuously";
    }
  }

  void states(int i) {
    States s{n("s", i), {}, random_.chance(50)};
    std::string evaluate = cadence();
    Piece& p = add("states " + s.name + (s.ordered ? " ordered {" : " {"));
    line(p, "evaluate " + evaluate);
    if (random_.chance(30)) line(p, "settle for " + std::to_string(random_.between(2, 3)) + " evaluations");
    int count = static_cast<int>(random_.between(1, 3));
    bool watched = evaluate == "continuously";
    for (int k = 0; k < count; ++k) {
      std::string name = std::string(1, static_cast<char>('a' + k)) + "_" + s.name;
      s.values.push_back(name);
      std::string when = words_.condition(1, watched), until = words_.condition(1, watched);
      line(p, name + " when " + when + (random_.chance(30) ? ", until " + until : ""));
    }
    s.values.push_back("z_" + s.name);
    line(p, s.values.back() + " otherwise");
    schema_.states.push_back(std::move(s));
  }

  void audience(int i) {
    std::string condition = words_.condition(1, true);
    add("audience " + n("group", i) + " = " + condition, "");
    schema_.audiences.push_back(n("group", i));
  }

  void channels() {
    schema_.channels = {"email", "push"};
    schema_.categories = {"transactional", "service", "promotional"};
    Piece& email = add("channel email {");
    line(email, "reaches address");
    line(email, random_.chance(50) ? "consent opt_in, except transactional" : "consent opt_in");
    line(email, "content { subject text, body html, link url? }");
    Piece& push = add("channel push {");
    line(push, "reaches handle");
    line(push, "consent not opt_out");
    line(push, "content { title text }");
  }

  std::string shown(const Field& f) { return f.optional ? "{{ " + f.name + " | default: " + liquid_constant(f.kind) + " }}" : "{{ " + f.name + " }}"; }

  std::string liquid_constant(Kind kind) {
    switch (kind) {
      case Kind::integer: case Kind::number: return "0";
      default: return "'none'";
    }
  }

  std::string text(const std::vector<Field>& parameters) {
    std::string out = random_.word({"Hi <&> ", "Hello ", ""});
    if (!parameters.empty()) out += "{{ " + parameters[0].name + " }}{% if note %} {{ note }}{% endif %} ";
    std::vector<Field> fields = schema_.attributes;
    fields.insert(fields.end(), schema_.measures.begin(), schema_.measures.end());
    const std::vector<Field> all = fields;
    std::erase_if(fields, [](const Field& f) { return is_list(f.kind); });
    for (int64_t k = random_.between(0, 2); k > 0; --k) out += template_piece(all, random_);
    for (int64_t k = random_.between(0, 2); k > 0; --k) {
      const Field& f = random_.pick(fields);
      bool plain = f.kind == Kind::text || f.kind == Kind::integer || f.kind == Kind::number;
      if (!f.optional || plain) out += shown(f) + " ";
    }
    if (random_.chance(30)) out += "{% if plan == 'premium' %}P{% elsif points_known %}Q{% else %}F{% endif %}";
    if (size_t at = out.find("{% elsif points_known %}Q"); at != std::string::npos) out.replace(at, 25, random_.chance(50) ? "{% elsif opt_out %}Q" : "");
    if (random_.chance(20)) out += "{{ today | date: '%d %B' }}";
    return out.empty() ? "x" : out;
  }

  void message(int i) {
    Message m{n("msg", i), {}, {}};
    if (random_.chance(30)) m.parameters.push_back({"amount", Kind::integer, false});
    Piece& p = add("message " + m.name + " {");
    line(p, "category " + random_.word(schema_.categories));
    if (!schema_.topics.empty() && random_.chance(50)) line(p, "topic " + random_.word(schema_.topics));
    if (random_.chance(40)) line(p, "valid for " + words_.duration(60, 3000));
    if (!m.parameters.empty()) line(p, "with amount int, note text?");
    bool push_first = random_.chance(50);
    auto email = [&] {
      line(p, "email { subject \"" + text(m.parameters) + "\", body \"" + text(m.parameters) + "\"" + (random_.chance(30) ? ", link \"app://{{ plan }}\"" : "") + " }");
      m.channels.push_back("email");
    };
    auto push = [&] {
      line(p, "push { title \"" + text(m.parameters) + "\" }");
      m.channels.push_back("push");
    };
    int both = random_.chance(60) ? 2 : 1;
    if (push_first) { push(); if (both == 2) email(); } else { email(); if (both == 2) push(); }
    schema_.messages.push_back(std::move(m));
  }

  std::string then(bool wait) {
    std::vector<std::string> choices = {"", ", then drop"};
    if (wait) choices.insert(choices.end(), 2, ", then wait");
    for (const Message& m : schema_.messages) if (m.parameters.empty()) { choices.push_back(", then send " + m.name); break; }
    return random_.word(choices);
  }

  void protect() {
    if (schema_.messages.empty()) return;
    Piece& p = add("protect rules {");
    line(p, "categories transactional > service > promotional");
    if (random_.chance(50)) line(p, random_.chance(80) ? "exempt transactional" : "exempt transactional, service");
    rules(p, 3);
    if (random_.chance(30)) line(p, "hold out " + random_.word({"2%", "30%"}) + " from promotional");
    for (int64_t k = random_.between(0, 2); k > 0; --k) {
      if (!random_.chance(35)) continue;
      std::string about = random_.word({"promotional", "push", "messages", schema_.messages[0].name}), then_do = then(true);
      line(p, "never " + about + " while " + words_.condition(0, then_do == ", then wait") + then_do);
    }
    floor(p);
    for (const char* name : {"a_second", "z_third"}) {
      if (!random_.chance(30)) continue;
      Piece& other = add(std::string("protect ") + name + " {");
      rules(other, 1);
      floor(other);
      if (other.inside.empty()) line(other, "at most 2 messages in 1 day");
    }
  }

  void rules(Piece& p, int64_t caps) {
    std::vector<std::string> subjects = {"messages", "email", "push", "service", "promotional", schema_.messages[0].name};
    for (int64_t k = random_.between(0, caps); k > 0; --k) {
      std::string cap = "at most " + std::to_string(random_.between(1, 3)) + " " + random_.word(subjects);
      cap += random_.chance(60) ? " in " + words_.duration(60, 5000) : " per " + random_.word({"day", "week", "month"}) + (random_.chance(40) ? " user time" : "");
      line(p, cap + then(true));
    }
    if (random_.chance(50)) line(p, "at least " + words_.duration(10, 600) + " between messages" + then(true));
    if (random_.chance(50)) line(p, std::string("quiet from ") + random_.word({"22:00 to 08:00", "00:30 to 03:00", "13:00 to 14:00", "23:00 to 02:30", "01:15 to 01:45"}) + (random_.chance(50) ? " user time" : "") + then(true));
  }

  void floor(Piece& p) {
    for (const Message& m : schema_.messages) {
      if (!m.parameters.empty() || !random_.chance(40)) continue;
      std::string by;
      if (m.channels.size() == 2 && random_.chance(60)) by = random_.word({" by email, else push", " by push and email", " by best channel"});
      line(p, "at least 1 message in " + std::to_string(random_.between(2, 15)) + " days, else send " + m.name + by);
      return;
    }
  }

  void experiment(int i) {
    std::string name = n("trial", i);
    Piece& p = add("experiment " + name + " {");
    static const std::vector<std::string> platforms = {"growthbook v1 seed \"trial\"", "growthbook v2", "optimizely seed \"1886780721\"", "launchdarkly seed \"61\""};
    const bool foreign = random_.chance(30), three = random_.chance(40);
    const std::string platform = random_.word(platforms), unit = random_.word({"", "", "", "user", "handle", "points", "plan"});
    const bool growthbook = foreign && platform[0] == 'g', ranges = foreign && random_.chance(30);
    if (!unit.empty()) line(p, "unit " + unit);
    if (foreign) line(p, "bucketing " + platform);
    if (!foreign && random_.chance(40)) line(p, "salt \"v2\"");
    if (growthbook && !ranges && random_.chance(40)) line(p, "coverage 60%");
    if (growthbook && random_.chance(30)) line(p, random_.word({"namespace \"crm\" 0% to 70%", "filter \"crm\" 0% to 40%, 60% to 95%"}));
    if (random_.chance(40)) line(p, "layer crm" + std::to_string(i) + " 0% to 60%");
    if (ranges) line(p, three ? "variants { left 0% to 20% and 80% to 90%, middle 20% to 40%, right 40% to 60% }" : "variants { left 50% to 100%, right 0% to 45% }");
    else line(p, three ? "variants { left, middle, right }" : "variants { left 30%, right 70% }");
    if (random_.chance(40)) line(p, "for " + words_.condition(0, false));
    schema_.experiments.push_back({name, three ? std::vector<std::string>{"left", "middle", "right"} : std::vector<std::string>{"left", "right"}});
  }

  // ---- journeys
  std::string send() {
    const Message& m = random_.pick(schema_.messages);
    std::string text = "send " + m.name;
    if (m.channels.size() == 2 && random_.chance(25)) text += " by best channel";
    else if (m.channels.size() == 2 && random_.chance(50)) text += random_.chance(60) ? " by " + m.channels[1] + ", else " + m.channels[0] : " by push and email";
    else if (random_.chance(50)) text += " by " + m.channels[0];
    if (random_.chance(20)) text += " at " + random_.word({"09:00", "02:30", "00:00", "18:45"}) + (random_.chance(50) ? " user time" : "");
    if (!m.parameters.empty()) text += " with amount: " + (!entry_number_.empty() && random_.chance(60) ? "entry." + entry_number_ + " or else 7" : words_.known(Kind::integer)) + random_.word({"", ", note: unknown", ", note: \"n\""});
    return text;
  }

  void statements(Piece& into, int depth, int step, int steps) {
    for (int64_t k = random_.between(1, 3); k > 0; --k) statement(into, depth, step, steps);
  }

  void ending(Piece& into, int step, int steps) {
    int64_t kind = random_.between(0, 3);
    if (kind == 0) line(into, "finish");
    if (kind == 1) line(into, "leave");
    if (kind == 2 && step + 1 < steps) line(into, "go to step_" + std::to_string(random_.between(step + 1, steps - 1)));
    if (kind == 3) {
      line(into, "wait " + words_.duration(60, 3000));
      line(into, "go to step_" + std::to_string(random_.between(0, step)));
    }
  }

  Piece& block(Piece& into, std::string head, std::string tail = "}") {
    into.inside.push_back({"  " + std::move(head), {}, std::move(tail)});
    return into.inside.back();
  }

  void statement(Piece& into, int depth, int step, int steps) {
    int64_t kind = random_.between(0, depth > 0 ? 12 : 5);
    if (random_.chance(20)) return line(into, words_.effect(own_ && !own_->name.empty() ? own_ : nullptr));
    if (kind <= 1 && !schema_.messages.empty()) return line(into, send());
    if (kind <= 3) return line(into, "wait " + words_.duration(1, 4000));
    if (kind == 4) return line(into, "wait until " + random_.word({"09:00", "02:30", "00:00", "18:45"}) + (random_.chance(50) ? " user time" : "") + (random_.chance(40) ? " on " + random_.word({"monday", "friday, sunday"}) : ""));
    if (kind == 5) return line(into, "wait until date " + date() + (random_.chance(60) ? " at " + random_.word({"09:00", "02:30", "00:00"}) + user_time() : "") +
                                         ", if past " + random_.word({"skip", "leave"}) + ", if unknown " + random_.word({"skip", "leave"}));
    if (kind == 9) {
      Piece& choose = block(into, "choose first {");
      for (int64_t k = random_.between(1, 3); k > 0; --k) statements(block(choose, "when " + words_.condition(1, false) + " {"), depth - 1, step, steps);
      if (random_.chance(60)) statements(block(choose, "otherwise {"), depth - 1, step, steps);
      return;
    }
    if (kind == 10) {
      Piece& split = block(into, "split \"" + random_.word({"halves", "a/b", "å"}) + (random_.chance(40) ? "\" per entry {" : "\" {"));
      static const std::vector<std::vector<std::string>> kShares = {{"50%", "50%"}, {"10%", "30%", "60%"}, {"0%", "99.9999%", "0.0001%"}};
      for (const std::string& share : random_.pick(kShares))
        statements(block(split, share + " {"), depth - 1, step, steps);
      return;
    }
    if (kind >= 11) {
      Piece& wait = block(into, "wait until " + (random_.chance(30) ? interrupt() : words_.condition(1, true)) + " up to " + words_.duration(30, 4000) + " {");
      return branches(wait, depth, step, steps);
    }
    if (kind == 6) {
      Piece& test = block(into, "if " + words_.condition(1, false) + " {", random_.chance(50) ? "} else {" : "}");
      statements(test, depth - 1, step, steps);
      if (random_.chance(40)) ending(test, step, steps);
      if (test.tail != "}") {
        Piece& other = block(into, "", "}");
        other.head.clear();
        statements(other, depth - 1, step, steps);
        Piece whole{"", {std::move(into.inside[into.inside.size() - 2]), std::move(into.inside.back())}, ""};
        into.inside.resize(into.inside.size() - 2);
        into.inside.push_back(std::move(whole));
      }
      return;
    }
    if (kind == 7 && !schema_.experiments.empty()) {
      const auto& [name, variants] = random_.pick(schema_.experiments);
      Piece& choose = block(into, "choose by experiment " + name + " {");
      for (const std::string& variant : variants) statements(block(choose, variant + " {"), depth - 1, step, steps);
      if (random_.chance(60)) statements(block(choose, "otherwise {"), depth - 1, step, steps);
      return;
    }
    const Event& event = random_.pick(schema_.events);
    Piece& wait = block(into, "wait for " + words_.event_name(event) + (random_.chance(40) ? " where " + words_.where(event) : "") + " up to " + words_.duration(30, 4000) + " {");
    branches(wait, depth, step, steps);
  }

  // `then` and `else` of a wait; at most one of them ends what it stands in, so that what follows is reached.
  void branches(Piece& wait, int depth, int step, int steps) {
    for (const char* word : {"then ", "else "}) {
      if (random_.chance(25)) continue;
      Piece branch;
      statements(branch, depth - 1, step, steps);
      if (word[0] == 'e' && random_.chance(40)) ending(branch, step, steps);
      first_line(branch).insert(2, word);
      wait.inside.push_back(std::move(branch));
    }
    if (wait.inside.empty()) line(wait, "else finish");
  }

  static std::string& first_line(Piece& piece) {
    Piece* at = &piece;
    while (at->head.empty()) at = &at->inside.front();
    return at->head;
  }

  std::string user_time() { return random_.chance(40) ? " user time" : ""; }

  std::string date() {
    std::string days = std::to_string(random_.between(1, 9)) + " days";
    switch (random_.between(0, 5)) {
      case 0: return words_.constant(Kind::date);
      case 1: return "today + " + days;
      case 2: return "birth";
      case 3: return "renewal - " + days;
      case 4: return "renewal + " + days;
      default: return "renewal";
    }
  }

  std::string clock_entry() {
    std::string at = " at " + random_.word({"09:00", "02:30", "00:00", "23:30"}) + user_time();
    switch (random_.between(0, 4)) {
      case 0: return "enter every " + random_.word({"day", "monday, thursday", "sunday"}) + at;
      case 1: return "enter once at " + random_.word({"2026-01-14", "2026-03-29", "2026-10-25", "2028-02-29"}) + at.substr(3);
      case 2: return "enter on date birth" + at + " yearly";
      default: {
        std::string from = date();
        while (from.starts_with("today")) from = date();
        return "enter on date " + from + (random_.chance(70) ? at : "") + (random_.chance(40) ? " yearly" : "");
      }
    }
  }

  // Entries of a journey with an instance a key: by events that have one.
  bool keyed_entries(Piece& p) {
    const Event& event = random_.pick(schema_.events);
    std::vector<Field> keys;
    for (const Field& f : event.fields)
      if (f.kind == Kind::text || f.kind == Kind::integer || f.kind == Kind::word || f.kind == Kind::date || f.kind == Kind::time) keys.push_back(f);
    if (keys.empty()) return false;
    const Field& key = random_.pick(keys);
    std::string where = key.optional ? key.name + " is known" : random_.chance(40) ? words_.where(event) : "";
    for (int64_t k = random_.between(1, 2); k > 0; --k) line(p, "enter on " + event.name + (where.empty() ? "" : " where " + where));
    remember_entry(event);
    line(p, "one per " + key.name + (random_.chance(40) ? ", at most " + std::to_string(random_.between(1, 4)) + " at once" : ""));
    if (random_.chance(60)) line(p, "re-enter " + random_.word({"always", "after 1 day", "after 90 minutes"}));
    return true;
  }

  // A whole number of an entering event, for what the journey says.
  void remember_entry(const Event& event) {
    for (const Field& f : event.fields)
      if (f.kind == Kind::integer) entry_number_ = f.name;
  }

  std::string way_in() {
    const Event& event = random_.pick(schema_.events);
    switch (random_.between(0, 5)) {
      case 0: return "when " + words_.condition(1, true);
      case 1: return "when " + words_.trigger();
      case 2: return clock_entry().substr(6);
      default:
        remember_entry(event);
        return "on " + words_.event_name(event) + (random_.chance(40) ? " where " + words_.where(event) : "");
    }
  }

  void enter_by_experiment(Piece& p) {
    const auto& [name, variants] = random_.pick(schema_.experiments);
    Piece& by = block(p, "enter by experiment " + name + " {");
    for (const std::string& variant : variants)
      if (random_.chance(80)) line(by, variant + " { " + way_in() + " }");
    if (by.inside.empty() || random_.chance(40)) line(by, "otherwise { " + way_in() + " }");
  }

  void entries(Piece& p) {
    entry_number_.clear();
    if (random_.chance(25) && keyed_entries(p)) return;
    for (int64_t k = random_.between(1, 3); k > 0; --k) {
      if (!schema_.experiments.empty() && random_.chance(15)) enter_by_experiment(p);
      else line(p, "enter " + way_in());
    }
    line(p, "re-enter " + random_.word({"always", "always", "never", "after 1 day", "after 90 minutes"}));
  }

  void journey(int i) {
    own_ = &emitted_[static_cast<size_t>(i)];
    Piece& p = add("journey " + n("j", i) + random_.word({"", "", "", "", "", "", "", "", " renamed from older" + std::to_string(i), i == 0 ? " closed" : " paused"}) + " {");
    entries(p);
    if (random_.chance(35)) line(p, "only if " + words_.condition(1, false));
    if (random_.chance(40)) line(p, "priority " + std::to_string(random_.between(0, 3)));
    if (random_.chance(40)) line(p, "goal " + interrupt() + (random_.chance(40) ? " within " + words_.duration(60, 20000) + " of entry" : ""));
    for (int64_t k = random_.between(0, 2); k > 0; --k) line(p, "exit when " + (random_.chance(30) ? words_.trigger() : interrupt()));
    int steps = static_cast<int>(random_.between(1, 3));
    for (int k = 0; k < steps; ++k) statements(block(p, "step step_" + std::to_string(k) + " {"), 2, k, steps);
    if (!own_->name.empty()) schema_.events.push_back(*own_);
  }

  std::string interrupt() {
    const Event& event = random_.pick(schema_.events);
    const std::string filter = compared_with_entry(event);
    if (random_.chance(40)) return "count of " + event.name + filter + " since entry >= " + std::to_string(random_.between(1, 4));
    if (random_.chance(30)) return "has " + event.name + filter + " since entry";
    if (!filter.empty() && random_.chance(50)) return "has (" + random_.pick(schema_.events).name + " then " + event.name + filter + ") since entry";
    if (random_.chance(30)) return "has " + words_.sequence() + " since entry";
    return words_.condition(1, true);
  }

  // What a journey counts may be compared with what entered it.
  std::string compared_with_entry(const Event& event) {
    if (entry_number_.empty()) return "";
    for (const Field& f : event.fields)
      if (f.kind == Kind::integer && !f.optional) return " where " + f.name + random_.word({" is ", " >= ", " < "}) + "(entry." + entry_number_ + " or else 2)" + (random_.chance(30) ? " and " + words_.where(event) : "");
    return "";
  }

  const Size& size_;
  Schema& schema_;
  Random random_;
  Words words_;
  std::vector<Event> emitted_;      // by journey; without a name where it emits nothing
  const Event* own_ = nullptr;      // of the journey being written
  std::vector<Piece> pieces_;
  std::string entry_number_;   // of the journey being written
};

}  // namespace

std::vector<Piece> generate_project(uint64_t seed, const Size& size, Schema& schema) { return Builder(seed, size, schema).build(); }

}  // namespace wend::differential
