// What the compiler says about a program. A Diagnostic is data: a code from the one table
// (diagnostics.def), spans, notes and fixes. Renderers turn it into text (render.h).
//
//   diagnostics.report(Code::unknown_name, span, "playd").label("unknown here").help("did you mean `played`?");
#pragma once

#include <cstdint>
#include <deque>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "compiler/source/source.h"

namespace wend {

struct Allowance;  // allowances.h

enum class Severity : uint8_t { error, warning };

enum class Code : uint16_t;  // its names: codes.h

// One row of the table.
struct CodeInfo {
  Code code;
  const char* id;        // "E0123" or "W0123"
  Severity severity;
  const char* message;   // with {0}, {1} … for the arguments of report()
  const char* why;       // one or two sentences for the page
  const char* wrong;     // a program that draws it (checked together with the example prelude)
  const char* right;     // the same, mended
};

const CodeInfo& info(Code code);
std::span<const CodeInfo> all_codes();
const CodeInfo* find_code(std::string_view id);  // null if there is none; case does not matter

struct Label {
  Span span;
  std::string text;
};

struct Edit {
  Span span;  // replaced by text; an empty span inserts
  std::string text;
};

struct Fix {
  std::string title;
  bool safe = false;  // safe: may be applied without a look
  std::vector<Edit> edits;
};

struct Diagnostic {
  Code code{};
  std::string message;
  std::vector<std::string> words;  // what fills the row's message, in its order
  Label primary;
  std::vector<Label> secondary;
  std::vector<std::string> notes;
  std::vector<std::string> helps;
  std::vector<Fix> fixes;

  Severity severity() const { return info(code).severity; }
  const char* id() const { return info(code).id; }

  Diagnostic& label(std::string text) { primary.text = std::move(text); return *this; }
  Diagnostic& also(Span span, std::string text) { secondary.push_back({span, std::move(text)}); return *this; }
  Diagnostic& note(std::string text) { notes.push_back(std::move(text)); return *this; }
  Diagnostic& help(std::string text) { helps.push_back(std::move(text)); return *this; }
  Diagnostic& fix(std::string title, Span span, std::string text, bool safe = true) {
    fixes.push_back({std::move(title), safe, {{span, std::move(text)}}});
    return *this;
  }
};

// Fills {0}, {1} … of a row's message; other braces stay as they are.
std::string format_message(Code code, std::span<const std::string> arguments);

// Collects what is reported. The same code at the same span is kept once; past the limit only counted.
class Diagnostics {
 public:
  template <class... Args>
  Diagnostic& report(Code code, Span span, Args&&... args) {
    std::string list[] = {std::string(std::forward<Args>(args))..., std::string()};
    return add(code, span, std::span<const std::string>(list, sizeof...(Args)));
  }

  // Takes over what another sink holds, as far as `wanted` says.
  template <class Wanted>
  void take(const Diagnostics& other, Wanted wanted) {
    for (const Diagnostic& diagnostic : other.kept_)
      if (wanted(diagnostic)) {
        Diagnostic& kept = add(diagnostic.code, diagnostic.primary.span, {});
        kept = diagnostic;
      }
  }

  // Adds to what is held: where a module is used, say.
  template <class Change>
  void revise(Change change) {
    for (Diagnostic& diagnostic : kept_) change(diagnostic);
  }

  const std::deque<Diagnostic>& all() const { return kept_; }
  size_t error_count() const { return errors_; }
  size_t warning_count() const { return warnings_; }
  bool ok() const { return errors_ == 0; }
  // How many errors, and how many warnings, finish() lists; what is past it is only counted. 100 unless set, 0 for none.
  void set_limit(size_t limit) { limit_ = limit; }
  // Sorts by file (index order), start, code, makes one of the same name missed in several places, and drops warnings silenced by `# wend:allow`. An allowance stands
  // on the line it is for or on lines of its own before it; one that is wrong or unused is itself a warning.
  void finish(const Sources& sources);

 private:
  Diagnostic& add(Code code, Span span, std::span<const std::string> arguments);
  void silence(const Sources& sources, const std::vector<Allowance>& allowances);
  void judge(const Allowance& allowance);
  void join_repeated();
  void cut_to_limit();

  std::deque<Diagnostic> kept_;
  Diagnostic scratch_;  // a repeated report goes here and is dropped
  std::set<std::tuple<Code, uint32_t, uint32_t, uint32_t>> seen_;
  std::set<std::tuple<uint32_t, uint32_t, Code>> used_allowances_;  // file, offset: a second finish() agrees
  size_t limit_ = 100;
  size_t errors_ = 0;
  size_t warnings_ = 0;
};

// The word of `candidates` nearest to `word` by edit distance (case aside, a swap of neighbours is one edit), or empty
// when none is near enough. Ties: the first by alphabet.
std::string nearest(std::string_view word, std::span<const std::string> candidates);

}  // namespace wend
