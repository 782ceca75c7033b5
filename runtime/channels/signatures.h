// The signatures and encodings that providers ask for, over OpenSSL. Tested by tests/unit/channels with published vectors.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wend {

// Raw bytes.
std::string sha256(std::string_view text);
std::string hmac_sha256(std::string_view key, std::string_view text);
std::string hmac_sha1(std::string_view key, std::string_view text);

std::string hex(std::string_view bytes);
std::string base64(std::string_view bytes);
std::string base64_url(std::string_view bytes);                    // without padding
std::optional<std::string> from_base64(std::string_view text);     // padded, nothing else in it

// JSON Web Token signatures under a private key in PEM, as raw bytes; nothing when the key is not of that kind. The key's
// file never opens a prompt for a pass phrase.
std::optional<std::string> sign_rs256(std::string_view pem, std::string_view text);
std::optional<std::string> sign_es256(std::string_view pem, std::string_view text);   // r and s, 32 bytes each
// header.claims.signature of two JSON texts.
std::optional<std::string> jwt(std::string_view header, std::string_view claims, bool elliptic, std::string_view pem);

// `v1,` and the base64 HMAC-SHA-256 of id.timestamp.body (Standard Webhooks 1). The key is base64, with or without
// `whsec_` before it; nothing when it is not.
std::optional<std::string> standard_webhooks_signature(std::string_view key, std::string_view id, int64_t timestamp,
                                                       std::string_view body);

// Whether one of the signatures, which stand with blanks between them, is that.
bool is_standard_webhook(std::string_view key, std::string_view id, int64_t timestamp, std::string_view body, std::string_view signatures);

// base64(HMAC-SHA1(token, url and then each key with its value, sorted)), as Twilio signs its callbacks.
using Form = std::vector<std::pair<std::string, std::string>>;
std::string twilio_signature(std::string_view token, std::string_view url, Form form);
bool is_twilio_callback(std::string_view token, std::string_view url, const Form& form, std::string_view signature);

// ECDSA on P-256 over the timestamp and the body, as SendGrid signs its event webhook; the public key as SendGrid shows it.
bool is_sendgrid_key(std::string_view key);
bool is_sendgrid_callback(std::string_view key, std::string_view timestamp, std::string_view body, std::string_view signature);

// Keys and values of a form or a query, decoded.
Form form_of(std::string_view text);
// The first value of that key, "" when there is none.
std::string_view value_of(const Form& form, std::string_view key);
// A form's or a query's value: all but letters, digits and -._~ as %XX.
std::string percent_encoded(std::string_view text);

}  // namespace wend
