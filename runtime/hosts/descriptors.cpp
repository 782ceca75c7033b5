#include "runtime/hosts/descriptors.h"

#include <sys/resource.h>

#include <algorithm>

namespace wend {
namespace {

constexpr rlim_t kEnough = 1 << 20;      // a table of descriptors costs memory
constexpr size_t kKept = 1'024;          // a store of 64 GB has about as many files

}  // namespace

size_t raise_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  const rlim_t most = std::min(limit.rlim_max, kEnough);
  if (limit.rlim_cur < most) {
    const rlimit raised{most, limit.rlim_max};
    if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) limit.rlim_cur = most;
  }
  return static_cast<size_t>(std::min(limit.rlim_cur, kEnough));
}

size_t connections_within(size_t descriptors, size_t wanted) {
  const size_t kept = std::min(kKept, descriptors / 2);
  return std::clamp<size_t>(wanted, 1, std::max<size_t>(1, descriptors - kept));
}

}  // namespace wend
