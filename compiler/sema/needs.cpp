// Whether what a use gives fits what its module needs. What is wrong is told at the use, with the module's line beside it.
#include <algorithm>

#include "compiler/diagnostics/codes.h"
#include "compiler/sema/context.h"

namespace wend::sema {
namespace {

const char* kind_of(ast::Need::Kind kind) {
  static constexpr const char* words[] = {"event", "message", "channel", "attribute", "measure", "value"};
  return words[static_cast<size_t>(kind)];
}

class UseChecker {
 public:
  UseChecker(Context& context, uint32_t number) : context_(context), number_(number), instance_(context.modules.instances[number]) {}

  void run() {
    for (const auto& [word, needed] : instance_.needs) {
      if (needed.given && needed.need->kind != ast::Need::Kind::event && !needed.given->properties.empty())
        mismatch(needed, needed.given->properties[0].first.span, "only of an event are properties named");
      if (needed.need->kind == ast::Need::Kind::value) value(needed);
      else if (needed.given && !written_name(*needed.given->value)) mismatch(needed, needed.given->value->span, std::string("a name is wanted: of ") + a(needed.need->kind));
      else if (needed.need->kind == ast::Need::Kind::attribute || needed.need->kind == ast::Need::Kind::measure) user(needed);
      else declared(needed);
    }
  }

 private:
  static std::string a(ast::Need::Kind kind) {
    const std::string word = kind_of(kind);
    return (kind == ast::Need::Kind::event || kind == ast::Need::Kind::attribute ? "an " : "a ") + word;
  }

  Diagnostic& mismatch(const Needed& needed, Span place, const std::string& why) {
    context_.modules.instances[number_].unfit = true;
    auto& diagnostic = context_.diagnostics.report(Code::need_mismatch, place, instance_.module->name.text, kind_of(needed.need->kind), needed.need->name.text);
    return diagnostic.label(why).also(needed.need->span, "needed here");
  }

  // Nothing was given, and nothing is called the same.
  void missing(const Needed& needed) {
    const std::string& word = needed.need->name.text;
    context_.diagnostics.report(Code::need_missing, instance_.used, instance_.module->name.text, kind_of(needed.need->kind), word)
        .label("not given").also(needed.need->span, "needed here")
        .help(needed.need->kind == ast::Need::Kind::value ? "give it a value: `with " + word + ": …`"
                                                          : "say which " + std::string(kind_of(needed.need->kind)) + " of yours it is: `with " + word + ": …`");
  }

  void value(const Needed& needed) {
    if (!needed.literal) {
      if (!needed.given) missing(needed);
      return;
    }
    Type type = resolve_type(context_, needed.need->type);
    if (type.kind != TypeKind::error) check_constant(context_, *needed.literal, type, "`" + needed.need->name.text + "`");
  }

  void declared(const Needed& needed) {
    const Space space = needed.need->kind == ast::Need::Kind::event ? Space::event : needed.need->kind == ast::Need::Kind::message ? Space::message : Space::channel;
    const ast::Name name = given_name(context_, number_, needed);
    auto id = find_name(context_, space, name);
    if (!id) {
      if (!needed.given) missing(needed);
      else if (name.present()) report_unknown(context_, space, name);
      return;
    }
    if (space == Space::event) properties(needed, context_.program.events[*id]);
    if (space == Space::message) parameters(needed, name, context_.program.messages[*id]);
  }

