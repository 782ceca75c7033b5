// A small program made by hand, and one template checked against it: what golden and unit tests of templates share.
#pragma once

#include <memory>
#include <string>

#include "compiler/liquid/templates.h"

namespace wend::liquid_test {

// The music service of the language's own page, as far as templates see it.
inline Program program() {
  Program p;
  p.project.time_zone = "Europe/Stockholm";
  p.currencies = {"EUR", "USD"};
  p.one_ofs = {{{"free", "premium", "family"}}, {{"core", "casual", "dormant", "lapsed"}}, {{"early", "late"}}};
  p.item_types = {{TypeKind::text}};
  const auto attribute = [&](const char* name, Type type, bool sensitive = false) {
    Attribute a;
    a.name = name;
    a.type = type;
    a.default_value.known = !type.optional;
    a.sensitive = sensitive;
    p.attributes.push_back(std::move(a));
  };
  attribute("first_name", {TypeKind::text, true});
  attribute("nickname", {TypeKind::text, true});
  attribute("country", {TypeKind::text});
  attribute("bio", {TypeKind::html});
  attribute("home_page", {TypeKind::url, true});
  attribute("email_opt_in", {TypeKind::boolean});
  attribute("is_student", {TypeKind::boolean, true});
  attribute("plan", {TypeKind::one_of, false, 0});
  attribute("old_plan", {TypeKind::one_of, true, 0});
  attribute("birth_date", {TypeKind::date, true}, true);
  attribute("renewal", {TypeKind::date, true});
  attribute("rating", {TypeKind::number, true});
  attribute("alarm", {TypeKind::time_of_day});
  attribute("favourites", {TypeKind::list, true, 0});
  attribute("allergies", {TypeKind::list, false, 0}, true);
  const auto measure = [&](const char* name, Type type, int32_t weeks) {
    Aggregate aggregate;
    aggregate.event = EventId(0u);
    aggregate.window = {WindowKind::last_units, TimeUnit::week, weeks, 0, 0};
    aggregate.type = type;
    p.aggregates.push_back(std::move(aggregate));
    Measure m;
    m.name = name;
    m.value = std::make_unique<Expr>();
    m.value->kind = ExprKind::aggregate;
    m.value->type = type;
    m.value->id = static_cast<uint32_t>(p.aggregates.size() - 1);
    p.measures.push_back(std::move(m));
  };
  EventDecl play;
  play.name = "play";
  play.properties.push_back({"track", {TypeKind::text}, {}, "track", false, {}});
  p.events.push_back(std::move(play));
  measure("active_days", {TypeKind::integer}, 4);
  measure("last_price", {TypeKind::money, true, 0}, 12);
  measure("spend", {TypeKind::money, false, 0}, 52);
  measure("top_genre", {TypeKind::text, true}, 12);
  measure("top_share", {TypeKind::percent}, 1);
  measure("usual_gap", {TypeKind::duration}, 0);
  p.audiences.push_back({"loyal", nullptr, {}});
  const auto states = [&](const char* name, bool ordered, uint32_t one_of) {
    States s;
    s.name = name;
    s.ordered = ordered;
    s.one_of = OneOfId(one_of);
    p.states.push_back(std::move(s));
  };
  states("engagement", true, 1);
  states("rhythm", false, 2);
  Message message;
  message.name = "offer";
  message.parameters = {{"percent", {TypeKind::integer}}, {"code", {TypeKind::text, true}}};
  message.contents.emplace_back().channel = ChannelId(0u);
  message.contents[0].fields.emplace_back();
  p.messages.push_back(std::move(message));
  return p;
}

struct Checked {
  Program program = liquid_test::program();
  Sources sources;
  Diagnostics diagnostics;

  explicit Checked(const std::string& text, Escape escape = Escape::none) {
    PendingTemplate pending;
    pending.message = MessageId(0u);
    pending.text = text;
    pending.file = sources.add("offer.liquid", text);
    for (uint32_t i = 0; i <= text.size(); ++i) pending.offsets.push_back(i);
    pending.escape = escape;
    check_templates(program, {pending}, sources, {}, diagnostics);
    diagnostics.finish(sources);
  }
  const TemplateBody& body() const { return program.messages[0].contents[0].fields[0].body; }
  const Message& message() const { return program.messages[0]; }
};

}  // namespace wend::liquid_test
