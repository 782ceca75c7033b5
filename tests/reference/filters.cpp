// The filters of templates, written from what they are said to do.
#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <regex>
#include <sstream>

#include <fmt/format.h>

#include "tests/reference/evaluate.h"

namespace wend::reference {
namespace {

using Args = std::vector<Value>;

bool blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\v' || c == '\f' || c == '\r'; }

std::string stripped(std::string text, bool left, bool right) {
  while (right && !text.empty() && blank(text.back())) text.pop_back();
  size_t at = 0;
  while (left && at < text.size() && blank(text[at])) ++at;
  return text.substr(at);
}

std::string replaced(const std::string& text, const std::string& from, const std::string& to, bool first, bool last) {
  std::vector<size_t> places;
  if (!from.empty())
    for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + from.size())) places.push_back(at);
  if (last && !from.empty()) places = text.rfind(from) == std::string::npos ? std::vector<size_t>{} : std::vector<size_t>{text.rfind(from)};
  if (first && places.size() > 1) places.resize(1);
  std::string out;
  size_t at = 0;
  for (size_t place : places) {
    out += text.substr(at, place - at) + to;
    at = place + from.size();
  }
  return out + text.substr(at);
}

std::string part(const std::string& text, size_t from, size_t count) {
  std::vector<uint32_t> all = scalars(text);
  from = std::min(from, all.size());
  count = std::min(count, all.size() - from);
  return utf8({all.begin() + static_cast<std::ptrdiff_t>(from), all.begin() + static_cast<std::ptrdiff_t>(from + count)});
}

std::string truncated(const Args& a) {
  auto length = static_cast<int64_t>(scalars(a[0].text).size()), ending = static_cast<int64_t>(scalars(a[2].text).size());
  if (length <= a[1].integer) return a[0].text;
  int64_t kept = std::max<int64_t>(a[1].integer, 0) - ending;
  return part(a[0].text, 0, kept > 0 ? static_cast<size_t>(kept) : 0) + a[2].text;
}

std::string truncated_words(const Args& a) {
  std::vector<std::string> words;
  std::istringstream in(a[0].text);
  for (std::string word; in >> word;) words.push_back(word);
  auto most = static_cast<size_t>(std::max<int64_t>(a[1].integer, 1));
  if (words.size() <= most) return a[0].text;
  std::string out;
  for (size_t i = 0; i < most; ++i) out += (i ? " " : "") + words[i];
  return out + a[2].text;
}

std::string sliced(const Args& a) {
  auto length = static_cast<int64_t>(scalars(a[0].text).size());
  int64_t from = a[1].integer < 0 ? (a[1].integer < -length ? length : length + a[1].integer) : a[1].integer;
  if (from >= length || a[2].integer <= 0) return "";
  return part(a[0].text, static_cast<size_t>(from), static_cast<size_t>(a[2].integer));
}

std::string without_markup(std::string text) {
  static const std::regex markup("<script[^]*?</script>|<style[^]*?</style>|<!--[^]*?-->|<[^]*?>", std::regex::icase);
  return std::regex_replace(text, markup, "");
}

