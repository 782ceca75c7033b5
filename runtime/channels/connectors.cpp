// The table of connectors, and what they share when they are made.
#include "runtime/channels/connectors.h"

namespace wend {
namespace {

constexpr ConnectorRow kRows[] = {
#define WEND_CONNECTOR(name, Settings, takes_once, summary) {#name, summary, takes_once},
#include "runtime/channels/connectors.def"
#undef WEND_CONNECTOR
};

}  // namespace

std::span<const ConnectorRow> connector_rows() { return kRows; }

const ConnectorRow* find_connector(std::string_view name) {
  for (const ConnectorRow& row : kRows)
    if (row.name == name) return &row;
  return nullptr;
}

const std::string* field(const Delivery& delivery, const FieldNames& names) {
  for (const std::string& name : names)
    for (const Delivery::Field& field : delivery.content)
      if (field.name == name) return &field.text;
  return nullptr;
}

std::unique_ptr<Wire> make_wire(const NetSettings& net, const std::vector<uint16_t>& usual_ports) {
  NetRules rules{.plain_loopback = net.plain_loopback, .loopback = net.loopback, .inside = net.inside, .ports = usual_ports};
  rules.ports.insert(rules.ports.end(), net.ports.begin(), net.ports.end());
  return std::make_unique<Wire>(std::move(rules), net.names, net.ca_file);
}

std::string base_url(const NetSettings& net, std::string_view usual) {
  std::string url(net.base_url.empty() ? usual : net.base_url);
  while (!url.empty() && url.back() == '/') url.pop_back();
  return url;
}

void check_base_url(const Wire& wire, const NetSettings& net, std::string_view connector, std::vector<std::string>& problems) {
  if (net.base_url.empty()) return;
  const std::string url = base_url(net, ""), before = std::string(connector) + ": `base_url`: ";
  if (const std::string problem = wire.problem_of_url(url); !problem.empty()) problems.push_back(before + problem);
  else if (url.find_first_of("/?", url.find("//") + 2) != std::string::npos) problems.push_back(before + "there is a path behind the host");
}

}  // namespace wend
