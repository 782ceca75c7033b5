// The decisions of both runs are compared instant by instant, user by user; then where everybody is.
#include "runtime/hosts/compare.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>
#include <unordered_map>

#include "runtime/abi/named.h"
#include "runtime/core/migration.h"
#include "runtime/engine/ingest.h"
#include "runtime/engine/ndjson.h"
#include "runtime/hosts/batch_run.h"
#include "runtime/hosts/decision_match.h"
#include "runtime/hosts/paired_decisions.h"
#include "runtime/hosts/snapshot.h"
#include "runtime/hosts/value_text.h"

namespace wend {
namespace {

using nlohmann::json;

using Lines = PairedDecisions::Lines;
using Told = BatchRun::Told;

// As it is called outside of JSON.
std::string plain(const std::string& user) {
  if (user.find('\\') == std::string::npos) return user;
  const json read = json::parse("\"" + user + "\"", nullptr, false);
  return read.is_string() ? read.get<std::string>() : user;
}

// What the version before has, by the names the later one has for it. What is gone goes by its own, unless another has taken that over.
struct NowCalled {
  FirstNames::Names journeys, experiments;

  NowCalled(const FirstNames& before, const FirstNames& after) : journeys(paired(before.journeys(), after.journeys())), experiments(paired(before.experiments(), after.experiments())) {}

 private:
  static FirstNames::Names paired(const FirstNames::Names& before, const FirstNames::Names& after) {
    FirstNames::Names names, by_first;
    for (const auto& [name, first] : after) by_first[first] = name;
    for (const auto& [name, first] : before) {
      const auto same = by_first.find(first);
      names[name] = same != by_first.end() ? same->second : after.contains(name) ? name + " (until now)" : name;
    }
    return names;
  }
};

class Comparing {
 public:
  Comparing(const Module& before, const Module& after, Comparison& out)
      : before_(before), old_names_(before), new_names_(taken_for(after, old_names_)), now_called_(old_names_, new_names_), out_(out),
        pairs_([this](int64_t at, const std::string& user, const Lines& old, const Lines& now) { compare(at, plain(user), old, now); }) {}

  // A line, and the profile it is about in its run.
  void before(std::string_view line, const Told& told) { note(old_named_, told), pairs_.before(line); }
  void after(std::string_view line, const Told& told) { note(new_named_, told), pairs_.after(line); }

  // Behind both runs: who was somebody else on the way is told as who they are.
  std::optional<std::string> finish(const BatchRun& first, const BatchRun& second) {
    if (const std::optional<std::string> fault = pairs_.finish()) return fault;
    const auto now_called = [&](const std::string& user) {
      if (const auto found = new_named_.find(user); found != new_named_.end()) return std::string(second.name_at_end(found->second));
      if (const auto found = old_named_.find(user); found != old_named_.end()) return std::string(first.name_at_end(found->second));
      return user;
    };
    for (auto& [name, counts] : out_.journeys) {
      std::unordered_map<std::string, int> seen_by;
      for (const auto& [user, seen] : entered_[name]) seen_by[now_called(user)] |= seen;
      for (const auto& [_, seen] : seen_by) {
        counts.users_only_before += seen == 1;
        counts.users_only_after += seen == 2;
      }
    }
    std::map<std::string, Otherwise> by_user;
    for (auto& [user, other] : otherwise_) {
      const auto [kept, fresh] = by_user.try_emplace(now_called(user), other);
      if (!fresh && std::pair(!other.decisions, other.at) < std::pair(!kept->second.decisions, kept->second.at)) kept->second = other;
    }
    otherwise_ = std::move(by_user);
    for (const auto& [_, other] : otherwise_) other.decisions ? ++out_.users_deciding_otherwise : ++out_.users_with_other_content;
    return std::nullopt;
  }

  struct Otherwise { bool decisions = false; int64_t at = 0; std::optional<std::string> before, after; };
  const std::map<std::string, Otherwise>& otherwise() const { return otherwise_; }
  const NowCalled& names() const { return now_called_; }

 private:
  static FirstNames taken_for(const Module& after, const FirstNames& before) {
    FirstNames names(after);
    names.take_for(before);
    return names;
  }

  using Named = std::unordered_map<std::string, uint32_t>;
  static void note(Named& named, const Told& told) {
    if (told.profile != kNoProfile) named.try_emplace(std::string(told.user), told.profile);
  }

