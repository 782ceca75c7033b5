// Edits by the text around a span. A scan for braces steps over texts and comments, and is linear.
#include "compiler/sema/fixes.h"

#include <algorithm>

#include "compiler/diagnostics/codes.h"
#include "compiler/syntax/text.h"
#include "runtime/abi/zone_data.h"
#include "runtime/abi/zones.h"

namespace wend::sema {
namespace {

const std::string& text_of(const Context& context, Span span) { return context.sources.file(span.file).text(); }

bool is_blank(char c) { return c == ' ' || c == '\t'; }

size_t line_begin(const std::string& text, size_t at) {
  const size_t found = at == 0 ? std::string::npos : text.rfind('\n', at - 1);
  return found == std::string::npos ? 0 : found + 1;
}

// The `}` that closes the `{` at `open`; the end of the text where there is none.
size_t closing_brace(const std::string& text, size_t open) {
  size_t depth = 0;
  for (size_t at = open; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '#') at = std::min(text.find('\n', at), text.size());
    if (c == '"') {
      for (++at; at < text.size() && text[at] != '"' && text[at] != '\n'; ++at)
        if (text[at] == '\\') ++at;
    }
    if (c == '{') ++depth;
    if (c == '}' && --depth == 0) return at;
  }
  return text.size();
}

Edit at(Span span, size_t place, std::string text) { return {Span{span.file, static_cast<uint32_t>(place), static_cast<uint32_t>(place)}, std::move(text)}; }

// The `{` of the block behind a header; npos where the header's line ends first.
size_t block_of(const std::string& text, Span header) {
  const size_t open = text.find_first_of("{\n}", header.end);
  return open != std::string::npos && text[open] == '{' ? open : std::string::npos;
}

// 2026-1-31, 31/12/2026: what reads as arithmetic, as the date it may mean. Empty where it is none, or may be two.
std::string date_meant(const std::string& text) {
  const size_t one = text.find_first_of("-/"), two = one == std::string::npos ? one : text.find(text[one], one + 1);
  if (two == std::string::npos || text.find_first_not_of("0123456789-/") != std::string::npos || text.find_first_of("-/", two + 1) != std::string::npos) return {};
  std::string year = text.substr(0, one), month = text.substr(one + 1, two - one - 1), day = text.substr(two + 1);
  const auto pad = [](std::string& digits) { if (digits.size() == 1) digits = "0" + digits; };
  const bool year_last = year.size() != 4;
  if (year_last) std::swap(year, day);
  pad(month), pad(day);
  if (year_last && month <= "12" && day <= "12" && day != month) return {};
  if (month > "12") std::swap(month, day);
  const std::string meant = year + "-" + month + "-" + day;
  int32_t days = 0;
  return meant.size() == 10 && parse_date(meant, days) ? meant : std::string();
}

bool is_plain_number(std::string_view text) { return !text.empty() && text.find_first_not_of("0123456789.") == std::string_view::npos; }

}  // namespace

Edit insertion(Span span, std::string text) { return at(span, span.end, std::move(text)); }
Edit insertion_before(Span span, std::string text) { return at(span, span.begin, std::move(text)); }

std::string indentation(const Context& context, Span span) {
  const std::string& text = text_of(context, span);
  const size_t begin = line_begin(text, span.begin);
  const size_t end = std::min(text.find_first_not_of(" \t", begin), text.size());
  return text.substr(begin, end - begin);
}

Edit first_member(const Context& context, Span header, const std::string& member) {
  const std::string& text = text_of(context, header);
  const size_t open = block_of(text, header);
  if (open == std::string::npos) return insertion(header, " { " + member + " }");
  size_t next = open + 1;
  while (next < text.size() && is_blank(text[next])) ++next;
  if (next < text.size() && (text[next] == '\n' || text[next] == '\r')) return at(header, open + 1, "\n" + indentation(context, header) + "  " + member);
  return at(header, open + 1, " " + member + (next < text.size() && text[next] == '}' ? "" : ","));
}

Edit last_member(const Context& context, Span header, const std::string& member) {
  const std::string& text = text_of(context, header);
  const size_t open = block_of(text, header);
  if (open == std::string::npos) return insertion(header, " { " + member + " }");
  const size_t close = closing_brace(text, open);
  size_t end = close;  // behind the last member
  while (end > open + 1 && (is_blank(text[end - 1]) || text[end - 1] == '\n' || text[end - 1] == '\r')) --end;
  const bool own_line = text.substr(end, close - end).find('\n') != std::string::npos;
  if (own_line) return at(header, end, "\n" + indentation(context, header) + "  " + member);
  if (end == open + 1) return at(header, end, " " + member + (close == end ? " " : ""));
  return at(header, end, (text[end - 1] == ',' ? " " : ", ") + member);
}

Span with_separator(const Context& context, Span member) {
  const std::string& text = text_of(context, member);
  size_t begin = member.begin, end = member.end;
  while (begin > 0 && is_blank(text[begin - 1])) --begin;
  while (end < text.size() && is_blank(text[end])) ++end;
  const bool line_starts = begin == 0 || text[begin - 1] == '\n', line_ends = end >= text.size() || text[end] == '\n' || text[end] == '\r';
  const auto span = [&](size_t from, size_t to) { return Span{member.file, static_cast<uint32_t>(from), static_cast<uint32_t>(to)}; };
  if (line_starts && line_ends) return begin == 0 ? span(0, std::min(end + 1, text.size())) : span(begin - 1, member.end);
  if (begin > 0 && text[begin - 1] == ',') return span(begin - 1, member.end);
  if (end < text.size() && text[end] == ',') return span(member.begin, std::min(text.find_first_not_of(" \t", end + 1), text.size()));
  return span(begin, member.end);
}

