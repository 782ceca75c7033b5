// Making connectors from their settings, and the table of those there are. Tested by tests/unit/channels.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "runtime/channels/channel.h"
#include "runtime/channels/http.h"
#include "runtime/channels/settings.h"

namespace wend {

struct ConnectorRow {
  std::string_view name, summary;
  bool takes_once = false;
};
std::span<const ConnectorRow> connector_rows();
const ConnectorRow* find_connector(std::string_view name);

// Microseconds since 1970: for signatures and tokens. Called by several threads.
using WallClock = std::function<int64_t()>;

// One function a connector. A null pointer, and what is wrong in `problems`, where the settings cannot work.
#define WEND_CONNECTOR(name, Settings, takes_once, summary) \
  std::unique_ptr<Connector> make_##name(const Settings& settings, WallClock now, std::vector<std::string>& problems);
#include "runtime/channels/connectors.def"
#undef WEND_CONNECTOR

// ---- for the connectors themselves
// The text of the first of these fields that the message has, else null.
const std::string* field(const Delivery& delivery, const FieldNames& names);
// The wire under the settings' rules; its base URL, or `usual` where none is set, without a slash behind it.
std::unique_ptr<Wire> make_wire(const NetSettings& net, const std::vector<uint16_t>& usual_ports = {443, 8443});
std::string base_url(const NetSettings& net, std::string_view usual);
// One that is set must be `https://HOST[:PORT]`, or what the rules allow besides.
void check_base_url(const Wire& wire, const NetSettings& net, std::string_view connector, std::vector<std::string>& problems);

}  // namespace wend
