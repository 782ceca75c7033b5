// One user's step, cut along the order in which an input is handled: states and triggers, journeys, protection.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/reference/evaluate.h"
#include "tests/reference/intake.h"
#include "tests/reference/model.h"

namespace wend::reference {

// The name a journey or step had before any `renamed from`: what is kept, and the ids of messages, go by it.
template <class Named>
const std::string& first_name(const Named& named) { return named.renamed_from.empty() ? named.name : named.renamed_from; }

// The lines of one user, in the order in which they happened. Message lines of an input stand behind its others.
class Lines {
 public:
  struct Line { int64_t at; std::string user; size_t number; std::string text; };   // number: of the user

  void state(const std::string& states, const std::string* from, const std::string& to);
  using Key = std::optional<std::string>;   // none: the journey has no keys
  void enter(const std::string& journey, const Key& key);
  void step(const std::string& journey, const Key& key, const std::string& step);
  void leave(const std::string& journey, const Key& key, const std::string& outcome);
  void goal(const std::string& journey, const Key& key);
  void refused(const std::string& journey, const Key& key);
  void exposure(const std::string& experiment, const std::string& variant);
  void late(const std::string& event, const std::string& id, int64_t event_at);
  struct Message {
    std::string message, channel, journey, step, category, outcome, reason, id;
    std::optional<int64_t> until;
    std::optional<std::vector<std::pair<std::string, std::optional<std::string>>>> content;
  };
  void message(const Message& message);
  void other(const char* kind, const std::string& fields);   // fields: without the braces
  void withdrawn(const Message& message);  // before all other message lines

  void begin(int64_t now, std::string user, size_t number);
  void end();  // of an input: the message lines follow
  std::vector<Line> all;

 private:
  std::string head(const char* kind) const;
  void add(std::string text);
  int64_t now_ = 0;
  std::string user_;
  size_t number_ = 0;
  std::vector<std::string> withdrawn_, messages_;
};

// A further input at the same instant; without an event it is what a `set` makes visible.
struct Raised { EventId event; std::vector<Value> values; int depth = 1; };

// Everything known while one input of one user is handled.
struct Moment {
  const World& world;
  User& user;
  Lines& lines;
  int64_t now = 0;
  int64_t before = 0;                       // the user's last `now`
  const Happening* event = nullptr;         // null: timers, or an identify
  bool timer = false;
  bool first = false;
  bool late = false;
  std::map<size_t, std::pair<std::optional<uint32_t>, uint32_t>> state_changes;  // by block: from (none at first), to
  std::set<std::pair<size_t, size_t>> entered_by, exited_by;                     // triggers and conditions that fired: journey, place
  std::vector<std::shared_ptr<Send>> gathered;
  int depth = 0;                            // 0: the input itself
  std::vector<Raised> raised;               // of the whole input, first raised first

  const Program& program() const { return world.program; }
  Scene scene(const Instance* instance = nullptr) const { return Scene{world, user, now, event, instance, nullptr}; }
  Scene plain() const { return Scene{world, user, now}; }
};

// states.cpp
void sample_baselines(Moment& m);
void evaluate_states(Moment& m);
void test_triggers(Moment& m);
std::optional<int64_t> next_cadence(const World& world, const User& user, size_t block, int64_t now);
int64_t next_monday(const World& world, const User& user, size_t measure);

// clocks.cpp
void ring_clocks(Moment& m);
void set_clocks(Moment& m);

// journeys.cpp
void watch_goals(Moment& m);
void run_live(Moment& m);
void run_entries(Moment& m);
void go_on(Moment& m);  // instances whose sends are all decided
bool held_out(const World& world, const User& user);
void leave_merged(Moment& m, const Instance& instance);

// merge.cpp: `other` joins the user of the moment, whose record holds both then
void join_users(Moment& m, User& other);

// raised.cpp
void raise_signals(Moment& m);
void join_open(Moment& m, User& other);
void add_deadlines(const World& world, const User& user, std::vector<int64_t>& due);
void raised_line(Moment& m, EventId event, const std::vector<Value>& values);
void set_attribute(Moment& m, const Instance& i, const SetStmt& set);
void emit_event(Moment& m, const Instance& i, const EmitStmt& emit);
void call_hook(Moment& m, Instance& i, const CallStmt& call);
// experiments.cpp
std::optional<size_t> variant_of(const Moment& m, ExperimentId experiment, const Expr* unit, const Instance& instance);  // nothing: outside
void expose(Moment& m, ExperimentId experiment, size_t variant, const Expr* unit, Instance& instance);
bool has_a_way(Moment& m, Instance& instance, const std::vector<size_t>& places);  // one of the ways in that fire is open to the user
int64_t foreign_place(Bucketing bucketing, const std::string& seed, const std::string& unit);  // 0 … 999 999

// protection.cpp
std::string message_id(std::vector<std::string> parts);
void arbitrate(Moment& m);
void withdraw(Moment& m, const Instance& instance);
std::optional<int64_t> floor_due(const World& world, const User& user, size_t floor);
void take_back(User& user, size_t place);  // a leg sent, counted from 1, was not delivered after all
const NeverRule* never_rule(const Moment& m, const Send& send, ChannelId channel);
int64_t bucket(const std::string& name, const std::string& salt, const std::string& unit);  // 0 … 999 999

// instants.cpp: the next instant behind the user's `now` (or at it, for what is due at once) at which anything could happen.
std::optional<int64_t> next_instant(const World& world, const User& user);

}  // namespace wend::reference
