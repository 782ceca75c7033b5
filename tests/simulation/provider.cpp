// See provider.h.
#include "tests/simulation/provider.h"

#include <xxhash.h>

#include "runtime/channels/outcomes.h"
#include "tests/differential/random.h"

namespace wend::simulation {

Outcome SimProvider::deliver(const Delivery& delivery) {
  Book& book = book_[delivery.id];
  ++book.attempts;
  differential::Random random(XXH3_64bits_withSeed(delivery.id.data(), delivery.id.size(), seed_ + book.attempts));
  const int64_t draw = well ? 100 : random.between(0, 99);
  const auto take = [&] {
    if (takes_once_ && book.taken > 0 && now - book.first_taken < remembers_) return;
    if (book.taken++ == 0) book.first_taken = now;
  };
  Outcome outcome;
  if (draw >= trouble) {
    take();
    ++book.answered;
    outcome.kind = Outcome::Kind::delivered;
    outcome.provider_id = "p-" + delivery.id.substr(0, 6);
    return outcome;
  }
  outcome.kind = Outcome::Kind::failed;
  switch (random.between(0, 7)) {
    case 0:
    case 1:
      take();   // and the answer is lost
      [[fallthrough]];
    case 2:
      outcome.kind = Outcome::Kind::unknown;
      outcome.reason = "timeout";
      break;
    case 3:
      outcome.reason = "status 429";
      outcome.retry_at_us = asked_by + random.between(1, 3'600) * 1'000'000;
      break;
    case 4: outcome.reason = "dns"; break;
    case 5:
      outcome.permanent = true;
      outcome.reason = "status 400";
      break;
    case 6:
      outcome.permanent = outcome.address_dead = true;
      outcome.reason = "gone";
      break;
    case 7:
      outcome.permanent = outcome.opted_out = true;
      outcome.reason = "opted out";
      break;
  }
  return outcome;
}

}  // namespace wend::simulation
