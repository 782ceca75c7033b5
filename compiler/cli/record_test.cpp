// In two passes: the events alone are written, compiled and run as a test; what the test decides becomes the expectations. So what
// is written always passes, and where a test decides otherwise than the run over the log did, that is told.
#include "compiler/cli/record_test.h"

#include <algorithm>
#include <map>
#include <set>
#include <span>

#include "compiler/cli/host_tests.h"
#include "compiler/cli/wend_literal.h"
#include "compiler/syntax/format.h"
#include "runtime/abi/text_format.h"
#include "runtime/engine/ingest.h"
#include "runtime/engine/profiles.h"
#include "runtime/hosts/tally.h"

namespace wend::cli {

namespace {

constexpr const char* kRecordedFile = "recorded.wend";

// What the log has of one user.
struct Person {
  std::string first_name;               // under which they were first seen: chance goes by it
  std::set<std::string> names;          // all their identities
  std::string given;                    // the profile their first event brought
  std::vector<std::pair<int64_t, std::string>> events;   // as a test writes them
  bool joined = false;                  // out of several
  std::vector<std::string> unsayable;
};

class Reader {
 public:
  Reader(const Module& module, const Intake& intake)
      : module_(module), intake_(intake), attributes_(attributes_by_rank(module)), profiles_(intake.identities, many_by_rank(module)) {}

  // Whose an event is in the end is known only behind the last.
  std::optional<Person> read(const std::string& user) {
    const std::vector<StoredEvent>& events = intake_.log.events();
    for (const StoredEvent& event : events) of_.push_back(found(profiles_, event).profile);
    const std::optional<uint32_t> wanted = profile_of(user);
    if (!wanted) return std::nullopt;
    Person person;
    for (uint32_t i = 0; i < intake_.identities.size(); ++i)
      if (const uint32_t profile = profiles_.profile_of(i); profile != kNoProfile && profiles_.root(profile) == *wanted) person.names.insert(std::string(intake_.identities.text(i)));
    count_ids(events, *wanted);
    Profiles again(intake_.identities, many_by_rank(module_));
    for (size_t i = 0; i < events.size(); ++i) {
      const Profiles::Found now = found(again, events[i]);
      if (profiles_.root(of_[i]) != *wanted) continue;
      person.joined |= !now.joined.empty();
      if (events[i].record->type != kAliasCall) take(again, now.profile, events[i], person);
    }
    return person;
  }

 private:
  static Profiles::Found found(Profiles& profiles, const StoredEvent& event) {
    return event.record->type == kAliasCall ? profiles.alias(event.record->identities()) : profiles.resolve(event.record->identities());
  }

  std::optional<uint32_t> profile_of(const std::string& user) const {
    std::optional<uint32_t> best;
    uint32_t rank = UINT32_MAX;
    for (uint32_t i = 0; i < intake_.identities.size(); ++i) {
      if (intake_.identities.text(i) != user || intake_.identities.kind(i) >= rank) continue;
      const uint32_t profile = profiles_.profile_of(i);
      if (profile == kNoProfile) continue;
      best = profiles_.root(profile);
      rank = intake_.identities.kind(i);
    }
    return best;
  }

  void count_ids(const std::vector<StoredEvent>& events, uint32_t wanted) {
    for (size_t i = 0; i < events.size(); ++i)
      if (profiles_.root(of_[i]) == wanted && !events[i].record->id().empty()) ++ids_[events[i].record->id()];
  }

  void take(Profiles& profiles, uint32_t profile, const StoredEvent& event, Person& person) {
    const bool first = person.events.empty();
    if (first) person.first_name = std::string(profiles.name(profile));
    std::vector<AttributeChange> changes;
    untold(profiles, profile, intake_.identities, attributes_, changes);
    for (const StoredTrait& trait : event.record->traits()) changes.push_back({trait.attribute, trait.known != 0, trait.value});
    std::string values = profile_text(changes, person);
    const bool identify = event.record->type == WEND_IDENTIFY;
    if (first) std::swap(person.given, values);
    if (identify) return person.events.push_back({event.at, "identify" + with_id(values, event)}), void();
    if (!values.empty()) person.events.push_back({event.at, "identify { " + values + " }"});
    person.events.push_back({event.at, module_.events[event.record->type].name + with_id(properties(event, person), event)});
  }

