// zlib, in steps of 64 KB at the most.
#include "runtime/http/inflate.h"

#include <algorithm>

#include <zlib.h>

namespace wend {

namespace {

struct Stream {
  z_stream state{};
  bool open = false;
  Stream() { open = inflateInit2(&state, 16 + MAX_WBITS) == Z_OK; }   // 16: gzip alone
  ~Stream() { if (open) inflateEnd(&state); }
};

constexpr size_t kStep = 64 * 1024;

}  // namespace

Inflated inflate(std::string_view gzip, size_t bytes_max, std::string& out) {
  out.clear();
  Stream stream;
  if (!stream.open || gzip.size() > UINT32_MAX) return Inflated::broken;
  stream.state.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(gzip.data()));
  stream.state.avail_in = static_cast<uInt>(gzip.size());
  int code = Z_OK;
  while (code == Z_OK) {
    if (out.size() > bytes_max) return Inflated::too_large;
    const size_t size = out.size(), step = std::min(kStep, bytes_max + 1 - size);   // one more tells the end from a cap reached
    out.resize(size + step);
    stream.state.next_out = reinterpret_cast<Bytef*>(out.data() + size);
    stream.state.avail_out = static_cast<uInt>(step);
    code = ::inflate(&stream.state, Z_NO_FLUSH);
    out.resize(size + step - stream.state.avail_out);
  }
  if (out.size() > bytes_max) return Inflated::too_large;
  return code == Z_STREAM_END && stream.state.avail_in == 0 && !is_gzip(out) ? Inflated::good : Inflated::broken;
}

HeadFault unpack(HttpIn& in, size_t bytes_max) {
  std::string said;
  for (auto field = in.headers.begin(); field != in.headers.end(); ++field) {
    if (field->first != "content-encoding") continue;
    said = field->second;
    in.headers.erase(field);
    break;
  }
  for (char& c : said) if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  const bool gzip = said == "gzip" || said == "x-gzip";
  if (!gzip && !said.empty() && said != "identity") return {415, "the only Content-Encoding taken is `gzip`"};
  if (!is_gzip(in.body)) return gzip && !in.body.empty() ? HeadFault{400, "the body is not gzip, as Content-Encoding says"} : HeadFault{};
  std::string plain;
  switch (inflate(in.body, bytes_max, plain)) {
    case Inflated::too_large: return {413, "the body is too large when inflated"};
    case Inflated::broken: return {400, "the body is not whole gzip, or is gzip in gzip"};
    case Inflated::good: break;
  }
  in.body = std::move(plain);
  return {};
}

}  // namespace wend
