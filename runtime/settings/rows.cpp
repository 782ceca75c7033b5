// The table, and fields through its rows.
#include "runtime/settings/rows.h"

#include <algorithm>

#include "runtime/settings/values.h"

namespace wend {
namespace {

template <SettingGroup> struct StructOf;
#define WEND_GROUP(group, Struct) \
  template <> struct StructOf<SettingGroup::group> { using Type = Struct; };
#define WEND_VALUE(group, key, field, kind, need, doc)
#define WEND_NUMBER(group, key, field, kind, least, most, doc)
#define WEND_CHOICE(group, key, field, names, doc)
#include "runtime/settings/settings.def"
#undef WEND_GROUP
#undef WEND_VALUE
#undef WEND_NUMBER
#undef WEND_CHOICE

constexpr bool needed = true, optional = false;

template <class Enum>
SettingPlace choice(Enum& value) {
  static_assert(std::is_enum_v<Enum> && sizeof(Enum) == 1);
  return ChoicePlace{reinterpret_cast<unsigned char*>(&value)};
}

#define WEND_FIELD(group, field) static_cast<StructOf<SettingGroup::group>::Type*>(of_struct)->field
#define WEND_GROUP(group, Struct)
#define WEND_VALUE(group, key, field, kind, need, doc) \
  {SettingGroup::group, #key, {}, doc, SettingKind::kind, 0, 0, need, [](void* of_struct) -> SettingPlace { return &WEND_FIELD(group, field); }},
#define WEND_NUMBER(group, key, field, kind, least, most, doc) \
  {SettingGroup::group, #key, {}, doc, SettingKind::kind, least, most, true, [](void* of_struct) -> SettingPlace { return &WEND_FIELD(group, field); }},
#define WEND_CHOICE(group, key, field, names, doc) \
  {SettingGroup::group, #key, names, doc, SettingKind::choice, 0, 0, true, [](void* of_struct) -> SettingPlace { return choice(WEND_FIELD(group, field)); }},
const SettingRow kRows[] = {
#include "runtime/settings/settings.def"
};
#undef WEND_FIELD
#undef WEND_GROUP
#undef WEND_VALUE
#undef WEND_NUMBER
#undef WEND_CHOICE

template <class Settings> constexpr SettingGroup kGroupOf = SettingGroup::console;
#define WEND_CONNECTOR(name, Settings, takes_once, summary) template <> constexpr SettingGroup kGroupOf<Settings> = SettingGroup::name;
#include "runtime/channels/connectors.def"
#undef WEND_CONNECTOR

struct Texts {
  const SettingRow& row;

  std::string operator()(const bool* value) const { return *value ? "true" : "false"; }
  template <class Number>
  std::string operator()(const Number* value) const requires std::is_integral_v<Number> {
    if (row.kind == SettingKind::duration) return toml_text(duration_text(static_cast<int64_t>(*value)));
    if (row.kind == SettingKind::bytes) return toml_text(bytes_text(static_cast<uint64_t>(*value)));
    return std::to_string(*value);
  }
  std::string operator()(const double* value) const { return number_text(*value); }
  std::string operator()(const std::string* value) const { return value->empty() ? "" : toml_text(*value); }
  std::string operator()(const SecretSource* value) const { return value->none() ? "" : toml_text(value->reference()); }
  std::string operator()(const ChoicePlace& value) const { return toml_text(names_of(row)[*value.index]); }
  std::string operator()(const FieldNames* values) const { return list(*values, toml_text); }
  std::string operator()(const std::vector<uint16_t>* values) const {
    return list(*values, [](uint16_t port) { return std::to_string(port); });
  }
  std::string operator()(const std::vector<SecretSource>* values) const {
    return list(*values, [](const SecretSource& source) { return toml_text(source.reference()); });
  }

  template <class Values, class Text>
  static std::string list(const Values& values, const Text& text) {
    std::string out = "[";
    for (const auto& value : values) out += (out.size() > 1 ? ", " : "") + text(value);
    return out + "]";
  }
};

std::string range_text(const SettingRow& row) {
  const auto bound = [&](double number) {
    if (row.kind == SettingKind::duration) return duration_text(static_cast<int64_t>(number));
    if (row.kind == SettingKind::bytes) return bytes_text(static_cast<uint64_t>(number));
    return std::to_string(static_cast<int64_t>(number));
  };
  return " from " + bound(row.least) + " to " + bound(row.most);
}

}  // namespace

std::span<const SettingRow> all_setting_rows() { return kRows; }

std::span<const SettingRow> rows_of(SettingGroup group) {
  const auto first = std::find_if(std::begin(kRows), std::end(kRows), [&](const SettingRow& row) { return row.group == group; });
  const auto last = std::find_if(first, std::end(kRows), [&](const SettingRow& row) { return row.group != group; });
  return {first, last};
}

std::vector<SettingTable> fixed_tables(ServeSettings& settings) {
  using enum SettingGroup;
  return {
      {"program", "What runs.", {{program, &settings.program}}},
      {"ingest", "Where events come in.", {{ingest, &settings.ingest}}},
      {"admin", "Where operators and metrics come in.", {{admin, &settings.admin}}},
      {"store", "What is kept, and where.", {{store, &settings.store}}},
      {"delivery", "How hard every channel tries that does not say otherwise.", {{delivery, &settings.delivery}, {policy, &settings.delivery.policy}}},
      {"clock", "When the machine's clock is not believed.", {{clock, &settings.clock}}},
      {"log", "What the process tells.", {{log, &settings.log}}},
  };
}

SettingTable table_of(ChannelSettings& channel) {
  SettingTable table{"channels." + channel.name, "", {{SettingGroup::policy, &channel.policy}}};
  std::visit([&](auto& own) {
    using Own = std::decay_t<decltype(own)>;
    if constexpr (!std::is_same_v<Own, std::monostate>) {
      table.parts.push_back({kGroupOf<Own>, &own});
      if constexpr (requires { own.mail; }) table.parts.push_back({SettingGroup::mail, &own.mail});
      if constexpr (requires { own.fields; }) table.parts.push_back({SettingGroup::push, &own.fields});
    }
  }, channel.settings);
  return table;
}

std::optional<SettingTable> net_table_of(ChannelSettings& channel) {
  std::optional<SettingTable> table;
  std::visit([&](auto& own) {
    if constexpr (requires { own.net; }) table = SettingTable{"channels." + channel.name + ".net", "", {{SettingGroup::net, &own.net}}};
  }, channel.settings);
  return table;
}

bool choose_connector(ChannelSettings& channel, std::string_view name) {
  channel.connector = name;
#define WEND_CONNECTOR(row, Settings, takes_once, summary) \
  if (name == #row) return channel.settings = Settings{}, true;
#include "runtime/channels/connectors.def"
#undef WEND_CONNECTOR
  channel.settings = std::monostate{};
  return false;
}

std::vector<std::string_view> names_of(const SettingRow& row) {
  std::vector<std::string_view> names;
  for (std::string_view rest = row.names; !rest.empty();) {
    const size_t end = std::min(rest.find('|'), rest.size());
    names.push_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return names;
}

std::string wanted(const SettingRow& row) {
  switch (row.kind) {
    case SettingKind::integer: return "a whole number" + range_text(row);
    case SettingKind::decimal: return "a number" + range_text(row);
    case SettingKind::yes_no: return "`true` or `false`";
    case SettingKind::text: return "a text";
    case SettingKind::path: return "a path";
    case SettingKind::address: return "an IP address";
    case SettingKind::duration: return "a duration" + range_text(row);
    case SettingKind::bytes: return "a size" + range_text(row);
    case SettingKind::texts: return "a list of texts";
    case SettingKind::ports: return "a list of ports";
    case SettingKind::secret: return "`file:PATH` or `env:NAME`";
    case SettingKind::secrets: return "a list of `file:PATH` or `env:NAME`";
    case SettingKind::choice: break;
  }
  std::string out = "one of";
  for (const std::string_view name : names_of(row)) out += (out.size() > 6 ? ", `" : " `") + std::string(name) + "`";
  return out;
}

std::string value_text(const SettingRow& row, void* of_struct) { return std::visit(Texts{row}, row.place(of_struct)); }

}  // namespace wend
