#include "compiler/service/source_place.h"

namespace wend {
namespace {

constexpr size_t kSourceTextMax = 160;

// A statement in one line: up to the brace its body begins with, without comments.
std::string one_line(std::string_view source) {
  std::string out;
  bool quoted = false, blank = false;
  for (size_t i = 0; i < source.size() && (quoted || source[i] != '{'); ++i) {
    if (!quoted && source[i] == '#') i = std::min(source.find('\n', i), source.size() - 1);
    const char c = source[i];
    if (c == '"' && (i == 0 || source[i - 1] != '\\')) quoted = !quoted;
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
      blank = !out.empty();
      continue;
    }
    if (blank) out += ' ';
    blank = false;
    out += c;
  }
  if (out.size() <= kSourceTextMax) return out;
  size_t end = kSourceTextMax;
  while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xc0) == 0x80) --end;
  return out.substr(0, end) + "…";
}

}  // namespace

SourcePlace place_in(const Program& program, Span span, const char* before) {
  if (!program.sources || span.file >= program.sources->size()) return {};
  const SourceFile& file = program.sources->file(span.file);
  return {file.path() + ":" + std::to_string(file.position(span.begin).line), before + one_line(program.sources->text(span))};
}

}  // namespace wend
