// TLS and HTTP/2 as they really are: certificates, versions, connections that are used again, and requests that must not be
// sent twice.
#include <catch2/catch.hpp>

#include "keys.h"
#include "support.h"
#include "tls_server.h"

using namespace wend;
using namespace wend::test;

namespace {

const char* kDevice = "a0b1c2d3";

// Dials the server as hook.example, whatever name its certificate has.
struct Client {
  const Folder folder;
  NetSettings net;

  explicit Client(const TlsServer& server, bool believe = true) {
    net.base_url = "https://hook.example:" + std::to_string(server.port());
    net.loopback = true;
    net.names = {"hook.example:" + std::to_string(server.port()) + ":127.0.0.1"};
    net.ca_file = folder.write("ca.pem", believe ? server.certificate() : TlsServer({}).certificate());
  }
  std::unique_ptr<Connector> webhook() const {
    std::vector<std::string> problems;
    return make_webhook({.net = net, .url = net.base_url + "/", .keys = {secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")}}, standing_clock, problems);
  }
  std::unique_ptr<Connector> apns() const {
    static const TestKey key(TestKey::Kind::p256);
    ApnsSettings with;
    with.net = net;
    with.team_id = "T";
    with.key_id = "K";
    with.topic = "example.tidal";
    with.key = secret(key.pem());
    std::vector<std::string> problems;
    return make_apns(with, standing_clock, problems);
  }
};

Delivery mix() { return weekly_mix(kDevice, {{"title", "Your mix"}}); }

}  // namespace

TEST_CASE("a certificate that is believed, in time and of the right name lets a message through") {
  TlsServer server({.statuses = {200}});
  CHECK(told(Client(server).webhook()->deliver(mix())) == "delivered");
  CHECK(server.bodies().size() == 1);
}

TEST_CASE("any other certificate stops it for now, and nothing has left") {
  TlsServer good({.statuses = {200}}), expired({.expired = true, .statuses = {200}}), other({.name = "other.example", .statuses = {200}});
  CHECK(told(Client(good, false).webhook()->deliver(mix())) == "failed for now: tls");
  CHECK(told(Client(expired).webhook()->deliver(mix())) == "failed for now: tls");
  CHECK(told(Client(other).webhook()->deliver(mix())) == "failed for now: tls");
  CHECK(good.bodies().empty());
  CHECK(expired.bodies().empty());
  CHECK(other.bodies().empty());
}

TEST_CASE("TLS 1.1 is too old") {
  TlsServer server({.old_tls = true, .statuses = {200}});
  CHECK(told(Client(server).webhook()->deliver(mix())) == "failed for now: tls");
  CHECK(server.bodies().empty());
}

TEST_CASE("a webhook opens a connection for each message") {
  TlsServer server({.statuses = {200, 200}});
  const Client client(server);
  const auto connector = client.webhook();
  CHECK(told(connector->deliver(mix())) == "delivered");
  CHECK(told(connector->deliver(mix())) == "delivered");
  CHECK(server.connections() == 2);
}

TEST_CASE("APNs is spoken to by HTTP/2, over one connection") {
  TlsServer server({.http2 = true, .statuses = {200, 200, 410}});
  const Client client(server);
  const auto connector = client.apns();
  CHECK(told(connector->deliver(mix())) == "delivered");
  CHECK(told(connector->deliver(mix())) == "delivered");
  CHECK(told(connector->deliver(mix())) == "failed: status 410, address dead");
  CHECK(server.connections() == 1);
  CHECK(server.bodies() == std::vector<std::string>(3, R"({"aps":{"alert":{"title":"Your mix"}},"msg_id":"0123456789abcdef0123456789abcdef"})"));
}

TEST_CASE("a request that is lost on an old connection is not sent again over a new one") {
  for (const bool http2 : {true, false}) {
    INFO(http2);
    TlsServer server({.http2 = http2, .statuses = {200, 0, 200}});
    const Client client(server);
    const auto connector = client.apns();
    CHECK(told(connector->deliver(mix())) == "delivered");
    CHECK(told(connector->deliver(mix())) == "unknown: connection broken");
    CHECK(server.bodies().size() == 2);
    CHECK(told(connector->deliver(mix())) == "delivered");
  }
}
