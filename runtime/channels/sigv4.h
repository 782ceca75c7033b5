// AWS Signature Version 4. Tested by tests/unit/channels with the published test suite's vectors.
#pragma once

#include <string>
#include <string_view>

#include "runtime/channels/http.h"

namespace wend {

struct AwsKeys { std::string_view id, secret, token; };   // token "": none

struct AwsRequest {
  std::string method, host;
  std::string path;        // encoded already, each part once, which is right for every service but S3
  std::string query;       // encoded and sorted already
  Headers headers;         // beside Host
  std::string_view body;
};

// The request's headers, X-Amz-Date, X-Amz-Security-Token where there is a token, and Authorization, which signs all of them
// and Host.
Headers sign_v4(const AwsKeys& keys, std::string_view region, std::string_view service, const AwsRequest& request, int64_t now_us);

}  // namespace wend
