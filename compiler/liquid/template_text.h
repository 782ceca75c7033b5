// One template's text and the way from a place in it to its place in a file, where escapes of a text literal may
// stand between.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "compiler/diagnostics/diagnostics.h"
#include "compiler/liquid/tree.h"
#include "compiler/sema/analyze.h"

namespace wend::liquid {

class TemplateText {
 public:
  TemplateText(const PendingTemplate& pending, Diagnostics& diagnostics) : pending_(pending), diagnostics_(diagnostics) {}

  std::string_view text() const { return pending_.text; }
  std::string_view text(Range range) const { return text().substr(range.begin, range.end - range.begin); }
  std::string text_of(Range range) const { return std::string(text(range)); }
  Diagnostics& diagnostics() const { return diagnostics_; }

  Span span(Range range) const { return {pending_.file, offset(range.begin), offset(range.end)}; }

  template <class... Args>
  Diagnostic& report(Code code, Range range, Args&&... args) const {
    return diagnostics_.report(code, span(range), std::forward<Args>(args)...);
  }

 private:
  uint32_t offset(uint32_t at) const {
    const auto& offsets = pending_.offsets;
    if (offsets.empty()) return at;
    return offsets[std::min<size_t>(at, offsets.size() - 1)];
  }

  const PendingTemplate& pending_;
  Diagnostics& diagnostics_;
};

}  // namespace wend::liquid
