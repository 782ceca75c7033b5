// A gzipped body back to its bytes, under a cap; what a header says of it counts less than its bytes. Tested by tests/unit/http.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "runtime/http/request_head.h"

namespace wend {

// Whether the bytes are gzip's, whatever a header says of them.
inline bool is_gzip(std::string_view bytes) { return bytes.size() >= 2 && bytes[0] == '\x1f' && bytes[1] == '\x8b'; }

enum class Inflated { good, too_large, broken };   // broken: cut, damaged, followed by more, or gzip in gzip

// Never makes more than `bytes_max`, whatever the body promises.
Inflated inflate(std::string_view gzip, size_t bytes_max, std::string& out);

// Makes the body of a request plain, and takes Content-Encoding off. The fault has a status for the answer.
HeadFault unpack(HttpIn& in, size_t bytes_max);

}  // namespace wend
