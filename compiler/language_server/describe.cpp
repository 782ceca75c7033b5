// The declaration as it is written says most; beside it stand the type, what it costs, and the comment above.
#include "compiler/language_server/describe.h"

#include <algorithm>

#include "compiler/plan/plan.h"
#include "compiler/sema/names.h"
#include "compiler/sema/print.h"

namespace wend::lsp {
namespace {

constexpr size_t kLinesShown = 14;

template <class Rows>
const typename Rows::value_type* row(const Rows& rows, uint32_t index) { return index < rows.size() ? &rows[index] : nullptr; }

// The text of a span, its first lines, without the blanks that stand before all of them.
std::string shown(const Sources& sources, Span span) {
  std::string text(sources.text(span));
  size_t lines = 0;
  for (size_t at = 0; at < text.size(); ++at)
    if (text[at] == '\n' && ++lines == kLinesShown) return text.substr(0, at) + "\n…";
  return text;
}

// The line a name stands on, without what is around it.
std::string line_of(const Sources& sources, Span span) {
  if (span.file >= sources.size()) return {};
  const SourceFile& file = sources.file(span.file);
  std::string_view line = file.line(file.position(span.begin).line);
  while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
  return std::string(line);
}

// Comments on the lines right above.
std::string remarks_above(const Sources& sources, Span span) {
  if (span.file >= sources.size()) return {};
  const SourceFile& file = sources.file(span.file);
  std::string text;
  for (uint32_t line = file.position(span.begin).line; line > 1;) {
    std::string_view above = file.line(--line);
    while (!above.empty() && (above.front() == ' ' || above.front() == '\t')) above.remove_prefix(1);
    if (!above.starts_with('#')) break;
    above.remove_prefix(1);
    if (above.starts_with(' ')) above.remove_prefix(1);
    if (above.starts_with("wend:allow")) continue;
    text = std::string(above) + (text.empty() ? "" : "\n") + text;
  }
  return text;
}

// The aggregates an expression reads.
void aggregates_of(const Expr& expr, std::vector<uint32_t>& out) {
  if (expr.kind == ExprKind::aggregate) out.push_back(expr.id);
  for (const ExprPtr& arg : expr.args)
    if (arg) aggregates_of(*arg, out);
}

// "24 bytes of a user's state, at most 400"; nothing where the program has errors.
std::string cost_fact(const Snapshot& snapshot, const Measure& measure) {
  const Program& program = snapshot.project.program();
  if (!snapshot.project.ok() || !measure.value) return {};
  if (!snapshot.cost) snapshot.cost = std::make_shared<Cost>(cost_of(program));
  std::vector<uint32_t> ids;
  aggregates_of(*measure.value, ids);
  std::vector<std::string> names;
  for (const uint32_t id : ids)
    if (id < program.aggregates.size()) names.push_back(describe(program, program.aggregates[id]));
  if (measure.usual) names.push_back("usual " + measure.stored_name);
  uint64_t fixed = 0, most = 0;
  for (const Cost::Row& each : snapshot.cost->rows)
    if (std::find(names.begin(), names.end(), each.what) != names.end()) {
      fixed += each.fixed;
      most += each.at_most;
    }
  if (most == 0) return {};
  return std::to_string(fixed) + " bytes of a user's state" + (most > fixed ? ", " + std::to_string(most) + " at most" : "");
}

std::string words(const std::vector<std::string>& list) {
  std::string text;
  for (const std::string& word : list) text += (text.empty() ? "`" : ", `") + word + "`";
  return text;
}

struct Describer {
  const Snapshot& snapshot;
  const Program& program = snapshot.project.program();
  const Sources& sources = snapshot.sources();
  Description out{};

  void whole(Span span) { out.declaration = shown(sources, span); out.remarks = remarks_above(sources, span); }
  void line(Span span) { out.declaration = line_of(sources, span); out.remarks = remarks_above(sources, span); }
  void type(Type type) { if (type.kind != TypeKind::error) out.type = type_name(program, type); }

  void describe_value(Symbol symbol) {
    for (const States& states : program.states)
      if (states.one_of.value == symbol.id && symbol.part < states.rules.size()) {
        out.kind = "state";
        out.facts.push_back("of `" + states.name + "`" + (states.ordered ? ", " + std::to_string(symbol.part + 1) + " of " + std::to_string(states.rules.size()) + " in order" : ""));
        line(states.rules[symbol.part].span);
        return;
      }
    out.type = type_name(program, {TypeKind::one_of, false, symbol.id});
  }

