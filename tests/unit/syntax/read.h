// Reads a text and keeps all that came of it.
#pragma once

#include <string>
#include <vector>

#include "compiler/syntax/parse.h"

namespace wend::testing {

struct Read {
  Sources sources;
  Diagnostics diagnostics;
  ast::File file;

  explicit Read(std::string text, const ParseLimits& limits = {}) {
    sources.add("test.wend", std::move(text));
    file = parse(sources, 0, diagnostics, limits);
    diagnostics.finish(sources);
  }

  // "12:E0123" for each diagnostic.
  std::vector<std::string> places() const {
    std::vector<std::string> out;
    for (const Diagnostic& one : diagnostics.all()) {
      out.push_back(std::to_string(sources.file(0).position(one.primary.span.begin).line) + ":" + one.id());
    }
    return out;
  }
};

}  // namespace wend::testing
