// Inlay hints: what is meant and not written: whose clock a time of day goes by, shares without a weight, and what a measure gives
// and takes.
#include <algorithm>
#include <cctype>

#include "compiler/language_server/describe.h"
#include "compiler/language_server/handlers.h"
#include "compiler/sema/names.h"
#include "compiler/syntax/words.h"

namespace wend::lsp {
namespace {

struct Hint { uint32_t at; std::string label; std::string tip; };

std::string share(int64_t millionths) {
  std::string text = std::to_string(millionths / 10000);
  if (const int64_t rest = millionths % 10000; rest != 0) {
    std::string digits = std::to_string(rest);
    digits.insert(0, 4 - digits.size(), '0');
    while (digits.ends_with('0')) digits.pop_back();
    text += "." + digits;
  }
  return text + "%";
}

template <class Rows>
const typename Rows::value_type* named(const Rows& rows, const std::string& name) {
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.name == name; });
  return found == rows.end() ? nullptr : &*found;
}

struct Hinter {
  const Spot& spot;
  const Program& program = spot.snapshot->project.program();
  std::vector<Hint> out{};

  void operator()(const ast::Measure& written) {
    const Measure* measure = named(program.measures, written.name.text);
    if (!measure || !measure->value || measure->value->type.kind == TypeKind::error) return;
    std::string label = ": " + type_name(program, measure->value->type), tip;
    const Description told = describe_symbol(*spot.snapshot, {SymbolKind::measure, static_cast<uint32_t>(measure - program.measures.data()), 0});
    if (!told.facts.empty()) {
      tip = told.facts.back();
      if (const size_t end = tip.find(" of a user"); end != std::string::npos) label += ", " + tip.substr(0, end);
    }
    out.push_back({written.name.span.end, std::move(label), std::move(tip)});
  }
  void operator()(const ast::Experiment& written) {
    const Experiment* experiment = named(program.experiments, written.name.text);
    if (!experiment) return;
    for (const ast::Variant& variant : written.variants) {
      const Variant* row = named(experiment->variants, variant.name.text);
      if (row && !variant.millionths && variant.ranges.empty() && row->millionths > 0) out.push_back({variant.name.span.end, " " + share(row->millionths), "an equal share, since no weight is written"});
    }
  }
  template <class T>
  void operator()(const T&) {}

  // `04:00` goes by the project's zone, `04:00 user time` by the user's.
  void clocks(const ast::Decl& decl) {
    if (std::holds_alternative<ast::Test>(decl.node)) return;
    const std::string_view text = spot.text;
    const std::vector<Word> words = words_of(text.substr(decl.span.begin, decl.span.end - decl.span.begin));
    const auto spelled = [&](size_t i) { return i < words.size() ? text.substr(decl.span.begin + words[i].begin, words[i].end - words[i].begin) : std::string_view(); };
    for (size_t i = 0; i < words.size(); ++i) {
      const std::string_view word = spelled(i);
      const bool clock = words[i].kind == WordKind::number && word.find(':') != std::string_view::npos && word.find('-') == std::string_view::npos && !word.ends_with('Z');
      if (!clock || spelled(i + 1) == "to") continue;   // `22:00 to 08:00`: said once
      const bool users = spelled(i + 1) == "user" && spelled(i + 2) == "time";
      const uint32_t at = decl.span.begin + words[users ? i + 2 : i].end;
      if (!users) out.push_back({at, " " + program.project.time_zone, "the project's time zone"});
      else if (const AttributeId zone = program.project.user_time; zone.valid()) out.push_back({at, " " + program.attributes[zone.index()].name + ", else " + program.project.time_zone, "each user's own clock"});
    }
  }
};

}  // namespace

Json handler::inlay_hint(Session& session, const Json& params) {
  const Spot spot = spot_of(session, params);
  Json out = array();
  if (spot.file >= spot.snapshot->project.files().size() || spot.project->root.empty()) return out;
  Hinter hinter{spot};
  for (const ast::Decl& decl : spot.snapshot->project.files()[spot.file].decls) {
    std::visit(hinter, decl.node);
    hinter.clocks(decl);
  }
  const Lines lines(spot.text);
  const uint32_t begin = lines.offset(place_of(params["range"]["start"]), session.encoding);
  const uint32_t end = params.has("range") ? lines.offset(place_of(params["range"]["end"]), session.encoding) : static_cast<uint32_t>(spot.text.size());
  std::stable_sort(hinter.out.begin(), hinter.out.end(), [](const Hint& a, const Hint& b) { return a.at < b.at; });
  for (const Hint& hint : hinter.out) {
    if (hint.at < begin || hint.at > end) continue;
    Json one = object({{"position", json_of(lines.place(hint.at, session.encoding))}, {"label", hint.label}});
    if (hint.label.starts_with(":")) one.set("kind", 1);
    if (!hint.tip.empty()) one.set("tooltip", hint.tip);
    out.add(std::move(one));
  }
  return out;
}

}  // namespace wend::lsp
