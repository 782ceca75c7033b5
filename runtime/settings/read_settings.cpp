// From the text of the file to settings: every table is read as its rows say, and what is wrong is told all at once.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "runtime/settings/judge.h"
#include "runtime/settings/report.h"
#include "runtime/settings/rows.h"
#include "runtime/settings/value_reader.h"
#include "runtime/settings/values.h"

namespace wend {
namespace {

constexpr size_t kChannelsMax = 256;

struct FoundRow { const SettingRow* row; void* of_struct; };

std::vector<FoundRow> rows_in(const SettingTable& table) {
  std::vector<FoundRow> rows;
  for (const SettingPart& part : table.parts)
    for (const SettingRow& row : rows_of(part.group)) rows.push_back({&row, part.of_struct});
  return rows;
}

bool has_row(const SettingTable& table, std::string_view key) {
  const std::vector<FoundRow> rows = rows_in(table);
  return std::any_of(rows.begin(), rows.end(), [&](const FoundRow& found) { return found.row->key == key; });
}

std::string in_ticks(std::string_view name) { return "`" + std::string(name) + "`"; }

// The connectors that have such a key, as `a`, `b`.
std::string connectors_with(std::string_view key) {
  std::string out;
  for (const ConnectorRow& row : connector_rows()) {
    ChannelSettings channel;
    choose_connector(channel, row.name);
    if (has_row(table_of(channel), key)) out += (out.empty() ? "" : ", ") + in_ticks(row.name);
  }
  return out;
}

class Reading {
 public:
  Reading(const std::string& name, SecretsOf secrets, SettingsReport& report) : report_(report), secrets_(secrets) {
    reader_ = {std::filesystem::path(name).parent_path().string(), secrets == SecretsOf::this_machine};
  }

  ServeSettings read(const TomlValue& whole) {
    ServeSettings settings;
    std::vector<std::string_view> known = {"channels"};
    for (const SettingTable& table : fixed_tables(settings)) {
      known.push_back(table.path);
      const TomlValue none;
      const TomlValue* const entries = table_at(whole, table.path, table.path);
      read_table(table, entries ? *entries : none, {});
    }
    for (const TomlEntry& entry : whole.entries) {
      if (std::find(known.begin(), known.end(), entry.key) != known.end()) continue;
      report_.saw(shown(entry.key), entry.place);
      report_.error(shown(entry.key), "there is no such table", near_or(entry.key, known, "what there is: " + listed(known)));
    }
    if (const TomlValue* const channels = table_at(whole, "channels", "channels")) {
      if (channels->entries.size() > kChannelsMax) report_.error("channels", "there are more than " + std::to_string(kChannelsMax));
      else for (const TomlEntry& entry : channels->entries) read_channel(entry, settings);
    }
    judge(settings, secrets_, report_);
    if (!report_.is_wrong("ingest.public_url")) tell_where_to_call(settings);
    for (const ChannelSettings& channel : settings.channels) judge(channel, report_);
    return settings;
  }

 private:
  static std::string listed(const std::vector<std::string_view>& names) {
    std::string out;
    for (const std::string_view name : names) out += (out.empty() ? "" : ", ") + in_ticks(name);
    return out;
  }
  static std::string near_or(std::string_view word, const std::vector<std::string_view>& known, const std::string& otherwise) {
    const std::string near = nearest_key(word, known);
    return near.empty() ? otherwise : "did you mean `" + near + "`?";
  }

  // Nothing: there is none there, or something that is no table, which is then told.
  const TomlValue* table_at(const TomlValue& within, std::string_view key, const std::string& path) {
    const TomlEntry* const entry = find_entry(within, key);
    if (!entry) return nullptr;
    report_.saw(path, entry->place);
    if (entry->value.kind == TomlValue::Kind::table) return &entry->value;
    report_.error(path, std::string(name_of(entry->value.kind)) + " is not a table");
    return nullptr;
  }

