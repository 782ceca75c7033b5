// What a name means where it stands: in the project everything it declares and, in front of a dot, the modules it uses;
// in a module only its own declarations, what it needs, and the modules it uses itself.
#include "compiler/diagnostics/codes.h"
#include "compiler/sema/context.h"

namespace wend::sema {
namespace {

// Which name space a need is of; nothing for a value.
std::optional<Space> space_of(ast::Need::Kind kind) {
  switch (kind) {
    case ast::Need::Kind::event: return Space::event;
    case ast::Need::Kind::message: return Space::message;
    case ast::Need::Kind::channel: return Space::channel;
    case ast::Need::Kind::attribute:
    case ast::Need::Kind::measure: return Space::user;
    case ast::Need::Kind::value: return std::nullopt;
  }
  return std::nullopt;
}

const Instance& instance_at(const Context& context, uint32_t instance) { return context.modules.instances[instance]; }

const Needed* need_of(Context& context, uint32_t instance, std::string_view word, Space space) {
  const auto& needs = instance_at(context, instance).needs;
  auto found = needs.find(word);
  if (found == needs.end() || space_of(found->second.need->kind) != space) return nullptr;
  context.needs_read.insert(found->second.need);
  return &found->second;
}

// What every module may name as the project does: the events every project has, and the categories.
bool is_common(const Context& context, Space space, uint32_t id) {
  return space == Space::category || (space == Space::event && context.program.events[id].builtin);
}

// `find` is asked for the name in full, and given the word for what all modules may name.
template <class Find>
auto find_from(Context& context, Space space, uint32_t instance, const std::string& word, Find find) -> decltype(find(word, word)) {
  if (instance == 0) return find(word, word);
  if (const Needed* needed = need_of(context, instance, word, space)) {
    return find_from(context, space, instance_at(context, instance).parent, given_name(context, instance, *needed).text, find);
  }
  return find(full_name(instance_at(context, instance), word), word);
}

}  // namespace

uint32_t instance_of(const Context& context, Span span) { return context.modules.instance(span.file); }

ast::Name given_name(const Context& context, uint32_t instance, const Needed& needed) {
  if (needed.given && needed.given->value)
    if (auto name = written_name(*needed.given->value)) return *name;
  return {needed.given ? "" : needed.need->name.text, instance_at(context, instance).used};
}

std::optional<ast::Name> written_name(const ast::Expr& expr) {
  if (const auto* name = std::get_if<ast::NameExpr>(&expr.node)) return name->name;
  const auto* member = std::get_if<ast::MemberExpr>(&expr.node);
  if (!member || !member->object || !member->member.present()) return std::nullopt;
  auto object = written_name(*member->object);
  if (!object) return std::nullopt;
  return ast::Name{object->text + "." + member->member.text, join(object->span, member->member.span)};
}

std::optional<uint32_t> find_name(Context& context, Space space, const ast::Name& name) {
  const NameTable& table = context.table(space);
  const auto in_program = [&](const std::string& full, const std::string& word) -> std::optional<uint32_t> {
    if (auto found = table.find(full); found != table.end()) return found->second;
    if (auto found = table.find(context.name_now(name.span, full)); found != table.end()) return found->second;
    auto common = table.find(word);
    return common != table.end() && is_common(context, space, common->second) ? std::optional(common->second) : std::nullopt;
  };
  static constexpr SymbolKind kKinds[] = {SymbolKind::attribute, SymbolKind::event, SymbolKind::channel, SymbolKind::category, SymbolKind::message,
                                          SymbolKind::experiment, SymbolKind::journey, SymbolKind::attribute, SymbolKind::hook};   // as Space
  const auto found = find_from(context, space, instance_of(context, name.span), name.text, in_program);
  if (!found || !context.uses) return found;
  if (space == Space::topic && *found < context.program.topics.size()) note_use(context, name, SymbolKind::attribute, context.program.topics[*found].attribute.value);
  if (space != Space::topic) note_use(context, name, kKinds[static_cast<size_t>(space)], *found);
  return found;
}

std::optional<UserName> find_user(Context& context, const ast::Name& name) {
  const auto user = find_from(context, Space::user, instance_of(context, name.span), name.text,
                              [&](const std::string& full, const std::string&) {
                                const auto found = context.user_names.find(full);
                                return found ? found : context.user_names.find(context.name_now(name.span, full));
                              });
  static constexpr SymbolKind kKinds[] = {SymbolKind::attribute, SymbolKind::measure, SymbolKind::audience, SymbolKind::states};   // as UserName::Kind
  if (user) note_use(context, name, kKinds[static_cast<size_t>(user->kind)], user->id);
  return user;
}

bool is_unmet_need(Context& context, Space space, const ast::Name& name) {
  const uint32_t instance = instance_of(context, name.span);
  return instance != 0 && need_of(context, instance, name.text, space) != nullptr;
}

std::vector<std::string> visible_names(const Context& context, Space space, Span place) {
  std::vector<std::string> words;
  const uint32_t number = instance_of(context, place);
  const Instance& instance = instance_at(context, number);
  const auto enter = [&](const std::string& word, bool common) {
    if (number == 0 || common) words.push_back(word);
    else if (word == instance.name) words.push_back(instance.main);
    else if (word.starts_with(instance.name + ".")) words.push_back(word.substr(instance.name.size() + 1));
  };
  for (const auto& [word, needed] : instance.needs)
    if (space_of(needed.need->kind) == space) words.push_back(word);
  if (space == Space::user) {
    for (const std::string& word : context.user_names.all()) enter(word, false);
  } else {
    for (const auto& [word, id] : context.table(space)) enter(word, is_common(context, space, id));
  }
  return words;
}

std::shared_ptr<const UserNames> user_names_at(Context& context, Span place) {
  const uint32_t instance = instance_of(context, place);
  if (instance == 0) return nullptr;
  auto& names = context.names_of_instance[instance];
  if (!names) {
    auto made = std::make_shared<UserNames>();
    for (const std::string& word : visible_names(context, Space::user, place))
      if (auto user = find_user(context, {word, place})) made->enter(word, *user);
    names = std::move(made);
  }
  return names;
}

ast::EventRef settled(Context& context, const ast::EventRef& ref) {
  ast::EventRef out = ref;
  if (!ref.property.present() || find_name(context, Space::event, ref.event)) return out;
  const ast::Name whole{ref.event.text + "." + ref.property.text, join(ref.event.span, ref.property.span)};
  if (!find_name(context, Space::event, whole)) return out;
  out.event = whole;
  out.property = {};
  return out;
}

// ---- properties: of a needed event, only those the module has asked for ----

namespace {

struct NeededProperty {
  bool of_need = false;              // the event is one the module needs
  const ast::TypeRef* type = nullptr;  // set: the property is one it has asked for
  ast::Name given;                   // what the user of the module calls it
};

NeededProperty needed_property(Context& context, const EventDecl& event, const ast::Name& name) {
  NeededProperty out;
  const uint32_t number = instance_of(context, name.span);
  if (number == 0) return out;
  for (const auto& [word, needed] : instance_at(context, number).needs) {
    if (needed.need->kind != ast::Need::Kind::event) continue;
    auto id = find_name(context, Space::event, given_name(context, number, needed));
    if (!id || &context.program.events[*id] != &event) continue;
    out.of_need = true;
    for (const auto& [property, type] : needed.need->properties) {
      if (property.text != name.text) continue;
      out.type = type.get();
      out.given = given_property(context, number, needed, property.text);
      return out;
    }
  }
  return out;
}

}  // namespace

ast::Name given_property(const Context& context, uint32_t instance, const Needed& needed, const std::string& property) {
  if (needed.given)
    for (const auto& [wanted, given] : needed.given->properties)
      if (wanted.text == property && given.present()) return given;
  return {property, needed.given ? needed.given->span : instance_at(context, instance).used};
}

int find_property(Context& context, const EventDecl& event, const ast::Name& name) {
  const NeededProperty needed = needed_property(context, event, name);
  const auto& events = context.program.events;
  const bool of_program = context.uses && &event >= events.data() && &event < events.data() + events.size();
  const auto found = [&](int index) {
    if (of_program && index >= 0) note_use(context, name, SymbolKind::property, static_cast<uint32_t>(&event - events.data()), static_cast<size_t>(index));
    return index;
  };
  if (needed.type) return found(find_property(context, event, needed.given));
  if (needed.of_need) return -1;
  for (size_t i = 0; i < event.properties.size(); ++i)
    if (event.properties[i].name == name.text) return found(static_cast<int>(i));
  return -1;
}

std::vector<std::string> property_names(Context& context, const EventDecl& event, Span place) {
  std::vector<std::string> words;
  const uint32_t number = instance_of(context, place);
  bool of_need = false;
  for (const auto& [word, needed] : instance_at(context, number).needs) {
    if (needed.need->kind != ast::Need::Kind::event) continue;
    auto id = find_name(context, Space::event, given_name(context, number, needed));
    if (!id || &context.program.events[*id] != &event) continue;
    of_need = true;
    for (const auto& [property, _] : needed.need->properties) words.push_back(property.text);
  }
  if (!of_need)
    for (const Property& property : event.properties) words.push_back(property.name);
  return words;
}

// ---- types: a module reads what it needs as it has asked for it ----

ExprPtr as_needed(Context& context, const ast::TypeRef& wanted, ExprPtr read) {
  Type type = resolve_type(context, wanted);
  if (type == read->type || type.kind == TypeKind::error) return read;
  Span span = read->span;
  ExprPtr converted = convert(read, type);
  return converted ? std::move(converted) : make_error(span);  // told where it is given
}

ExprPtr property_as_needed(Context& context, const EventDecl& event, const ast::Name& name, ExprPtr read) {
  const NeededProperty needed = needed_property(context, event, name);
  return needed.type ? as_needed(context, *needed.type, std::move(read)) : std::move(read);
}

ExprPtr user_as_needed(Context& context, const ast::Name& name, ExprPtr read) {
  const Needed* needed = need_of(context, instance_of(context, name.span), name.text, Space::user);
  return needed ? as_needed(context, needed->need->type, std::move(read)) : std::move(read);
}

ExprPtr needed_value(Context& context, const ast::Name& name) {
  const auto& needs = instance_at(context, instance_of(context, name.span)).needs;
  auto found = needs.find(name.text);
  if (found == needs.end() || found->second.need->kind != ast::Need::Kind::value) return nullptr;
  context.needs_read.insert(found->second.need);
  Type type = resolve_type(context, found->second.need->type);
  if (!found->second.literal || type.kind == TypeKind::error) return make_error(name.span);
  auto value = check_constant(context, *found->second.literal, type, "`" + name.text + "`");
  return value ? make_constant(type, std::move(*value), name.span) : make_error(name.span);
}

}  // namespace wend::sema
