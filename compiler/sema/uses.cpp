// The index of names: what is declared is read off the tree once, what is looked up comes in where it is.
#include "compiler/sema/uses.h"

#include <algorithm>
#include <tuple>

#include "compiler/sema/context.h"

namespace wend {

void Uses::finish() {
  for (NameUse& use : all_)
    if (const auto original = copies_.find(use.span.file); original != copies_.end()) use.span.file = original->second;
  const auto key = [](const NameUse& use) { return std::tuple(use.span.file, use.span.begin, use.span.end, use.symbol, !use.declares); };
  std::sort(all_.begin(), all_.end(), [&](const NameUse& a, const NameUse& b) { return key(a) < key(b); });
  all_.erase(std::unique(all_.begin(), all_.end(), [](const NameUse& a, const NameUse& b) { return a.span == b.span && a.symbol == b.symbol; }), all_.end());
}

std::vector<NameUse> Uses::at(uint32_t file, uint32_t offset) const {
  std::vector<NameUse> found;
  const auto before = [](const NameUse& use, const std::pair<uint32_t, uint32_t>& place) { return std::pair(use.span.file, use.span.begin) < place; };
  auto at = std::lower_bound(all_.begin(), all_.end(), std::pair(file, offset + 1), before);
  uint32_t length = UINT32_MAX;   // the narrowest wins
  while (at != all_.begin()) {
    --at;
    if (at->span.file != file || at->span.begin + 1024 < offset) break;
    if (at->span.end < offset || at->span.end - at->span.begin > length) continue;
    if (at->span.end - at->span.begin < length) found.clear();
    length = at->span.end - at->span.begin;
    found.push_back(*at);
  }
  std::reverse(found.begin(), found.end());
  return found;
}

std::vector<NameUse> Uses::of(Symbol symbol) const {
  std::vector<NameUse> found;
  std::copy_if(all_.begin(), all_.end(), std::back_inserter(found), [&](const NameUse& use) { return use.symbol == symbol; });
  return found;
}

std::vector<Span> Uses::declarations(Symbol symbol) const {
  std::vector<Span> found;
  for (const NameUse& use : all_)
    if (use.declares && use.symbol == symbol) found.push_back(use.span);
  return found;
}

namespace sema {
namespace {

// What a signal carries is the property of the event it is made from.
Symbol origin(const Program& program, Symbol symbol) {
  for (int hops = 0; hops < 64 && symbol.kind == SymbolKind::property && symbol.id < program.events.size(); ++hops) {
    const SignalId signal = program.events[symbol.id].signal;
    if (!signal.valid()) break;
    const Signal& made = program.signals[signal.index()];
    if (!made.from.valid() || symbol.part >= made.carries.size()) break;
    symbol = {SymbolKind::property, made.from.value, made.carries[symbol.part]};
  }
  return symbol;
}

struct Declarer {
  Context& context;
  Uses& uses;
  Program& program = context.program;

  void declare(const ast::Name& name, SymbolKind kind, size_t id, size_t part = 0) {
    if (name.present() && !context.is_former(name.span)) uses.note(name.span, {kind, static_cast<uint32_t>(id), static_cast<uint32_t>(part)}, true);
  }

  // Pairs what is written with the rows of a table by name: what was written twice has one row.
  template <class Written, class Rows>
  void parts(const Written& written, const Rows& rows, SymbolKind kind, size_t id) {
    for (const auto& part : written)
      for (size_t i = 0; i < rows.size(); ++i)
        if (rows[i].name == part.name.text) declare(part.name, kind, id, i);
  }

  void values(const ast::TypeRef& written) {
    if (written.item) values(*written.item);
    for (const auto& [name, type] : written.fields)
      if (type) values(*type);
    std::vector<std::string> words;
    for (const ast::Name& value : written.values) words.push_back(value.text);
    for (size_t i = 0; i < program.one_ofs.size(); ++i) {
      if (words.empty() || program.one_ofs[i].values != words) continue;
      for (size_t v = 0; v < words.size(); ++v) declare(written.values[v], SymbolKind::value, i, v);
    }
  }

  void profile() {
    const auto attribute = [&](const ast::Name& name) {
      for (size_t i = 0; i < program.attributes.size(); ++i)
        if (program.attributes[i].name == name.text) declare(name, SymbolKind::attribute, i);
    };
    for (const auto& profile : context.declared.profiles) {
      for (const ast::Identity& identity : profile.node->identities) attribute(identity.name);
      for (const ast::Attribute& each : profile.node->attributes) {
        attribute(each.name);
        values(each.type);
      }
    }
    for (const auto& topic : context.declared.topics) attribute(topic.node->name);
  }

