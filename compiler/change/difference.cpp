// Pairs what two versions declare, and tells what does not mean the same.
#include "compiler/change/difference.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "compiler/change/facets.h"
#include "compiler/change/reach.h"

namespace wend::change {
namespace {

Place place_of(const Program& program, Span span) {
  if (span.empty() || !program.sources || span.file >= program.sources->size()) return {};
  const SourceFile& file = program.sources->file(span.file);
  return {file.path(), file.position(span.begin).line};
}

using Pairs = std::vector<std::pair<const Declaration*, const Declaration*>>;   // null: not in that version

// By the first name they had, which what is kept goes by; what is left, by name: a name may have been taken over. A construct without a
// name is paired with itself.
Pairs paired(const std::vector<Declaration>& before, const std::vector<Declaration>& after) {
  using Key = std::pair<std::string, std::string>;
  const auto key = [](const Declaration& d, const std::string& name) { return Key(d.construct == "score" ? "measure" : d.construct, d.construct == "project" ? "" : name); };
  Pairs pairs;
  std::vector<const Declaration*> gone, fresh;
  for (const Declaration& old : before) gone.push_back(&old);
  for (const Declaration& now : after) fresh.push_back(&now);
  const auto pair_by = [&](std::string Declaration::*name) {
    std::map<Key, const Declaration*> known;
    for (const Declaration* old : gone) known.emplace(key(*old, old->*name), old);
    std::erase_if(fresh, [&](const Declaration* now) {
      const auto found = known.find(key(*now, now->*name));
      if (found == known.end()) return false;
      pairs.emplace_back(found->second, now);
      std::erase(gone, found->second);
      known.erase(found);
      return true;
    });
  };
  pair_by(&Declaration::first_name);
  pair_by(&Declaration::name);
  for (const Declaration* now : fresh) pairs.emplace_back(nullptr, now);
  for (const Declaration* old : gone) pairs.emplace_back(old, nullptr);
  return pairs;
}

class Comparing {
 public:
  Comparing(const Program& before, const Program& after) : before_(before), after_(after) {}

  std::vector<Edit> edits(const Declaration& old, const Declaration& now) const {
    std::vector<const Facet*> left, right;
    for (const Facet& facet : old.facets) left.push_back(&facet);
    for (const Facet& facet : now.facets) right.push_back(&facet);
    std::vector<Edit> out;
    const auto pair_up = [&](auto same) {
      for (const Facet*& r : right)
        for (const Facet*& l : left) {
          if (!l || !r || !same(*l, *r)) continue;
          if (l->meaning != r->meaning || l->about != r->about) out.push_back(edit(l, r));
          l = r = nullptr;
        }
      std::erase(left, nullptr);
      std::erase(right, nullptr);
    };
    pair_up([](const Facet& l, const Facet& r) { return l.about == r.about && l.meaning == r.meaning; });
    pair_up([](const Facet& l, const Facet& r) { return l.about == r.about; });
    pair_up([](const Facet& l, const Facet& r) { return l.about == r.was; });
    const auto is_order = [](const Facet* facet) { return facet->about.starts_with("order of "); };   // of what only one has, all is told
    std::erase_if(left, is_order);
    std::erase_if(right, is_order);
    for (const Facet* l : left) out.push_back(edit(l, nullptr));
    for (const Facet* r : right) out.push_back(edit(nullptr, r));
    in_order(old, now, out);
    return out;
  }

 private:
  Edit edit(const Facet* old, const Facet* now) const {
    Edit out;
    out.about = now ? now->about : old->about;
    if (old && now && old->about != now->about) out.was = old->about;
    out.grade = !now ? old->grade : old && old->meaning == now->meaning ? Grade::copy : now->grade;   // copy: only a name
    if (old) out.before = old->text, out.before_at = place_of(before_, old->span);
    if (now) out.after = now->text, out.after_at = place_of(after_, now->span);
    return out;
  }

  // As the later version writes them, then what is gone.
  static void in_order(const Declaration& old, const Declaration& now, std::vector<Edit>& edits) {
    const auto rank = [&](const Edit& edit) {
      for (size_t i = 0; i < now.facets.size(); ++i)
        if (now.facets[i].about == edit.about) return i;
      for (size_t i = 0; i < old.facets.size(); ++i)
        if (old.facets[i].about == edit.about) return now.facets.size() + i;
      return now.facets.size() + old.facets.size();
    };
    std::stable_sort(edits.begin(), edits.end(), [&](const Edit& a, const Edit& b) { return rank(a) < rank(b); });
  }

