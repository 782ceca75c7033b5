// Random signals and what journeys raise: `set`, `emit`, `call`.
#include "tests/differential/schema.h"

namespace wend::differential {

std::string Words::event_name(const Event& event) {
  if (!event.feedback || schema_.messages.empty() || !random_.chance(60)) return event.name;
  return event.name + " " + random_.pick(schema_.messages).name;
}

std::vector<std::string> Words::signal(const std::string& name, const Event& from, Event& made) {
  made = {name, name, {}, true};
  const std::string filter = random_.chance(30) ? " where " + where(from) : "";
  std::vector<std::string> lines{"signal " + name + " from " + from.name + filter + " {"};
  const Event& by = random_.pick(schema_.events);
  if (random_.chance(35)) {
    lines.push_back("when " + (random_.chance(50) ? where(from) : condition(0, false)));
  } else if (random_.chance(85)) {
    std::string text = std::string("when ") + (random_.chance(65) ? "not " : "") + "followed by " + by.name + (random_.chance(25) ? " where " + where(by) : "");
    text += " within " + duration(5, 4000) + random_.word({" of the latest", " of the first"});
    for (const Field& key : from.fields) {
      bool same = false;
      for (const Field& other : by.fields) same = same || (other.name == key.name && other.kind == key.kind);
      if (!same || is_list(key.kind) || !random_.chance(60)) continue;
      text += " matching " + key.name + (random_.chance(50) ? " up to " + std::to_string(random_.between(1, 3)) : "");
      break;
    }
    lines.push_back(text);
  }
  std::string carried;
  for (const Field& field : from.fields) {
    if (!random_.chance(60)) continue;
    carried += (carried.empty() ? "carries " : ", ") + field.name;
    made.fields.push_back(field);
  }
  if (!carried.empty()) lines.push_back(carried);
  return lines;
}

std::string Words::set_statement() {
  const std::string many = known(Kind::integer) + " > 3";   // the runtime judges
  switch (random_.between(0, 7)) {
    case 0: return "set opt_in to " + random_.word({"false", "opt_out", many});
    case 1: return "set opt_out to " + random_.word({"true", "opt_out", many});
    case 2: return "set address to " + random_.word({"unknown", "unknown", "address", "\"\""});
    default: {
      const Field& field = random_.pick(schema_.attributes);
      if (field.name == "address" || field.name == "handle" || field.name == "opt_in" || field.name == "opt_out") return "set plan to " + constant(Kind::word);
      if (field.optional && random_.chance(25)) return "set " + field.name + " to unknown";
      return "set " + field.name + " to " + known(field.kind);
    }
  }
}

std::string Words::values(const std::vector<Field>& fields) {
  std::string text;
  for (const Field& field : fields) {
    if (field.optional && random_.chance(40)) continue;
    text += (text.empty() ? "" : ", ") + field.name + ": " + known(field.kind);
  }
  return text;
}

std::string Words::effect(const Event* emitted) {
  if (emitted && random_.chance(50)) {
    const std::string given = values(emitted->fields);
    return "emit " + emitted->name + (given.empty() ? "" : " { " + given + " }");
  }
  if (random_.chance(60)) return set_statement();
  const std::string given = values(schema_.hook);
  return "call outside with url: \"https://example.com/in\"" + (given.empty() ? "" : ", " + given);
}

}  // namespace wend::differential