std::string url_encoded(const std::string& text) {
  std::string out;
  for (char c : text) {
    bool plain = isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '.' || c == '_' || c == '~';
    out += plain ? std::string(1, c) : c == ' ' ? "+" : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

int64_t floor_quotient(int64_t a, int64_t b) {
  __int128 q = static_cast<__int128>(a) / b;
  if (static_cast<__int128>(a) % b != 0 && (a < 0) != (b < 0)) --q;
  return saturate(q);
}

int64_t even_quotient(int64_t a, int64_t b) {
  __int128 n = b < 0 ? -static_cast<__int128>(a) : a, d = b < 0 ? -static_cast<__int128>(b) : b;
  __int128 q = n / d, r = n % d;
  if (r < 0) { r += d; --q; }
  if (2 * r > d || (2 * r == d && (q & 1))) ++q;
  return saturate(q);
}

Value digits_15(double value) { return number_value(std::isfinite(value) ? std::stod(fmt::format("{:.14e}", value)) : value); }

struct Sign { std::string text; bool behind; int places; };

Sign sign_of(const std::string& code) {
  static const std::map<std::string, Sign> signs = {
      {"EUR", {"€", false, 2}}, {"USD", {"$", false, 2}}, {"GBP", {"£", false, 2}}, {"JPY", {"¥", false, 0}}, {"SEK", {" kr", true, 2}},
      {"NOK", {" kr", true, 2}}, {"DKK", {" kr", true, 2}}, {"CHF", {"CHF ", false, 2}}};
  auto found = signs.find(code);
  return found == signs.end() ? Sign{"", false, 2} : found->second;
}

std::string amount(int64_t micros, int places, bool trim) {
  __int128 size = micros < 0 ? -static_cast<__int128>(micros) : micros, unit = 1;
  for (int i = places; i < 6; ++i) unit *= 10;
  __int128 scale = 1'000'000 / unit, value = (size + (unit > 1 ? unit / 2 : 0)) / unit;
  std::string whole = fmt::format("{}", static_cast<uint64_t>(value / scale)), out;
  for (size_t i = 0; i < whole.size(); ++i) {
    if (i && (whole.size() - i) % 3 == 0) out += ',';
    out += whole[i];
  }
  if (places == 0 || (trim && value % scale == 0)) return out;
  return out + "." + fmt::format("{:0{}}", static_cast<uint64_t>(value % scale), places);
}

std::string with_sign(int64_t micros, const std::string& code, bool trim) {
  Sign sign = sign_of(code);
  std::string number = amount(micros, sign.places, trim);
  return (micros < 0 ? "-" : "") + (sign.behind ? number + sign.text : sign.text + number);
}

// ---- lists: an entry is a value, or a record with its fields as items. Codes: the kind, and above 8 bits the field.

using Entries = std::vector<Value>;

Value part_of(const Value& entry, int64_t entry_code, int64_t key) {
  return (entry_code & 255) == 3 ? entry.items[static_cast<size_t>(key >> 8)] : entry;
}

// -1, 0, 1; what is unknown is last.
int order(const Value& a, const Value& b, int64_t kind) {
  if (!a.known || !b.known) return a.known ? -1 : b.known ? 1 : 0;
  if (kind == 0) return a.text < b.text ? -1 : a.text > b.text;
  if (kind == 1) return a.number < b.number ? -1 : a.number > b.number;
  return a.integer < b.integer ? -1 : a.integer > b.integer;
}

Entries split(const std::string& text, const std::string& by) {
  std::vector<std::string> parts;
  if (by.empty()) {
    for (uint32_t c : scalars(text)) parts.push_back(utf8({c}));
  } else if (by == " ") {
    std::istringstream in(text);
    for (std::string word; in >> word;) parts.push_back(word);
  } else {
    size_t at = 0;
    for (size_t next = text.find(by); next != std::string::npos; next = text.find(by, at)) {
      parts.push_back(text.substr(at, next - at));
      at = next + by.size();
    }
    parts.push_back(text.substr(at));
  }
  if (parts.size() > 1000) parts.resize(1000);
  while (!parts.empty() && parts.back().empty()) parts.pop_back();
  Entries out;
  for (std::string& part : parts) {
    Value value;
    value.text = std::move(part);
    out.push_back(std::move(value));
  }
  return out;
}

std::optional<Value> list_filter(const std::string& f, const Args& a, const Scene& scene) {
  if (f == "split") return bounded_list(split(a[0].text, a[1].text), false, scene);
  if (f == "range") {
    Entries out;
    for (__int128 n = a[0].integer; n <= a[1].integer && out.size() < 1000; ++n) out.push_back(integer_value(static_cast<int64_t>(n)));
    return bounded_list(std::move(out), false, scene);
  }
  if (f.rfind("list_", 0) != 0) return std::nullopt;
  Entries all = a[0].items;
  if (f == "list_size") return integer_value(static_cast<int64_t>(all.size()));
  auto pick = [&](int64_t at) { return at < 0 || at >= static_cast<int64_t>(all.size()) ? unknown_value() : all[static_cast<size_t>(at)]; };
  auto count = static_cast<int64_t>(all.size());
  if (f == "list_first") return pick(0);
  if (f == "list_last") return pick(count - 1);
  if (f == "list_at") return pick(a[1].integer < 0 ? a[1].integer + count : a[1].integer);
  if (f == "list_concat") {
    all.insert(all.end(), a[1].items.begin(), a[1].items.end());
    return bounded_list(std::move(all), (a[2].integer & 255) == 3, scene);
  }
  if (f == "list_slice") {
    int64_t from = a[1].integer < 0 ? (a[1].integer < -count ? count : a[1].integer + count) : std::min(a[1].integer, count);
    int64_t most = std::min(std::max<int64_t>(a[2].integer, 0), count - from);
    return bounded_list(Entries(all.begin() + from, all.begin() + from + most), (a[3].integer & 255) == 3, scene);
  }
  const int64_t entry = a[1].integer;
  const bool records = (entry & 255) == 3;
  if (f == "list_reverse") return bounded_list(Entries(all.rbegin(), all.rend()), records, scene);
  const int64_t key = a[2].integer, kind = key & 255;
  auto of = [&](const Value& one) { return part_of(one, entry, key); };
  auto holds_for = [&](const Value& one) { return of(one).known && (kind != 4 || of(one).integer != 0); };
  auto matches_for = [&](const Value& one) { return of(one).known && order(of(one), a[3], kind) == 0; };
  auto kept = [&](const std::function<bool(const Value&)>& keep) {
    Entries out;
    for (const Value& one : all) if (keep(one)) out.push_back(one);
    return bounded_list(std::move(out), records, scene);
  };
  if (f == "list_sort" || f == "list_sort_natural") {
    const bool fold = f == "list_sort_natural" && kind == 0;
    auto folded = [&](Value value) { if (fold) value.text = lower(value.text); return value; };
    std::stable_sort(all.begin(), all.end(), [&](const Value& x, const Value& y) { return order(folded(of(x)), folded(of(y)), kind) < 0; });
    return bounded_list(std::move(all), records, scene);
  }
  if (f == "list_uniq") {
    Entries seen;
    return kept([&](const Value& one) {
      for (const Value& other : seen) if (order(of(one), other, kind) == 0) return false;
      seen.push_back(of(one));
      return true;
    });
  }
  if (f == "list_compact") return kept([&](const Value& one) { return of(one).known; });
  if (f == "list_map") {
    Entries out;
    for (const Value& one : all) if (of(one).known) out.push_back(of(one));
    return bounded_list(std::move(out), false, scene);
  }
  if (f == "list_where_known") return kept(holds_for);
  if (f == "list_reject_known") return kept([&](const Value& one) { return !holds_for(one); });
  if (f == "list_where") return kept(matches_for);
  if (f == "list_reject") return kept([&](const Value& one) { return !matches_for(one); });
  if (f == "list_sum") {
    __int128 sum = 0;
    double numbers = 0;
    for (const Value& one : all) {
      if (!of(one).known) continue;
      if (kind == 1) numbers = digits_15(numbers + of(one).number).number;
      else sum += of(one).integer;
    }
    return kind == 1 ? number_value(numbers) : integer_value(saturate(sum));
  }
  int64_t found = -1;
  for (size_t i = 0; i < all.size() && found < 0; ++i) if (matches_for(all[i])) found = static_cast<int64_t>(i);
  if (f == "list_has") return integer_value(found >= 0);
  if (f == "list_find") return pick(found);
  return found < 0 ? unknown_value() : integer_value(found);
}

using Texts = std::map<std::string, std::function<std::string(const Args&)>>;
using Values = std::map<std::string, std::function<Value(const Args&)>>;

const Texts& texts() {
  static const Texts table = {
      {"strip", [](const Args& a) { return stripped(a[0].text, true, true); }},
      {"lstrip", [](const Args& a) { return stripped(a[0].text, true, false); }},
      {"rstrip", [](const Args& a) { return stripped(a[0].text, false, true); }},
      {"append", [](const Args& a) { return a[0].text + a[1].text; }},
      {"prepend", [](const Args& a) { return a[1].text + a[0].text; }},
      {"replace", [](const Args& a) { return replaced(a[0].text, a[1].text, a[2].text, false, false); }},
      {"replace_first", [](const Args& a) { return replaced(a[0].text, a[1].text, a[2].text, true, false); }},
      {"replace_last", [](const Args& a) { return replaced(a[0].text, a[1].text, a[2].text, false, true); }},
      {"remove", [](const Args& a) { return replaced(a[0].text, a[1].text, "", false, false); }},
      {"remove_first", [](const Args& a) { return replaced(a[0].text, a[1].text, "", true, false); }},
      {"remove_last", [](const Args& a) { return replaced(a[0].text, a[1].text, "", false, true); }},
      {"truncate", truncated},
      {"truncatewords", truncated_words},
      {"slice_text", sliced},
      {"strip_html", [](const Args& a) { return without_markup(a[0].text); }},
      {"strip_newlines", [](const Args& a) { return replaced(replaced(a[0].text, "\r\n", "", false, false), "\n", "", false, false); }},
      {"newline_to_br", [](const Args& a) { return replaced(escaped(replaced(a[0].text, "\r\n", "\n", false, false), Escape::html), "\n", "<br />\n", false, false); }},
      {"escape", [](const Args& a) { return escaped(a[0].text, Escape::html); }},
      {"url_encode", [](const Args& a) { return url_encoded(a[0].text); }},
      {"pluralize", [](const Args& a) { return a[0].integer == 1 ? a[1].text : a[2].text; }},
      {"money", [](const Args& a) { return with_sign(a[0].integer, a[1].text, false) + (sign_of(a[1].text).text.empty() ? " " + a[1].text : ""); }},
      {"money_with_currency", [](const Args& a) { return with_sign(a[0].integer, a[1].text, false) + " " + a[1].text; }},
      {"money_without_currency", [](const Args& a) { return (a[0].integer < 0 ? "-" : "") + amount(a[0].integer, sign_of(a[1].text).places, false); }},
      {"money_without_trailing_zeros", [](const Args& a) { return with_sign(a[0].integer, a[1].text, true) + (sign_of(a[1].text).text.empty() ? " " + a[1].text : ""); }},
  };
  return table;
}

const Values& values() {
  static const Values table = {
      {"plus_int", [](const Args& a) { return integer_value(saturate(static_cast<__int128>(a[0].integer) + a[1].integer)); }},
      {"minus_int", [](const Args& a) { return integer_value(saturate(static_cast<__int128>(a[0].integer) - a[1].integer)); }},
      {"times_int", [](const Args& a) { return integer_value(saturate(static_cast<__int128>(a[0].integer) * a[1].integer)); }},
      {"at_least_int", [](const Args& a) { return integer_value(std::max(a[0].integer, a[1].integer)); }},
      {"at_most_int", [](const Args& a) { return integer_value(std::min(a[0].integer, a[1].integer)); }},
      {"plus_number", [](const Args& a) { return digits_15(a[0].number + a[1].number); }},
      {"minus_number", [](const Args& a) { return digits_15(a[0].number - a[1].number); }},
      {"times_number", [](const Args& a) { return digits_15(a[0].number * a[1].number); }},
      {"at_least_number", [](const Args& a) { return number_value(std::max(a[0].number, a[1].number)); }},
      {"at_most_number", [](const Args& a) { return number_value(std::min(a[0].number, a[1].number)); }},
      {"divided_by_int", [](const Args& a) { return a[1].integer == 0 ? unknown_value() : integer_value(floor_quotient(a[0].integer, a[1].integer)); }},
      {"divided_by_money", [](const Args& a) { return a[1].integer == 0 ? unknown_value() : integer_value(even_quotient(a[0].integer, a[1].integer)); }},
      {"divided_by_number", [](const Args& a) { return a[1].number == 0 ? unknown_value() : number_value(a[0].number / a[1].number); }},
      {"modulo_int", [](const Args& a) {
         if (a[1].integer == 0) return unknown_value();
         __int128 left = static_cast<__int128>(a[0].integer) % a[1].integer;
         if (left != 0 && (left < 0) != (a[1].integer < 0)) left += a[1].integer;
         return integer_value(static_cast<int64_t>(left));
       }},
      {"modulo_number", [](const Args& a) {
         if (a[1].number == 0) return unknown_value();
         double left = std::fmod(a[0].number, a[1].number);
         if (left != 0 && (left < 0) != (a[1].number < 0)) left += a[1].number;
         return digits_15(left);
       }},
      {"times_money", [](const Args& a) {
         double product = std::nearbyint(static_cast<double>(a[0].integer) * a[1].number);
         if (product >= 9223372036854775808.0) return integer_value(INT64_MAX);
         return integer_value(product < -9223372036854775808.0 ? INT64_MIN : static_cast<int64_t>(product));
       }},
      {"round_money", [](const Args& a) {
         int64_t places = std::min<int64_t>(std::max<int64_t>(a[1].integer, 0), 6);
         __int128 unit = 1, size = a[0].integer < 0 ? -static_cast<__int128>(a[0].integer) : a[0].integer;
         for (int64_t i = places; i < 6; ++i) unit *= 10;
         __int128 rounded = (size + (unit > 1 ? unit / 2 : 0)) / unit * unit;
         return integer_value(saturate(a[0].integer < 0 ? -rounded : rounded));
       }},
  };
  return table;
}

}  // namespace

std::optional<Value> call_filter(const std::string& symbol, const Args& arguments, const Scene& scene) {
  const std::string name = symbol.substr(std::string("wend_fn_").size());
  if (auto found = texts().find(name); found != texts().end()) {
    Value value;
    value.text = bounded_text(found->second(arguments), scene);
    return value;
  }
  if (auto found = values().find(name); found != values().end()) return found->second(arguments);
  return list_filter(name, arguments, scene);
}

}  // namespace wend::reference
