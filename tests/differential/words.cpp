// Random expressions that the checker takes: units match, what may be unknown has an `or else`.
#include "tests/differential/schema.h"

namespace wend::differential {

const std::vector<std::string> kZones = {"Europe/Stockholm", "UTC", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe",
                                         "America/Sao_Paulo", "Asia/Beirut", "America/Nuuk", "Asia/Tokyo", "Pacific/Apia"};

namespace {

std::string number(int64_t value) { return std::to_string(value); }

std::string clock(Random& random) {
  auto two = [](int64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return two(random.between(0, 23)) + ":" + two(random.between(0, 3) * 15);
}

std::string date(Random& random) {
  auto two = [](int64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  if (random.chance(15)) return "2008-02-29";
  return number(random.between(1990, 2028)) + "-" + two(random.between(1, 12)) + "-" + two(random.between(1, 28));
}

const std::vector<std::string> kDays = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};

std::vector<Field> of_kind(const std::vector<Field>& fields, Kind kind) {
  std::vector<Field> some;
  for (const Field& field : fields)
    if (field.kind == kind) some.push_back(field);
  return some;
}

}  // namespace

std::string Words::constant(Kind kind) {
  switch (kind) {
    case Kind::boolean: return random_.chance(50) ? "true" : "false";
    case Kind::integer: return number(random_.between(0, 12));
    case Kind::number: return random_.word({"0.5", "1.25", "3.0", "0.1", "12.75", "100.0"});
    case Kind::percent: return random_.word({"5%", "10%", "12.5%", "50%"});
    case Kind::text: return random_.word({"\"a\"", "\"b\"", "\"jazz\"", "\"\"", "\"å\""});
    case Kind::money: return random_.word({"5 EUR", "49.90 EUR", "0.000001 EUR", "10.5 EUR"});
    case Kind::duration: return duration(0, 4000);
    case Kind::time: return random_.word({"2026-03-29T01:00Z", "2026-02-01T12:00Z", "2026-10-25T00:30Z", "2028-02-29T12:00Z"});
    case Kind::date: return date(random_);
    case Kind::clock: return clock(random_);
    case Kind::weekday: return random_.word(kDays);
    case Kind::word: return random_.word({"free", "premium", "\"for two\""});
    case Kind::zone: return "\"" + random_.word(kZones) + "\"";
    case Kind::texts: return random_.word({"[]", "[\"jazz\"]", "[\"b\", \"a\", \"b\"]"});
    case Kind::integers: return random_.word({"[]", "[3, 1, 3]"});
    case Kind::records: return random_.word({"[]", "[{ name: \"a\", price: 5 EUR }, { price: 7.5 EUR, name: \"b\", image: \"a.png\" }]"});
  }
  return "0";
}

std::string Words::duration(int64_t least, int64_t most) {
  int64_t minutes = random_.between(least, most);
  if (minutes >= 2880 && random_.chance(60)) return number(minutes / 1440) + " days";
  if (minutes >= 120 && random_.chance(60)) return number(minutes / 60) + " hours";
  if (random_.chance(10)) return number(minutes * 60 + random_.between(1, 59)) + " seconds";
  return number(std::max<int64_t>(minutes, 1)) + " minutes";
}

std::string Words::known(Kind kind) {
  std::vector<Field> sources = of_kind(schema_.attributes, kind);
  for (const Field& measure : of_kind(schema_.measures, kind)) sources.push_back(measure);
  if (is_list(kind)) return random_.pick(sources).name;   // none is written out in a journey
  if (sources.empty() || random_.chance(15)) return constant(kind);
  const Field& field = random_.pick(sources);
  return field.optional ? "(" + field.name + " or else " + constant(kind) + ")" : field.name;
}

std::string Words::compare(const std::string& value, Kind kind) {
  static const std::vector<std::string> orders = {"<", "<=", ">", ">="};
  switch (kind) {
    case Kind::boolean: return random_.chance(50) ? value + " is true" : value + " is false";
    case Kind::text:
      if (random_.chance(30)) return value + " contains " + random_.word({"\"a\"", "\"z\"", "\"\""});
      if (random_.chance(30)) return value + " mentions " + random_.word({"\"a\"", "(\"jazz\" or \"B\")", "(\"a*\" and not \"q\")", "(\"A b\" or not (\"a\" or \"jazz\"))"});
      if (random_.chance(30)) return value + " matches \"^[ab]\"";
      if (random_.chance(30)) return value + random_.word({" starts with ", " ends with "}) + "\"a\"";
      return value + " in [\"a\", \"b\"]";
    case Kind::weekday: return value + " in [" + random_.word({"monday, friday", "saturday, sunday", "wednesday"}) + "]";
    case Kind::word: return random_.chance(50) ? value + " is " + constant(kind) : value + " in [premium, \"for two\"]";
    case Kind::zone: return value + " is " + constant(kind);
    case Kind::integer:
      if (random_.chance(25)) { int64_t low = random_.between(0, 5); return value + " in " + number(low) + ".." + number(low + random_.between(0, 6)); }
      return value + " " + random_.word(orders) + " " + number(random_.between(1, 8));
    default: return value + " " + random_.word(orders) + " " + constant(kind);
  }
}

// A test of a field that may be unknown, in one of the ways the language has for it.
std::string Words::test_of(const Field& field, bool) {
  if (is_list(field.kind)) return list_test(field);
  if (!field.optional) return compare(field.name, field.kind);
  if (random_.chance(15)) return field.name + (random_.chance(50) ? " is known" : " is unknown");
  bool order = field.kind != Kind::text && field.kind != Kind::boolean && field.kind != Kind::word && field.kind != Kind::weekday && field.kind != Kind::zone;
  if (order && random_.chance(40)) return "(" + field.name + " is known and " + compare(field.name, field.kind) + ")";
  return compare("(" + field.name + " or else " + constant(field.kind) + ")", field.kind);
}

// What is asked of a list; where it may be unknown, in the ways that need nothing more, or behind `is known`.
std::string Words::list_test(const Field& field) {
  const std::string& x = field.name;
  std::string one;   // a condition on the item `it`
  switch (field.kind) {
    case Kind::texts: one = "it" + random_.word({" is \"jazz\"", " starts with \"a\"", " in [\"a\", \"b\"]", " is not \"b\""}); break;
    case Kind::integers: one = "it" + random_.word({" > 2", " in 0..4", " is 3", " * 2 < 7"}); break;
    default: one = random_.word({"it.price > 5 EUR", "it.name is \"a\" and it.price < 10 EUR", "it.image is known and it.image contains \"a\"",
                                 "(it.image or else \"a\") is it.name", "any other in genres where other is it.name"});
  }
  std::string where = random_.chance(50) ? " where " + one : " (where " + one + ")";
  if (random_.chance(35)) return "(any it in " + x + (random_.chance(20) ? "" : where) + ")";
  if (field.kind != Kind::records && random_.chance(50)) {
    std::string value = field.kind == Kind::texts ? random_.word({"\"a\"", "\"jazz\"", "plan_text"}) : number(random_.between(0, 5));
    if (value == "plan_text") value = "handle";
    return random_.chance(50) ? x + " contains " + value : value + " in " + x;
  }
  std::string asked = random_.chance(40) ? "(all it in " + x + where + ")"
                                         : "(count of it in " + x + (random_.chance(30) ? "" : where) + ") " + random_.word({">", "<="}) + " " + number(random_.between(0, 3));
  if (field.kind == Kind::integers && random_.chance(30)) asked = number(random_.between(0, 5)) + " not in " + x;
  return field.optional ? "(" + x + " is known and " + asked + ")" : "(" + asked + ")";
}

std::string Words::where(const Event& event) {
  if (event.fields.empty() || random_.chance(20)) {
    std::vector<Field> plain = of_kind(schema_.attributes, Kind::word);
    return test_of(random_.pick(plain), false);
  }
  std::string first = test_of(random_.pick(event.fields), false);
  if (random_.chance(70)) return first;
  return first + (random_.chance(50) ? " and " : " or ") + test_of(random_.pick(event.fields), false);
}

std::string Words::window(bool rolling_bound) {
  if (random_.chance(20)) {
    switch (random_.between(0, schema_.states.empty() ? 3 : 5)) {
      case 0: return " since last " + random_.pick(schema_.events).name;
      case 1: return " since first " + random_.pick(schema_.events).name;
      case 2: {
        int64_t until = random_.between(0, 4), from = until + random_.between(1, 8);
        return " from " + number(from) + " to " + number(until) + random_.word({" days", " days", " hours", " weeks", " months", " minutes"}) + " ago";
      }
      case 3: return random_.word({" from 2026-01-05 to 2026-02-14", " from 2026-03-25 to 2026-03-31", " from 2026-10-20 to 2026-11-05", " from 2028-02-29 to 2028-02-29"});
      default: {
        const States& block = random_.pick(schema_.states);
        return " since " + block.name + " became " + random_.pick(block.values);
      }
    }
  }
  switch (random_.between(0, 10)) {
    case 0: return " today";
    case 1: return " this week";
    case 2: return " this month";
    case 3: return " ever";
    case 4: return " in last " + number(random_.between(1, 90)) + " minutes";
    case 5: return " in last " + number(random_.between(1, 48)) + " hours";
    case 6: return " in last " + number(random_.between(1, 4)) + " weeks";
    case 7: return " in last " + number(random_.between(1, 3)) + " months";
    case 8: return " in rolling " + duration(30, 6000) + (rolling_bound ? " up to " + number(random_.between(1, 8)) : "");
    default: return " in last " + number(random_.between(1, 12)) + " days";
  }
}

// The events of a match, two to four; `matching` compares a property, so it needs one event throughout.
std::string Words::sequence() {
  Event event = random_.pick(schema_.events);
  std::erase_if(event.fields, [](const Field& f) { return is_list(f.kind); });
  bool matching = !event.fields.empty() && random_.chance(50);
  std::string text = "(";
  for (int64_t hop = 0, hops = random_.between(2, 4); hop < hops; ++hop) {
    const Event& next = matching || random_.chance(30) ? event : random_.pick(schema_.events);
    text += (hop ? " then " : "") + next.name;
    if (random_.chance(40)) text += " where " + where(next);
    if (hop && random_.chance(60)) text += " within " + duration(10, 6000);
  }
  if (matching) text += " matching " + random_.pick(event.fields).name + (random_.chance(50) ? " up to " + number(random_.between(1, 3)) : "");
  return text + ")";
}

std::string Words::aggregate(Kind& kind, bool& optional, bool in_journey) {
  Event event = random_.pick(schema_.events);
  const std::string name = event_name(event);
  std::string filter = random_.chance(35) ? " where " + where(event) : "";
  std::string over = in_journey && random_.chance(50) ? " since entry" : window(true);
  optional = false;
  kind = Kind::integer;
  std::erase_if(event.fields, [](const Field& f) { return is_list(f.kind); });
  std::vector<Field> sums, orders;
  for (const Field& f : event.fields) {
    bool quantity = f.kind == Kind::integer || f.kind == Kind::number || f.kind == Kind::percent || f.kind == Kind::money || f.kind == Kind::duration;
    if (quantity) sums.push_back(f);
    if (quantity || f.kind == Kind::time || f.kind == Kind::date || f.kind == Kind::clock) orders.push_back(f);
  }
  bool bare = filter.empty() && random_.chance(40), past = over.ends_with(" ago");
  switch (random_.between(0, 12)) {
    case 11: return "count of " + sequence() + over;
    case 12: kind = Kind::boolean; return "has " + sequence() + over.substr(0, over.find(" up to "));
    case 0: case 1: return "count of " + name + filter + over;
    case 2:
      if (past) {   // in the window's own unit
        size_t unit = over.rfind(' ', over.size() - 5);
        std::string word = over.substr(unit + 1, over.size() - 4 - unit - 1);
        return (word == "minutes" ? "count of " : word + " with ") + name + filter + over;
      }
      return random_.word({"days", "hours", "weeks", "months"}) + " with " + name + filter + over;
    case 3: return "streak of " + random_.word({"days", "weeks", "months"}) + " with " + name + filter + (bare ? "" : past ? " ever" : over.substr(0, over.find(" up to ")) == over ? over : " ever");
    case 4: kind = Kind::boolean; {
      size_t bound = over.find(" up to ");
      return "has " + name + filter + over.substr(0, bound);
    }
    case 5:
      kind = Kind::duration;
      optional = true;
      return "time since " + random_.word({"last ", "first "}) + name + filter + (bare ? "" : over);
    case 6:
      if (event.fields.empty()) break;
      return "distinct " + event.name + "." + random_.pick(event.fields).name + (random_.chance(30) ? " up to " + number(random_.between(1, 4)) : "") + filter + over;
    case 7: {
      if (event.fields.empty()) break;
      const Field& f = random_.pick(event.fields);
      kind = f.kind;
      optional = true;
      if (random_.chance(50)) return "most frequent " + event.name + "." + f.name + (random_.chance(30) ? " up to " + number(random_.between(1, 4)) : "") + filter + over;
      return random_.word({"last ", "first "}) + event.name + "." + f.name + filter + (bare ? "" : over);
    }
    case 8: {
      if (sums.empty()) break;
      const Field& f = random_.pick(sums);
      kind = f.kind;
      return "sum of " + event.name + "." + f.name + filter + over;
    }
    case 9: {
      if (sums.empty()) break;
      const Field& f = random_.pick(sums);
      kind = f.kind == Kind::integer ? Kind::number : f.kind;
      optional = true;
      return "average of " + event.name + "." + f.name + filter + over;
    }
    default: {
      if (orders.empty()) break;
      const Field& f = random_.pick(orders);
      kind = f.kind;
      optional = true;
      return random_.word({"smallest of ", "largest of "}) + event.name + "." + f.name + filter + over;
    }
  }
  return "count of " + name + filter + over;
}

std::string Words::clock_test(bool watched) {
  switch (random_.between(0, watched && schema_.days > 10 ? 3 : 5)) {
    case 0: return "now " + random_.word({"<", "<=", ">", ">="}) + " " + constant(Kind::time);
    case 1: return "weekday(today) in [" + random_.word({"monday, tuesday", "saturday, sunday"}) + "]";
    case 2: return "day(today) " + random_.word({"<", ">="}) + " " + number(random_.between(2, 28));
    case 3: return "(birth is known and age(birth) >= " + number(random_.between(1, 40)) + ")";
    case 4: return "weekday(now, user time) in [" + random_.word({"monday, tuesday", "saturday, sunday"}) + "]";
    default: return random_.word({"hour(now) in ", "hour(now, user time) in "}) + random_.word({"6..11", "0..3", "20..23"});
  }
}

std::string Words::condition(int depth, bool watched) {
  if (depth > 0 && random_.chance(45)) {
    std::string left = condition(depth - 1, watched), right = condition(depth - 1, watched);
    if (random_.chance(20)) return "not (" + left + ")";
    return "(" + left + (random_.chance(50) ? " and " : " or ") + right + ")";
  }
  switch (random_.between(0, 9)) {
    case 0: case 1: if (!schema_.measures.empty()) {
      Field measure = random_.pick(schema_.measures);
      if (measure.kind == Kind::duration && measure.optional && random_.chance(60)) return "(" + measure.name + " or else 99 days) " + random_.word({"<", "<=", ">", ">="}) + " " + duration(10, 4000);
      return test_of(measure, false);
    } [[fallthrough]];
    case 2: if (!schema_.states.empty()) {
      const States& block = random_.pick(schema_.states);
      if (block.ordered && random_.chance(40)) return block.name + random_.word({" < ", " <= ", " > ", " >= "}) + random_.pick(block.values);
      return block.name + (random_.chance(70) ? " is " : " is not ") + random_.pick(block.values);
    } [[fallthrough]];
    case 3: if (!schema_.audiences.empty()) return random_.pick(schema_.audiences);
      [[fallthrough]];
    case 4: if (!schema_.usual.empty()) return random_.pick(schema_.usual) + random_.word({" is below usual by ", " is above usual by "}) + random_.word({"20%", "1 sigmas", "0.5 sigmas"});
      [[fallthrough]];
    case 5: if (random_.chance(60)) return clock_test(watched);
      [[fallthrough]];
    case 6: case 7: {
      const Event& event = random_.pick(schema_.events);
      std::string filter = random_.chance(30) ? " where " + where(event) : "";
      if (random_.chance(8)) return "has " + sequence() + window(false);
      if (random_.chance(8)) return "count of " + sequence() + window(false) + random_.word({" >= ", " < "}) + number(random_.between(1, 3));
      if (random_.chance(50)) return "has " + event.name + filter + window(false);
      return "count of " + event.name + filter + window(false) + " " + random_.word({">=", "<", ">", "<="}) + " " + number(random_.between(1, 5));
    }
    default: return test_of(random_.pick(schema_.attributes), false);
  }
}

std::string Words::trigger() {
  if (schema_.states.empty() || random_.chance(35)) {
    if (!schema_.audiences.empty() && random_.chance(40)) return random_.pick(schema_.audiences) + (random_.chance(50) ? " changes" : " becomes true");
    if (!schema_.measures.empty() && random_.chance(50)) return random_.pick(schema_.measures).name + " changes";
    return random_.chance(50) ? "plan becomes premium" : "plan changes";
  }
  const States& block = random_.pick(schema_.states);
  size_t a = static_cast<size_t>(random_.between(0, static_cast<int64_t>(block.values.size()) - 1)), b = (a + 1) % block.values.size();
  switch (random_.between(0, block.ordered ? 6 : 4)) {
    case 0: return block.name + " moves from " + block.values[a] + " to " + block.values[b];
    case 1: return block.name + " becomes " + block.values[a];
    case 2: return block.name + " leaves " + block.values[a];
    case 3: return block.name + " changes";
    case 4: return block.name + " stays " + block.values[a] + " for " + duration(60, 6000);
    case 5: return block.name + " drops";
    default: return block.name + " rises";
  }
}

}  // namespace wend::differential
