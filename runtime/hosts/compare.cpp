// The first run writes its decisions to a file without a name; the second is compared with it instant by instant, user by user, as
// its lines come. Both come ordered by instant and user.
#include "runtime/hosts/compare.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <set>
#include <unordered_map>

#include "runtime/abi/named.h"
#include "runtime/core/migration.h"
#include "runtime/engine/ingest.h"
#include "runtime/engine/ndjson.h"
#include "runtime/hosts/batch_run.h"
#include "runtime/hosts/snapshot.h"
#include "runtime/hosts/value_text.h"

namespace wend {
namespace {

using nlohmann::json;

// A decision line's place in the order; `user` as the line has it, null for lines of nobody.
struct Key {
  int64_t at = INT64_MIN;
  std::string user;
  auto operator<=>(const Key&) const = default;
};

// Lines begin `{"at":"…","user":"…",`.
Key key_of(std::string_view line) {
  Key key;
  constexpr std::string_view kAt = "{\"at\":\"", kUser = ",\"user\":\"";
  if (!line.starts_with(kAt)) return key;
  const size_t end = line.find('"', kAt.size());
  if (end == std::string_view::npos || !parse_instant(line.substr(kAt.size(), end - kAt.size()), *find_zone("UTC"), key.at)) return key;
  const std::string_view rest = line.substr(end + 1);
  if (!rest.starts_with(kUser)) return key;
  size_t close = kUser.size();
  bool escaped = false;
  for (; close < rest.size() && rest[close] != '"'; ++close)
    if (rest[close] == '\\') escaped = true, ++close;
  const std::string_view text = rest.substr(kUser.size(), close - kUser.size());
  if (!escaped) {
    key.user = text;
    return key;
  }
  const json read = json::parse("\"" + std::string(text) + "\"", nullptr, false);
  key.user = read.is_string() ? read.get<std::string>() : std::string(text);
  return key;
}

// What the first run decided, on its way back from the disk.
class Spool {
 public:
  Spool() : file_(std::tmpfile(), &std::fclose) {}
  bool open() const { return file_ != nullptr; }
  void write(std::string_view line) {
    if (failed_ || !file_) return;
    failed_ = std::fwrite(line.data(), 1, line.size(), file_.get()) != line.size() || std::fputc('\n', file_.get()) == EOF;
    if (failed_) why_ = std::strerror(errno);
  }
  bool rewind() {
    if (failed_ || !file_) return false;
    if (std::fflush(file_.get()) != 0) {
      why_ = std::strerror(errno);
      return false;
    }
    std::rewind(file_.get());
    return true;
  }
  std::string why() const { return why_.empty() ? std::strerror(errno) : why_; }
  bool read(std::string& line) {
    line.clear();
    char piece[1 << 14];
    while (std::fgets(piece, sizeof piece, file_.get())) {
      line += piece;
      if (line.ends_with('\n')) {
        line.pop_back();
        return true;
      }
    }
    return !line.empty();
  }

 private:
  std::unique_ptr<FILE, int (*)(FILE*)> file_;
  bool failed_ = false;
  std::string why_;
};

// Names as they were first given, so that what was only renamed is the same.
struct FirstNames {
  std::map<std::string, std::string> journeys, states;
  std::map<std::pair<std::string, std::string>, std::string> steps, values;
  bool any = false;

  explicit FirstNames(const Module& module) {
    for (const ModuleJourney& journey : module.journeys) {
      journeys[journey.name] = journey.kept;
      any = any || journey.name != journey.kept;
      for (size_t i = 0; i < journey.steps.size() && i < journey.kept_steps.size(); ++i) {
        steps[{journey.name, journey.steps[i]}] = journey.kept_steps[i];
        any = any || journey.steps[i] != journey.kept_steps[i];
      }
    }
    for (const ModuleStates& block : module.states) {
      states[block.name] = block.kept;
      any = any || block.name != block.kept;
      for (size_t i = 0; i < block.names.size() && i < block.kept_names.size(); ++i) {
        values[{block.name, block.names[i]}] = block.kept_names[i];
        any = any || block.names[i] != block.kept_names[i];
      }
    }
  }