  void properties(const Needed& needed, const EventDecl& event) {
    std::vector<std::string> words;
    for (const auto& [property, written] : needed.need->properties) {
      words.push_back(property.text);
      const ast::Name given = given_property(context_, number_, needed, property.text);
      const int index = find_property(context_, event, given);
      if (index < 0) {
        const Span place = given.text == property.text && needed.given ? needed.given->value->span : given.span;
        auto& diagnostic = mismatch(needed, place, "`" + event.name + "` has no `" + given.text + "`");
        suggest(diagnostic, place, given.text, property_names(context_, event, given.span), "it has");
        diagnostic.fixes.clear();
        diagnostic.help("say what it is called: `" + needed.need->name.text + ": " + event.name + " { " + property.text + ": … }`");
        continue;
      }
      if (auto [other, fresh] = property_of_event_.try_emplace({&event, property.text}, index); !fresh && other->second != index)
        mismatch(needed, given.span, "`" + property.text + "` is another property of `" + event.name + "` for another need");
      type(needed, *written, event.properties[index].type, given.text == property.text && needed.given ? needed.given->value->span : given.span, "`" + event.name + "." + given.text + "`");
    }
    if (!needed.given) return;
    for (const auto& [wanted, given] : needed.given->properties)
      if (wanted.present() && std::find(words.begin(), words.end(), wanted.text) == words.end()) {
        auto& diagnostic = mismatch(needed, wanted.span, "`" + wanted.text + "` is not read of it");
        suggest(diagnostic, wanted.span, wanted.text, words, "what is read of it");
      }
  }

  void parameters(const Needed& needed, const ast::Name& name, const Message& message) {
    const auto& wanted = needed.need->parameters;
    for (const ast::Parameter& parameter : wanted) {
      const Parameter* found = nullptr;
      for (const Parameter& own : message.parameters)
        if (own.name == parameter.name.text) found = &own;
      if (!found) mismatch(needed, name.span, "takes no `" + parameter.name.text + "`").also(message.span, "declared here");
      else type(needed, parameter.type, found->type, name.span, "its `" + found->name + "`");
    }
    for (const Parameter& own : message.parameters) {
      const bool given = std::any_of(wanted.begin(), wanted.end(), [&](const ast::Parameter& parameter) { return parameter.name.text == own.name; });
      if (!given) mismatch(needed, name.span, "takes `" + own.name + "`, which the module does not give").also(message.span, "declared here");
    }
  }

  void user(const Needed& needed) {
    const ast::Name name = given_name(context_, number_, needed);
    if (needed.need->kind == ast::Need::Kind::attribute) {
      auto found = find_user(context_, name);
      if (!found && !needed.given) return missing(needed);
      AttributeId id = resolve_attribute(context_, name);
      if (id.valid()) type(needed, needed.need->type, context_.program.attributes[id.index()].type, name.span, "`" + name.text + "`");
      return;
    }
    auto found = find_user(context_, name);
    if (found) return type(needed, needed.need->type, type_of(context_.program, *found), name.span, "`" + name.text + "`");
    if (!needed.given) return missing(needed);
    auto& diagnostic = context_.diagnostics.report(Code::nothing_called, name.span, name.text).label("unknown here");
    suggest(diagnostic, name.span, name.text, visible_names(context_, Space::user, name.span), "what can be read here");
  }

  // A known value where one may be unknown, and one kind of text for another, are well.
  void type(const Needed& needed, const ast::TypeRef& written, Type given, Span place, const std::string& what) {
    Type wanted = resolve_type(context_, written);
    if (wanted.kind == TypeKind::error || given.kind == TypeKind::error) return;
    const bool kind_fits = wanted.known() == given.known() || (wanted.is_text() && given.is_text());
    if (kind_fits && (wanted.optional || !given.optional)) return;
    mismatch(needed, place, what + " is of type `" + type_name(context_.program, given) + "`, not `" + type_name(context_.program, wanted) + "`");
  }

  Context& context_;
  uint32_t number_;
  const Instance& instance_;
  std::map<std::pair<const EventDecl*, std::string>, int> property_of_event_;  // needs met by one event read it alike
};

}  // namespace

void check_uses(Context& context) {
  for (uint32_t number = 1; number < context.modules.instances.size(); ++number)
    if (!context.modules.instances[number].former) UseChecker(context, number).run();
}

void lint_needs(Context& context) {
  std::set<const ast::Need*> seen;
  for (const Instance& instance : context.modules.instances)
    for (const auto& [word, needed] : instance.needs)
      if (!instance.former && !context.needs_read.count(needed.need) && !context.modules.literals.count(needed.need) && seen.insert(needed.need).second)
        context.diagnostics.report(Code::need_unused, needed.need->name.span, word).label("read nowhere").help("leave it out: who uses the module would have to give it for nothing");
}

}  // namespace wend::sema