  void events() {
    for (size_t i = 0; i < program.events.size(); ++i) {
      if (const ast::Event* node = context.event_nodes[i]) {
        declare(node->name, SymbolKind::event, i);
        parts(node->properties, program.events[i].properties, SymbolKind::property, i);
        for (const ast::Property& property : node->properties) values(property.type);
      } else if (const SignalId signal = program.events[i].signal; signal.valid()) {
        declare(context.declared.signals[signal.index()].node->name, SymbolKind::event, i);
      }
    }
  }

  void all() {
    const Declarations& declared = context.declared;
    profile();
    events();
    for (size_t i = 0; i < declared.measures.size(); ++i) declare(declared.measures[i].node->name, SymbolKind::measure, i);
    for (size_t i = 0; i < declared.audiences.size(); ++i) declare(declared.audiences[i].node->name, SymbolKind::audience, i);
    for (size_t i = 0; i < declared.states.size(); ++i) {
      declare(declared.states[i].node->name, SymbolKind::states, i);
      parts(declared.states[i].node->rules, program.states[i].rules, SymbolKind::value, program.states[i].one_of.value);
    }
    for (size_t i = 0; i < declared.channels.size(); ++i) {
      declare(declared.channels[i].node->name, SymbolKind::channel, i);
      parts(declared.channels[i].node->content, program.channels[i].content, SymbolKind::field, i);
    }
    for (const auto& protect : declared.protects)
      for (const ast::ProtectRule& rule : protect.node->rules)
        if (const auto* listed = std::get_if<ast::CategoriesRule>(&rule))
          for (const ast::Name& name : listed->names)
            for (size_t i = 0; i < program.categories.size(); ++i)
              if (program.categories[i].name == name.text) declare(name, SymbolKind::category, i);
    for (size_t i = 0; i < declared.messages.size(); ++i) {
      declare(declared.messages[i].node->name, SymbolKind::message, i);
      parts(declared.messages[i].node->parameters, program.messages[i].parameters, SymbolKind::parameter, i);
    }
    for (size_t i = 0; i < declared.experiments.size(); ++i) {
      declare(declared.experiments[i].node->name, SymbolKind::experiment, i);
      parts(declared.experiments[i].node->variants, program.experiments[i].variants, SymbolKind::variant, i);
    }
    for (size_t i = 0; i < declared.journeys.size(); ++i) {
      declare(declared.journeys[i].node->name, SymbolKind::journey, i);
      parts(declared.journeys[i].node->steps, program.journeys[i].steps, SymbolKind::step, i);
    }
    for (size_t i = 0; i < declared.hooks.size(); ++i) {
      declare(declared.hooks[i].node->name, SymbolKind::hook, i);
      parts(declared.hooks[i].node->fields, program.hooks[i].fields, SymbolKind::hook_field, i);
    }
    for (size_t i = 0; i < declared.reports.size(); ++i) declare(declared.reports[i].node->name, SymbolKind::report, i);
    for (size_t i = 1; i < context.modules.instances.size(); ++i) {
      const Instance& instance = context.modules.instances[i];
      if (instance.former || !instance.module) continue;
      declare(instance.module->name, SymbolKind::module, i);
      if (!context.is_former(instance.used)) uses.note(instance.used, {SymbolKind::module, static_cast<uint32_t>(i), 0});
    }
  }
};

}  // namespace

void note_use(Context& context, const ast::Name& name, SymbolKind kind, uint32_t id, size_t part) {
  if (!context.uses || !name.present() || name.span.file >= context.sources.size() || context.is_former(name.span)) return;
  const std::string_view written = context.sources.text(name.span);
  const bool quoted = kind == SymbolKind::value && written.starts_with('"');   // a value that is no word
  if (written != name.text && !quoted) return;   // a word the compiler tries there, and nobody wrote
  context.uses->note(name.span, {kind, id, static_cast<uint32_t>(part)});
}

void finish_uses(Context& context) {
  if (!context.uses) return;
  Declarer{context, *context.uses}.all();
  for (const auto& [copy, original] : context.modules.copy_of) context.uses->same_file(copy, original);
  context.uses->settle([&](Symbol symbol) { return origin(context.program, symbol); });
  // What is declared further out than where it is named is named through a need: but for values and categories, which are everybody's.
  std::map<Symbol, uint32_t> declared_in;
  for (const NameUse& use : context.uses->all())
    if (use.declares) declared_in.emplace(use.symbol, instance_of(context, use.span));
  context.uses->mark_needed([&](const NameUse& use) {
    if (use.symbol.kind == SymbolKind::value || use.symbol.kind == SymbolKind::category || use.symbol.kind == SymbolKind::module) return false;
    const auto declared = declared_in.find(use.symbol);
    return declared != declared_in.end() && declared->second < instance_of(context, use.span);
  });
}

}  // namespace sema
}  // namespace wend
