// Pieces of templates over a schema: tags and filters by chance, each sound whatever the user is like.
#include "tests/differential/schema.h"

namespace wend::differential {
namespace {

std::string text_filters(Random& random) {
  static const std::vector<std::string> filters = {
      " | upcase", " | capitalize", " | strip", " | append: '!'", " | prepend: 'a '", " | replace: 'a', 'bc'", " | replace_last: 'a', ''", " | remove_first: 'o'",
      " | truncate: 5", " | truncatewords: 2", " | slice: 1, 3", " | slice: -3, 2", " | strip_html", " | split: 'a' | join: '+'", " | split: '' | reverse | join"};
  std::string out;
  for (int64_t k = random.between(0, 3); k > 0; --k) out += random.word(filters);
  return out;
}

std::string int_filters(Random& random) {
  static const std::vector<std::string> filters = {" | plus: 3", " | minus: 7", " | times: 5", " | divided_by: 3", " | divided_by: -2", " | modulo: 4", " | modulo: -3",
                                                   " | at_least: 2", " | at_most: 40", " | abs"};
  std::string out;
  for (int64_t k = random.between(1, 3); k > 0; --k) out += random.word(filters);
  return out;
}

std::string number_filters(Random& random) {
  static const std::vector<std::string> filters = {" | plus: 0.3", " | minus: 2.2", " | times: 1.1", " | divided_by: 7.0", " | modulo: 1.5", " | round: 2", " | ceil", " | floor",
                                                   " | at_least: 0.5"};
  return random.word(filters);
}

// An entry by its place, there or not.
std::string entry_piece(const std::string& list, Kind kind, Random& random) {
  const std::string one = list + random.word({"[0]", ".first", ".last", "[1]", "[-1]"});
  if (kind == Kind::integers) return "{{ " + one + " | default: 7 }}{% if " + list + ".size >= 2 %}{{ " + list + "[1] }}{% endif %}";
  if (kind == Kind::texts) return "{{ " + one + " | default: 'z' }}{% if " + list + ".size > 0 %}{{ " + list + "[0] }}{{ " + list + ".last }}{% endif %}";
  return "{{ " + one + ".name | default: 'z' }}{% if " + one + " %}{{ " + one + ".price | money }}{% endif %}{% if " + one + ".image %}{{ " + one + ".image }}{% endif %}{% if " + list +
         " != empty %}{{ " + list + ".first.name }}{% endif %}";
}

std::string list_piece(const Field& f, Random& random) {
  std::string out;
  switch (random.between(0, 4)) {
    case 4: out = entry_piece(f.name, f.kind, random); break;
    case 0: out = "{{ " + f.name + ".size }}"; break;
    case 1: out = "{{ " + f.name + " | slice: 1, 2 | size }}"; break;
    case 2: out = f.kind == Kind::records ? "{{ " + f.name + " | reverse | size }}" : "{{ " + f.name + random.word({"", " | sort", " | reverse", " | uniq", " | sort_natural"}) + " | join: '-' }}"; break;
    default:
      out = "{% for e in " + f.name + random.word({"", " limit: 2", " offset: 1", " reversed"}) + " %}{{ forloop.index }}" + (f.kind == Kind::records ? "" : "{{ e }}") + "{% if forloop.last %}.{% endif %}{% else %}none{% endfor %}";
  }
  return f.optional ? "{% if " + f.name + " %}" + out + "{% endif %}" : out;
}

}  // namespace

std::string template_piece(const std::vector<Field>& fields, Random& random) {
  switch (random.between(0, 6)) {
    case 0:
      return "{% for n in (" + std::to_string(random.between(-1, 2)) + ".." + std::to_string(random.between(0, 5)) + ")" + random.word({"", " reversed", " limit: 2", " offset: 1"}) +
             " %}{% if n == 2 %}" + random.word({"{% continue %}", "{% break %}", "two"}) + "{% endif %}{{ n }}{{ forloop.rindex }}{% cycle 'a', 'b' %}{% else %}-{% endfor %}";
    case 1: return "{% increment k %}{% decrement j %}{{ k }}";
    case 2: return "{% case plan %}{% when 'premium' %}P{% else %}{% assign word = 'other' %}{{ word }}{% endcase %}";
    default: break;
  }
  const Field& f = random.pick(fields);
  switch (f.kind) {
    case Kind::text:
      if (random.chance(30)) return "{% capture c %}[{{ " + f.name + " | default: 'none' }}]{% endcapture %}{{ c }}{{ c }}";
      if (random.chance(30)) return "{% if " + f.name + " == blank %}{% assign " + f.name + " = 'you' %}{% endif %}{{ " + f.name + " }}";
      return "{% assign t = " + f.name + " | default: 'no one' %}{{ t" + text_filters(random) + " }}";
    case Kind::integer: return "{{ " + f.name + (f.optional ? " | default: 4" : "") + int_filters(random) + " }}";
    case Kind::number: return "{{ " + f.name + (f.optional ? " | default: 4.5" : "") + number_filters(random) + " }}";
    case Kind::money: return f.optional ? "" : "{{ " + f.name + random.word({"", " | times: 3", " | divided_by: 7", " | round: 1"}) + random.word({" | money", " | money_without_currency", ""}) + " }}";
    case Kind::texts: case Kind::integers: case Kind::records: return list_piece(f, random);
    default: return "";
  }
}

}  // namespace wend::differential
