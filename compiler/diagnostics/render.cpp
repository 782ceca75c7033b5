// The renderers for programs (short, json), the page of a code, and the summary. Tested by tests/unit/diagnostics.
#include "compiler/diagnostics/render.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "runtime/abi/text_format.h"
#include "runtime/abi/utf8.h"

namespace wend {

namespace {

const char* severity_word(Severity severity) { return severity == Severity::error ? "error" : "warning"; }

bool has_place(const Span& span, const Sources& sources) { return span.file < sources.size(); }

// ---- json

void append_place(std::string& out, const char* key, const SourceFile& file, uint32_t offset) {
  const uint32_t byte = std::min<uint32_t>(offset, static_cast<uint32_t>(file.text().size()));
  const Position at = file.position(byte);
  fmt::format_to(std::back_inserter(out), R"("{}":{{"line":{},"col":{},"byte":{}}})", key, at.line, at.column, byte);
}

void append_range(std::string& out, const Span& span, const Sources& sources) {
  const SourceFile& file = sources.file(span.file);
  out += "\"file\":";
  append_json_string(out, file.path());
  out += ',';
  append_place(out, "start", file, span.begin);
  out += ',';
  append_place(out, "end", file, std::max(span.begin, span.end));
}

void append_label(std::string& out, const Label& label, bool primary, const Sources& sources) {
  if (!has_place(label.span, sources)) return;
  if (out.back() == '}') out += ',';
  out += '{';
  append_range(out, label.span, sources);
  out += ",\"label\":";
  append_json_string(out, label.text);
  out += primary ? ",\"primary\":true}" : ",\"primary\":false}";
}

void append_texts(std::string& out, const char* key, const std::vector<std::string>& texts) {
  fmt::format_to(std::back_inserter(out), ",\"{}\":[", key);
  for (size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) out += ',';
    append_json_string(out, texts[i]);
  }
  out += ']';
}

void append_fix(std::string& out, const Fix& fix, const Sources& sources) {
  out += "{\"title\":";
  append_json_string(out, fix.title);
  out += fix.safe ? ",\"applicability\":\"safe\",\"edits\":[" : ",\"applicability\":\"review\",\"edits\":[";
  bool first = true;
  for (const Edit& edit : fix.edits) {
    if (!has_place(edit.span, sources)) continue;
    if (!first) out += ',';
    first = false;
    out += '{';
    append_range(out, edit.span, sources);
    out += ",\"text\":";
    append_json_string(out, edit.text);
    out += '}';
  }
  out += "]}";
}

void append_diagnostic(std::string& out, const Diagnostic& d, const Sources& sources, const RenderOptions& options) {
  fmt::format_to(std::back_inserter(out), R"({{"code":"{}","severity":"{}","message":)", d.id(),
                 severity_word(d.severity()));
  append_json_string(out, d.message);
  out += ",\"spans\":[";
  append_label(out, d.primary, true, sources);
  for (const Label& label : d.secondary) append_label(out, label, false, sources);
  out += ']';
  append_texts(out, "notes", d.notes);
  append_texts(out, "help", d.helps);
  out += ",\"fixes\":[";
  for (size_t i = 0; i < d.fixes.size(); ++i) {
    if (i > 0) out += ',';
    append_fix(out, d.fixes[i], sources);
  }
  out += "],\"url\":";
  append_json_string(out, options.url_base + d.id());
  out += '}';
}

// ---- the page

// Words of a paragraph in lines of at most 80 columns.
std::string wrapped(std::string_view text) {
  constexpr size_t kWidth = 80;
  std::string out;
  size_t column = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find_first_of(" \n", at), text.size());
    const std::string_view word = text.substr(at, end - at);
    at = end + 1;
    if (word.empty()) continue;
    const size_t width = count_scalars(word);
    const bool breaks = column > 0 && column + 1 + width > kWidth;
    if (column > 0) out += breaks ? '\n' : ' ';
    column = breaks || column == 0 ? width : column + 1 + width;
    out += word;
  }
  return out + "\n";
}

// An example of the table, without blank lines round it, set in by four spaces.
std::string example(std::string_view text) {
  while (!text.empty() && text.front() == '\n') text.remove_prefix(1);
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.remove_suffix(1);
  std::string out;
  while (true) {
    const size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    if (!line.empty()) out.append("    ").append(line);
    out += '\n';
    if (end == std::string_view::npos) return out;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

std::string render_short(const Diagnostics& diagnostics, const Sources& sources) {
  std::string out;
  for (const Diagnostic& d : diagnostics.all()) {
    const Span& span = d.primary.span;
    const bool placed = has_place(span, sources);
    const Position at = placed ? sources.file(span.file).position(span.begin) : Position{};
    const std::string path = placed ? printable(sources.file(span.file).path()) : ".";
    fmt::format_to(std::back_inserter(out), "{}:{}:{}: {}[{}]: {}\n", path, at.line, at.column,
                   severity_word(d.severity()), d.id(), printable(d.message));
  }
  return out;
}

std::string render_json(const Diagnostics& diagnostics, const Sources& sources, const RenderOptions& options) {
  std::string out = "{\"schema\":\"wend.diagnostics/1\",\"diagnostics\":[";
  bool first = true;
  for (const Diagnostic& d : diagnostics.all()) {
    out += first ? "\n" : ",\n";
    first = false;
    append_diagnostic(out, d, sources, options);
  }
  if (!first) out += '\n';
  fmt::format_to(std::back_inserter(out), "],\"summary\":{{\"errors\":{},\"warnings\":{},\"files\":{}}}}}\n",
                 diagnostics.error_count(), diagnostics.warning_count(), sources.size());
  return out;
}

std::string render_page(const CodeInfo& row, const RenderOptions& options) {
  const std::vector<std::string> blanks(10, "…");
  const bool error = row.severity == Severity::error;
  std::string head = fmt::format("{}[{}]", severity_word(row.severity), row.id);
  if (options.colour) head = (error ? "\x1b[1;31m" : "\x1b[1;33m") + head + "\x1b[0m";
  return fmt::format("{}: {}\n\n{}\n{}:\n\n{}\nbetter:\n\n{}", head, format_message(row.code, blanks), wrapped(row.why),
                     error ? "wrong" : "doubtful", example(row.wrong), example(row.right));
}

std::string render_summary(const Diagnostics& diagnostics) {
  const auto counted = [](size_t n, const char* word) { return fmt::format("{} {}{}", n, word, n == 1 ? "" : "s"); };
  const size_t errors = diagnostics.error_count(), warnings = diagnostics.warning_count();
  if (errors == 0 && warnings == 0) return {};
  if (warnings == 0) return counted(errors, "error");
  if (errors == 0) return counted(warnings, "warning");
  return counted(errors, "error") + ", " + counted(warnings, "warning");
}

}  // namespace wend
