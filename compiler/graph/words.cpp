#include "compiler/graph/words.h"

#include <fmt/format.h>

#include "compiler/sema/print.h"
#include "runtime/abi/printable.h"

namespace wend::graph {

std::string source_text(const Program& program, Span span) {
  if (!program.sources || span.file >= program.sources->size()) return {};
  std::string out;
  bool blank = false, quoted = false, comment = false;
  for (char c : program.sources->text(span)) {
    if (comment) comment = c != '\n';
    if (!quoted && c == '#') comment = true;
    if (comment) continue;
    if (c == '"') quoted = !quoted;
    if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
      blank = !out.empty();
      continue;
    }
    if (blank) out += ' ';
    blank = false;
    out += c;
  }
  return printable(out);
}

std::string text_of(const Program& program, const Expr& expr) {
  std::string text = source_text(program, expr.span);
  return text.empty() ? print_whole(program, expr) : text;
}

std::string text_of(const Program& program, const Condition& condition) {
  if (condition.expr) return text_of(program, *condition.expr);
  return condition.trigger ? source_text(program, condition.trigger->span) : "";
}

Place place_of(const Program& program, Span span) {
  if (!program.sources || span.file >= program.sources->size()) return {};
  const SourceFile& file = program.sources->file(span.file);
  const Position begin = file.position(span.begin), end = file.position(span.end);
  return {file.path(), begin.line, begin.column, end.line, end.column};
}

std::string clock_text(int64_t time_of_day_us, bool user_time) {
  return print_time_of_day(time_of_day_us) + (user_time ? " user time" : "");
}

std::string days_text(uint32_t weekdays) {
  static constexpr const char* names[] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
  if ((weekdays & 0x7f) == 0x7f) return "day";
  std::string out;
  for (int day = 0; day < 7; ++day)
    if (weekdays & (1u << day)) out += (out.empty() ? "" : ", ") + std::string(names[day]);
  return out;
}

std::string share_text(int64_t millionths) {
  std::string text = fmt::format("{}.{:04}", millionths / 10'000, millionths % 10'000);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text + "%";
}

std::string cut(const std::string& text, size_t characters) {
  size_t seen = 0, end = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xc0) == 0x80) continue;
    if (seen + 1 == characters) end = i;
    if (seen++ < characters) continue;
    while (end > 0 && text[end - 1] == ' ') --end;
    return text.substr(0, end) + "…";
  }
  return text;
}

}  // namespace wend::graph
