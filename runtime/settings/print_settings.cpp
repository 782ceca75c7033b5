// The other way: settings as a file with everything in it, and the rows as tables of a page.
#include "runtime/settings/rows.h"

namespace wend {
namespace {

std::string without_ticks(std::string text) {
  std::erase(text, '`');
  return text;
}

// What a text, a list or a truth value may be shows by itself.
std::string comment_of(const SettingRow& row) {
  const bool ranged = row.names.size() > 0 || row.most > 0 || row.kind == SettingKind::secret || row.kind == SettingKind::secrets;
  return "# " + without_ticks(std::string(row.doc) + (ranged ? " (" + wanted(row) + ")" : "")) + "\n";
}

void print_table(const SettingTable& table, std::string& out) {
  for (const SettingPart& part : table.parts) {
    for (const SettingRow& row : rows_of(part.group)) {
      const std::string value = value_text(row, part.of_struct);
      out += comment_of(row) + (value.empty() ? "# " + std::string(row.key) + " =" : std::string(row.key) + " = " + value) + "\n";
    }
  }
}

std::string cell(std::string text) {
  for (size_t at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2)) text.insert(at, "\\");
  return text;
}

std::string rows_as_table(SettingGroup group, void* defaults) {
  std::string out;
  for (const SettingRow& row : rows_of(group)) {
    const std::string value = value_text(row, defaults);
    const bool none = value.empty() || value == "[]";
    out += "| `" + std::string(row.key) + "` | " + (none ? (row.needed ? "must be set" : "none") : "`" + value + "`") + " | " + wanted(row) + " | " +
           cell(std::string(row.doc)) + " |\n";
  }
  return out;
}

constexpr const char* kHead = "| key | default | what may stand there | meaning |\n|---|---|---|---|\n";

}  // namespace

std::string print_settings(const ServeSettings& settings) {
  ServeSettings copy = settings;
  std::string out = "# The configuration of `wend serve`, whole. Paths are taken from the folder of this file.\n";
  for (const SettingTable& table : fixed_tables(copy)) {
    out += "\n# " + std::string(table.doc) + "\n[" + table.path + "]\n";
    print_table(table, out);
  }
  for (ChannelSettings& channel : copy.channels) {
    const SettingTable table = table_of(channel);
    const ConnectorRow* const row = find_connector(channel.connector);
    out += "\n[" + table.path + "]\n" + (row ? "# " + std::string(row->summary) + "\n" : "") + "connector = \"" + channel.connector + "\"\n";
    print_table(table, out);
    const std::optional<SettingTable> net = net_table_of(channel);
    if (!net) continue;
    out += "\n[" + net->path + "]\n";
    print_table(*net, out);
  }
  return out;
}

std::string settings_reference() {
  ServeSettings defaults;
  std::string out;
  for (const SettingTable& table : fixed_tables(defaults)) {
    out += "\n### [" + table.path + "]\n\n" + std::string(table.doc) + "\n\n" + kHead;
    for (const SettingPart& part : table.parts) out += rows_as_table(part.group, part.of_struct);
  }
  out += "\n### [channels.NAME]\n\nOne table a channel of the program. `connector` is one of those below; beside its own keys it has those of `[delivery]` from\n"
         "`on_ambiguous` on, which are as they are there where they are not set.\n";
  for (const ConnectorRow& row : connector_rows()) {
    ChannelSettings channel;
    choose_connector(channel, row.name);
    out += "\n#### connector = \"" + std::string(row.name) + "\"\n\nIt " + std::string(row.summary) + ".";
    if (row.takes_once) out += " It knows an id again: `on_ambiguous = \"retry_same_key\"` is allowed.";
    std::string rows;
    for (const SettingPart& part : table_of(channel).parts) {
      if (part.group != SettingGroup::policy) rows += rows_as_table(part.group, part.of_struct);
    }
    out += rows.empty() ? " No keys of its own.\n" : "\n\n" + std::string(kHead) + rows;
  }
  NetSettings net;
  return out + "\n### [channels.NAME.net]\n\nWhere a connector may go that goes over the network.\n\n" + kHead + rows_as_table(SettingGroup::net, &net);
}

}  // namespace wend