  std::string profile_text(const std::vector<AttributeChange>& changes, Person& person) const {
    std::map<uint32_t, std::string> values;   // the last of each
    for (const AttributeChange& change : changes) {
      const ModuleAttribute& attribute = module_.attributes[change.attribute];
      const bool id = !module_.identities.empty() && attribute.name == module_.identities.front();
      if (id && std::string_view(change.value.data, static_cast<size_t>(change.value.size)) == person.first_name) continue;
      values[change.attribute] = value_of(attribute.name, attribute.type, change.known, change.value, person);
    }
    std::string text;
    for (const auto& [attribute, value] : values)
      if (!value.empty()) text += (text.empty() ? "" : ", ") + module_.attributes[attribute].name + ": " + value;
    return text;
  }

  std::string properties(const StoredEvent& event, Person& person) const {
    const ModuleEvent& declared = module_.events[event.record->type];
    std::string text;
    for (size_t i = 0; i < declared.properties.size() && i < event.record->slots().size(); ++i) {
      if ((event.record->known >> i & 1) == 0) continue;
      const std::string value = value_of(declared.properties[i].name, declared.properties[i].type, true, event.record->slots()[i], person);
      if (!value.empty()) text += (text.empty() ? "" : ", ") + declared.properties[i].name + ": " + value;
    }
    return text;
  }

  static std::string value_of(const std::string& name, const ValueType& type, bool known, const wend_slot& value, Person& person) {
    if (!known) return "unknown";
    const std::optional<std::string> text = literal_of(type, value);
    if (!text) person.unsayable.push_back("a value of `" + name + "`");
    return text.value_or("");
  }

  // An id is written where it came twice: the second changes nothing.
  std::string with_id(std::string values, const StoredEvent& event) const {
    const auto count = ids_.find(event.record->id());
    if (count != ids_.end() && count->second > 1)
      if (const auto id = quoted(event.record->id())) values += (values.empty() ? "" : ", ") + std::string("id: ") + *id;
    return values.empty() ? "" : " { " + values + " }";
  }

  const Module& module_;
  const Intake& intake_;
  std::vector<int32_t> attributes_;
  Profiles profiles_;
  std::vector<uint32_t> of_;            // by event: whose it was then
  std::map<std::string_view, int> ids_;
};

// What is expected behind each instant at which something was decided.
class Expectations {
 public:
  Expectations(const Module& module, std::span<const Decision> decisions) : module_(module) {
    for (size_t from = 0; from < decisions.size();) {
      size_t end = from;
      while (end < decisions.size() && decisions[end].at == decisions[from].at) ++end;
      instant(decisions.subspan(from, end - from));
      from = end;
    }
  }

  const std::map<int64_t, std::vector<std::string>>& all() const { return all_; }

 private:
  // Of several changes at one instant the last is seen.
  void instant(std::span<const Decision> decisions) {
    std::vector<std::pair<std::string, std::string>> said;   // about what, and what
    const auto say = [&said](const std::string& about, std::string what) {
      for (auto& [known, text] : said)
        if (known == about) return text = std::move(what), void();
      said.emplace_back(about, std::move(what));
    };
    for (const Decision& d : decisions) about(d, say);
    std::vector<std::string>& out = all_[decisions.front().at];
    for (auto& [about, what] : said) out.push_back(std::move(what));
  }

  template <class Say>
  void about(const Decision& d, const Say& say) {
    switch (d.kind) {
      case Decision::Kind::state: {
        const ModuleStates& block = module_.states[static_cast<size_t>(d.subject)];
        return say(block.name, block.name + " is " + block.names[static_cast<size_t>(d.to)]);
      }
      case Decision::Kind::step: return say(place(d), "in " + journey(d).name + key(d) + " at " + journey(d).steps[static_cast<size_t>(d.step)]);
      case Decision::Kind::leave: return say(place(d), "left " + journey(d).name + key(d) + " by " + outcome_word(d.leave));
      case Decision::Kind::goal: return say(place(d) + "goal", "goal of " + journey(d).name + key(d));
      case Decision::Kind::message: return message(d, say);
      case Decision::Kind::signal: return counted("raised " + module_.events[static_cast<size_t>(d.subject)].name, say);
      case Decision::Kind::call: return counted("called " + module_.hooks[static_cast<size_t>(d.subject)].name, say);
      case Decision::Kind::set: return say("set" + std::to_string(d.subject), "set " + module_.attributes[static_cast<size_t>(d.subject)].name);
      default: return;
    }
  }

