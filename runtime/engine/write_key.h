// Who is calling, from the headers of a request. Tested by tests/unit/ingest/envelope_test.cpp.
#pragma once

#include <string>
#include <string_view>

namespace wend {

constexpr size_t kWriteKeyBytesMax = 255;

// `Basic base64(KEY:)`, also without the colon or with a password behind it, and `Bearer KEY`. "" for all else.
std::string write_key_of(std::string_view authorization);

// Takes as long wherever the two differ; how long `given` is shows.
bool same_key(std::string_view given, std::string_view known);

}  // namespace wend
