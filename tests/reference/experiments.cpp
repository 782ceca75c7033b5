// Experiments: the bucket of a unit, in Wend's way or another platform's, the variant it means, and who is exposed.
#include <openssl/sha.h>

#include <cstring>

#include "tests/reference/step.h"

namespace wend::reference {
namespace {

uint32_t fnv(const std::string& text) {
  uint64_t hash = 0x811c9dc5;
  for (unsigned char c : text) hash = (hash ^ c) * 0x01000193 % (1ull << 32);
  return static_cast<uint32_t>(hash);
}

uint64_t turned(uint64_t word, int bits) { return (word << bits | word >> (32 - bits)) % (1ull << 32); }

// MurmurHash3 for 32 bits with seed 1, in 64-bit arithmetic.
uint64_t murmur(const std::string& text) {
  const uint64_t whole = 1ull << 32;
  uint64_t hash = 1;
  for (size_t at = 0; at < text.size(); at += 4) {
    uint64_t word = 0;
    size_t count = std::min<size_t>(4, text.size() - at);
    for (size_t k = 0; k < count; ++k) word += static_cast<uint64_t>(static_cast<unsigned char>(text[at + k])) << (8 * k);
    hash ^= turned(word * 0xcc9e2d51 % whole, 15) * 0x1b873593 % whole;
    if (count == 4) hash = (turned(hash, 13) * 5 + 0xe6546b64) % whole;
  }
  hash ^= text.size();
  hash = (hash ^ hash >> 16) * 0x85ebca6b % whole;
  hash = (hash ^ hash >> 13) * 0xc2b2ae35 % whole;
  return hash ^ hash >> 16;
}

int64_t first_sixty_bits(const std::string& text) {
  unsigned char digest[20];
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
  int64_t value = 0;
  for (int digit = 0; digit < 15; ++digit) value = value * 16 + (digit % 2 ? digest[digit / 2] % 16 : digest[digit / 2] / 16);
  return value;
}

bool within(const std::vector<ShareRange>& ranges, int64_t place) {
  for (const ShareRange& range : ranges)
    if (range.from <= place && place < range.to) return true;
  return false;
}

// The text chance goes by; nothing: unknown, or a text that names nobody.
std::optional<std::string> unit_of(const Moment& m, const Expr* unit, const Instance& i) {
  if (!unit) return m.user.unit;
  Value value = evaluate(*unit, m.scene(&i));
  if (!value.known) return std::nullopt;
  std::string text = unit->type.is_text() ? value.text : unit->type.kind == TypeKind::one_of ? m.program().one_ofs[unit->type.of].values[static_cast<size_t>(value.integer)] : std::to_string(value.integer);
  return text.empty() ? std::nullopt : std::optional(text);
}

}  // namespace

int64_t foreign_place(Bucketing bucketing, const std::string& seed, const std::string& unit) {
  switch (bucketing) {
    case Bucketing::growthbook_v1: return fnv(unit + seed) % 1000 * 1000;
    case Bucketing::growthbook_v2: return fnv(std::to_string(fnv(seed + unit))) % 10000 * 100;
    case Bucketing::optimizely: return static_cast<int64_t>(murmur(unit + seed) * 10000 / (1ull << 32)) * 100;
    case Bucketing::launchdarkly: {
      __int128 place = static_cast<__int128>(first_sixty_bits(seed + "." + unit)) * 1'000'000 / ((1ll << 60) - 1);
      return static_cast<int64_t>(std::min<__int128>(place, 999'999));
    }
    default: return 0;
  }
}

std::optional<size_t> variant_of(const Moment& m, ExperimentId id, const Expr* by, const Instance& i) {
  const Experiment& experiment = m.program().experiments[id.index()];
  auto unit = unit_of(m, by, i);
  if (!unit) return std::nullopt;
  if (!experiment.layer.empty()) {
    int64_t place = bucket(experiment.layer, "", *unit);
    if (place < experiment.layer_from || place >= experiment.layer_to) return std::nullopt;
  }
  for (const Gate& gate : experiment.gates)
    if (!within(gate.ranges, foreign_place(gate.bucketing, gate.seed, *unit))) return std::nullopt;
  if (experiment.audience && !holds(*experiment.audience, m.plain())) return std::nullopt;
  bool own = experiment.bucketing == Bucketing::wend;
  int64_t place = own ? bucket(experiment.hashed, experiment.salt, *unit) : foreign_place(experiment.bucketing, experiment.seed, *unit), from = 0;
  for (size_t k = 0; k < experiment.variants.size(); ++k) {
    const Variant& variant = experiment.variants[k];
    if (own ? place >= from && place < from + variant.millionths : within(variant.ranges, place)) return k;
    from += variant.millionths;
  }
  return std::nullopt;
}

void expose(Moment& m, ExperimentId id, size_t variant, const Expr* by, Instance& i) {
  if (held_out(m.world, m.user)) return;
  bool fresh = by ? i.exposed.insert(id.index()).second : m.user.exposed.insert(id.index()).second;
  const Experiment& experiment = m.program().experiments[id.index()];
  if (fresh) m.lines.exposure(experiment.name, experiment.variants[variant].name);
}

bool has_a_way(Moment& m, Instance& i, const std::vector<size_t>& places) {
  const Journey& journey = m.program().journeys[i.journey.index()];
  for (size_t place : places)
    if (!journey.enters[place].experiment.valid()) return true;
  for (size_t place : places) {
    const Enter& enter = journey.enters[place];
    auto variant = variant_of(m, enter.experiment, enter.unit.get(), i);
    if (variant) expose(m, enter.experiment, *variant, enter.unit.get(), i);
    if (variant.value_or(m.program().experiments[enter.experiment.index()].variants.size()) == enter.variant) return true;
  }
  return false;
}

}  // namespace wend::reference
