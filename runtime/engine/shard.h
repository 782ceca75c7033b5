// Users that rest in a store: records in the order of a log in, decisions out. One shard is one thread's; it owns every
// user it is told of. What happens between two commits is one atomic batch, and nothing is told before that is durable.
//
// Time comes from the records: a user's timers due by then are handled before a record of theirs, and tick() handles those
// of everybody. So the same records and ticks give the same decisions, however they are cut into batches, and whether or not
// the process ended in between.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "runtime/core/step.h"
#include "runtime/engine/census.h"
#include "runtime/engine/event_log.h"
#include "runtime/engine/intake.h"
#include "runtime/engine/user_row.h"
#include "runtime/store/store.h"

namespace wend {

class Profiles;

// Something is wrong with what the store holds or does: nothing may be handled any more.
struct ShardFault { std::string what; };
inline void throw_if(const StoreFailure& failure) {
  if (failure) throw ShardFault{failure->text()};
}

class Shard {
 public:
  struct Told { int64_t at; UserId id; std::string_view user, line; };   // line: without its end
  using Tell = std::function<void(const Told&)>;
  // A decision as it is made, by the version it says, when others may still add to the same batch.
  using Decided = std::function<void(UserId, const UserRow&, const Module&, const Decision&, std::string_view line)>;

  // The version before, of which users may still be who have not been touched since `at`, when the present one went live; and
  // what is kept of a user's records, oldest first, for what is new to be filled from.
  struct Kept { int64_t at, received; std::string_view raw; };
  using Log = std::function<void(UserId, const std::function<void(const Kept&)>&)>;
  struct Before { const Module* module = nullptr; uint64_t version = 0; int64_t at = 0; Log log; };

  // `tell` gets each decision once it is durable. `version`: a number that rows of the present version have and of the one before
  // have not. Throws ShardFault where the store is not as it must be.
  Shard(const Module& module, Store& store, Tell tell, Decided decided = {});
  Shard(const Module& module, Store& store, Tell tell, Decided decided, uint64_t version, Before before);
  ~Shard();

  struct Handled {
    enum class How : uint8_t { applied, duplicate, conflict, held } how = How::applied;   // conflict: a duplicate of another body
    UserId user = kNoUser;
  };
  // A record that came at `received`, which never goes back. Its identities are numbers of `intake`. `body` is a hash of what
  // came. Held: the row of a user it is of cannot be read; nothing was done.
  Handled handle(const Intake& intake, const StoredEvent& event, int64_t received, uint64_t body = 0);
  // Everything due at or before `now`, in order. True: there is more, but not for this batch: commit, and call again.
  bool tick(int64_t now);
  // Makes all since the last one durable, then tells it: begun, and then landed. In between, what is begun may still be on its
  // way while more is handled; all that was begun before it is durable, and told.
  void commit() {
    begin_commit();
    landed();
  }
  void begin_commit();
  void landed();
  // The least instant at which somebody must be woken; WEND_FOREVER when nobody must.
  int64_t next_due();

  // What goes into the batch of the next commit beside the shard's own: whoever shares its step writes here.
  Batch& batch() { return batch_; }
  bool changed() const { return !changed_.empty() || !batch_.empty(); }   // since the last one
  // The one a user has become part of, or itself. kNoUser: there is none, or the row cannot be read.
  UserId present(UserId id);
  // The user an identity is of now; kNoUser: nobody's.
  UserId find(uint32_t rank, std::string_view text) { return owner(rank, text); }
  // Whether a send may still go, after all that is due by `now`. The user must be one that present() gave.
  Permit permit(UserId id, const ClaimedSend& send, int64_t now);
  // Takes over users of the version before, from a row of the store on, at most so many rows. Where to go on; nothing: none is left.
  std::optional<UserId> take_over(UserId from, size_t most);
  // A look at one user as they are now; null: not to be read. Good until the next call of anything.
  struct Seen { const UserRow* row; UserState* state; Step* step; };
  std::optional<Seen> look(UserId id);

