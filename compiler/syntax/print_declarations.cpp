// Declarations other than journeys and tests, a member a line.
#include "compiler/syntax/print.h"
#include "compiler/syntax/print_members.h"
#include "compiler/syntax/printer.h"

namespace wend {

std::string renamed_note(const ast::Name& from) { return from.present() ? " (renamed from " + from.text + ")" : ""; }

namespace {

void print(Printer& out, const ast::Project& d) {
  out.open("project " + d.name.text);
  if (d.about) out.line("(about " + quoted(d.about->value) + ")");
  if (d.time_zone) out.line("(time zone " + quoted(d.time_zone->value) + ")");
  if (d.currency.present()) out.line("(currency " + d.currency.text + ")");
  if (d.user_time.present()) out.line("(user time from " + d.user_time.text + ")");
  if (d.late_after) out.line("(late after " + print_quantity(*d.late_after) + ")");
  if (d.duplicates_within) out.line("(duplicates within " + print_quantity(*d.duplicates_within) + ")");
  out.close();
}

void print(Printer& out, const ast::Profile& d) {
  out.open("profile");
  for (const auto& one : d.identities) out.line("(identity " + one.name.text + (one.many ? " many)" : ")"));
  for (const auto& one : d.attributes) {
    out.line("(" + one.name.text + " " + print_type(one.type) + (one.default_value ? " (default " + print_expr(one.default_value) + ")" : "") +
             (one.sensitive ? " sensitive)" : ")"));
  }
  out.close();
}

void properties(Printer& out, const std::vector<ast::Property>& list) {
  for (const auto& one : list) {
    out.line("(" + one.name.text + " " + print_type(one.type) + (one.default_value ? " (default " + print_expr(one.default_value) + ")" : "") +
             (one.in_milliseconds ? " in milliseconds" : "") + (one.from ? " (from " + quoted(one.from->value) + ")" : "") + ")");
  }
}

void print(Printer& out, const ast::Event& d) {
  out.open("event " + d.name.text + (d.from ? " (from " + quoted(d.from->value) + ")" : ""));
  properties(out, d.properties);
  out.close();
}

void print(Printer& out, const ast::Hook& d) {
  out.open("hook " + d.name.text);
  properties(out, d.fields);
  out.close();
}

std::string followed(const ast::FollowedBy& f) {
  constexpr const char* kCounted[] = {"", " of the latest", " of the first"};
  return std::string(f.negated ? "not " : "") + "followed by " + print_event(f.event) + (f.where ? " (where " + print_expr(f.where) + ")" : "") +
         " within " + print_quantity(f.within) + kCounted[static_cast<size_t>(f.counted)] +
         (f.matching.present() ? " matching " + f.matching.text : "") + (f.up_to ? " up to " + std::to_string(*f.up_to) : "");
}

void print(Printer& out, const ast::Signal& d) {
  out.open("signal " + d.name.text + " from " + print_event(d.event) + (d.where ? " (where " + print_expr(d.where) + ")" : ""));
  if (d.when) out.line("(when " + print_expr(d.when) + ")");
  if (d.followed) out.line("(when " + followed(*d.followed) + ")");
  for (const auto& one : d.carries) out.line("(carries " + one.text + ")");
  out.close();
}

void print(Printer& out, const ast::Report& d) {
  if (d.kind.present()) return out.line("(report " + d.name.text + " " + d.kind.text + ")");
  out.open("report " + d.name.text + " funnel" + (d.within ? " within " + print_quantity(*d.within) : ""));
  for (const auto& one : d.steps) out.line(std::string(one.negated ? "(not " : "(step ") + print_event(one.event) + (one.where ? " (where " + print_expr(one.where) + ")" : "") + ")");
  out.close();
}

void print(Printer& out, const ast::Measure& d) {
  out.line((d.score ? "(score " : "(measure ") + d.name.text + renamed_note(d.renamed_from) + " " + print_expr(d.value) +
           (d.usual_over ? " (usual over " + print_quantity(*d.usual_over) + ")" : "") + ")");
}

void print(Printer& out, const ast::Audience& d) { out.line("(audience " + d.name.text + " " + print_expr(d.condition) + ")"); }

std::string cadence(const ast::Cadence& c) {
  constexpr const char* kWords[] = {"missing", "hourly", "daily", "weekly", "monthly", "continuously"};
  std::string out = kWords[static_cast<size_t>(c.kind)];
  if (c.kind == ast::CadenceKind::weekly) out += " " + std::string(weekday_word(c.weekday));
  if (c.kind == ast::CadenceKind::monthly) out += " " + std::to_string(c.day);
  const bool timed = c.kind == ast::CadenceKind::daily || c.kind == ast::CadenceKind::weekly || c.kind == ast::CadenceKind::monthly;
  if (timed) out += " " + print_clock(c.time_of_day) + (c.user_time ? " user time" : "");
  return out;
}

void print(Printer& out, const ast::States& d) {
  out.open("states " + d.name.text + (d.ordered ? " ordered" : "") + renamed_note(d.renamed_from));
  out.line("(evaluate " + cadence(d.evaluate) + ")");
  if (d.settle) out.line("(settle " + std::to_string(*d.settle) + ")");
  for (const auto& one : d.rules) {
    out.line("(" + one.name.text + renamed_note(one.renamed_from) + (one.when ? " when " + print_expr(one.when) : " otherwise") +
             (one.until ? " until " + print_expr(one.until) : "") + ")");
  }
  out.close();
}

void print(Printer& out, const ast::Channel& d) {
  out.open("channel " + d.name.text);
  if (d.reaches.present()) out.line("(reaches " + d.reaches.text + ")");
  if (d.consent.present()) {
    out.line(std::string("(consent ") + (d.consent_negated ? "not " : "") + d.consent.text +
             (d.consent_except.empty() ? "" : " except " + print_names(d.consent_except)) + ")");
  }
  for (const auto& one : d.content) out.line("(content " + one.name.text + " " + print_type(one.type) + ")");
  out.close();
}

void print(Printer& out, const ast::Topic& d) { out.line("(topic " + d.name.text + (d.subscribed ? " subscribed)" : " unsubscribed)")); }

void print(Printer& out, const ast::ChannelContent& content) {
  out.open("on " + content.channel.text);
  for (const auto& one : content.fields) {
    const std::string value = one.text ? quoted(one.text->value) : one.file ? "file " + quoted(one.file->value) : print_expr(one.value);
    out.line("(" + one.field.text + " " + value + ")");
  }
  out.close();
}

void print(Printer& out, const ast::Message& d) {
  out.open("message " + d.name.text);
  if (d.category.present()) out.line("(category " + d.category.text + ")");
  if (d.topic.present()) out.line("(topic " + d.topic.text + ")");
  if (d.valid_for) out.line("(valid for " + print_quantity(*d.valid_for) + ")");
  for (const auto& one : d.parameters) out.line("(with " + one.name.text + " " + print_type(one.type) + ")");
  for (const auto& one : d.contents) print(out, one);
  for (const auto& one : d.translations) {
    out.open("in " + one.language.text);
    for (const auto& content : one.contents) print(out, content);
    out.close();
  }
  out.close();
}

std::string ranges(const std::vector<ast::ShareRange>& list) {
  std::string out;
  for (const auto& one : list) out += " " + print_percent(one.from) + " to " + print_percent(one.to);
  return out;
}

void print(Printer& out, const ast::Experiment& d) {
  out.open("experiment " + d.name.text + renamed_note(d.renamed_from));
  if (d.unit) out.line("(unit " + print_expr(d.unit) + ")");
  if (d.bucketing.present()) {
    out.line("(bucketing " + d.bucketing.text + (d.version.present() ? " " + d.version.text : "") + (d.seed ? " seed " + quoted(d.seed->value) : "") + ")");
  }
  if (d.coverage) out.line("(coverage " + print_percent(*d.coverage) + ")");
  for (const auto& one : d.gates) out.line(std::string(one.filter ? "(filter " : "(namespace ") + quoted(one.seed.value) + ranges(one.ranges) + ")");
  if (d.salt) out.line("(salt " + quoted(d.salt->value) + ")");
  if (d.layer.present()) out.line("(layer " + d.layer.text + " " + print_percent(d.layer_from) + " to " + print_percent(d.layer_to) + ")");
  for (const auto& one : d.variants) out.line("(variant " + one.name.text + (one.millionths ? " " + print_percent(*one.millionths) : "") + ranges(one.ranges) + ")");
  if (d.audience) out.line("(for " + print_expr(d.audience) + ")");
  for (const auto& one : d.metrics) out.line("(metric " + one.name.text + " " + print_expr(one.value) + ")");
  for (const auto& one : d.guards) {
    out.line("(guard " + one.name.text + " " + print_expr(one.value) + (one.limited ? " at most " + print_number(one.points_worse) + " points worse" : "") + ")");
  }
  for (const auto& one : d.stops) {
    out.line(one.after ? "(stop after " + print_quantity(*one.after) + ")" : "(stop when " + one.metric.text + (one.worse ? " worse)" : " better)"));
  }
  out.close();
}

void print(Printer& out, const ast::Module& d) {
  static constexpr const char* kinds[] = {"event", "message", "channel", "attribute", "measure", "value"};
  out.open("module " + d.name.text);
  if (d.about) out.line("(about " + quoted(d.about->value) + ")");
  for (const auto& need : d.needs) {
    std::string line = std::string("(needs ") + kinds[static_cast<size_t>(need.kind)] + " " + need.name.text;
    if (need.type.name.present()) line += " " + print_type(need.type);
    for (const auto& [name, type] : need.properties) line += " (" + name.text + " " + print_type(*type) + ")";
    for (const auto& one : need.parameters) line += " (with " + one.name.text + " " + print_type(one.type) + ")";
    out.line(line + (need.default_value ? " = " + print_expr(need.default_value) : "") + ")");
  }
  out.close();
}

void print(Printer& out, const ast::Use& d) {
  out.open("use " + d.module.text + (d.as.present() ? " as " + d.as.text : ""));
  for (const auto& one : d.with) {
    std::string line = "(" + one.need.text + " " + print_expr(one.value);
    for (const auto& [wanted, given] : one.properties) line += " (" + wanted.text + " " + given.text + ")";
    out.line(line + ")");
  }
  out.close();
}

void print(Printer& out, const ast::Unsupported& d) { out.line("(unsupported " + d.word.text + ")"); }
void print(Printer& out, const ast::Protect& d) { print_protect(out, d); }
void print(Printer& out, const ast::Journey& d) { print_journey(out, d); }
void print(Printer& out, const ast::Test& d) { print_test(out, d); }

}  // namespace

void Printer::declaration(const ast::Decl& decl) {
  std::visit([this](const auto& one) { print(*this, one); }, decl.node);
}

std::string print_ast(const ast::File& file) {
  Printer out;
  for (const ast::Decl& decl : file.decls) out.declaration(decl);
  return out.take();
}

}  // namespace wend
