// Which network addresses may be dialled. The judgement is of the address itself, as the socket will get it, so that a
// name that resolves to somewhere inside, or another spelling of a number, gains nothing. Tested by tests/unit/channels.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

struct sockaddr;

namespace wend {

enum class AddressKind : uint8_t { everyone, loopback, inside, never };

// `everyone`: the public internet. `loopback`: this machine. `inside`: private, unique local, shared (CGNAT) addresses.
// `never`: what no message goes to: link-local (where clouds keep their metadata), multicast, reserved and documentation
// ranges, and IPv6 forms that carry an IPv4 address (v4-mapped, NAT64, 6to4, Teredo).
AddressKind kind_of_address(std::span<const uint8_t> bytes);   // 4 or 16, in network order
AddressKind kind_of_address(const sockaddr* address, size_t size);

struct NetRules {
  bool plain_loopback = false;    // without TLS, to this machine and nowhere else
  bool loopback = false;          // this machine with TLS
  bool inside = false;            // private networks with TLS, for a relay or an endpoint of one's own
  std::vector<uint16_t> ports = {443, 8443};   // on this machine any
};

bool may_dial(const NetRules& rules, AddressKind kind, uint16_t port, bool encrypted);

}  // namespace wend
