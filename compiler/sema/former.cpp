// What a new version owes to the people inside its journeys: the steps they are in, read again as they were written, and
// where these lead now. Which step follows is a matter of names alone, from version to version.
#include "compiler/sema/former.h"

#include <algorithm>
#include <functional>

#include "compiler/diagnostics/codes.h"
#include "compiler/sema/statements.h"
#include "compiler/syntax/parse.h"

namespace wend::sema {
namespace {

using Landing = FormerStep::Landing;

// One version, read again among the sources of the new one. The last is the new one itself.
struct Version {
  std::map<std::string, const ast::Journey*> journeys;

  const ast::Journey* journey(const std::string& name) const {
    auto found = journeys.find(name);
    return found == journeys.end() ? nullptr : found->second;
  }
};

size_t place_of(const ast::Journey& journey, const std::string& step) {
  size_t i = 0;
  while (i < journey.steps.size() && journey.steps[i].name.text != step) ++i;
  return i;
}

// What a journey of one version is called in the next; null: it is gone.
const ast::Journey* next_journey(const Version& next, const ast::Journey& journey) {
  if (const ast::Journey* same = next.journey(journey.name.text)) return same;
  for (const auto& [_, other] : next.journeys)
    if (other->renamed_from.text == journey.name.text) return other;
  return nullptr;
}

// Whether a step of the version before lives on, and under which name.
const ast::Step* lives_on(const ast::Journey& next, const std::string& step) {
  if (const size_t same = place_of(next, step); same < next.steps.size()) return &next.steps[same];
  for (const ast::Step& other : next.steps)
    if (other.renamed_from.text == step) return &other;
  return nullptr;
}

// Where those go who come to a step of the version before; nothing: the version does not say.
std::optional<Landing> landing(const ast::Journey& next, const std::string& step) {
  if (const ast::Step* same = lives_on(next, step)) return Landing{Landing::Kind::step, same->name.text};
  for (const ast::RemovedStep& gone : next.removed) {
    if (gone.name.text != step) continue;
    if (!gone.go_to.present()) return Landing{Landing::Kind::leave, ""};
    return Landing{Landing::Kind::step, gone.go_to.text};
  }
  return std::nullopt;
}

// Calls `each` for every `go to` in a block. True: control may come out behind it.
bool jumps(const ast::Block& block, const std::function<void(const std::string&)>& each);

template <class Stmt>
bool jumps_inside(const Stmt& stmt, const std::function<void(const std::string&)>& each) {
  if constexpr (std::is_same_v<Stmt, ast::GoToStmt>) {
    if (stmt.step.present()) each(stmt.step.text);
    return false;
  } else if constexpr (std::is_same_v<Stmt, ast::FinishStmt> || std::is_same_v<Stmt, ast::LeaveStmt>) {
    return false;
  } else if constexpr (requires { stmt.arms; }) {
    bool goes_on = false, whole = std::is_same_v<Stmt, ast::SplitStmt>;
    for (const ast::Arm& arm : stmt.arms) {
      goes_on = jumps(arm.body, each) || goes_on;
      whole = whole || arm.otherwise;
    }
    return goes_on || !whole;
  } else if constexpr (requires { stmt.then; }) {
    const bool then = jumps(stmt.then, each), otherwise = jumps(stmt.otherwise, each);
    return then || otherwise;
  } else {
    return true;
  }
}

bool jumps(const ast::Block& block, const std::function<void(const std::string&)>& each) {
  bool goes_on = true;
  for (const ast::Stmt& stmt : block) goes_on = std::visit([&](const auto& s) { return jumps_inside(s, each); }, stmt.node) && goes_on;
  return goes_on;
}

// The steps that may follow one at once.
std::set<std::string> followers(const ast::Journey& journey, const std::string& step) {
  std::set<std::string> found;
  const size_t place = place_of(journey, step);
  if (place >= journey.steps.size()) return found;
  const bool falls = jumps(journey.steps[place].body, [&](const std::string& target) { found.insert(target); });
  if (falls && place + 1 < journey.steps.size()) found.insert(journey.steps[place + 1].name.text);
  return found;
}

class Succession {
 public:
  Succession(Context& context, const Former& former) : context_(context), former_(former) {}

  void run() {
    for (const FormerVersion& version : former_.versions) read(version);
    Version now;
    for (const auto& declared : context_.declared.journeys) now.journeys.emplace(declared.node->name.text, declared.node);
    versions_.push_back(std::move(now));
    for (const FormerPlace& place : former_.places) settle(place);
    note_landings();
    report_gone();
  }

