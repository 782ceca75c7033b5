// A small program built by hand, with C++ functions where a compiled one has native code, and a story told to one user.
// Every story is lived twice: by a user kept in memory, and by one that is packed to bytes and read back, in another
// context, after each input. Both must decide the same.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/core/codec.h"
#include "runtime/core/step.h"

namespace wend::test {

constexpr int64_t kSecond = kMicrosPerSecond, kMinute = kMicrosPerMinute, kHour = kMicrosPerHour, kDay = kMicrosPerDay;

int64_t time_of(std::string_view text);   // "2026-03-01T10:00" in UTC

// Attributes, by number and place in the record.
enum Attribute : uint32_t { email, push_token, email_opt_in, push_opt_in, time_zone, plan, score };
// Events: play { artist text, n int }, purchase { cart text }, cart { cart text }, unsubscribed { channel text },
// external_send { channel text, category text, message text }, failed, opened { message text, channel text, message_id text }
enum Event : uint32_t { play, purchase, cart, unsubscribed, external_send, failed, opened };
enum Channel : uint32_t { by_email, by_push };
enum Category : uint32_t { transactional, service, promotional };   // highest first; the first is exempt

// The record: what the conditions of the tests read.
struct Record {
  uint64_t present;
  uint32_t email, push_token;
  uint8_t email_opt_in, push_opt_in, pad[2];
  uint32_t time_zone;
  uint16_t plan, pad2[3];
  int64_t score;
  TotalCell plays;         // counted by every play
  StampCell last_play;
  LastCell last_artist;    // text
  CellBlock* ring;         // the times of the plays, at most eight
  BaselineCell usual;
  TotalCell purchases;
  StateSlot slots[4];
};
inline const Record& of(const uint8_t* record) { return *reinterpret_cast<const Record*>(record); }

Module empty_program(std::string_view zone = "Europe/Stockholm");

// A block that is in state `score` (unknown: 0).
ModuleStates& add_states(Module& module, std::string name, std::vector<std::string> names);
ModuleMessage& add_message(Module& module, std::string name, uint32_t category = promotional);   // for email and push
ModuleJourney& add_journey(Module& module, std::string name, std::vector<ModuleNode> chain);
ModuleEnter on(uint32_t event, ConditionFn where = nullptr);
ModuleEnter when(uint32_t watch);
ModuleEnter when(StateTrigger trigger);
ModuleNode step_node(uint32_t step = 0);
ModuleNode send_node(uint32_t message, std::vector<uint32_t> channels = {by_email});
ModuleNode wait_node(int64_t length);
ModuleNode until_node(int64_t time_of_day, bool user_time = false, uint32_t weekdays = 0x7f);
ModuleNode for_node(uint32_t event, int64_t length, uint32_t other, ConditionFn where = nullptr);

struct Change { uint32_t attribute; int64_t number = 0; std::string text; bool known = true; };
inline Change set(uint32_t attribute, int64_t number) { return {attribute, number, "", true}; }
inline Change set(uint32_t attribute, std::string text) { return {attribute, 0, std::move(text), true}; }
inline Change clear(uint32_t attribute) { return {attribute, 0, "", false}; }

class Story {
 public:
  explicit Story(const Module& module);

  Story& happens(std::string_view at, uint32_t event, std::vector<std::string> texts = {}, std::string_view arrives = {});
  Story& identify(std::string_view at, std::vector<Change> changes, std::string_view user = "u1");
  Story& until(std::string_view at);
  void held_out(bool yes);
  void pin(uint32_t experiment, uint32_t variant) { overrides_.pinned.push_back({experiment, variant}); }

  // The lines since the last call, short: "2026-03-01T10:00:00Z enter nudge".
  std::vector<std::string> lines();
  std::vector<std::string> lines_of(std::string_view kind);
  std::vector<Decision> decisions;
  UserState& user() { return user_; }
  Step& step() { return *step_; }
  std::string bytes();

 private:
  void tell(int64_t at, uint32_t type, const std::vector<std::string>& texts, const std::vector<Change>& changes,
            std::string_view user, int64_t arrival);
  void same(const std::vector<Decision>& live, const std::vector<Decision>& stored) const;
  void restore();

  const Module& module_;
  Context context_, other_context_;
  Step::Overrides overrides_;
  std::unique_ptr<Step> step_, other_step_;
  UserState user_;
  std::string stored_;      // the other user, at rest
};

std::string short_line(const Module& module, const Decision& decision);

}  // namespace wend::test