  void describe_event(const EventDecl& event) {
    if (event.builtin) {
      out.facts.push_back("every project has it");
      std::vector<std::string> names;
      for (const Property& property : event.properties) names.push_back(property.name + " " + type_name(program, property.type));
      if (!names.empty()) out.facts.push_back("properties: " + words(names));
      return;
    }
    if (event.signal.valid()) out.kind = "signal";
    whole(event.span);
  }

  void describe_message(const Message& message) {
    whole(message.span);
    std::vector<std::string> channels;
    for (const ChannelContent& content : message.contents)
      if (const Channel* channel = row(program.channels, content.channel.value)) channels.push_back(channel->name);
    if (!channels.empty()) out.facts.push_back("by " + words(channels));
    if (const Category* category = row(program.categories, message.category.value)) out.facts.push_back("category `" + category->name + "`" + (category->exempt ? ", exempt from hold-out, quiet hours, gap and caps" : ""));
    out.facts.push_back("valid for " + print_span_us(message.valid_for_us));
  }

  void describe(Symbol symbol) {
    using enum SymbolKind;
    const uint32_t id = symbol.id, part = symbol.part;
    out.name = name_of(program, symbol);
    out.kind = row_of(symbol.kind).word;
    switch (symbol.kind) {
      case attribute:
        if (const Attribute* a = row(program.attributes, id)) {
          line(a->span);
          type(a->type);
          if (a->identity) out.facts.push_back("an identity: a user is known by it");
          if (a->sensitive) out.facts.push_back("sensitive: no message shows it");
        }
        break;
      case measure:
        if (const Measure* m = row(program.measures, id)) {
          if (m->score) out.kind = "score";
          whole(m->span);
          if (m->value) type(m->value->type);
          if (const std::string fact = cost_fact(snapshot, *m); !fact.empty()) out.facts.push_back(fact);
        }
        break;
      case audience:
        if (const Audience* a = row(program.audiences, id)) { whole(a->span); type({TypeKind::boolean}); }
        break;
      case states:
        if (const States* s = row(program.states, id)) { whole(s->span); out.facts.push_back(s->ordered ? "in order, best first" : "in no order"); }
        break;
      case value: describe_value(symbol); break;
      case event:
        if (const EventDecl* e = row(program.events, id)) describe_event(*e);
        break;
      case property:
        if (const EventDecl* e = row(program.events, id))
          if (const Property* p = row(e->properties, part)) {
            if (p->span.end > 0) line(p->span);
            type(p->type);
            out.facts.push_back("of the event `" + e->name + "`");
          }
        break;
      case channel:
        if (const Channel* c = row(program.channels, id)) whole(c->span);
        break;
      case field:
        if (const Channel* c = row(program.channels, id))
          if (const ContentField* f = row(c->content, part)) { type(f->type); out.facts.push_back("of the channel `" + c->name + "`"); }
        break;
      case category:
        if (const Category* c = row(program.categories, id)) out.facts.push_back(std::to_string(id + 1) + " of " + std::to_string(program.categories.size()) + (c->exempt ? ", exempt from hold-out, quiet hours, gap and caps" : ", highest first"));
        break;
      case message:
        if (const Message* m = row(program.messages, id)) describe_message(*m);
        break;
      case parameter:
        if (const Message* m = row(program.messages, id))
          if (const Parameter* p = row(m->parameters, part)) { type(p->type); out.facts.push_back("of the message `" + m->name + "`"); }
        break;
      case experiment:
        if (const Experiment* e = row(program.experiments, id)) whole(e->span);
        break;
      case variant:
        if (const Experiment* e = row(program.experiments, id))
          if (const Variant* v = row(e->variants, part)) {
            out.facts.push_back("of `" + e->name + "`");
            if (v->millionths > 0) out.facts.push_back(share_text(v->millionths) + " of those in it");
          }
        break;
      case journey:
        if (const Journey* j = row(program.journeys, id)) {
          whole(j->span);
          if (!j->about.empty()) out.facts.push_back(j->about);
        }
        break;
      case step:
        if (const Journey* j = row(program.journeys, id))
          if (const JourneyStep* s = row(j->steps, part)) {
            line(s->span);
            out.facts.push_back("of the journey `" + j->name + "`, " + std::to_string(part + 1) + " of " + std::to_string(j->own_steps()));
          }
        break;
      case hook:
        if (const Hook* h = row(program.hooks, id)) whole(h->span);
        break;
      case hook_field:
        if (const Hook* h = row(program.hooks, id))
          if (const Property* p = row(h->fields, part)) { type(p->type); out.facts.push_back("of the hook `" + h->name + "`"); }
        break;
      case report:
        if (const Report* r = row(program.reports, id)) whole(r->span);
        break;
      case module:
        for (const Span span : snapshot.uses.declarations(symbol)) {
          out.name = std::string(sources.text(span));
          line(span);
        }
        break;
    }
  }

