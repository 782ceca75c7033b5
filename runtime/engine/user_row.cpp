// Tested by tests/unit/engine.
#include "runtime/engine/user_row.h"

#include <algorithm>

#include "runtime/core/packing.h"
#include "runtime/engine/profiles.h"
#include "runtime/engine/sealed_row.h"

namespace wend {
namespace {

constexpr uint64_t kFormat = 3;
constexpr unsigned kUserOrder = 20;   // how many users are usual

void write(PackWriter& out, const std::vector<std::optional<std::string>>& texts) {
  for (const std::optional<std::string>& text : texts) {
    out.flag(text.has_value());
    if (text) out.shared_text(*text);
  }
}

void read(PackReader& in, size_t ranks, std::vector<std::optional<std::string>>& texts) {
  texts.assign(ranks, std::nullopt);
  for (std::optional<std::string>& text : texts)
    if (in.flag()) text = std::string(in.shared_text());
}

void write(PackWriter& out, const UserRow& row) {
  const bool joined = row.into != kNoUser;
  out.bits(joined ? 0 : row.version, 64);
  out.flag(joined);
  if (joined) return out.number(row.into, kUserOrder);
  out.number(row.name.first, kFew);
  out.shared_text(row.name.second);   // most often one of those that follow, and they are those that are told
  write(out, row.values);
  write(out, row.told);
  out.number(row.parts.size(), kFew);
  for (const UserId part : row.parts) out.number(part, kUserOrder);
}

}  // namespace

std::string encode(const UserRow& row) {
  std::string payload;
  PackWriter body(payload);
  write(body, row);
  body.finish();
  payload += row.state;
  return seal_row(payload, kFormat);
}

bool decode(std::span<const uint8_t> bytes, size_t ranks, UserRow& row) {
  row = {};
  ByteReader header(bytes);
  if (!open_row(header, bytes, kFormat)) return false;
  PackReader in(bytes.subspan(kRowHeaderBytes));
  row.version = in.bits(64);
  if (in.flag()) {
    row.into = in.number(kUserOrder);
    return in.check(row.version == 0 && row.into != kNoUser) && in.at_end();
  }
  row.name.first = static_cast<uint32_t>(in.below(ranks + 1, kFew));
  row.name.second = std::string(in.shared_text());
  read(in, ranks, row.values);
  read(in, ranks, row.told);
  for (uint32_t left = in.count(kProfilesOfAUser, kFew); left > 0 && in.good(); --left) row.parts.push_back(in.number(kUserOrder));
  const std::span<const uint8_t> state = in.rest();
  row.state.assign(reinterpret_cast<const char*>(state.data()), state.size());
  return in.good();
}

uint64_t version_of(std::span<const uint8_t> bytes) {
  ByteReader in(bytes.subspan(std::min(bytes.size(), kRowHeaderBytes)));
  const uint64_t version = in.raw();
  return in.good() ? version : 0;
}

}  // namespace wend