  template <class Say>
  void message(const Decision& d, const Say& say) {
    const std::string& name = module_.messages[static_cast<size_t>(d.subject)].name;
    if (d.outcome == Decision::Outcome::sent) return counted("sent " + name, say, " by " + module_.channels[static_cast<size_t>(d.channel)].name);
    if (d.outcome == Decision::Outcome::deferred) return say("deferred " + name, "deferred " + name + " until " + time_of_test(*module_.zone, d.until));
    say("suppressed " + name, "suppressed " + name + " because " + reason_word(d.reason));
  }

  template <class Say>
  void counted(const std::string& what, const Say& say, const std::string& behind = "") {
    const int times = ++counts_[what + behind];
    say(what + behind, what + (times == 1 ? " once" : times == 2 ? " twice" : " " + std::to_string(times) + " times") + behind);
  }

  const ModuleJourney& journey(const Decision& d) const { return module_.journeys[static_cast<size_t>(d.journey >= 0 ? d.journey : d.subject)]; }
  std::string place(const Decision& d) const { return journey(d).name + '\x1f' + d.key; }
  static std::string key(const Decision& d) {
    const std::optional<std::string> text = d.key.empty() ? std::nullopt : quoted(d.key);
    return text ? " for " + *text : "";
  }

  const Module& module_;
  std::map<int64_t, std::vector<std::string>> all_;
  std::map<std::string, int> counts_;
};

std::string write(const Module& module, const Person& person, const std::string& name, bool held_out, const std::map<int64_t, std::vector<std::string>>& expected) {
  std::map<int64_t, std::vector<std::string>> blocks;
  for (const auto& [at, event] : person.events) blocks[at].push_back(event);
  for (const auto& [at, list] : expected)
    for (const std::string& each : list) blocks[at].push_back("expect " + each);
  std::string out = "test " + quoted(name).value_or("\"recorded\"") + " {\n  given user " + quoted(person.first_name).value_or("\"user\"") + " {" + (person.given.empty() ? "" : " " + person.given + " ") + "}\n";
  if (held_out) out += "  held out\n";
  for (const auto& [at, lines] : blocks) {
    out += "  at " + time_of_test(*module.zone, at) + " {";
    if (lines.size() == 1) {
      out += " " + lines.front() + " }\n";
      continue;
    }
    for (const std::string& line : lines) out += "\n    " + line;
    out += "\n  }\n";
  }
  return format(out + "}\n").value_or(out + "}\n");
}

std::string free_name(const Project& project, const std::string& user) {
  std::string name = "what happened to " + user;
  const auto taken = [&project](const std::string& text) {
    return std::any_of(project.program().tests.begin(), project.program().tests.end(), [&](const Test& test) { return test.name == text; });
  };
  for (int number = 2; taken(name); ++number) name = "what happened to " + user + ", " + std::to_string(number);
  return name;
}

// The project with this test, run; nothing where it does not compile, and why.
struct Trial { TestOutcome outcome; TestTrace trace; std::string refusal; std::shared_ptr<const Module> module; };
Trial try_out(const Project& project, const std::string& text, const std::string& name) {
  Trial trial;
  std::vector<std::pair<std::string, std::string>> files = project.texts();
  files.emplace_back(kRecordedFile, text);
  const Project with = Project::from_texts(std::move(files));
  if (!with.ok()) {
    for (const Diagnostic& diagnostic : with.diagnostics().all())
      if (trial.refusal.empty() && diagnostic.severity() == Severity::error) trial.refusal = diagnostic.message;
    return trial;
  }
  trial.module = compile(with.program(), Tier::fast_compile);
  for (const HostTest& test : host_tests(with, *trial.module))
    if (test.name == name) trial.outcome = run_test(*trial.module, test, &trial.trace);
  return trial;
}

// The lines of the run over the log that are theirs, without the name, which may change on the way.
std::vector<std::string> lines_of(const Module& module, const std::vector<InputFile>& files, const Person& person) {
  std::set<std::string> marks;
  for (const std::string& name : person.names) {
    std::string mark = "\"user\":";
    append_json_string(mark, name);
    marks.insert(mark + ",");
  }
  std::vector<std::string> lines;
  BatchOptions options;
  options.files = files;
  options.line = [&](std::string_view line) {
    for (const std::string& mark : marks) {
      const size_t at = line.find(mark);
      if (at == std::string_view::npos || line.find("\"kind\":\"rejected\"") != std::string_view::npos) continue;
      lines.push_back(std::string(line.substr(0, at)) + std::string(line.substr(at + mark.size())));
      return;
    }
  };
  run_batch(module, options);
  return lines;
}

size_t differences(const Module& module, const std::vector<Decision>& decisions, std::vector<std::string> lines) {
  std::vector<std::string> mine;
  for (const Decision& decision : decisions) {
    std::string line;
    append_json(module, decision, "u", line);
    const size_t at = line.find("\"user\":\"u\",");
    mine.push_back(line.substr(0, at) + line.substr(at + 11));
  }
  std::sort(mine.begin(), mine.end());
  std::sort(lines.begin(), lines.end());
  std::vector<std::string> apart;
  std::set_symmetric_difference(mine.begin(), mine.end(), lines.begin(), lines.end(), std::back_inserter(apart));
  return apart.size();
}

}  // namespace

Recorded record_test(const Project& project, const Module& module, const std::vector<InputFile>& files, const std::string& user) {
  Recorded recorded;
  Intake intake(module);
  IngestOptions reading;
  for (const InputFile& file : files) reading.files.push_back({file.path, file.as_event, file.user_column, file.time_column});
  if (const auto fault = read_files(reading, intake)) {
    recorded.fault = BatchError{fault->message, fault->content ? 1 : 5};
    return recorded;
  }
  intake.log.sort();
  const std::optional<Person> person = Reader(module, intake).read(user);
  if (!person || person->events.empty()) {
    recorded.fault = BatchError{"nobody in these events is `" + user + "`", 1};
    return recorded;
  }
  const std::vector<std::string> lines = lines_of(module, files, *person);
  const bool held_out = std::any_of(lines.begin(), lines.end(), [](const std::string& line) { return line.find("\"reason\":\"holdout\"") != std::string::npos; });
  recorded.name = free_name(project, user);
  const Trial trial = try_out(project, write(module, *person, recorded.name, held_out, {}), recorded.name);
  if (!trial.refusal.empty()) {
    recorded.fault = BatchError{"what happened to `" + user + "` cannot be said in a test: " + trial.refusal, 1};
    return recorded;
  }
  const Expectations expected(*trial.module, trial.trace.decisions);
  recorded.text = write(module, *person, recorded.name, held_out, expected.all());
  recorded.events = person->events.size();
  for (const auto& [at, list] : expected.all()) recorded.expectations += list.size();
  const Trial last = try_out(project, recorded.text, recorded.name);
  if (!last.refusal.empty() || !last.outcome.passed()) {
    recorded.fault = BatchError{"what happened to `" + user + "` cannot be said in a test: " + (last.refusal.empty() ? last.outcome.failures.front().expectation : last.refusal), 1};
    return recorded;
  }
  if (person->joined) recorded.notes.push_back("several users of the log became one: a test has one from the start");
  for (const std::string& each : person->unsayable) recorded.notes.push_back(each + " cannot be written, and is left out");
  const size_t apart = differences(*trial.module, trial.trace.decisions, lines);
  if (apart > 0) recorded.notes.push_back("the run over the log decides otherwise in " + std::to_string(apart) + (apart == 1 ? " line" : " lines"));
  return recorded;
}

}  // namespace wend::cli