  static std::string share_text(int64_t millionths) {
    std::string text = std::to_string(millionths / 10000);
    if (millionths % 10000 != 0) {
      std::string rest = std::to_string(millionths % 10000);
      rest.insert(0, 4 - rest.size(), '0');
      while (rest.ends_with('0')) rest.pop_back();
      text += "." + rest;
    }
    return text + "%";
  }
};

}  // namespace

const SymbolRow& row_of(SymbolKind kind) {
  static constexpr SymbolRow kRows[] = {
#define WEND_SYMBOL(kind, word, symbol, completion, token) {word, symbol, completion, #token},
#include "compiler/language_server/symbols.def"
#undef WEND_SYMBOL
  };
  return kRows[static_cast<size_t>(kind)];
}

std::string name_of(const Program& program, Symbol symbol) {
  using enum SymbolKind;
  const uint32_t id = symbol.id, part = symbol.part;
  const auto named = [](const auto& rows, uint32_t index) { return index < rows.size() ? rows[index].name : std::string(); };
  switch (symbol.kind) {
    case attribute: return named(program.attributes, id);
    case measure: return named(program.measures, id);
    case audience: return named(program.audiences, id);
    case states: return named(program.states, id);
    case value: return id < program.one_ofs.size() && part < program.one_ofs[id].values.size() ? program.one_ofs[id].values[part] : "";
    case event: return named(program.events, id);
    case property: return id < program.events.size() ? named(program.events[id].properties, part) : "";
    case channel: return named(program.channels, id);
    case field: return id < program.channels.size() ? named(program.channels[id].content, part) : "";
    case category: return named(program.categories, id);
    case message: return named(program.messages, id);
    case parameter: return id < program.messages.size() ? named(program.messages[id].parameters, part) : "";
    case experiment: return named(program.experiments, id);
    case variant: return id < program.experiments.size() ? named(program.experiments[id].variants, part) : "";
    case journey: return named(program.journeys, id);
    case step: return id < program.journeys.size() ? named(program.journeys[id].steps, part) : "";
    case hook: return named(program.hooks, id);
    case hook_field: return id < program.hooks.size() ? named(program.hooks[id].fields, part) : "";
    case report: return named(program.reports, id);
    case module: return "";
  }
  return "";
}

Description describe_symbol(const Snapshot& snapshot, Symbol symbol) {
  Describer describer{snapshot};
  describer.describe(symbol);
  return std::move(describer.out);
}

std::string text_of(const Description& description, bool markdown) {
  std::string text;
  if (!description.declaration.empty()) text += markdown ? "```wend\n" + description.declaration + "\n```\n" : description.declaration + "\n";
  text += description.kind + (markdown ? " `" + description.name + "`" : " " + description.name);
  if (!description.type.empty()) text += markdown ? " · `" + description.type + "`" : " · " + description.type;
  for (const std::string& fact : description.facts) text += (markdown ? "  \n" : "\n") + fact;
  if (!description.remarks.empty()) text += "\n\n" + description.remarks;
  return text;
}

std::vector<Symbol> symbols_at(const Snapshot& snapshot, uint32_t file, uint32_t offset, Span* place) {
  std::vector<Symbol> symbols;
  for (const NameUse& use : snapshot.uses.at(file, offset)) {
    symbols.push_back(use.symbol);
    if (place) *place = use.span;
  }
  std::vector<Span> declared;
  for (const Symbol symbol : symbols)
    for (const Span span : snapshot.uses.declarations(symbol)) declared.push_back(span);
  for (const Span span : declared)
    for (const NameUse& use : snapshot.uses.all())
      if (use.declares && use.span == span && std::find(symbols.begin(), symbols.end(), use.symbol) == symbols.end()) symbols.push_back(use.symbol);
  return symbols;
}

}  // namespace wend::lsp
