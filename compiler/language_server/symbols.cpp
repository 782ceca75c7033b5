// The outline of a file, read off its tree, and the search for a name in all projects.
#include <algorithm>

#include "compiler/language_server/describe.h"
#include "compiler/language_server/handlers.h"

namespace wend::lsp {
namespace {

struct Entry {
  std::string name, detail;
  int kind = 13;
  Span range, name_span;
  std::vector<Entry> children;
};

int number_of(SymbolKind kind) { return row_of(kind).symbol_kind; }

Entry entry(const ast::Name& name, SymbolKind kind, Span range, std::string detail = {}) {
  return {name.text, std::move(detail), number_of(kind), range, name.span, {}};
}

// One entry a declaration; what a declaration names inside are its children.
struct Outliner {
  Span whole;
  Entry out{};
  bool fine = true;

  void named(const ast::Name& name, SymbolKind kind, std::string detail) { out = entry(name, kind, whole, std::move(detail)); fine = name.present(); }
  void child(const ast::Name& name, SymbolKind kind, Span range) {
    if (name.present()) out.children.push_back(entry(name, kind, join(name.span, range)));
  }
  void block(const char* word, int kind) { out = {word, "", kind, whole, {whole.file, whole.begin, std::min(whole.end, whole.begin + static_cast<uint32_t>(std::string_view(word).size()))}, {}}; }

  void operator()(const ast::Project& d) { named(d.name, SymbolKind::module, "project"); }
  void operator()(const ast::Profile& d) {
    block("profile", number_of(SymbolKind::journey));
    for (const ast::Identity& each : d.identities) child(each.name, SymbolKind::attribute, each.name.span);
    for (const ast::Attribute& each : d.attributes) child(each.name, SymbolKind::attribute, each.type.span);
  }
  void operator()(const ast::Event& d) {
    named(d.name, SymbolKind::event, "event");
    for (const ast::Property& each : d.properties) child(each.name, SymbolKind::property, each.type.span);
  }
  void operator()(const ast::Measure& d) { named(d.name, SymbolKind::measure, d.score ? "score" : "measure"); }
  void operator()(const ast::Audience& d) { named(d.name, SymbolKind::audience, "audience"); }
  void operator()(const ast::States& d) {
    named(d.name, SymbolKind::states, "states");
    for (const ast::StateRule& each : d.rules) child(each.name, SymbolKind::value, each.span);
  }
  void operator()(const ast::Channel& d) {
    named(d.name, SymbolKind::channel, "channel");
    for (const ast::ContentField& each : d.content) child(each.name, SymbolKind::field, each.type.span);
  }
  void operator()(const ast::Topic& d) { named(d.name, SymbolKind::attribute, "topic"); }
  void operator()(const ast::Message& d) {
    named(d.name, SymbolKind::message, "message");
    for (const ast::Parameter& each : d.parameters) child(each.name, SymbolKind::parameter, each.type.span);
    for (const ast::ChannelContent& each : d.contents) child(each.channel, SymbolKind::channel, each.span);
  }
  void operator()(const ast::Protect& d) {
    block("protect", number_of(SymbolKind::channel));
    if (d.name.present()) named(d.name, SymbolKind::channel, "protect");
  }
  void operator()(const ast::Experiment& d) {
    named(d.name, SymbolKind::experiment, "experiment");
    for (const ast::Variant& each : d.variants) child(each.name, SymbolKind::variant, each.name.span);
  }
  void operator()(const ast::Journey& d) {
    named(d.name, SymbolKind::journey, "journey");
    for (const ast::Step& each : d.steps) child(each.name, SymbolKind::step, each.body.empty() ? each.name.span : each.body.back().span);
  }
  void operator()(const ast::Test& d) { out = {d.name.value, "test", 12, whole, d.name.span, {}}; }
  void operator()(const ast::Signal& d) { named(d.name, SymbolKind::event, "signal"); }
  void operator()(const ast::Hook& d) {
    named(d.name, SymbolKind::hook, "hook");
    for (const ast::Property& each : d.fields) child(each.name, SymbolKind::hook_field, each.type.span);
  }
  void operator()(const ast::Report& d) { named(d.name, SymbolKind::report, "report"); }
  void operator()(const ast::Module& d) { named(d.name, SymbolKind::module, "module"); }
  void operator()(const ast::Use& d) { named(d.as.present() ? d.as : d.module, SymbolKind::module, "use"); }
  void operator()(const ast::Unsupported&) { fine = false; }
};

std::string shown_name(const std::string& name) { return name.empty() ? "…" : name; }

Json tree(const Session& session, std::string_view text, const Entry& entry) {
  Json out = object({{"name", shown_name(entry.name)}, {"detail", entry.detail}, {"kind", entry.kind},
                     {"range", range_json(session, text, entry.range.begin, entry.range.end)},
                     {"selectionRange", range_json(session, text, entry.name_span.begin, entry.name_span.end)}});
  Json children = array();
  for (const Entry& child : entry.children) children.add(tree(session, text, child));
  if (!entry.children.empty()) out.set("children", children);
  return out;
}

void flat(const Session& session, const std::string& uri, std::string_view text, const Entry& entry, const std::string& around, Json& out) {
  Json symbol = object({{"name", shown_name(entry.name)}, {"kind", entry.kind}, {"location", object({{"uri", uri}, {"range", range_json(session, text, entry.range.begin, entry.range.end)}})}});
  if (!around.empty()) symbol.set("containerName", around);
  out.add(std::move(symbol));
  for (const Entry& child : entry.children) flat(session, uri, text, child, entry.name, out);
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Whether the letters of the query stand in the word, in their order.
bool fits(std::string_view query, std::string_view word) {
  size_t at = 0;
  for (const char c : word) at += at < query.size() && lower(query[at]) == lower(c);
  return at == query.size();
}

constexpr size_t kFoundMax = 500;

}  // namespace

namespace handler {

Json document_symbol(Session& session, const Json& params) {
  const Spot spot = spot_of(session, params);
  Json out = array();
  if (spot.file >= spot.snapshot->project.files().size()) return out;
  for (const ast::Decl& decl : spot.snapshot->project.files()[spot.file].decls) {
    Outliner outliner{decl.span};
    std::visit(outliner, decl.node);
    if (!outliner.fine) continue;
    if (session.client.symbol_trees) out.add(tree(session, spot.text, outliner.out));
    else flat(session, spot.uri, spot.text, outliner.out, "", out);
  }
  return out;
}

Json workspace_symbol(Session& session, const Json& params) {
  const std::string& query = params["query"].text();
  Json out = array();
  for (auto& [key, project] : session.workspace.projects()) {
    const Snapshot& snapshot = session.workspace.fresh(project);
    for (const NameUse& use : snapshot.uses.all()) {
      const std::string name = name_of(snapshot.project.program(), use.symbol);
      if (!use.declares || name.empty() || !fits(query, name)) continue;
      Json at = location(session, project, snapshot, use.span);
      if (at.is_null() || out.items().size() >= kFoundMax) continue;
      out.add(object({{"name", name}, {"kind", number_of(use.symbol.kind)}, {"location", at}, {"containerName", row_of(use.symbol.kind).word}}));
    }
  }
  return out;
}

}  // namespace handler
}  // namespace wend::lsp
