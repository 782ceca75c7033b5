// channel, topic, message.
#include "compiler/syntax/translate.h"

#include "compiler/diagnostics/codes.h"

namespace wend {

ast::Channel Translator::channel(const Node& node) const {
  ast::Channel out;
  out.name = child_name(node);
  bool reaches = false, consent = false, content = false;
  for (const Node* member : node.children) {
    if (member->rule != rule::RuleChannelMember || member->broken) continue;
    switch (member->first().type) {
      case tok::REACHES:
        if (once(reaches, *member, "reaches")) out.reaches = child_name(*member);
        break;
      case tok::CONSENT:
        if (!once(consent, *member, "consent")) break;
        out.consent = child_name(*member);
        out.consent_negated = member->has(tok::NOT);
        if (member->has(tok::EXCEPT)) out.consent_except = names(*member, 1);
        break;
      case tok::CONTENT:
        if (!once(content, *member, "content")) break;
        for (const Node* field : member->children) {
          if (field->rule != rule::RuleField || field->broken) continue;
          out.content.push_back({name(field->child(rule::RuleProp)), type(field->child(rule::RuleType))});
        }
        break;
      default: break;
    }
  }
  return out;
}

ast::Topic Translator::topic(const Node& node) const {
  ast::Topic out{child_name(node), true};
  if (!node.has(tok::DEFAULT)) return out;
  const ast::Name value = name_after(node, tok::DEFAULT);
  if (value.text != "subscribed" && value.text != "unsubscribed" && value.present()) {
    file_.diagnostics.report(Code::bad_topic_default, value.span, value.text).help("write `default subscribed` or `default unsubscribed`");
  }
  out.subscribed = value.text != "unsubscribed";
  return out;
}

ast::ChannelContent Translator::channel_content(const Node& node) const {
  ast::ChannelContent out{child_name(node), {}, span(node)};
  for (const Node* member : node.children) {
    if (member->rule != rule::RuleFieldText || member->broken) continue;
    ast::FieldText field;
    field.field = name(member->child(rule::RuleProp));
    if (member->has(tok::FILE)) {
      field.file = literals_.text(member->child(rule::RuleText));
    } else {
      field.value = expr(member->child(rule::RuleExpr));
      if (auto* text = std::get_if<ast::TextLiteral>(&field.value->node)) {
        field.text = std::move(text->text);
        field.value = nullptr;
      }
    }
    out.fields.push_back(std::move(field));
  }
  return out;
}

std::vector<ast::Parameter> Translator::parameters(const Node& node) const {
  std::vector<ast::Parameter> out;
  for (const Node* parameter : node.children) {
    if (parameter->rule != rule::RuleParameter && parameter->rule != rule::RuleLaterParameter) continue;
    const Node& word = parameter->first();
    out.push_back({{std::string(literals_.spelled(word)), span(word)}, type(parameter->child(rule::RuleType))});
  }
  return out;
}

ast::Message Translator::message(const Node& node) const {
  ast::Message out;
  out.name = child_name(node);
  bool category = false, topic = false, valid = false, with = false;
  for (const Node* member : node.children) {
    if (member->rule != rule::RuleMessageMember || member->broken) continue;
    switch (member->first().type) {
      case tok::CATEGORY:
        if (once(category, *member, "category")) out.category = child_name(*member);
        continue;
      case tok::TOPIC:
        if (once(topic, *member, "topic")) out.topic = child_name(*member);
        continue;
      case tok::VALID:
        if (once(valid, *member, "valid for")) out.valid_for = literals_.duration(member->child(rule::RuleQuantity));
        continue;
      case tok::WITH:
        if (once(with, *member, "with")) out.parameters = parameters(*member);
        continue;
      case tok::IN: {
        ast::Translation translation{one_value(member->child(rule::RuleOneValue)), {}};
        for (const Node* content : member->children) {
          if (content->rule == rule::RuleChannelContent) translation.contents.push_back(channel_content(*content));
        }
        out.translations.push_back(std::move(translation));
        continue;
      }
      default: out.contents.push_back(channel_content(member->child(rule::RuleChannelContent)));
    }
  }
  return out;
}

}  // namespace wend