  // Nothing is left of that record, in memory and with the next commit in the store; there must be nothing that waits for it.
  // How many rows go.
  uint64_t erase(UserId id);

  uint64_t duplicates() const { return duplicates_; }
  const Census& census() const { return census_; }
  const std::set<UserId>& held() const { return held_; }   // users whose rows cannot be read

 private:
  struct User {
    UserRow row;
    UserState state;
    int64_t timer = WEND_FOREVER;    // as it stands in the store
    std::vector<uint64_t> places;    // the same, for the census
    bool changed = false;            // since the last commit
  };
  struct Line { int64_t at; UserId id; std::string user, text; };
  struct Unreadable {};              // thrown: a user is held
  struct Succession;                 // from the version before to the present one
  struct Meeting;                    // the users an event is of, while it is decided whose it is

  User& load(UserId id);             // into users_; throws Unreadable
  void touch(UserId id);             // it has changed
  UserId owner(uint32_t rank, std::string_view text);
  void advance(UserId id, int64_t until);
  void wake_at(UserId id);           // its next timer, among those of this batch
  void keep(Meeting& meeting);
  void join(Meeting& meeting, uint32_t profile, uint32_t part, int64_t at);
  Handled apply(const Intake& intake, const StoredEvent& event, int64_t received, uint64_t body);
  UserId as_known(const Intake& intake, const EventRecord& record);
  Handled act(UserId id, const StoredEvent& event, int64_t received);
  std::optional<Handled> act_again(UserId id, const EventRecord& record, int64_t received, uint64_t body);   // nothing: it has not come before
  bool has_marks(const std::string& key);
  Handled::How seen_before(const User& user, UserId id, std::string_view message, int64_t received, uint64_t body);
  void gather(UserId id);            // the lines of decisions_
  void gather(UserId id, const Module& module, std::vector<Decision>& decisions);
  void succeed(UserId id, User& user, UserState& old);
  bool read(Space space, const std::string& key, std::string& value);
  void load_near(int64_t now);
  void begin_anew(Before before);
  void tell_landed();

  const Module& module_;
  const uint64_t version_;
  Store& store_;
  Tell tell_;
  Decided decided_;
  Batch batch_;
  Census census_;
  std::unique_ptr<Context> context_;
  std::unique_ptr<Step> step_;
  std::vector<bool> many_;                               // by rank
  std::vector<int32_t> attributes_;                      // by rank: the attribute of that name
  UserId next_user_ = 1;
  bool new_users_ = false;
  std::unordered_map<UserId, User> users_;               // as they are now: of this batch, and who came not long before
  std::vector<UserId> changed_;                          // in this batch
  std::unordered_map<std::string, UserId> owners_;       // what is known of identities, by their keys in the store …
  std::set<std::string> moved_;                          // … and has changed in this batch
  std::string key_;                                      // of the identity asked for last
  struct Mark { int64_t at; uint64_t body; };
  std::unordered_map<std::string, Mark> marks_;          // of duplicates, made in this batch
  std::map<int64_t, bool> days_;                         // whether there are marks of theirs; of those that were asked for
  std::set<UserId> held_;
  std::unique_ptr<Succession> succession_;               // null: everybody is of the present version
  using Timers = std::set<std::pair<int64_t, UserId>>;
  Timers due_;                                           // of users_
  Timers near_;                                          // as they stand in the store, before near_until_
  int64_t near_until_ = INT64_MIN;                       // so far all of them have been read
  int64_t marked_ = INT64_MIN;                           // the store knows that nothing is left before it
  std::vector<Decision> decisions_;
  std::vector<AttributeChange> changes_;
  std::vector<Line> lines_, landing_;                    // of the batch under way, and of the one on its way to the disk
  uint64_t duplicates_ = 0;
};

}  // namespace wend
