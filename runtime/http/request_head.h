// The head of a request, from its first byte to the empty line, read far more strictly than a general parser does: what two
// readers could understand differently is refused. Tested by tests/unit/http.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/http/message.h"

namespace wend {

struct HeadLimits {
  size_t bytes_max = 16 * 1024;          // the whole head
  size_t fields_max = 100;
  size_t target_bytes_max = 8 * 1024;
  size_t body_bytes_max = 576 * 1024;    // as told by Content-Length
};

struct RequestHead {
  HttpIn in;                             // without body and peer
  bool chunked = false;
  uint64_t length = 0;                   // of a body that is not chunked
  bool keep_alive = true;
  bool wants_continue = false;           // Expect: 100-continue
};

// A status and what is wrong; 0: nothing.
struct HeadFault {
  int status = 0;
  std::string_view what;
  explicit operator bool() const { return status != 0; }
};

// Looks at bytes that came so far. `end`: where the head ends (behind the empty line), or npos while it is not whole. `seen`: bytes
// that an earlier call found to be in order. A fault can be told before the head is whole.
HeadFault scan_head(std::string_view bytes, size_t seen, const HeadLimits& limits, size_t& end);

// `bytes`: a whole head.
HeadFault read_head(std::string_view bytes, const HeadLimits& limits, RequestHead& head);

}  // namespace wend
