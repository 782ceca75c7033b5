// A small project out of text, parsed and analysed, for the tests of sema.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diagnostics/render.h"
#include "compiler/liquid/templates.h"
#include "compiler/sema/analyze.h"
#include "compiler/sema/names.h"
#include "compiler/sema/print.h"
#include "compiler/syntax/parse.h"

namespace wend::sema_test {

// What every test project has, unless it brings its own.
inline constexpr const char* kBase = R"(project shop { time zone "Europe/Stockholm", currency EUR }
profile {
  identity user_id
  country    text?
  birth_date date?
  plan       one of free, premium, family = free
  points     int = 0
  rating     number?
  push_token text?
  push_opt_in bool = false
  time_zone  timezone?
}
event play     { track text, genre text, played duration }
event purchase { cart_id text, amount money, items int? }
)";

struct File {
  std::string path;
  std::string text;
};

// Files ending in `.wend` are compiled; others can be named by a message.
struct Project {
  Sources sources;
  Diagnostics diagnostics;
  std::vector<ast::File> files;
  Analysis analysis;

  explicit Project(const std::vector<File>& all) {
    for (const File& file : all)
      if (file.path.ends_with(".wend")) files.push_back(parse(sources, sources.add(file.path, file.text), diagnostics));
    const ReadFile read = [&](const std::string& path) -> std::optional<uint32_t> {
      for (const File& file : all)
        if (file.path == path && !path.ends_with(".wend")) return sources.add(path, file.text);
      return std::nullopt;
    };
    analysis = analyze(sources, files, read, diagnostics);
    check_templates(analysis.program, analysis.templates, sources, read, diagnostics);
    diagnostics.finish(sources);
  }

  bool draws(Code code) const {
    for (const Diagnostic& diagnostic : diagnostics.all())
      if (diagnostic.code == code) return true;
    return false;
  }

  // The codes in order: "E0210 E0302".
  std::string codes() const {
    std::string text;
    for (const Diagnostic& diagnostic : diagnostics.all()) text += (text.empty() ? "" : " ") + std::string(diagnostic.id());
    return text;
  }

  const Program& program() const { return analysis.program; }
};

inline Project with_base(const std::string& text) { return Project({{"base.wend", kBase}, {"test.wend", text}}); }
inline std::string codes(const std::string& text) { return with_base(text).codes(); }

// The printed value of the measure `m` in `text`.
inline std::string measure(const std::string& text) {
  const Project project = with_base("measure m = " + text);
  if (!project.diagnostics.ok()) return project.codes();
  return print_expr(project.program(), *project.program().measures[0].value);
}

}  // namespace wend::sema_test
