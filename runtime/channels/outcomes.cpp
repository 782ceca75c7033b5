// The shared reading of answers.
#include "runtime/channels/outcomes.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstring>

#include "runtime/abi/zones.h"

namespace wend {
namespace {

constexpr int64_t kSecondUs = 1'000'000, kDayUs = 86'400 * kSecondUs;
constexpr size_t kSaidBytesRead = 4096;

Outcome nothing_left(Trouble trouble) {
  const std::string reason(word(trouble));
  const bool for_good = trouble == Trouble::url || trouble == Trouble::request || trouble == Trouble::address;
  return for_good ? failed_for_good(reason) : failed_for_now(reason);
}

// "Sun, 06 Nov 1994 08:49:37 GMT", the form that senders must use (RFC 9110 5.6.7).
bool read_http_date(std::string_view text, int64_t& at_us) {
  static constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  char month[4] = {};
  int day, year, hour, minute, second, end = 0;
  const std::string copy(text);
  if (std::sscanf(copy.c_str(), "%*3[A-Za-z], %2d %3[A-Za-z] %4d %2d:%2d:%2d GMT%n", &day, month, &year, &hour, &minute,
                  &second, &end) != 6 || static_cast<size_t>(end) != copy.size())
    return false;
  const size_t place = kMonths.find(month);
  if (place == std::string_view::npos || place % 3 != 0 || std::strlen(month) != 3) return false;
  if (year < 1970 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) return false;
  const int64_t days = days_from_civil(year, static_cast<int32_t>(place / 3 + 1), day);
  at_us = (days * 86'400 + hour * 3600 + minute * 60 + second) * kSecondUs;
  return true;
}

// A run of these is one word of which fit_to_keep() judges as a whole.
bool of_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || (c != 0 && std::strchr("@._+-/=%:", c)); }

bool looks_personal(std::string_view word) {
  if (word.find('@') != std::string_view::npos || word.size() > 40) return true;
  return std::count_if(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; }) >= 7;
}

// Shorter texts say nothing of anybody, and would tear words apart.
void hide(std::string& text, std::string_view part) {
  if (part.size() < 3) return;
  for (size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += 3) text.replace(at, part.size(), "...");
}

}  // namespace

Outcome delivered(std::string provider_id) {
  Outcome outcome{.kind = Outcome::Kind::delivered};
  // What names a message is kept whole or not at all.
  const bool plain = std::all_of(provider_id.begin(), provider_id.end(), [](char c) { return c > 0x20 && c < 0x7f; });
  if (plain && provider_id.size() <= kSaidBytes) outcome.provider_id = std::move(provider_id);
  return outcome;
}

Outcome failed_for_good(std::string reason) {
  return {.kind = Outcome::Kind::failed, .permanent = true, .reason = std::move(reason)};
}

Outcome failed_for_now(std::string reason, int64_t retry_at_us) {
  return {.kind = Outcome::Kind::failed, .retry_at_us = retry_at_us, .reason = std::move(reason)};
}

Outcome unknown(std::string reason) { return {.kind = Outcome::Kind::unknown, .reason = std::move(reason)}; }

Outcome failed_for_want_of_secret(std::string problem) {
  Outcome outcome = failed_for_now("secret");
  outcome.said = std::move(problem);
  return outcome;
}

Outcome outcome_of(const HttpAnswer& answer, int64_t now_us) {
  if (!answer.may_have_left) return nothing_left(answer.trouble);
  const std::string status = "status " + std::to_string(answer.status);
  const bool refused = answer.status >= 400 && answer.status <= 499;
  const bool taken = answer.status >= 200 && answer.status <= 299;
  const bool whole = answer.trouble == Trouble::none || (taken && answer.trouble == Trouble::too_large);
  if (!whole && !refused) return unknown(std::string(word(answer.trouble)));
  if (taken) return delivered();
  switch (answer.status) {
    case 307: case 308: return failed_for_good(status);
    case 401: case 403: case 425: case 429: return failed_for_now(status, retry_after(answer, now_us));
    case 408: case 409: return unknown(status);
    default: return refused ? failed_for_good(status) : unknown(status);
  }
}

int64_t retry_after(const HttpAnswer& answer, int64_t now_us) {
  const std::string_view text = answer.header("retry-after");
  int64_t at = 0;
  if (!text.empty() && text.size() <= 9 && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    at = now_us + std::stoll(std::string(text)) * kSecondUs;
  } else if (text.size() > 40 || !read_http_date(text, at)) {
    return 0;
  }
  return std::clamp(at, now_us, now_us + kDayUs);
}

std::string fit_to_keep(std::string_view said, const Delivery& delivery, std::initializer_list<std::string_view> secrets) {
  std::string text(said.substr(0, kSaidBytesRead));
  hide(text, delivery.address);
  for (const std::string_view secret : secrets) hide(text, secret);
  for (const Delivery::Field& field : delivery.content) hide(text, field.text);
  std::string kept;
  for (size_t at = 0; at < text.size() && kept.size() < kSaidBytes;) {
    size_t end = at;
    while (end < text.size() && of_word(text[end])) ++end;
    if (end > at) {
      const std::string_view word(text.data() + at, end - at);
      kept += looks_personal(word) ? "..." : word;
      at = end;
    } else {
      const char c = text[at++];
      if (c > 0x20 && c < 0x7f) kept += c;
      else if (!kept.empty() && kept.back() != ' ') kept += ' ';
    }
  }
  while (!kept.empty() && kept.back() == ' ') kept.pop_back();
  if (kept.size() > kSaidBytes) kept.resize(kSaidBytes);
  return kept;
}

}  // namespace wend