  void compare(int64_t at, const std::string& user, const Lines& old, const Lines& now) {
    for (const std::string& line : old) count(at, user, line, false);
    for (const std::string& line : now) count(at, user, line, true);
    DecisionMatch found = match(old_names_, old, new_names_, now);
    if (found.kind == DecisionMatch::Kind::same) return;
    const bool decisions = found.kind == DecisionMatch::Kind::decisions;
    const auto [known, fresh] = otherwise_.try_emplace(user);
    if (!fresh && (known->second.decisions || !decisions)) return;
    known->second = {decisions, at, std::move(found.before), std::move(found.after)};
  }

  static uint64_t& side(Comparison::Both& both, bool after) { return after ? both.after : both.before; }

  void count(int64_t at, const std::string& user, const std::string& line, bool after) {
    const json decision = json::parse(line, nullptr, false);
    if (!decision.is_object()) return;
    const auto word = [&](const char* field) {
      const auto found = decision.find(field);
      return found != decision.end() && found->is_string() ? found->get<std::string>() : std::string();
    };
    const std::string kind = word("kind");
    if (kind == "message") {
      const std::string outcome = word("outcome"), channel = word("channel");
      if (outcome == "sent") {
        ++side(out_.sent_by_channel[channel], after);
        ++side(out_.sent_by_message[word("message")], after);
        ++side(out_.sent_by_day[to_local(*before_.zone, at).day][channel], after);
      } else if (outcome == "suppressed") {
        ++side(out_.suppressed[word("reason")], after);
      } else {
        ++side(out_.deferred[channel], after);
      }
    } else if (kind == "enter" || kind == "leave" || kind == "goal") {
      const std::string name = now_called(now_called_.journeys, word("journey"), after);
      Comparison::Journey& journey = out_.journeys[name];
      if (kind == "enter") {
        ++side(journey.entered, after);
        entered_[name][user] |= after ? 2 : 1;
      } else if (kind == "goal") {
        ++side(journey.goals, after);
      } else {
        ++side(journey.left[word("outcome")], after);
        if (word("outcome") == "goal") ++side(journey.goals, after);
      }
    } else if (kind == "exposure") {
      ++side(out_.exposures[now_called(now_called_.experiments, word("experiment"), after)][word("variant")], after);
    }
  }

  static std::string now_called(const std::map<std::string, std::string>& names, const std::string& name, bool after) {
    const auto found = names.find(name);
    return after || found == names.end() ? name : found->second;
  }