 private:
  // ---- the texts of a version, among the sources of the new one ----

  void read(const FormerVersion& version) {
    Diagnostics told;  // when it was live it was without errors
    context_.former_files.push_back({});
    std::vector<ast::File>& files = context_.former_files.back();
    for (const auto& [path, text] : version.files) files.push_back(parse(context_.sources, context_.sources.add("before: " + path, text), told));
    Modules modules = gather_modules(context_.sources, files, told);
    Version read;
    for (const ast::File* file : modules.files)
      for (const ast::Decl& decl : file->decls)
        if (const auto* journey = std::get_if<ast::Journey>(&decl.node)) read.journeys.emplace(journey->name.text, journey);
    versions_.push_back(std::move(read));
    join(std::move(modules));
  }

  // A use of an earlier version is one more instance, with the needs it had and the name it has: so the names it reads are
  // those of the new version.
  void join(Modules old) {
    Modules& all = context_.modules;
    const uint32_t base = static_cast<uint32_t>(all.instances.size()) - 1;
    for (size_t i = 1; i < old.instances.size(); ++i) {
      old.instances[i].former = true;
      if (old.instances[i].parent != 0) old.instances[i].parent += base;
      all.instances.push_back(std::move(old.instances[i]));
    }
    if (all.instance_of.size() < old.instance_of.size()) all.instance_of.resize(old.instance_of.size(), 0);
    for (size_t file = 0; file < old.instance_of.size(); ++file)
      if (old.instance_of[file] != 0) all.instance_of[file] = base + old.instance_of[file];
    context_.former_modules.push_back(std::move(old));
  }

  // ---- where the people of a step go on ----

  // The journey in each version from `place.version` on; null behind the one that lets it go.
  std::vector<const ast::Journey*> line_of(const FormerPlace& place) const {
    std::vector<const ast::Journey*> line{versions_[place.version].journey(place.journey)};
    for (size_t v = place.version + 1; v < versions_.size(); ++v) line.push_back(line.back() ? next_journey(versions_[v], *line.back()) : nullptr);
    return line;
  }

  // Where a step of line[0] leads now; `moved`: not to itself. Nothing: the new version does not say.
  static std::optional<Landing> follow(const std::vector<const ast::Journey*>& line, const std::string& step, bool& moved) {
    Landing at{Landing::Kind::step, step};
    moved = false;
    for (size_t v = 1; v < line.size() && at.kind == Landing::Kind::step; ++v) {
      moved = moved || !lives_on(*line[v], at.step);
      const std::optional<Landing> next = landing(*line[v], at.step);
      if (!next) return std::nullopt;
      at = *next;
    }
    return at;
  }

  // Of every step of the version live until now.
  void note_landings() {
    if (versions_.size() < 2) return;
    for (const auto& [_, journey] : versions_[versions_.size() - 2].journeys) {
      const ast::Journey* now = next_journey(versions_.back(), *journey);
      if (!now) continue;
      auto& landings = context_.former_landings[now->name.text];
      for (const ast::Step& step : journey->steps) landings.emplace(step.name.text, landing(*now, step.name.text).value_or(Landing{Landing::Kind::leave, ""}));
    }
  }

  void settle(const FormerPlace& place) {
    const std::vector<const ast::Journey*> line = line_of(place);
    if (!line.back()) {
      gone_journeys_[place.journey] += place.people;
      return;
    }
    const ast::Journey& old = *line.front();
    const size_t at = place_of(old, place.step);
    if (at >= old.steps.size()) return;
    if (place.people > 0) note_gone(place, line);

    FormerStep step;
    step.journey = line.back()->name.text;
    step.written_in = &old;
    step.step = &old.steps[at];
    step.origin = {former_.versions[place.version].id, place.journey, place.step};
    bool moved = false;
    const auto self = follow(line, place.step, moved);
    const bool lives = self && self->kind == Landing::Kind::step && !moved;
    step.shown = lives ? self->step : place.step;
    step.kept = old.steps[at].renamed_from.present() ? old.steps[at].renamed_from.text : place.step;
    const auto leads = [&](const std::string& target) {
      const auto to = follow(line, target, moved);
      return to ? *to : Landing{Landing::Kind::leave, ""};
    };
    jumps(old.steps[at].body, [&](const std::string& target) { step.targets.emplace(target, leads(target)); });
    const Landing after = lives ? successor(*line.back(), self->step) : Landing{};
    step.next = after;
    if (at + 1 < old.steps.size()) {
      const Landing to = leads(old.steps[at + 1].name.text);
      if (moved || !lives) step.next = to;
    }
    context_.former_steps.push_back(std::move(step));
  }

