// The ranges of the IANA special-purpose registries, as far as they are not the public internet.
#include "runtime/channels/address_rules.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>

namespace wend {
namespace {

struct Range { uint8_t prefix[16]; uint8_t bits; AddressKind kind; };

constexpr Range kRanges4[] = {
    {{127}, 8, AddressKind::loopback},
    {{10}, 8, AddressKind::inside},
    {{172, 16}, 12, AddressKind::inside},
    {{192, 168}, 16, AddressKind::inside},
    {{100, 64}, 10, AddressKind::inside},
    {{0}, 8, AddressKind::never},                // this network; 0.0.0.0 reaches loopback
    {{169, 254}, 16, AddressKind::never},
    {{192, 0, 0}, 24, AddressKind::never},
    {{192, 0, 2}, 24, AddressKind::never},
    {{192, 88, 99}, 24, AddressKind::never},
    {{198, 18}, 15, AddressKind::never},
    {{198, 51, 100}, 24, AddressKind::never},
    {{203, 0, 113}, 24, AddressKind::never},
    {{224}, 4, AddressKind::never},
    {{240}, 4, AddressKind::never},
};

// Of IPv6 only 2000::/3 is given out to anybody; the exceptions in it are here.
constexpr Range kRanges6[] = {
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 128, AddressKind::loopback},
    {{0xfc}, 7, AddressKind::inside},
    {{0x20, 0x01, 0}, 23, AddressKind::never},   // protocol assignments, Teredo among them
    {{0x20, 0x01, 0x0d, 0xb8}, 32, AddressKind::never},
    {{0x20, 0x02}, 16, AddressKind::never},      // 6to4
    {{0x3f, 0xff}, 20, AddressKind::never},
    {{0x20}, 3, AddressKind::everyone},
    {{0}, 0, AddressKind::never},
};

bool in_range(const Range& range, const uint8_t* address) {
  const size_t whole = range.bits / 8, rest = range.bits % 8;
  if (std::memcmp(range.prefix, address, whole) != 0) return false;
  return rest == 0 || ((range.prefix[whole] ^ address[whole]) >> (8 - rest)) == 0;
}

}  // namespace

AddressKind kind_of_address(std::span<const uint8_t> bytes) {
  if (bytes.size() == 4) {
    for (const Range& range : kRanges4)
      if (in_range(range, bytes.data())) return range.kind;
    return AddressKind::everyone;
  }
  if (bytes.size() == 16)
    for (const Range& range : kRanges6)
      if (in_range(range, bytes.data())) return range.kind;
  return AddressKind::never;
}

AddressKind kind_of_address(const sockaddr* address, size_t size) {
  if (address->sa_family == AF_INET && size >= sizeof(sockaddr_in)) {
    sockaddr_in in;
    std::memcpy(&in, address, sizeof in);
    return kind_of_address({reinterpret_cast<const uint8_t*>(&in.sin_addr), 4});
  }
  if (address->sa_family == AF_INET6 && size >= sizeof(sockaddr_in6)) {
    sockaddr_in6 in;
    std::memcpy(&in, address, sizeof in);
    return kind_of_address({reinterpret_cast<const uint8_t*>(&in.sin6_addr), 16});
  }
  return AddressKind::never;
}

bool may_dial(const NetRules& rules, AddressKind kind, uint16_t port, bool encrypted) {
  if (kind == AddressKind::loopback) return encrypted ? rules.loopback || rules.plain_loopback : rules.plain_loopback;
  if (!encrypted || kind == AddressKind::never || (kind == AddressKind::inside && !rules.inside)) return false;
  return std::find(rules.ports.begin(), rules.ports.end(), port) != rules.ports.end();
}

}  // namespace wend
