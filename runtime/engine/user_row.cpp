// Tested by tests/unit/engine.
#include "runtime/engine/user_row.h"

#include <algorithm>

#include "runtime/engine/profiles.h"
#include "runtime/engine/sealed_row.h"

namespace wend {
namespace {

constexpr uint64_t kFormat = 2;

void write(ByteWriter& out, const std::vector<std::optional<std::string>>& texts) {
  for (const std::optional<std::string>& text : texts) {
    out.byte(text.has_value());
    if (text) out.text(*text);
  }
}

void read(ByteReader& in, size_t ranks, std::vector<std::optional<std::string>>& texts) {
  texts.assign(ranks, std::nullopt);
  for (std::optional<std::string>& text : texts)
    if (in.flag()) text = std::string(in.text());
}

void write(ByteWriter& out, const UserRow& row) {
  out.raw(row.into == kNoUser ? row.version : 0);
  out.varint(row.into);
  if (row.into != kNoUser) return;
  out.varint(row.name.first);
  out.text(row.name.second);
  write(out, row.values);
  write(out, row.told);
  out.varint(row.parts.size());
  for (const UserId part : row.parts) out.varint(part);
  out.text(row.state);
}

}  // namespace

std::string encode(const UserRow& row) {
  std::string payload;
  ByteWriter body(payload);
  write(body, row);
  return seal_row(payload, kFormat);
}

bool decode(std::span<const uint8_t> bytes, size_t ranks, UserRow& row) {
  row = {};
  ByteReader in(bytes);
  if (!open_row(in, bytes, kFormat)) return false;
  row.version = in.raw();
  row.into = in.varint();
  if (row.into != kNoUser) return in.good() && in.at_end();
  row.name.first = static_cast<uint32_t>(in.below(ranks + 1));
  row.name.second = std::string(in.text());
  read(in, ranks, row.values);
  read(in, ranks, row.told);
  for (uint32_t left = in.count(kProfilesOfAUser); left > 0 && in.good(); --left) row.parts.push_back(in.varint());
  row.state = std::string(in.text());
  return in.good() && in.at_end();
}

uint64_t version_of(std::span<const uint8_t> bytes) {
  ByteReader in(bytes.subspan(std::min(bytes.size(), kRowHeaderBytes)));
  const uint64_t version = in.raw();
  return in.good() ? version : 0;
}

}  // namespace wend
