// The index of user names, and how types are written in messages.
#include "compiler/sema/names.h"

#include "compiler/syntax/text.h"

namespace wend {

UserNames::UserNames(const Program& program) {
  auto enter = [&](const std::string& name, UserName::Kind kind, size_t id) {
    names_.emplace(name, UserName{kind, static_cast<uint32_t>(id)});
  };
  for (size_t i = 0; i < program.attributes.size(); ++i) enter(program.attributes[i].name, UserName::Kind::attribute, i);
  for (size_t i = 0; i < program.measures.size(); ++i) enter(program.measures[i].name, UserName::Kind::measure, i);
  for (size_t i = 0; i < program.audiences.size(); ++i) enter(program.audiences[i].name, UserName::Kind::audience, i);
  for (size_t i = 0; i < program.states.size(); ++i) enter(program.states[i].name, UserName::Kind::states, i);
}

std::optional<UserName> UserNames::find(std::string_view name) const {
  auto found = names_.find(name);
  if (found == names_.end()) return std::nullopt;
  return found->second;
}

std::vector<std::string> UserNames::all() const {
  std::vector<std::string> words;
  for (const auto& [name, _] : names_) words.push_back(name);
  return words;
}

const char* kind_word(UserName::Kind kind) {
  switch (kind) {
    case UserName::Kind::attribute: return "attribute";
    case UserName::Kind::measure: return "measure";
    case UserName::Kind::audience: return "audience";
    case UserName::Kind::states: return "states block";
  }
  return "name";
}

Type type_of(const Program& program, UserName name) {
  switch (name.kind) {
    case UserName::Kind::attribute: return program.attributes[name.id].type;
    case UserName::Kind::measure: {
      const Measure& measure = program.measures[name.id];
      return measure.value ? measure.value->type : Type{};
    }
    case UserName::Kind::audience: return {TypeKind::boolean};
    case UserName::Kind::states: return {TypeKind::one_of, false, program.states[name.id].one_of.value};
  }
  return {};
}

ExprPtr read_user_name(const Program& program, UserName name, Span span) {
  static constexpr ExprKind kinds[] = {ExprKind::attribute, ExprKind::measure, ExprKind::audience, ExprKind::state};
  auto expr = std::make_unique<Expr>();
  expr->kind = kinds[static_cast<size_t>(name.kind)];
  expr->type = type_of(program, name);
  expr->span = span;
  expr->id = name.id;
  return expr;
}

std::string type_name(const Program& program, Type type) {
  static constexpr const char* words[] = {"unknown", "bool",     "int",  "number", "percent",     "text",    "html",
                                          "url",     "email",    "money", "duration", "time",     "date",    "time of day",
                                          "weekday", "timezone", "one of", "list of", "set of", "{"};
  std::string word = words[static_cast<size_t>(type.kind)];
  switch (type.kind) {
    case TypeKind::one_of: {
      if (type.of >= program.one_ofs.size()) break;
      const auto& values = program.one_ofs[type.of].values;
      for (size_t i = 0; i < values.size() && i < 8; ++i) word += (i ? ", " : " ") + written_value(values[i]);
      if (values.size() > 8) word += ", …";
      break;
    }
    case TypeKind::money:
      if (type.of < program.currencies.size()) word += " in " + program.currencies[type.of];
      break;
    case TypeKind::list:
    case TypeKind::set:
      if (type.of < program.item_types.size()) word += " " + type_name(program, program.item_types[type.of]);
      break;
    case TypeKind::record: {
      if (type.of >= program.records.size()) break;
      const auto& fields = program.records[type.of].fields;
      for (size_t i = 0; i < fields.size() && i < 8; ++i) word += (i ? ", " : " ") + fields[i].name + " " + type_name(program, fields[i].type);
      word += fields.size() > 8 ? ", … }" : " }";
      break;
    }
    default: break;
  }
  return type.optional ? word + "?" : word;
}

}  // namespace wend