  std::string in(const std::string& line) const {
    if (!any) return line;
    nlohmann::ordered_json object = nlohmann::ordered_json::parse(line, nullptr, false);
    if (!object.is_object()) return line;
    const auto rename = [&](const char* field, const auto& names, const auto& key) {
      if (const auto found = names.find(key); found != names.end()) object[field] = found->second;
    };
    if (object.contains("states") && object["states"].is_string()) {
      const std::string block = object["states"];
      for (const char* side : {"from", "to"})
        if (object.contains(side) && object[side].is_string()) rename(side, values, std::make_pair(block, object[side].template get<std::string>()));
      rename("states", states, block);
    }
    if (object.contains("journey") && object["journey"].is_string()) {
      const std::string journey = object["journey"];
      if (object.contains("step") && object["step"].is_string()) rename("step", steps, std::make_pair(journey, object["step"].template get<std::string>()));
      rename("journey", journeys, journey);
    }
    return object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  }
};

std::string without_content(const std::string& line) {
  json object = json::parse(line, nullptr, false);
  if (!object.is_object()) return line;
  object.erase("content");
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

class Comparing {
 public:
  Comparing(const Module& before, const Module& after, Spool& spool, Comparison& out)
      : before_(before), after_(after), old_names_(before), new_names_(after), spool_(spool), out_(out) {
    pull();
  }

  // The next line of the second run.
  void line(std::string_view text) {
    Key key = key_of(text);
    if (key != group_key_) settle();
    group_key_ = std::move(key);
    group_.emplace_back(text);
  }

  void finish() {
    settle();
    while (!ahead_.empty()) only_before();
    for (auto& [name, counts] : out_.journeys)
      for (const auto& [_, seen] : entered_[name]) {
        counts.users_only_before += seen == 1;
        counts.users_only_after += seen == 2;
      }
    for (const auto& [_, other] : otherwise_) other.decisions ? ++out_.users_deciding_otherwise : ++out_.users_with_other_content;
  }

  struct Otherwise { bool decisions = false; std::optional<std::string> before, after; };
  const std::map<std::string, Otherwise>& otherwise() const { return otherwise_; }

 private:
  void pull() {
    if (!spool_.read(ahead_)) ahead_.clear();
    if (!ahead_.empty()) ahead_key_ = key_of(ahead_);
  }

  std::vector<std::string> group_of_before() {
    const Key key = ahead_key_;
    std::vector<std::string> lines;
    while (!ahead_.empty() && ahead_key_ == key) {
      lines.push_back(ahead_);
      pull();
    }
    return lines;
  }

  void only_before() {
    const Key key = ahead_key_;
    compare(key, group_of_before(), {});
  }

  // What came of the second run for one user at one instant is whole.
  void settle() {
    if (group_.empty()) return;
    while (!ahead_.empty() && ahead_key_ < group_key_) only_before();
    std::vector<std::string> old;
    if (!ahead_.empty() && ahead_key_ == group_key_) old = group_of_before();
    compare(group_key_, old, group_);
    group_.clear();
  }

  void compare(const Key& key, const std::vector<std::string>& old, const std::vector<std::string>& now) {
    for (const std::string& line : old) count(key, line, false);
    for (const std::string& line : now) count(key, line, true);
    if (old == now || key.user.empty()) return;
    size_t same = 0;
    bool content_only = old.size() == now.size();
    std::optional<size_t> first;
    for (; same < old.size() && same < now.size(); ++same) {
      const std::string left = old_names_.in(old[same]), right = new_names_.in(now[same]);
      if (left == right) continue;
      if (!first) first = same;
      if (without_content(left) == without_content(right)) continue;
      content_only = false;
      first = same;
      break;
    }
    if (!first && old.size() == now.size()) return;   // other names, and nothing else
    if (!first || (content_only == false && same == std::min(old.size(), now.size()))) first = same;
    Otherwise& other = otherwise_[key.user];
    if (other.decisions || (content_only && (other.before || other.after))) return;
    other.decisions = !content_only;
    other.before = *first < old.size() ? std::optional(old[*first]) : std::nullopt;
    other.after = *first < now.size() ? std::optional(now[*first]) : std::nullopt;
  }

  static uint64_t& side(Comparison::Both& both, bool after) { return after ? both.after : both.before; }

  void count(const Key& key, const std::string& line, bool after) {
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
        ++side(out_.sent_by_day[to_local(*before_.zone, key.at).day][channel], after);
      } else if (outcome == "suppressed") {
        ++side(out_.suppressed[word("reason")], after);
      } else {
        ++side(out_.deferred[channel], after);
      }
    } else if (kind == "enter" || kind == "leave" || kind == "goal") {
      Comparison::Journey& journey = out_.journeys[now_called(word("journey"), after)];
      if (kind == "enter") {
        ++side(journey.entered, after);
        entered_[now_called(word("journey"), after)][key.user] |= after ? 2 : 1;
      } else if (kind == "goal") {
        ++side(journey.goals, after);
      } else {
        ++side(journey.left[word("outcome")], after);
        if (word("outcome") == "goal") ++side(journey.goals, after);
      }
    } else if (kind == "exposure") {
      ++side(out_.exposures[word("experiment")][word("variant")], after);
    }
  }