Edit member_before(const Context& context, Span member, const std::string& other) {
  const std::string& text = text_of(context, member);
  const std::string indent = indentation(context, member);
  const bool own_line = line_begin(text, member.begin) + indent.size() == member.begin;
  return insertion_before(member, own_line ? other + "\n" + indent : other + ", ");
}

Span before_declaration(const Context& context, Span inside) {
  const std::string& text = text_of(context, inside);
  size_t begin = line_begin(text, inside.begin);
  while (begin > 0 && (begin >= text.size() || is_blank(text[begin]) || text[begin] == '}' || text[begin] == '\n' || text[begin] == '#')) begin = line_begin(text, begin - 1);
  return {inside.file, static_cast<uint32_t>(begin), static_cast<uint32_t>(begin)};
}

Span up_to_any(const Context& context, uint32_t file, uint32_t begin, const char* stops) {
  const std::string& text = context.sources.file(file).text();
  size_t end = std::min({text.find_first_of(stops, begin), text.find('\n', begin), text.size()});
  while (end > begin && is_blank(text[end - 1])) --end;
  return {file, begin, static_cast<uint32_t>(end)};
}

std::string example_value(const Context& context, Type type) {
  switch (type.kind) {
    case TypeKind::boolean: return "false";
    case TypeKind::integer: return "0";
    case TypeKind::number: return "0.0";
    case TypeKind::percent: return "0%";
    case TypeKind::money: return "0 " + context.program.currencies[type.of];
    case TypeKind::duration: return "0 seconds";
    case TypeKind::time: return "now";
    case TypeKind::date: return "today";
    case TypeKind::one_of: return written_value(context.program.one_ofs[type.of].values[0]);
    case TypeKind::weekday: return "monday";
    case TypeKind::timezone: return "\"UTC\"";
    default: return type.is_text() ? "\"\"" : "";
  }
}

void mend_value(const Context& context, Diagnostic& diagnostic, const Expr& literal, Type wanted) {
  if (literal.span.file >= context.sources.size()) return;
  if (wanted.kind == TypeKind::date && (literal.type.known().kind == TypeKind::integer || literal.type.known().kind == TypeKind::number)) {
    const std::string meant = date_meant(std::string(context.sources.text(literal.span)));
    if (!meant.empty()) diagnostic.help("a date is a year, a month and a day of two digits each").fix("write `" + meant + "`", literal.span, meant);
    return;
  }
  if (literal.kind != ExprKind::constant) return;
  const std::string written(context.sources.text(literal.span));
  const TypeKind have = literal.type.kind;
  if (have == TypeKind::text && written.size() > 2 && written.front() == '"') {
    const std::string& inside = literal.value.text;
    int32_t day = 0;
    const bool number = is_plain_number(inside) && (wanted.kind == TypeKind::number || (wanted.kind == TypeKind::integer && inside.find('.') == std::string::npos));
    const bool truth = wanted.kind == TypeKind::boolean && (inside == "true" || inside == "false");
    if (number || truth || (wanted.kind == TypeKind::date && parse_date(inside, day))) diagnostic.fix("leave out the quotes", literal.span, inside);
    return;
  }
  if (have == TypeKind::money && wanted.kind == TypeKind::money) {
    const std::string& code = context.program.currencies[literal.type.of];
    const Span currency{literal.span.file, literal.span.end - std::min<uint32_t>(3, static_cast<uint32_t>(written.size())), literal.span.end};
    if (written.ends_with(code)) diagnostic.fix("write `" + context.program.currencies[wanted.of] + "`", currency, context.program.currencies[wanted.of], false);
    return;
  }
  if ((have != TypeKind::integer && have != TypeKind::number) || !is_plain_number(written)) return;
  std::string unit;
  if (wanted.kind == TypeKind::money) unit = " " + context.program.currencies[wanted.of];
  if (wanted.kind == TypeKind::duration) unit = " seconds";
  if (wanted.kind == TypeKind::percent) unit = "%";
  if (wanted.is_text()) diagnostic.fix("put it in quotes", literal.span, "\"" + written + "\"");
  else if (!unit.empty()) diagnostic.fix("write `" + written + unit + "`", Span{literal.span.file, literal.span.end, literal.span.end}, unit, false);
}

void report_unknown_zone(Context& context, Span span, const std::string& name) {
  auto& diagnostic = context.diagnostics.report(Code::unknown_time_zone, span, name).label("not in the zone tables");
  const std::string near = nearest(name, zone_names());
  if (near.empty()) diagnostic.note("zones have IANA names, such as `Europe/Stockholm` or `UTC`");
  else diagnostic.help("did you mean `" + near + "`?").fix("write `" + near + "`", span, "\"" + near + "\"", false);
}

void offer_order(const Context& context, Diagnostic& diagnostic, uint32_t states) {
  const ast::Name& name = context.declared.states[states].node->name;
  diagnostic.fix("say that the states are ordered", Span{name.span.file, name.span.end, name.span.end}, " ordered", false);
}

}  // namespace wend::sema
