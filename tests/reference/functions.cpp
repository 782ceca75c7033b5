// The functions and filters of the builtin table, by the symbol of their row. Only the table is shared with the
// product: its rows say which function an expression means.
#include <clocale>
#include <cmath>
#include <map>
#include <string>
#include <vector>
#include <wctype.h>

#include <fmt/format.h>

#include "tests/reference/evaluate.h"

namespace wend::reference {

// The input is well formed.
std::vector<uint32_t> scalars(const std::string& text) {
  std::vector<uint32_t> out;
  for (size_t i = 0; i < text.size();) {
    unsigned char c = static_cast<unsigned char>(text[i]);
    int more = c < 0x80 ? 0 : c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
    uint32_t value = more == 0 ? c : c & (0x3f >> more);
    for (int k = 1; k <= more && i + k < text.size(); ++k) value = (value << 6) | (text[i + k] & 0x3f);
    out.push_back(value);
    i += more + 1;
  }
  return out;
}

namespace {
void append(std::string& out, uint32_t c) {
  if (c < 0x80) { out += static_cast<char>(c); return; }
  if (c < 0x800) { out += static_cast<char>(0xc0 | c >> 6); }
  else if (c < 0x10000) { out += static_cast<char>(0xe0 | c >> 12); out += static_cast<char>(0x80 | ((c >> 6) & 0x3f)); }
  else {
    out += static_cast<char>(0xf0 | c >> 18);
    out += static_cast<char>(0x80 | ((c >> 12) & 0x3f));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3f));
  }
  out += static_cast<char>(0x80 | (c & 0x3f));
}

}  // namespace

std::string utf8(const std::vector<uint32_t>& characters) {
  std::string out;
  for (uint32_t c : characters) append(out, c);
  return out;
}

namespace {

const std::vector<std::string>& symbols() {
  static const std::vector<std::string> rows = {
#define WEND_BUILTIN(name, where, signature, symbol, doc, example) #symbol,
#include "compiler/builtins/builtins.def"
#undef WEND_BUILTIN
  };
  return rows;
}

int64_t age(int64_t born, int64_t today) {
  Civil from = civil(born), to = civil(today);
  int day = from.day;
  if (from.month == 2 && from.day == 29 && days_in_month(to.year, 2) == 28) day = 28;
  bool before = to.month < from.month || (to.month == from.month && to.day < day);
  return to.year - from.year - before;
}

int64_t whole(double value) {
  if (value >= 9223372036854775808.0) return INT64_MAX;
  if (value < -9223372036854775808.0) return INT64_MIN;
  return static_cast<int64_t>(value);
}

double round_places(double value, int64_t places) {
  places = std::min<int64_t>(std::max<int64_t>(places, 0), 15);
  double scale = std::pow(10.0, static_cast<double>(places)), scaled = value * scale;
  return std::isfinite(scaled) ? std::round(scaled) / scale : value;
}

// Simple case mapping of Latin-1, Latin Extended-A, Greek and Cyrillic; the rest stays.
uint32_t mapped(uint32_t c, bool up) {
  static locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  bool covered = c < 0x180 || (c >= 0x370 && c < 0x530);
  if (!covered) return c;
  if (!locale) return c < 0x80 ? static_cast<uint32_t>(up ? toupper(static_cast<int>(c)) : tolower(static_cast<int>(c))) : c;
  return up ? towupper_l(c, locale) : towlower_l(c, locale);
}

std::string cased(const std::string& text, bool first_up, bool rest_up) {
  std::string out;
  bool first = true;
  for (uint32_t c : scalars(text)) {
    append(out, mapped(c, first ? first_up : rest_up));
    first = false;
  }
  return out;
}

Value text_value(std::string text, const Scene& scene) {
  Value value;
  value.text = bounded_text(std::move(text), scene);
  return value;
}

}  // namespace

std::string upper(const std::string& text) { return cased(text, true, true); }
std::string lower(const std::string& text) { return cased(text, false, false); }
std::string capital(const std::string& text) { return cased(text, true, false); }

Value call_function(const Expr& expr, const std::vector<Value>& a, const Scene& scene) {
  const std::string& f = symbols()[expr.id];
  const Zone& zone = *scene.world.zone;
  int64_t i = a[0].integer;
  if (f == "wend_fn_age") return integer_value(age(i, zone.local_day(scene.now)));
  if (f == "wend_fn_hour") return integer_value((zone.local(i) - zone.local_day(i) * kDay) / kHour);
  if (f == "wend_fn_hour_in" || f == "wend_fn_weekday_in") {
    const Zone* named = Zone::find(a[1].text);
    const Zone& clock = named ? *named : zone;
    if (f == "wend_fn_hour_in") return integer_value((clock.local(i) - clock.local_day(i) * kDay) / kHour);
    return integer_value(weekday_of(clock.local_day(i)));
  }
  if (f == "wend_fn_weekday") return integer_value(weekday_of(zone.local_day(i)));
  if (f == "wend_fn_weekday_of_date") return integer_value(weekday_of(i));
  if (f == "wend_fn_year") return integer_value(civil(i).year);
  if (f == "wend_fn_month") return integer_value(civil(i).month);
  if (f == "wend_fn_day") return integer_value(civil(i).day);
  if (f == "wend_fn_abs_int") return integer_value(saturate(i < 0 ? -static_cast<__int128>(i) : i));
  if (f == "wend_fn_abs_number") return number_value(std::fabs(a[0].number));
  if (f == "wend_fn_floor") return integer_value(whole(std::floor(a[0].number)));
  if (f == "wend_fn_ceiling") return integer_value(whole(std::ceil(a[0].number)));
  if (f == "wend_fn_length") return integer_value(static_cast<int64_t>(scalars(a[0].text).size()));
  if (f == "wend_fn_capitalize") return text_value(capital(a[0].text), scene);
  if (f == "wend_fn_upcase") return text_value(upper(a[0].text), scene);
  if (f == "wend_fn_downcase") return text_value(lower(a[0].text), scene);
  if (f == "wend_fn_date_of_date") return text_value(date_text(i * kDay, a[1].text), scene);
  if (f == "wend_fn_date_of_time") return text_value(date_text(zone.local(i), a[1].text), scene);
  if (f == "wend_fn_round") return number_value(round_places(a[0].number, a[1].integer));
  if (auto value = call_filter(f, a, scene)) return *value;
  throw std::logic_error("no reference body for " + f);
}

}  // namespace wend::reference