  const Program &before_, &after_;
};

// Whether what one says the other says too.
bool alike(const Declaration& a, const Declaration& b) {
  if (a.construct != b.construct || a.facets.size() != b.facets.size() || a.facets.empty()) return false;
  return std::equal(a.facets.begin(), a.facets.end(), b.facets.begin(), [](const Facet& l, const Facet& r) { return l.about == r.about && l.meaning == r.meaning; });
}

// What readers are found by: of the profile only those of the attributes that change.
std::vector<std::string> read_as(const Change& change) {
  if (change.construct != "profile") return {change.construct + (change.name.empty() ? "" : " " + change.name)};
  std::vector<std::string> names;
  for (const Edit& edit : change.edits) names.push_back("attribute " + edit.about);
  return names;
}

bool can_be_renamed(const std::string& construct) {
  return construct == "journey" || construct == "measure" || construct == "score" || construct == "states" || construct == "experiment";
}

// A step that is gone and a new one that says the same are one step with another name.
std::string advice_for_steps(const std::vector<Edit>& edits) {
  for (const Edit& gone : edits)
    for (const Edit& added : edits)
      if (gone.about.starts_with("step ") && gone.after.empty() && added.about.starts_with("step ") && added.before.empty() && gone.before == added.after && !added.after.empty())
        return "if it is the same step, write `" + added.about + " renamed from " + gone.about.substr(5) + " { … }`";
  return "";
}

}  // namespace

namespace {
struct GradeRow { Grade grade; std::string_view word, about; };
constexpr GradeRow kGradeTable[kGrades] = {
    {Grade::copy, "copy", "texts, and what is only reported"},
    {Grade::send, "send", "who gets what, and when"},
    {Grade::audience, "audience", "who qualifies"},
    {Grade::state, "state", "what is kept of users, and the steps they can be in"},
    {Grade::wire, "wire", "events and profile"},
};
}  // namespace

std::string_view word(Grade grade) { return kGradeTable[static_cast<size_t>(grade)].word; }
std::string_view about(Grade grade) { return kGradeTable[static_cast<size_t>(grade)].about; }
std::optional<Grade> grade_named(std::string_view word) {
  for (const GradeRow& row : kGradeTable)
    if (row.word == word) return row.grade;
  return std::nullopt;
}

Difference difference(const Program& before, const Program& after) {
  const std::vector<Declaration> old = declarations(before), now = declarations(after);
  const Comparing comparing(before, after);
  const Reach reach(after);
  Difference out;
  std::vector<const Declaration*> gone, fresh;
  for (const auto& [left, right] : paired(old, now)) {
    Change change;
    const Declaration& told = right ? *right : *left;
    change.construct = told.construct;
    change.name = told.name;
    if (left) change.before_at = place_of(before, left->span);
    if (right) change.after_at = place_of(after, right->span);
    if (left && right) {
      change.edits = comparing.edits(*left, *right);
      if (left->name != right->name && right->construct != "project") change.former = left->name;
      if (left->first_name != right->first_name) {   // what is kept, and chance, go by the first name
        Edit kept;
        kept.about = "kept under the name";
        kept.grade = right->construct == "experiment" ? Grade::send : Grade::state;
        kept.before = {left->first_name}, kept.after = {right->first_name};
        kept.before_at = change.before_at, kept.after_at = change.after_at;
        change.edits.insert(change.edits.begin(), std::move(kept));
      }
      if (change.edits.empty() && change.former.empty()) continue;
      for (const Edit& edit : change.edits) change.grade = std::max(change.grade, edit.grade);
      change.advice = advice_for_steps(change.edits);
    } else {
      change.kind = right ? Change::Kind::added : Change::Kind::removed;
      change.grade = told.whole;
      (right ? fresh : gone).push_back(&told);
    }
    if (right) change.felt_by = reach.felt_by(read_as(change));
    out.changes.push_back(std::move(change));
  }
  for (Change& change : out.changes) {
    if (change.kind != Change::Kind::added || !can_be_renamed(change.construct)) continue;
    const auto self = std::find_if(fresh.begin(), fresh.end(), [&](const Declaration* d) { return d->construct == change.construct && d->name == change.name; });
    const auto is_taken = [&](const Declaration* other) {
      return std::any_of(now.begin(), now.end(), [&](const Declaration& d) { return d.construct == other->construct && (d.name == other->name || d.first_name == other->name); });
    };
    for (const Declaration* other : gone)
      if (!is_taken(other) && self != fresh.end() && alike(*other, **self)) change.advice = "`" + other->name + "` said the same: if it is that under another name, write `" + change.construct + " " + change.name + " renamed from " + other->name + " …`";
  }
  std::stable_sort(out.changes.begin(), out.changes.end(), [](const Change& a, const Change& b) {
    return std::make_tuple(-static_cast<int>(a.grade), std::cref(a.construct), std::cref(a.name)) < std::make_tuple(-static_cast<int>(b.grade), std::cref(b.construct), std::cref(b.name));
  });
  return out;
}

}  // namespace wend::change
