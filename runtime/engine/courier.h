// From the outbox to the connectors and back: claims sends with a fresh permit, hands them over once the claim is durable, and
// writes down what became of them. Works within the batches of one Shard, on its thread. Tested by
// tests/unit/engine/courier_test.cpp.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/channels/channel.h"
#include "runtime/delivery/dispatcher.h"
#include "runtime/delivery/next_move.h"
#include "runtime/engine/outbox.h"
#include "runtime/engine/shard.h"

namespace wend {

// What an operator has stopped. Decisions do not change, validity runs on; nothing of it is claimed.
struct Holds {
  bool all = false;
  std::set<std::string> channels, journeys, messages;
  bool covers(const OutboxRow& row) const;
};

class Courier {
 public:
  struct Way { DeliveryPolicy policy; bool takes_once = false; };
  struct Hooks {
    // What a user's own history must know of a send that ended: a built-in event and what it says beside the message.
    std::function<void(UserId, const OutboxRow&, std::string_view event, std::string_view more_properties)> feedback;
    // An attempt ended; on another thread. Calls outcome() when it is the shard's turn.
    std::function<void(std::string id, Outcome)> came_back;
    // Nothing may be sent to that address.
    std::function<bool(std::string_view address)> suppressed;
  };

  Courier(const Module& module, Shard& shard, Outbox& outbox, Dispatcher& dispatcher, std::map<std::string, Way> ways, uint64_t epoch, Hooks hooks);

  // A decision of the shard: what is sent goes into the outbox.
  // `unknown`: it may have gone out already.
  void decided(UserId user, const Module& module, const Decision& decision, bool unknown = false);
  // From now on another version decides and permits.
  void change(const Module& module, Shard& shard) {
    module_ = &module;
    shard_ = &shard;
  }
  // Attempts that an earlier process began and whose end nobody heard. Once, at the start.
  void take_up(int64_t now);
  // Claims what may go now, at most so many. True: there may be more.
  bool claim(int64_t now, size_t most);
  // When a channel on which something waits may have its next place; INT64_MAX: when an attempt comes back. Of the last claim().
  int64_t next_place() const { return next_place_; }
  void outcome(const std::string& id, const Outcome& outcome, int64_t now);
  // Somebody says what became of a send: a built-in event that came in, or an operator. It ends by that where it has not ended and
  // an attempt may have been taken: it is unknown, the attempt is still under way, or another was to follow. As it stood; nothing:
  // there is no such send.
  std::optional<OutboxRow> heard(std::string_view id, std::string_view event, int64_t now);
  // How a send ends of which that is heard.
  static SentRow::How end_by(std::string_view event) { return event == "failed" || event == "bounced" ? SentRow::How::failed : SentRow::How::delivered; }
  // A send of which something can be heard; nothing: there is none, or its end is not known any more.
  struct Standing { UserId user = kNoUser; std::string channel, message; uint32_t attempts = 0; std::optional<SentRow::How> ended; int64_t ended_at = 0; };
  std::optional<Standing> standing(std::string_view id) const;

  const Holds& holds() const { return holds_; }
  void hold(Holds holds);

  void begin_commit();     // last before the shard begins its commit
  void begun();            // behind it: hands over what had been claimed for the one before
  void landed();           // hands over all that was claimed

  struct Counts { std::map<std::pair<std::string, SentRow::How>, uint64_t> ended; uint64_t deferred = 0, retries = 0, again = 0; };
  const Counts& counts() const { return counts_; }   // by channel; since the start
  size_t in_flight() const { return in_flight_.size(); }

 private:
  struct Claimed { Dispatcher::Place place; Delivery delivery; };
  bool claim_on(const std::string& channel, int64_t now, size_t most);
  bool end_strays(int64_t now, size_t most);
  // False: the row was dealt with otherwise.
  bool may_go(OutboxRow& row, int64_t ready, int64_t now, Delivery& delivery);
  void write_end(const OutboxRow& row, int64_t from, SentRow::How how, std::string_view reason, int64_t now, const std::string& provider_id = {});
  void end(OutboxRow& row, int64_t from, SentRow::How how, std::string_view reason, int64_t now, const Outcome& outcome = {});
  void give_up(OutboxRow& row, int64_t from, SentRow::How how, std::string_view reason, int64_t now);
  void keep_unknown(OutboxRow& row, int64_t from, std::string_view reason, int64_t now);
  bool gone(const OutboxRow& row);
  void put(const OutboxRow& row, int64_t from, int64_t to);
  std::optional<OutboxRow> perhaps_taken(const std::string& id, int64_t& at) const;
  void set_free(int64_t now);

  const Module* module_;
  Shard* shard_;
  Outbox& outbox_;
  Dispatcher& dispatcher_;
  const std::map<std::string, Way> ways_;
  const uint64_t epoch_;
  Hooks hooks_;
  Holds holds_;
  bool set_free_ = true;                        // some that are set aside may not be held any more
  std::map<std::string, OutboxRow> in_flight_;  // by id
  std::map<std::string, int64_t> again_;        // by id: where those wait whose attempt may have been taken and is made again
  std::vector<Claimed> claimed_, landing_;      // in the batch under way, and in the one on its way to the disk
  int64_t next_place_ = INT64_MAX;
  Counts counts_;
};

}  // namespace wend
