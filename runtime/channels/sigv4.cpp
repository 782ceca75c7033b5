// AWS Signature Version 4.
#include "runtime/channels/sigv4.h"

#include <string.h>

#include <algorithm>

#include "runtime/abi/zones.h"
#include "runtime/channels/signatures.h"

namespace wend {
namespace {

// "20150830T123600Z"
std::string amazon_time(int64_t now_us) {
  std::string text;
  for (const char c : format_instant(floor_div(now_us, 1'000'000) * 1'000'000))
    if (c != '-' && c != ':') text += c;
  return text;
}

std::string lower(std::string_view name) {
  std::string out(name);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

}  // namespace

Headers sign_v4(const AwsKeys& keys, std::string_view region, std::string_view service, const AwsRequest& request, int64_t now_us) {
  const std::string time = amazon_time(now_us), day = time.substr(0, 8);
  Headers sent = request.headers;
  sent.emplace_back("X-Amz-Date", time);
  if (!keys.token.empty()) sent.emplace_back("X-Amz-Security-Token", keys.token);

  Headers sorted = {{"host", request.host}};
  for (const auto& [name, value] : sent) sorted.emplace_back(lower(name), value);
  std::sort(sorted.begin(), sorted.end());
  std::string canonical = request.method + "\n" + request.path + "\n" + request.query + "\n", names;
  for (const auto& [name, value] : sorted) {
    canonical += name + ":" + value + "\n";
    names += (names.empty() ? "" : ";") + name;
  }
  canonical += "\n" + names + "\n" + hex(sha256(request.body));

  const std::string scope = day + "/" + std::string(region) + "/" + std::string(service) + "/aws4_request";
  const std::string to_sign = "AWS4-HMAC-SHA256\n" + time + "\n" + scope + "\n" + hex(sha256(canonical));
  std::string key = "AWS4" + std::string(keys.secret);
  for (const std::string_view step : {std::string_view(day), region, service, std::string_view("aws4_request")}) {
    std::string next = hmac_sha256(key, step);
    ::explicit_bzero(key.data(), key.size());
    key = std::move(next);
  }
  sent.emplace_back("Authorization", "AWS4-HMAC-SHA256 Credential=" + std::string(keys.id) + "/" + scope + ", SignedHeaders=" + names +
                                         ", Signature=" + hex(hmac_sha256(key, to_sign)));
  return sent;
}

}  // namespace wend