  // A journey by the name the later version has for it.
  std::string now_called(const std::string& name, bool after) const {
    if (after) return name;
    const auto first = old_names_.journeys.find(name);
    if (first == old_names_.journeys.end()) return name;
    for (const ModuleJourney& journey : after_.journeys)
      if (journey.kept == first->second) return journey.name;
    return name;
  }

  const Module &before_, &after_;
  FirstNames old_names_, new_names_;
  Spool& spool_;
  Comparison& out_;
  std::string ahead_;
  Key ahead_key_, group_key_;
  std::vector<std::string> group_;
  std::map<std::string, Otherwise> otherwise_;
  std::map<std::string, std::unordered_map<std::string, int>> entered_;   // journey, user: 1 before, 2 after, 3 both
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

void count_inside(const Module& module, UserState& user, bool after, Comparison& out) {
  const UserState::More* more = user.more_or_null();
  if (!more) return;
  for (const Instance& instance : more->instances) {
    Comparison::Both& inside = out.journeys[module.journeys[instance.journey].name].inside;
    ++(after ? inside.after : inside.before);
  }
}

template <class Read>
std::optional<BatchError> compare(const Module& before, const Module& after, const CompareOptions& options, Comparison& out, Read read) {
  Spool spool;
  if (!spool.open()) return BatchError{std::string("a temporary file is needed and could not be made: ") + std::strerror(errno)};
  BatchOptions first_options;
  first_options.files = options.files;
  first_options.line = [&](std::string_view line) { spool.write(line); };
  Intake old_intake(before), intake(after);
  if (const auto fault = read(old_intake)) return fault;
  if (const auto fault = read(intake)) return fault;
  first_options.snapshot_us = options.as_of ? *options.as_of : [&] {   // the last that either of them takes
    const int64_t last = std::max(BatchRun(old_intake, first_options).last_instant(), BatchRun(intake, first_options).last_instant());
    return last == INT64_MIN ? 0 : last + 1;
  }();
  out.as_of = *first_options.snapshot_us;
  if (options.progress) first_options.progress = [&](uint64_t done, uint64_t total) { options.progress(total ? done * 500 / total : 0, 1000); };
  BatchRun first(old_intake, first_options);
  first.run();
  if (!spool.rewind()) return BatchError{"a temporary file could not be written: " + spool.why()};

  Comparing comparing(before, after, spool, out);
  BatchOptions second_options = first_options;
  second_options.line = [&](std::string_view line) { comparing.line(line); };
  if (options.progress) second_options.progress = [&](uint64_t done, uint64_t total) { options.progress(500 + (total ? done * 500 / total : 0), 1000); };
  BatchRun second(intake, second_options);
  second.run();
  comparing.finish();

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
    count_inside(before, user, false, out);
  });
  second.each_user([&](std::string_view name, UserState& user) {
    users[std::string(name)].after = &user;
    count_inside(after, user, true, out);
  });
  compare_states(before, after, users, out);
  std::sort(out.moved.begin(), out.moved.end(), [](const auto& a, const auto& b) { return std::tie(a.user, a.states) < std::tie(b.user, b.states); });
  out.inside = first.inside();

  // Of each kind some, so that a reader sees the whole of it.
  const auto person = [&](const std::string& user) -> Comparison::Person* {
    if (out.people.size() >= options.people) return nullptr;
    for (Comparison::Person& known : out.people)
      if (known.user == user) return &known;
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
    return &added;
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
