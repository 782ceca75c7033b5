// The rows of settings.def, and one field of a struct through a row: from a value of the file, and back into its text.
#pragma once

#include <span>

#include "runtime/settings/settings.h"

namespace wend {

enum class SettingGroup : uint8_t {
#define WEND_GROUP(group, Struct) group,
#define WEND_VALUE(group, key, field, kind, need, doc)
#define WEND_NUMBER(group, key, field, kind, least, most, doc)
#define WEND_CHOICE(group, key, field, names, doc)
#include "runtime/settings/settings.def"
#undef WEND_GROUP
#undef WEND_VALUE
#undef WEND_NUMBER
#undef WEND_CHOICE
};

//   duration  "30 s"            bytes   "64 MB"             choice   one of the names
//   path      from the folder of the configuration          address  an IP address
//   secret    `file:PATH` or `env:NAME`                     secrets, texts, ports: lists
enum class SettingKind : uint8_t { integer, decimal, yes_no, text, path, address, duration, bytes, choice, texts, ports, secret, secrets };

// The byte of an enum that is a choice.
struct ChoicePlace { unsigned char* index; };
using SettingPlace = std::variant<bool*, uint16_t*, uint32_t*, uint64_t*, int64_t*, double*, std::string*, FieldNames*, std::vector<uint16_t>*,
                                  SecretSource*, std::vector<SecretSource>*, ChoicePlace>;

struct SettingRow {
  SettingGroup group;
  std::string_view key, names, doc;                // `names`: of a choice, with `|` between them
  SettingKind kind;
  double least = 0, most = 0;
  bool needed = false;                             // what has no value is an error; else it may be ""
  SettingPlace (*place)(void* of_struct) = nullptr;
};

std::span<const SettingRow> rows_of(SettingGroup group);
std::span<const SettingRow> all_setting_rows();

// A table of the file and the fields behind it. A connector's table is made of several groups.
struct SettingPart { SettingGroup group; void* of_struct; };
struct SettingTable { std::string path; std::string_view doc; std::vector<SettingPart> parts; };
// All but those of the channels, in the order in which they are printed.
std::vector<SettingTable> fixed_tables(ServeSettings& settings);
// Without the key `connector`; the policy first where it is asked for.
SettingTable table_of(ChannelSettings& channel);
// Nothing for a connector that goes nowhere.
std::optional<SettingTable> net_table_of(ChannelSettings& channel);
// Makes `settings` those of the connector of that name, with their defaults. False: there is none.
bool choose_connector(ChannelSettings& channel, std::string_view name);

std::vector<std::string_view> names_of(const SettingRow& row);
// What is wanted: `a whole number from 0 to 65535`.
std::string wanted(const SettingRow& row);
// As it stands in the file; empty where there is no value.
std::string value_text(const SettingRow& row, void* of_struct);

}  // namespace wend
