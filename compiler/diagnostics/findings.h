// What the formats of other people's tools tell, whoever found it: a diagnostic of the checker or a failed expectation of a test,
// as plain data with its places resolved. Tested by tests/unit/diagnostics/ci_formats_test.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diagnostics/diagnostics.h"

namespace wend {

// Where a text stands: lines and columns as in Position, the end exclusive.
struct FindingPlace {
  std::string file;                     // empty: nowhere
  Position start, end;
  std::string label;
};

struct FindingEdit { FindingPlace place; std::string text; };   // an empty place inserts
struct FindingFix { std::string title; std::vector<FindingEdit> edits; };

struct Finding {
  std::string rule;                     // "E0201", "expectation"
  Severity severity = Severity::error;
  std::string message;                  // one line
  std::vector<std::string> more;        // what helps, a line each: reason, notes, the next step
  FindingPlace place;
  std::string line;                     // of source at `place`: the same finding is known by it in the next version
  std::vector<FindingPlace> related;
  std::vector<FindingFix> fixes;
};

// What a rule is about, for formats that describe theirs.
struct FindingRule {
  std::string id, name;                 // "E0201", "UnknownName"
  Severity severity = Severity::error;
  std::string title, why;
  std::string page;                     // Markdown
};

// `before` is put in front of every file: the way from where the reader's paths begin to the project ("" or "shop/").
std::vector<Finding> findings_of(const Diagnostics& diagnostics, const Sources& sources, std::string_view before = {});
// The place of a span; its label is empty. Nowhere where the span is.
FindingPlace finding_place(Span span, const Sources& sources, std::string_view before = {});

// The rules of the table that these findings are of, by id.
std::vector<FindingRule> rules_of(const std::vector<Finding>& findings);

// The message with what stands under its place: "there is no event `plya`: not declared".
std::string with_label(const Finding& finding);

}  // namespace wend