  static Landing successor(const ast::Journey& journey, const std::string& step) {
    const size_t behind = place_of(journey, step) + 1;
    return behind < journey.steps.size() ? Landing{Landing::Kind::step, journey.steps[behind].name.text} : Landing{};
  }

  // ---- what the new version does not say ----

  struct Gone {
    const ast::Journey* journey = nullptr;   // of the new version
    const ast::Journey* before = nullptr;    // of the one live until now
    std::string step;
    std::map<std::string, uint64_t> people;  // who could come to it, by the step they are in
  };

  // The steps of the version live until now that people could still come to.
  void note_gone(const FormerPlace& place, const std::vector<const ast::Journey*>& line) {
    const ast::Journey& live = *line[line.size() - 2];
    std::vector<const ast::Journey*> to_live(line.begin(), line.end() - 1);
    std::set<std::string> reached;
    std::vector<std::string> ahead;
    bool moved = false;
    for (const std::string& next : followers(*line.front(), place.step))
      if (const auto at = follow(to_live, next, moved); at && at->kind == Landing::Kind::step) ahead.push_back(at->step);
    while (!ahead.empty()) {
      const std::string step = ahead.back();
      ahead.pop_back();
      if (!reached.insert(step).second) continue;
      for (const std::string& next : followers(live, step)) ahead.push_back(next);
    }
    for (const std::string& step : reached) {
      if (landing(*line.back(), step)) continue;
      Gone& gone = gone_steps_[{line.back()->name.text, step}];
      gone.journey = line.back();
      gone.before = &live;
      gone.step = step;
      gone.people[place.step] += place.people;
    }
  }

  static std::string people_text(uint64_t people) { return counted(static_cast<int64_t>(people), "person", "people"); }

  void report_gone() {
    for (const auto& [journey, people] : gone_journeys_)
      context_.diagnostics.report(Code::journey_gone, kNoPlace, journey, people_text(people))
          .help("keep it, with nobody let in, until they are through: `journey " + journey + " closed { … }`")
          .help("or say what it is called now: `journey … renamed from " + journey + "`");
    for (const auto& [_, gone] : gone_steps_) report(gone);
  }

  void report(const Gone& gone) {
    uint64_t all = 0;
    std::vector<std::string> where;
    for (const auto& [step, people] : gone.people) {
      all += people;
      where.push_back(people_text(people) + " in `" + step + "`");
    }
    std::string list;
    for (size_t i = 0; i < where.size(); ++i) list += (i == 0 ? "" : i + 1 == where.size() ? " and " : ", ") + where[i];
    const size_t place = place_of(*gone.before, gone.step);
    auto& diagnostic = context_.diagnostics.report(Code::step_gone, gone.journey->name.span, gone.step, gone.journey->name.text, people_text(all));
    diagnostic.label("has no `" + gone.step + "` any more").also(gone.before->steps[place].name.span, "it stood here").note("on their way to it: " + list);
    std::string to;   // the next that is still there
    for (size_t i = place + 1; i < gone.before->steps.size() && to.empty(); ++i)
      if (const ast::Step* next = lives_on(*gone.journey, gone.before->steps[i].name.text)) to = next->name.text;
    const std::string removed = "removed " + gone.step + ": ";
    diagnostic.help("say where they go: " + (to.empty() ? "" : "`" + removed + "go to " + to + "`, or ") + "`" + removed + "leave`");
    std::vector<std::string> fresh;
    for (const ast::Step& step : gone.journey->steps)
      if (!step.renamed_from.present() && place_of(*gone.before, step.name.text) == gone.before->steps.size()) fresh.push_back(step.name.text);
    if (fresh.size() == 1) diagnostic.help("if it is called `" + fresh[0] + "` now, say so: `step " + fresh[0] + " renamed from " + gone.step + "`");
  }

  Context& context_;
  const Former& former_;
  std::vector<Version> versions_;
  std::map<std::string, uint64_t> gone_journeys_;
  std::map<std::pair<std::string, std::string>, Gone> gone_steps_;
};

}  // namespace

void read_former(Context& context, const Former& former) { Succession(context, former).run(); }

}  // namespace wend::sema