  // `beside`: keys that are read elsewhere.
  void read_table(const SettingTable& table, const TomlValue& entries, const std::vector<std::string_view>& beside) {
    const std::vector<FoundRow> rows = rows_in(table);
    for (const TomlEntry& entry : entries.entries) {
      if (std::find(beside.begin(), beside.end(), entry.key) != beside.end()) continue;
      const std::string path = table.path + "." + shown(entry.key);
      report_.saw(path, entry.place);
      const auto found = std::find_if(rows.begin(), rows.end(), [&](const FoundRow& one) { return one.row->key == entry.key; });
      if (found == rows.end()) {
        unknown_key(table, rows, entry.key, path, beside);
        continue;
      }
      std::string what, remedy;
      if (!reader_.read(*found->row, found->of_struct, entry.value, what, remedy)) report_.error(path, what, remedy);
    }
    for (const FoundRow& one : rows) {
      const std::string path = table.path + "." + std::string(one.row->key);
      const std::string value = one.row->needed ? value_text(*one.row, one.of_struct) : "-";
      if ((value.empty() || value == "[]") && !report_.has(path)) report_.error(path, "it is missing: " + std::string(one.row->doc));
    }
  }

  void unknown_key(const SettingTable& table, const std::vector<FoundRow>& rows, const std::string& key, const std::string& path,
                   const std::vector<std::string_view>& beside) {
    std::vector<std::string_view> known = beside;
    for (const FoundRow& one : rows) known.push_back(one.row->key);
    const std::string near = near_or(key, known, "");
    if (!near.empty()) return report_.error(path, "there is no such key", near);
    ServeSettings other;
    std::string tables;
    for (const SettingTable& fixed : fixed_tables(other)) {
      if (fixed.path != table.path && has_row(fixed, key)) tables += (tables.empty() ? "" : ", ") + in_ticks("[" + fixed.path + "]");
    }
    report_.error(path, "there is no such key", tables.empty() ? "`wend serve --print-config` shows all" : tables + " has one");
  }

  // Of a channel whose provider is told with each message, and does not say otherwise.
  static void tell_where_to_call(ServeSettings& settings) {
    std::string url = settings.ingest.public_url;
    while (url.ends_with('/')) url.pop_back();
    for (ChannelSettings& channel : settings.channels) {
      auto* const twilio = std::get_if<TwilioSettings>(&channel.settings);
      if (twilio && twilio->status_callback.empty() && !url.empty()) twilio->status_callback = url + "/v1/callbacks/" + channel.name;
    }
  }

  void read_channel(const TomlEntry& entry, ServeSettings& settings) {
    const std::string path = "channels." + shown(entry.key);
    report_.saw(path, entry.place);
    if (entry.value.kind != TomlValue::Kind::table) return report_.error(path, std::string(name_of(entry.value.kind)) + " is not a table");
    if (!is_channel_name(entry.key)) return report_.error(path, "a channel cannot be called so", "it has the name that the program gives it");
    ChannelSettings channel{entry.key, {}, {}, settings.delivery.policy};
    if (read_connector(entry.value, path, channel)) {
      std::vector<std::string_view> beside = {"connector"};
      if (net_table_of(channel)) beside.push_back("net");
      refuse_keys_of_others(entry.value, path, channel, beside);
      read_table(table_of(channel), entry.value, beside);
      const TomlValue* const net = net_table_of(channel) ? table_at(entry.value, "net", path + ".net") : nullptr;
      if (net) read_table(*net_table_of(channel), *net, {});
    }
    settings.channels.push_back(std::move(channel));
  }

  bool read_connector(const TomlValue& entries, const std::string& path, ChannelSettings& channel) {
    std::vector<std::string_view> known;
    for (const ConnectorRow& row : connector_rows()) known.push_back(row.name);
    const TomlEntry* const entry = find_entry(entries, "connector");
    const TomlValue* const name = entry ? &entry->value : nullptr;
    if (entry) report_.saw(path + ".connector", entry->place);
    if (name && name->kind == TomlValue::Kind::text && choose_connector(channel, name->text)) return true;
    if (!name) report_.error(path + ".connector", "it is missing", "one of " + listed(known));
    else if (name->kind != TomlValue::Kind::text) report_.error(path + ".connector", std::string(name_of(name->kind)) + " is not the name of a connector");
    else report_.error(path + ".connector", "there is no connector `" + shown(name->text) + "`", near_or(name->text, known, "one of " + listed(known)));
    return false;
  }

