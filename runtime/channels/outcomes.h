// From what a provider answered to an outcome, by the rules all connectors share. Tested by tests/unit/channels.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "runtime/channels/channel.h"
#include "runtime/channels/http.h"

namespace wend {

Outcome delivered(std::string provider_id = {});
Outcome failed_for_good(std::string reason);
Outcome failed_for_now(std::string reason, int64_t retry_at_us = 0);
Outcome unknown(std::string reason);
Outcome failed_for_want_of_secret(std::string problem);   // as SecretSource::read() gives it

// The outcome of an HTTP request:
//   nothing left                  failed: for good where the request itself is wrong or its address not allowed, else for now
//   no whole answer               unknown (a status of 400 to 499 stands all the same, and 2xx when only too large)
//   2xx                           delivered
//   307, 308                      failed for good: we are to send it elsewhere, and do not
//   401, 403, 425, 429            failed for now, by `Retry-After` where there is one; the keys may be put right
//   408, 409                      unknown: it may have been read, or been there before
//   other 4xx                     failed for good
//   anything else, 5xx included   unknown
Outcome outcome_of(const HttpAnswer& answer, int64_t now_us);

// `Retry-After` as an instant: seconds or a date, at most a day ahead; 0 when there is none, or it is neither.
int64_t retry_after(const HttpAnswer& answer, int64_t now_us);

// What a provider said of this message, fit to be kept: one line of printable ASCII, at most kSaidBytes, without the message's
// address and content, the secrets given, and anything that looks like an address, the number of a phone or a key.
std::string fit_to_keep(std::string_view said, const Delivery& delivery, std::initializer_list<std::string_view> secrets = {});

}  // namespace wend
