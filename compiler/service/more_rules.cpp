// What is added is text, and goes through the whole compiler like any other.
#include "compiler/service/more_rules.h"

#include <algorithm>

#include "compiler/plan/reads.h"

namespace wend {
namespace {

constexpr size_t kTriesMost = 5;

struct Compared {
  std::string text;                     // what is compared
  std::string least, unit;              // "1000000", " EUR": the numbers begin there
  std::vector<uint32_t> touching;
  uint64_t fed = 0;
};

bool makes_of(const Expr& expr, const Program& program, int depth = 0) {
  if (depth > 200) return false;
  if (expr.kind == ExprKind::aggregate && program.aggregates[expr.id].journey.valid()) return false;
  return std::all_of(expr.args.begin(), expr.args.end(), [&](const ExprPtr& arg) { return !arg || makes_of(*arg, program, depth + 1); });
}

// Nothing: no number that a `>=` could be written for.
std::optional<Compared> subject_of(const Program& program, const Measure& measure, std::span<const uint64_t> seen) {
  const Type& type = measure.value->type;
  if (type.optional || !makes_of(*measure.value, program)) return std::nullopt;
  Compared out{measure.name, "", "", {}, 0};
  switch (type.kind) {
    case TypeKind::integer: case TypeKind::number: out.least = "1000000000000"; break;
    case TypeKind::money: out.least = "1000000000", out.unit = " " + program.currencies[type.of]; break;
    case TypeKind::duration: out.least = "3000", out.unit = " days"; break;   // ten years are the most
    case TypeKind::percent: out.least = "1000000", out.unit = "%"; break;
    default: return std::nullopt;
  }
  const Reads reads = reads_of(program, *measure.value);
  if (reads.always || reads.events.empty()) return std::nullopt;
  out.touching = reads.events;
  for (const uint32_t event : reads.events) out.fed += event < seen.size() ? seen[event] : 0;
  return out;
}

std::vector<Compared> subjects_of(const Program& program, std::span<const uint64_t> seen) {
  std::vector<Compared> out;
  for (const Measure& measure : program.measures)
    if (std::optional<Compared> subject = subject_of(program, measure, seen); subject && subject->fed > 0) out.push_back(std::move(*subject));
  std::stable_sort(out.begin(), out.end(), [](const Compared& a, const Compared& b) { return a.fed > b.fed; });
  out.resize(std::min(out.size(), kTriesMost - 1));
  int32_t most = -1;
  for (uint32_t i = 0; i < program.events.size(); ++i)
    if (!program.events[i].signal.valid() && !program.events[i].builtin && (most < 0 || (i < seen.size() && seen[i] > seen[static_cast<size_t>(most)]))) most = static_cast<int32_t>(i);
  if (most >= 0) out.push_back({"count of " + program.events[static_cast<size_t>(most)].name + " in last 7 days", "1000000000000", "", {static_cast<uint32_t>(most)}, 0});
  return out;
}

// A word that stands nowhere in the project, so that no name made of it can collide with anything.
std::string free_word(const Project& project) {
  std::string word = "bench_rule";
  const auto taken = [&] {
    return std::any_of(project.texts().begin(), project.texts().end(), [&](const auto& file) {
      return file.first.find(word) != std::string::npos || file.second.find(word) != std::string::npos;
    });
  };
  for (int n = 2; taken() && n < 10'000; ++n) word = "bench_rule" + std::to_string(n) + "x";
  return word;
}

std::string text_of(const Compared& subject, const std::string& word, uint32_t rules) {
  std::string text;
  for (uint32_t i = 1; i <= rules; ++i)
    text += "journey " + word + "_" + std::to_string(i) + " {\n  enter when " + subject.text + " >= " + std::to_string(std::stoull(subject.least) + i) + subject.unit +
            "\n  step only { wait 1 day }\n}\n";
  return text;
}

}  // namespace

std::optional<MoreRules> with_more_rules(const Project& project, std::span<const uint64_t> seen, uint32_t rules) {
  const std::string word = free_word(project);
  for (Compared& subject : subjects_of(project.program(), seen)) {
    std::vector<std::pair<std::string, std::string>> texts = project.texts();
    texts.emplace_back(word + ".wend", text_of(subject, word, rules));
    Project more = Project::from_texts(std::move(texts));
    if (more.ok()) return MoreRules{std::move(more), rules, subject.text + " >= …", std::move(subject.touching)};
  }
  return std::nullopt;
}

}  // namespace wend
