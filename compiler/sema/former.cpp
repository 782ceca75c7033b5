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

template <class Node>
const std::string& first_name(const Node& node) { return node.renamed_from.present() ? node.renamed_from.text : node.name.text; }

// What a journey of one version is called in the next; null: it is gone.
const ast::Journey* next_journey(const Version& next, const ast::Journey& journey) {
  if (const ast::Journey* same = next.journey(journey.name.text)) return same;
  for (const auto& [_, other] : next.journeys)
    if (other->renamed_from.text == journey.name.text || first_name(*other) == first_name(journey)) return other;
  return nullptr;
}

// Whether a step of a journey of the version before lives on, and under which name.
const ast::Step* lives_on(const ast::Journey& next, const ast::Journey& before, const std::string& step) {
  if (const size_t same = place_of(next, step); same < next.steps.size()) return &next.steps[same];
  const size_t was = place_of(before, step);
  for (const ast::Step& other : next.steps)
    if (other.renamed_from.text == step || (was < before.steps.size() && first_name(other) == first_name(before.steps[was]))) return &other;
  return nullptr;
}

// Where those go who come to a step of the version before; nothing: the version does not say.
std::optional<Landing> landing(const ast::Journey& next, const ast::Journey& before, const std::string& step) {
  if (const ast::Step* same = lives_on(next, before, step)) return Landing{Landing::Kind::step, same->name.text};
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
    note_older_names();
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
      moved = moved || !lives_on(*line[v], *line[v - 1], at.step);
      const std::optional<Landing> next = landing(*line[v], *line[v - 1], at.step);
      if (!next) return std::nullopt;
      at = *next;
    }
    return at;
  }

  // What a step of an earlier version calls by a name that has been given up is found under the one it has now.
  void note_older_names() {
    const auto note = [&](const auto& list) {
      for (const auto& declared : list)
        if (declared.node->renamed_from.present()) context_.older_names.emplace(declared.node->renamed_from.text, declared.node->name.text);
    };
    note(context_.declared.measures);
    note(context_.declared.states);
    note(context_.declared.experiments);
  }

  // Of every step of the version live until now.
  void note_landings() {
    if (versions_.size() < 2) return;
    for (const auto& [_, journey] : versions_[versions_.size() - 2].journeys) {
      const ast::Journey* now = next_journey(versions_.back(), *journey);
      if (!now) continue;
      auto& landings = context_.former_landings[now->name.text];
      for (const ast::Step& step : journey->steps) landings.emplace(step.name.text, landing(*now, *journey, step.name.text).value_or(Landing{Landing::Kind::leave, ""}));
    }
  }

  void settle(const FormerPlace& place) {
    const std::vector<const ast::Journey*> line = line_of(place);
    if (!line.back()) {
      const auto last = std::find(line.begin(), line.end(), nullptr) - 1;
      auto& gone = gone_journeys_[(*last)->name.text];
      gone.first = *last;
      gone.second += place.people;
      return;
    }
    const ast::Journey& old = *line.front();
    const size_t at = place_of(old, place.step);
    if (at >= old.steps.size()) return;
    if (place.people > 0) note_gone(place, line);
    if (first_name(old) != first_name(*line.back())) report_renamed(old, *line.back());

    FormerStep step;
    step.journey = line.back()->name.text;
    step.written_in = &old;
    step.step = &old.steps[at];
    step.origin = {former_.versions[place.version].id, place.journey, place.step};
    bool moved = false;
    const auto self = follow(line, place.step, moved);
    const bool lives = self && self->kind == Landing::Kind::step && !moved;
    step.shown = lives ? self->step : place.step;
    step.kept = first_name(old.steps[at]);
    const auto leads = [&](const std::string& target) {
      const auto to = follow(line, target, moved);
      return to ? *to : Landing{Landing::Kind::leave, ""};
    };
    jumps(old.steps[at].body, [&](const std::string& target) { step.targets.emplace(target, leads(target)); });
    if (lives) step.next = successor(*line.back(), self->step);
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

  // Chance and ids go by the first name, also of those who are inside.
  void report_renamed(const ast::Journey& old, const ast::Journey& now) {
    const std::string& first = first_name(old);
    auto& diagnostic = context_.diagnostics.report(Code::first_name_lost, now.name.span, now.name.text, first).label("with people in it");
    if (now.renamed_from.present()) diagnostic.fix("name the first", now.renamed_from.span, first);
    else diagnostic.fix("keep saying so", Span{now.name.span.file, now.name.span.end, now.name.span.end}, " renamed from " + first);
  }

  struct Gone {
    const ast::Journey* journey = nullptr;   // of the new version
    const ast::Journey* before = nullptr;    // of the one live until now
    std::string step;
    std::map<std::string, uint64_t> people;  // who could come to it, by the step they are in
  };

  // The steps of the version live until now that people come to next. What lies behind is the new version's own.
  void note_gone(const FormerPlace& place, const std::vector<const ast::Journey*>& line) {
    const ast::Journey& live = *line[line.size() - 2];
    const std::vector<const ast::Journey*> to_live(line.begin(), line.end() - 1);
    bool moved = false;
    for (const std::string& next : followers(*line.front(), place.step)) {
      const auto at = follow(to_live, next, moved);
      if (!at || at->kind != Landing::Kind::step || landing(*line.back(), live, at->step)) continue;
      Gone& gone = gone_steps_[{line.back()->name.text, at->step}];
      gone.journey = line.back();
      gone.before = &live;
      gone.step = at->step;
      gone.people[place.step] += place.people;
    }
  }

  static std::string people_text(uint64_t people) { return counted(static_cast<int64_t>(people), "person", "people"); }

  void report_gone() {
    for (const auto& [name, gone] : gone_journeys_) {
      const auto& [journey, people] = gone;
      auto& diagnostic = context_.diagnostics.report(Code::journey_gone, kNoPlace, name, people_text(people)).also(journey->name.span, "it stood here");
      const uint32_t use = instance_of(context_, journey->name.span);
      if (use != 0) {
        diagnostic.help("keep the module it comes from, used as `" + context_.modules.instances[use].name + "`, until they are through");
        continue;
      }
      diagnostic.help("keep it, with nobody let in, until they are through: `journey " + name + " closed { … }`")
          .help("or say what it is called now: `journey … renamed from " + first_name(*journey) + "`");
    }
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
      if (const ast::Step* next = lives_on(*gone.journey, *gone.before, gone.before->steps[i].name.text)) to = next->name.text;
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
  std::map<std::string, std::pair<const ast::Journey*, uint64_t>> gone_journeys_;   // as it was, and how many are in it
  std::map<std::pair<std::string, std::string>, Gone> gone_steps_;
};

}  // namespace

void read_former(Context& context, const Former& former) { Succession(context, former).run(); }

}  // namespace wend::sema
