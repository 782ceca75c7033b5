// Copies a message with every read replaced by the read of an attribute.
#include "compiler/service/preview.h"

#include <map>
#include <utility>

#include "compiler/sema/names.h"

namespace wend {
namespace {

class Copier {
 public:
  Copier(const Program& from, const Message& message, PreviewProgram& to) : from_(from), message_(message), to_(to) {}

  TemplateBody body(const TemplateBody& body) {
    TemplateBody out;
    for (const TemplateNode& node : body) {
      TemplateNode copy;
      copy.kind = node.kind;
      copy.text = node.text;
      copy.value = expr(node.value);
      copy.escape = node.escape;
      for (const TemplateBranch& branch : node.branches) copy.branches.push_back({expr(branch.condition), this->body(branch.body)});
      copy.local = node.local;
      copy.loop = node.loop;
      for (const ExprPtr& argument : node.args) copy.args.push_back(expr(argument));
      copy.flag = node.flag;
      out.push_back(std::move(copy));
    }
    return out;
  }

 private:
  ExprPtr expr(const ExprPtr& from) {
    if (!from) return nullptr;
    auto copy = std::make_unique<Expr>();
    copy->kind = from->kind;
    copy->type = from->type;
    copy->span = from->span;
    copy->id = from->id;
    copy->index = from->index;
    copy->negated = from->negated;
    copy->value = from->value;
    for (const ExprPtr& argument : from->args) copy->args.push_back(expr(argument));
    read(*copy);
    return copy;
  }

  // A read of anything becomes the read of an attribute.
  void read(Expr& expr) {
    std::string name;
    switch (expr.kind) {
      case ExprKind::attribute: return attribute(expr);
      case ExprKind::measure: name = from_.measures[expr.id].name; break;
      case ExprKind::audience: name = from_.audiences[expr.id].name; break;
      case ExprKind::state: name = from_.states[expr.id].name; break;
      case ExprKind::parameter: name = message_.parameters[expr.index].name; break;
      default: return;
    }
    const bool parameter = expr.kind == ExprKind::parameter;
    const auto [found, fresh] = read_.try_emplace({expr.kind, parameter ? expr.index : expr.id}, static_cast<uint32_t>(to_.program.attributes.size()));
    if (fresh) {
      Attribute made;
      made.name = parameter ? "with " + name : name;
      made.type = expr.type;
      made.default_value.known = !expr.type.optional;
      to_.inputs.push_back({name, made.name, type_name(from_, expr.type), parameter, !expr.type.optional});
      to_.program.attributes.push_back(std::move(made));
    }
    expr.kind = ExprKind::attribute;
    expr.id = found->second;
    expr.index = 0;
  }

  void attribute(const Expr& expr) {
    if (!read_.try_emplace({ExprKind::attribute, expr.id}, expr.id).second) return;
    const Attribute& known = from_.attributes[expr.id];
    to_.inputs.push_back({known.name, known.name, type_name(from_, known.type), false, false});
  }

  const Program& from_;
  const Message& message_;
  PreviewProgram& to_;
  std::map<std::pair<ExprKind, uint32_t>, uint32_t> read_;
};

}  // namespace

PreviewProgram preview_program(const Program& program, MessageId id) {
  PreviewProgram out;
  Program& to = out.program;
  to.project = program.project;
  to.one_ofs = program.one_ofs;
  to.currencies = program.currencies;
  to.item_types = program.item_types;
  to.records = program.records;
  to.identities = program.identities;
  to.attributes = program.attributes;
  to.channels = program.channels;
  to.categories = program.categories;
  const Message& message = program.messages[id.index()];
  Message copy;
  copy.name = message.name;
  copy.category = message.category;
  copy.valid_for_us = message.valid_for_us;
  Copier copier(program, message, out);
  for (const ChannelContent& content : message.contents) {
    ChannelContent texts;
    texts.channel = content.channel;
    for (const FieldContent& field : content.fields) texts.fields.push_back({field.field, copier.body(field.body)});
    copy.contents.push_back(std::move(texts));
  }
  to.messages.push_back(std::move(copy));
  return out;
}

}  // namespace wend
