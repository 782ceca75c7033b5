// Names as completions: from the tables of the program.
#include <algorithm>
#include <set>

#include "compiler/language_server/builtin_text.h"
#include "compiler/language_server/complete.h"
#include "compiler/language_server/describe.h"
#include "compiler/sema/names.h"

namespace wend::lsp {
namespace {

// The analyses that are asked, the present one first.
std::vector<const Snapshot*> asked(const Spot& spot) {
  std::vector<const Snapshot*> all = {spot.snapshot.get()};
  if (spot.project->sound && spot.project->sound != spot.snapshot) all.push_back(spot.project->sound.get());
  return all;
}

size_t count_of(const Program& program, SymbolKind kind) {
  using enum SymbolKind;
  switch (kind) {
    case attribute: return program.attributes.size();
    case measure: return program.measures.size();
    case audience: return program.audiences.size();
    case states: return program.states.size();
    case event: return program.events.size();
    case channel: return program.channels.size();
    case category: return program.categories.size();
    case message: return program.messages.size();
    case experiment: return program.experiments.size();
    case journey: return program.journeys.size();
    case hook: return program.hooks.size();
    default: return 0;
  }
}

std::string detail_of(const Program& program, Symbol symbol) {
  using enum SymbolKind;
  const auto typed = [&](Type type) { return type.kind == TypeKind::error ? std::string() : type_name(program, type); };
  switch (symbol.kind) {
    case attribute: return typed(program.attributes[symbol.id].type);
    case measure: return typed(type_of(program, {UserName::Kind::measure, symbol.id}));
    case property: return typed(program.events[symbol.id].properties[symbol.part].type);
    case field: return typed(program.channels[symbol.id].content[symbol.part].type);
    case parameter: return typed(program.messages[symbol.id].parameters[symbol.part].type);
    case hook_field: return typed(program.hooks[symbol.id].fields[symbol.part].type);
    default: return {};
  }
}

bool has(const std::vector<Completion>& all, const std::string& label) {
  return std::any_of(all.begin(), all.end(), [&](const Completion& one) { return one.label == label; });
}

void add(const Program& program, Symbol symbol, int rank, std::vector<Completion>& out, const std::string& behind = {}) {
  const std::string name = name_of(program, symbol);
  if (name.empty() || has(out, name)) return;
  Completion one;
  one.label = name;
  const std::string type = detail_of(program, symbol), word = row_of(symbol.kind).word;
  one.detail = type.empty() ? word : word + " · " + type;
  one.kind = row_of(symbol.kind).completion_kind;
  one.rank = rank;
  one.symbol = symbol;
  if (!behind.empty()) one.insert = name + behind;
  out.push_back(std::move(one));
}

template <class Rows>
std::optional<uint32_t> find(const Rows& rows, const std::string& name) {
  for (uint32_t i = 0; i < rows.size(); ++i)
    if (rows[i].name == name) return i;
  return std::nullopt;
}

}  // namespace

void add_names(const Spot& spot, std::initializer_list<SymbolKind> kinds, int rank, std::vector<Completion>& out) {
  for (const Snapshot* snapshot : asked(spot))
    for (const SymbolKind kind : kinds)
      for (uint32_t id = 0, count = static_cast<uint32_t>(count_of(snapshot->project.program(), kind)); id < count; ++id) add(snapshot->project.program(), {kind, id, 0}, rank, out);
}

void add_parts(const Spot& spot, SymbolKind kind, const std::string& owner, const std::string& behind, std::vector<Completion>& out) {
  using enum SymbolKind;
  for (const Snapshot* snapshot : asked(spot)) {
    const Program& program = snapshot->project.program();
    const auto parts = [&](std::optional<uint32_t> id, const auto& rows, auto list) {
      if (!id) return;
      for (uint32_t part = 0, count = static_cast<uint32_t>(list(rows[*id]).size()); part < count; ++part) add(program, {kind, *id, part}, 1, out, behind);
    };
    if (kind == property) parts(find(program.events, owner), program.events, [](const auto& e) -> const auto& { return e.properties; });
    if (kind == field) parts(find(program.channels, owner), program.channels, [](const auto& c) -> const auto& { return c.content; });
    if (kind == parameter) parts(find(program.messages, owner), program.messages, [](const auto& m) -> const auto& { return m.parameters; });
    if (kind == variant) parts(find(program.experiments, owner), program.experiments, [](const auto& e) -> const auto& { return e.variants; });
    if (kind == step) parts(find(program.journeys, owner), program.journeys, [](const auto& j) -> const auto& { return j.steps; });
    if (kind == hook_field) parts(find(program.hooks, owner), program.hooks, [](const auto& h) -> const auto& { return h.fields; });
  }
}

void add_values(const Spot& spot, const std::string& name, std::vector<Completion>& out) {
  for (const Snapshot* snapshot : asked(spot)) {
    const Program& program = snapshot->project.program();
    std::vector<Type> types;
    if (const auto user = UserNames(program).find(name)) types.push_back(type_of(program, *user));
    for (const EventDecl& event : program.events)
      for (const Property& property : event.properties)
        if (types.empty() && property.name == name) types.push_back(property.type);
    for (const Type type : types) {
      if (type.kind == TypeKind::one_of && type.of < program.one_ofs.size())
        for (uint32_t i = 0; i < program.one_ofs[type.of].values.size(); ++i) add(program, {SymbolKind::value, type.of, i}, 0, out);
      if (type.kind == TypeKind::boolean)
        for (const char* word : {"true", "false"})
          if (!has(out, word)) out.push_back({word, "bool", "", "", false, 14, 0, {}});
      if (type.kind == TypeKind::weekday)
        for (const char* word : {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"})
          if (!has(out, word)) out.push_back({word, "weekday", "", "", false, 20, 0, {}});
      if (type.optional)
        for (const char* word : {"known", "unknown"})
          if (!has(out, word)) out.push_back({word, "", "whether anybody has said", "", false, 14, 1, {}});
    }
  }
}

void add_builtins(bool filters, std::vector<Completion>& out) {
  std::set<std::string_view> seen;
  for (const Builtin& builtin : builtins()) {
    if (!(filters ? builtin.is_filter : builtin.is_function) || !seen.insert(builtin.name).second) continue;
    Completion one;
    one.label = builtin.name;
    one.detail = signature_of(builtin, filters);
    one.doc = builtin_text(builtin.name, filters, true);
    one.kind = 3;
    one.rank = filters ? 2 : 6;
    if (!filters) {
      one.insert = one.label + "(${1})";
      one.snippet = true;
    }
    out.push_back(std::move(one));
  }
}

std::string plain(const std::string& snippet) {
  std::string out;
  for (size_t i = 0; i < snippet.size(); ++i) {
    if (snippet.compare(i, 2, "${") != 0) {
      out += snippet[i];
      continue;
    }
    const size_t colon = snippet.find(':', i), end = snippet.find('}', i);
    // What is to be filled in holds no brace but one pair: `play { }`.
    size_t close = end, depth = 0;
    for (size_t at = i + 2; at < snippet.size(); ++at) {
      if (snippet[at] == '{') ++depth;
      if (snippet[at] == '}' && depth-- == 0) { close = at; break; }
    }
    if (close == std::string::npos) break;
    if (colon < close) out += snippet.substr(colon + 1, close - colon - 1);
    i = close;
  }
  return out;
}

}  // namespace wend::lsp
