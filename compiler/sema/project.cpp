// The `project` block: time zone, currency, and the settings of time.
#include "compiler/diagnostics/codes.h"
#include "compiler/sema/fixes.h"
#include "runtime/abi/zones.h"

namespace wend::sema {
namespace {

void check_zone(Context& context, const ast::Project& node) {
  if (!node.time_zone) {
    const Span at = node.name.present() ? node.name.span : context.program.project.span;
    auto& diagnostic = context.diagnostics.report(Code::time_zone_missing, at, node.name.present() ? node.name.text : "the project").label("whose midnight?");
    diagnostic.fixes.push_back({"say it", false, {last_member(context, at, "time zone \"UTC\"")}});
    return;
  }
  if (find_zone(node.time_zone->value)) {
    context.program.project.time_zone = node.time_zone->value;
    return;
  }
  report_unknown_zone(context, node.time_zone->span, node.time_zone->value);
}

void check_currency(Context& context, const ast::Project& node) {
  if (!node.currency.present()) return;
  const std::string& code = node.currency.text;
  bool fine = code.size() == 3;
  for (char c : code) fine = fine && c >= 'A' && c <= 'Z';
  if (fine) {
    context.program.project.currency = currency(context, code);
    return;
  }
  context.diagnostics.report(Code::unknown_currency, node.currency.span, code).label("not three capital letters").note("a currency has its ISO 4217 code, such as `EUR` or `SEK`");
}

}  // namespace

void declare_project(Context& context, const std::vector<ast::File>& files) {
  const auto& projects = context.declared.projects;
  ProjectInfo& info = context.program.project;
  if (projects.empty()) {
    Span start{files.empty() ? kNoFile : files[0].file, 0, 0};
    context.diagnostics.report(Code::project_block_missing, start).label("no `project` in any file").help("begin `project.wend` with a block such as `project shop { time zone \"Europe/Stockholm\", currency EUR }`");
    info.name = "project";
    return;
  }
  for (size_t i = 1; i < projects.size(); ++i)
    context.diagnostics.report(Code::declared_once, projects[i].node->name.present() ? projects[i].node->name.span : projects[i].span, "project").label("a second one").also(projects[0].span, "the first is here");
  const ast::Project& node = *projects[0].node;
  info.name = node.name.text;
  info.span = projects[0].span;
  if (node.about) info.about = node.about->value;
  check_zone(context, node);
  check_currency(context, node);
  if (node.late_after)
    if (auto span = positive_span(context, *node.late_after, "`late after`")) info.late_after_us = *span;
  if (node.duplicates_within)
    if (auto span = positive_span(context, *node.duplicates_within, "`duplicates within`")) info.duplicates_within_us = *span;
}

void finish_project(Context& context) {
  const auto& projects = context.declared.projects;
  ProjectInfo& info = context.program.project;
  const ast::Name* named = projects.empty() || !projects[0].node->user_time.present() ? nullptr : &projects[0].node->user_time;
  if (named) {
    AttributeId id = resolve_attribute(context, *named);
    if (!id.valid()) return;
    Type type = context.program.attributes[id.index()].type;
    if (type.kind == TypeKind::timezone) info.user_time = id;
    else if (type.kind != TypeKind::error)
      context.diagnostics.report(Code::type_mismatch, named->span, "timezone", type_name(context.program, type)).label("of type `" + type_name(context.program, type) + "`").note("`user time from` names an attribute that is a time zone");
    return;
  }
  for (size_t i = 0; i < context.program.attributes.size(); ++i) {
    const Attribute& attribute = context.program.attributes[i];
    if (attribute.name == "time_zone" && attribute.type.kind == TypeKind::timezone) info.user_time = AttributeId(i);
  }
}

bool has_user_time(Context& context, bool user_time, Span span) {
  if (!user_time || context.program.project.user_time.valid()) return user_time;
  context.diagnostics.report(Code::user_time_unset, span).label("whose time zone?")
      .help("declare `time_zone timezone?` in `profile`, or name the attribute in `project`: `user time from X`");
  return false;
}

}  // namespace wend::sema