  // Those are told here, once and better than as unknown ones; and are then `beside`, too.
  void refuse_keys_of_others(const TomlValue& entries, const std::string& path, ChannelSettings& channel, std::vector<std::string_view>& beside) {
    const SettingTable own = table_of(channel);
    const std::span<const SettingRow> net = rows_of(SettingGroup::net);
    std::vector<std::string_view> refused;
    for (const TomlEntry& entry : entries.entries) {
      if (has_row(own, entry.key) || std::find(beside.begin(), beside.end(), entry.key) != beside.end()) continue;
      const bool of_net = std::any_of(net.begin(), net.end(), [&](const SettingRow& row) { return row.key == entry.key; });
      const std::string others = connectors_with(entry.key);
      std::string remedy;
      if (entry.key == "net") remedy = "it goes nowhere";
      else if (of_net && net_table_of(channel)) remedy = "it stands in `[" + path + ".net]`";
      else if (!others.empty()) remedy = "it is a key of " + others;
      else continue;
      report_.saw(path + "." + entry.key, entry.place);
      report_.error(path + "." + entry.key, "connector `" + channel.connector + "` has no such key", remedy);
      refused.push_back(entry.key);
    }
    beside.insert(beside.end(), refused.begin(), refused.end());
  }

  static bool is_channel_name(const std::string& name) {
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    return !name.empty() && name.size() <= 255 && letter(name[0]) &&
           std::all_of(name.begin(), name.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
  }

  SettingsReport& report_;
  SecretsOf secrets_;
  ValueReader reader_;
};

}  // namespace

std::optional<std::string> settings_text(const std::string& path, std::string& problem) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  struct stat about {};
  std::string text(kSettingsBytesMax + 1, '\0');
  size_t size = 0;
  problem.clear();
  if (file < 0) problem = std::strerror(errno);
  else if (::fstat(file, &about) != 0 || !S_ISREG(about.st_mode)) problem = "it is no regular file";
  for (ssize_t got; problem.empty() && size < text.size() && (got = ::read(file, text.data() + size, text.size() - size)) != 0;) {
    if (got > 0) size += static_cast<size_t>(got);
    else if (errno != EINTR) problem = std::strerror(errno);
  }
  if (file >= 0) ::close(file);
  if (!problem.empty()) {
    problem = "the configuration `" + path + "` cannot be read: " + problem;
    return {};
  }
  text.resize(size);
  return text;
}

ServeSettings read_settings(std::string_view text, const std::string& name, std::vector<SettingsProblem>& problems, SecretsOf secrets) {
  TomlProblem problem;
  std::optional<TomlValue> whole;
  if (text.size() > kSettingsBytesMax) problem.what = "the configuration is longer than " + bytes_text(kSettingsBytesMax);
  else whole = parse_toml(text, problem);
  if (!whole) {
    problems.push_back({name, problem.place.line, problem.place.column, "", problem.what, "", false});
    return {};
  }
  SettingsReport report(name, problems);
  ServeSettings settings = Reading(name, secrets, report).read(*whole);
  report.finish();
  return settings;
}

std::unique_ptr<Connector> make_connector(const ChannelSettings& channel, WallClock now, std::vector<std::string>& problems) {
#define WEND_CONNECTOR(name, Settings, takes_once, summary) \
  if (const auto* own = std::get_if<Settings>(&channel.settings)) return make_##name(*own, std::move(now), problems);
#include "runtime/channels/connectors.def"
#undef WEND_CONNECTOR
  problems.push_back("channel `" + channel.name + "` has no connector");
  return nullptr;
}

}  // namespace wend
