// From diagnostics to findings, and the rules of the table as they are described to others.
#include "compiler/diagnostics/findings.h"

#include <algorithm>
#include <set>

#include "compiler/diagnostics/codes.h"

namespace wend {

namespace {

constexpr const char* kNames[] = {
#define WEND_DIAGNOSTIC(name, id, severity, message, why, wrong, right) #name,
#include "compiler/diagnostics/diagnostics.def"
#undef WEND_DIAGNOSTIC
};

// "unknown_name" -> "UnknownName", as the readers of SARIF expect a rule's name.
std::string pascal_case(std::string_view name) {
  std::string out;
  bool begins = true;
  for (char c : name) {
    if (c == '_') {
      begins = true;
    } else {
      out += begins && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
      begins = false;
    }
  }
  return out;
}

std::string_view without_blank_lines(std::string_view text) {
  while (text.starts_with('\n')) text.remove_prefix(1);
  while (text.ends_with('\n') || text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

FindingRule rule_of(const CodeInfo& row) {
  const std::vector<std::string> blanks(10, "…");
  FindingRule rule{row.id, pascal_case(kNames[static_cast<size_t>(row.code)]), row.severity, format_message(row.code, blanks), row.why, ""};
  const auto example = [](std::string_view text) { return "```\n" + std::string(without_blank_lines(text)) + "\n```\n"; };
  rule.page = rule.why + "\n\n" + (row.severity == Severity::error ? "wrong" : "doubtful") + ":\n\n" + example(row.wrong) + "\nbetter:\n\n" + example(row.right);
  return rule;
}

}  // namespace

FindingPlace finding_place(Span span, const Sources& sources, std::string_view before) {
  if (span.file >= sources.size()) return {};
  const SourceFile& file = sources.file(span.file);
  const auto size = static_cast<uint32_t>(file.text().size());
  const uint32_t begin = std::min(span.begin, size);
  return {std::string(before) + file.path(), file.position(begin), file.position(std::clamp(span.end, begin, size)), ""};
}

std::vector<Finding> findings_of(const Diagnostics& diagnostics, const Sources& sources, std::string_view before) {
  std::vector<Finding> out;
  for (const Diagnostic& d : diagnostics.all()) {
    Finding& finding = out.emplace_back();
    finding.rule = d.id();
    finding.severity = d.severity();
    finding.message = d.message;
    finding.place = finding_place(d.primary.span, sources, before);
    finding.place.label = d.primary.text;
    if (d.primary.span.file < sources.size()) finding.line = sources.file(d.primary.span.file).line(finding.place.start.line);
    for (const std::string& note : d.notes) finding.more.push_back(note);
    for (const std::string& help : d.helps) finding.more.push_back("help: " + help);
    for (const Label& label : d.secondary) {
      FindingPlace place = finding_place(label.span, sources, before);
      place.label = label.text;
      if (!place.file.empty()) finding.related.push_back(std::move(place));
    }
    for (const Fix& fix : d.fixes) {
      if (d.helps.empty() && finding.more.size() == d.notes.size()) finding.more.push_back("help: " + fix.title);
      FindingFix& told = finding.fixes.emplace_back(FindingFix{fix.title, {}});
      for (const Edit& edit : fix.edits)
        if (edit.span.file < sources.size()) told.edits.push_back({finding_place(edit.span, sources, before), edit.text});
      if (told.edits.empty()) finding.fixes.pop_back();
    }
  }
  return out;
}

std::vector<FindingRule> rules_of(const std::vector<Finding>& findings) {
  std::set<std::string> ids;
  for (const Finding& finding : findings) ids.insert(finding.rule);
  std::vector<FindingRule> rules;
  for (const std::string& id : ids)
    if (const CodeInfo* row = find_code(id)) rules.push_back(rule_of(*row));
  return rules;
}

std::string with_label(const Finding& finding) {
  return finding.place.label.empty() ? finding.message : finding.message + ": " + finding.place.label;
}

}  // namespace wend