  const Module& before_;
  FirstNames old_names_, new_names_;
  NowCalled now_called_;
  Comparison& out_;
  std::map<std::string, Otherwise> otherwise_;                            // by user, as named in the lines until finish()
  std::map<std::string, std::unordered_map<std::string, int>> entered_;   // journey, user: 1 before, 2 after, 3 both
  Named old_named_, new_named_;                                           // names in the lines of each run: a profile
  PairedDecisions pairs_;
};

// ---- where they are

// Blocks both versions have, and what each calls a state.
struct Block { size_t before, after; };
std::vector<Block> blocks_of(const Module& before, const Module& after) {
  std::vector<Block> blocks;
  for (size_t now = 0; now < after.states.size(); ++now)
    for (size_t old = 0; old < before.states.size(); ++old)
      if (before.states[old].kept == after.states[now].kept) blocks.push_back({old, now});
  return blocks;
}

// A state by the name the later version has for it; one that is gone by its own.
std::string now_called(const ModuleStates& before, const ModuleStates& after, uint8_t state) {
  for (size_t i = 0; i < after.kept_names.size(); ++i)
    if (after.kept_names[i] == before.kept_names[state]) return after.names[i];
  return before.names[state];
}

using Row = std::vector<std::pair<std::string, std::string>>;   // column, value

// A row as the snapshot has it, taken apart.
Row row_of(Step& step, UserState& user, std::string_view name, int64_t at) {
  std::string header, text;
  append_snapshot_header(step.module(), header);
  append_snapshot_row(step, user, name, at, text);
  const auto cells = [](const std::string& line) {
    std::vector<std::string> out(1);
    bool quoted = false;
    for (size_t i = 0; i < line.size(); ++i) {
      const char c = line[i];
      if (quoted && c == '"' && i + 1 < line.size() && line[i + 1] == '"') out.back() += line[++i];
      else if (c == '"') quoted = !quoted;
      else if (!quoted && c == ',') out.emplace_back();
      else if (quoted || (c != '\r' && c != '\n')) out.back() += c;
    }
    return out;
  };
  const std::vector<std::string> columns = cells(header), values = cells(text);
  Row row;
  for (size_t i = 1; i < columns.size() && i < values.size(); ++i) row.emplace_back(columns[i], values[i]);
  return row;
}

std::vector<std::pair<std::string, std::pair<std::string, std::string>>> side_by_side(const Row& before, const Row& after) {
  std::vector<std::pair<std::string, std::pair<std::string, std::string>>> out;
  const std::map<std::string, std::string> old(before.begin(), before.end());
  std::set<std::string> seen;
  for (const auto& [column, value] : after) {
    const auto found = old.find(column);
    out.push_back({column, {found == old.end() ? "" : found->second, value}});
    seen.insert(column);
  }
  for (const auto& [column, value] : before)
    if (!seen.contains(column)) out.push_back({column, {value, ""}});
  return out;
}

struct Known { UserState* before = nullptr; UserState* after = nullptr; };

void compare_states(const Module& before, const Module& after, std::map<std::string, Known>& users, Comparison& out) {
  const std::vector<Block> blocks = blocks_of(before, after);
  for (const Block& block : blocks) {
    const ModuleStates &old = before.states[block.before], &now = after.states[block.after];
    Comparison::States told{now.name, {}, {}};
    for (const std::string& name : now.names) told.population.push_back({name, {}});
    for (uint8_t i = 0; i < old.names.size(); ++i) {
      const std::string name = now_called(old, now, i);
      if (std::none_of(told.population.begin(), told.population.end(), [&](const auto& row) { return row.first == name; })) told.population.push_back({name, {}});
    }
    const auto tally = [&](const std::string& name, bool is_after) {
      for (auto& [state, both] : told.population)
        if (state == name) ++(is_after ? both.after : both.before);
    };
    for (const auto& [user, known] : users) {
      std::string from, to;
      if (known.before)
        if (const uint8_t state = state_slot(*known.before, old)->current; state < old.names.size()) tally(from = now_called(old, now, state), false);
      if (known.after)
        if (const uint8_t state = state_slot(*known.after, now)->current; state < now.names.size()) tally(to = now.names[state], true);
      if (from == to) continue;
      ++told.moved[{from, to}];
      out.moved.push_back({user, now.name, from, to});
    }
    out.states.push_back(std::move(told));
  }
  std::set<std::string> elsewhere;
  for (const Comparison::Moved& moved : out.moved) elsewhere.insert(moved.user);
  out.users_elsewhere = elsewhere.size();
}

// `names`: what each is called now; null: as it says.
void count_inside(const Module& module, UserState& user, const std::map<std::string, std::string>* names, Comparison& out) {
  const UserState::More* more = user.more_or_null();
  if (!more) return;
  for (const Instance& instance : more->instances) {
    const std::string& name = module.journeys[instance.journey].name;
    Comparison::Both& inside = out.journeys[names ? names->at(name) : name].inside;
    ++(names ? inside.before : inside.after);
  }
}

template <class Read>
std::optional<BatchError> compare(const Module& before, const Module& after, const CompareOptions& options, Comparison& out, Read read) {
  Comparing comparing(before, after, out);
  BatchOptions first_options;
  first_options.files = options.files;
  const BatchRun* telling = nullptr;
  first_options.line = [&](std::string_view line) { comparing.before(line, telling->told()); };
  Intake old_intake(before), intake(after);
  if (const auto fault = read(old_intake)) return fault;
  if (const auto fault = read(intake)) return fault;
  for (const auto& [reason, lines] : old_intake.rejected_by_reason) out.rejected_by_reason[reason].before = lines;
  for (const auto& [reason, lines] : intake.rejected_by_reason) out.rejected_by_reason[reason].after = lines;
  out.rejected = {old_intake.rejected.size(), intake.rejected.size()};
  out.unknown_events = intake.unknown_events;
  first_options.snapshot_us = options.as_of ? *options.as_of : [&] {   // the last that either of them takes
    const int64_t last = std::max(BatchRun(old_intake, first_options).last_instant(), BatchRun(intake, first_options).last_instant());
    return last == INT64_MIN ? 0 : last + 1;
  }();
  out.as_of = *first_options.snapshot_us;
  if (options.progress) first_options.progress = [&](uint64_t done, uint64_t total) { options.progress(total ? done * 500 / total : 0, 1000); };
  BatchRun first(old_intake, first_options);
  telling = &first;
  first.run();
  BatchOptions second_options = first_options;
  second_options.line = [&](std::string_view line) { comparing.after(line, telling->told()); };
  if (options.progress) second_options.progress = [&](uint64_t done, uint64_t total) { options.progress(500 + (total ? done * 500 / total : 0), 1000); };
  BatchRun second(intake, second_options);
  telling = &second;
  second.run();
  if (const std::optional<std::string> fault = comparing.finish(first, second)) return BatchError{*fault};

  Summary summary;
  second.summarise(summary);
  out.events = summary.events;
  out.users = summary.users;
  out.first_at = summary.first_at;
  out.last_at = summary.last_at;

  std::map<std::string, Known> users;
  Migration migration(first.step(), second.step());
  first.each_user([&](std::string_view name, UserState& user) {
    users[std::string(name)].before = &user;
    migration.count_misfits(user, out.misfits);
    count_inside(before, user, &comparing.names().journeys, out);
  });
  second.each_user([&](std::string_view name, UserState& user) {
    users[std::string(name)].after = &user;
    count_inside(after, user, nullptr, out);
  });
  compare_states(before, after, users, out);
  std::sort(out.moved.begin(), out.moved.end(), [](const auto& a, const auto& b) { return std::tie(a.user, a.states) < std::tie(b.user, b.states); });
  out.inside = first.inside();

  // Of each kind some, so that a reader sees the whole of it.
  const auto person = [&](const std::string& user) {
    if (out.people.size() >= options.people) return;
    for (const Comparison::Person& known : out.people)
      if (known.user == user) return;
    Comparison::Person& added = out.people.emplace_back();
    added.user = user;
    for (const Comparison::Moved& moved : out.moved)
      if (moved.user == user) added.states.push_back({moved.states, {moved.before, moved.after}});
    if (const auto other = comparing.otherwise().find(user); other != comparing.otherwise().end()) {
      added.first_before = other->second.before;
      added.first_after = other->second.after;
    }
    Row left, right;
    if (const auto known = users.find(user); known != users.end()) {
      if (known->second.before) left = row_of(first.step(), *known->second.before, user, out.as_of);
      if (known->second.after) right = row_of(second.step(), *known->second.after, user, out.as_of);
    }
    added.values = side_by_side(left, right);
  };
  const size_t half = options.people - options.people / 2;
  for (const Comparison::Moved& moved : out.moved)
    if (out.people.size() < half) person(moved.user);
  for (const bool decisions : {true, false})
    for (const auto& [user, other] : comparing.otherwise())
      if (other.decisions == decisions) person(user);
  for (const Comparison::Moved& moved : out.moved) person(moved.user);
  return std::nullopt;
}

std::optional<BatchError> fault_of(const std::optional<IngestError>& fault) {
  if (!fault) return std::nullopt;
  return BatchError{fault->message, fault->content ? 1 : 5};
}

}  // namespace

std::optional<BatchError> compare_runs(const Module& before, const Module& after, const CompareOptions& options, Comparison& out) {
  return compare(before, after, options, out, [&](Intake& intake) {
    IngestOptions reading;
    reading.strict = options.strict;
    for (const InputFile& file : options.files) reading.files.push_back({file.path, file.as_event, file.user_column, file.time_column});
    return fault_of(read_files(reading, intake));
  });
}

std::optional<BatchError> compare_records(const Module& before, const Module& after, const std::vector<KeptRecord>& records, const CompareOptions& options, Comparison& out) {
  return compare(before, after, options, out, [&](Intake& intake) -> std::optional<BatchError> {
    constexpr size_t kPadding = 64;   // simdjson reads so far behind a line
    NdjsonReader reader(intake);
    std::string padded;
    uint64_t number = 0;
    for (const KeptRecord& record : records) {
      padded.assign(record.raw).append(kPadding, '\0');
      reader.line(std::string_view(padded).substr(0, record.raw.size()), "record", ++number, {record.at, record.at});
    }
    return std::nullopt;
  });
}

std::optional<BatchError> compare_runs_text(const Module& before, const Module& after, std::string_view ndjson, const CompareOptions& options, Comparison& out) {
  return compare(before, after, options, out, [&](Intake& intake) { return fault_of(read_text(ndjson, "-", options.strict, intake)); });
}

}  // namespace wend
