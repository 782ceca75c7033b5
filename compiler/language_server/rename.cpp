// Renaming across the files of a project: every use, and beside the declaration what keeps the past: `renamed from` where a name is
// part of what people are in or what is kept, `from "…"` where it is a name on the wire. The result is analysed before it is
// handed out: what would be an error is refused with that error.
#include <algorithm>

#include "compiler/language_server/describe.h"
#include "compiler/language_server/handlers.h"
#include "compiler/syntax/words.h"

namespace wend::lsp {
namespace {

struct Renaming {
  Session& session;
  Spot spot;
  std::vector<Symbol> symbols;
  std::string old_name;                // without the quotes of a value that is no word
  Span place;                          // of the word itself, without a module's name in front
  std::map<uint32_t, std::vector<Edit>> edits;   // by file

  const Snapshot& snapshot() const { return *spot.snapshot; }
  const Sources& sources() const { return snapshot().sources(); }
};

[[noreturn]] void refuse(const std::string& why) { throw Refused{error_code::kRequestFailed, why}; }

// The last word of a use: `recovery` of `cart.recovery`.
Span last_word(const Sources& sources, Span span, SymbolKind kind) {
  const std::string_view text = sources.text(span);
  if (kind == SymbolKind::value) return span;
  const size_t dot = text.rfind('.');
  return dot == std::string_view::npos ? span : Span{span.file, span.begin + static_cast<uint32_t>(dot) + 1, span.end};
}

// `e-mail` of `"e-mail"`. In a template the quotes stand outside the use.
std::string_view bare(std::string_view written) {
  return written.size() >= 2 && written.starts_with('"') && written.ends_with('"') ? written.substr(1, written.size() - 2) : written;
}

// What cannot be read may use the name, and nobody would know.
void refuse_unread(const Snapshot& snapshot) {
  for (const Diagnostic& diagnostic : snapshot.project.diagnostics().all())
    if (diagnostic.severity() == Severity::error && std::string_view(diagnostic.id()).substr(1, 2) == "01")
      refuse("first mend what cannot be read: " + diagnostic.message);
}

Renaming begin(Session& session, const Json& params) {
  Renaming renaming{session, spot_of(session, params), {}, {}, {}, {}};
  const Spot& spot = renaming.spot;
  if (spot.file == kNoFile) refuse("this file is no part of the program");
  refuse_unread(*spot.snapshot);
  renaming.symbols = symbols_at(*spot.snapshot, spot.file, spot.offset, &renaming.place);
  if (renaming.symbols.empty()) refuse("here stands no name that is declared in the project");
  std::vector<Span> declared;
  for (const Symbol symbol : renaming.symbols) {
    if (symbol.kind == SymbolKind::module) refuse("a module is renamed where it is declared and at each `use`, by hand");
    for (const Span span : spot.snapshot->uses.declarations(symbol)) declared.push_back(span);
  }
  if (declared.empty()) refuse("`" + std::string(spot.snapshot->sources().text(renaming.place)) + "` is declared by every project: it keeps its name");
  for (const Span span : declared)
    if (uri_of_span(session, *spot.project, *spot.snapshot, span).empty()) refuse("`" + name_of(spot.snapshot->project.program(), renaming.symbols[0]) + "` is declared by the standard library: it keeps its name");
  renaming.old_name = std::string(bare(spot.snapshot->sources().text(declared[0])));
  renaming.place = last_word(spot.snapshot->sources(), renaming.place, renaming.symbols[0].kind);
  if (bare(spot.snapshot->sources().text(renaming.place)) != renaming.old_name) refuse("here it goes by another name: rename `" + renaming.old_name + "` where it is declared");
  return renaming;
}

// What is no name, in words. A value may be any words: it is quoted then.
void check_word(const std::string& name, bool value) {
  const std::vector<Word> words = words_of(name);
  const bool one = words.size() == 1 && words[0].begin == 0 && words[0].end == name.size();
  const auto odd = [](char c) { return static_cast<unsigned char>(c) < ' ' || std::string_view("\"'\\{}%").find(c) != std::string_view::npos; };
  if (value && !name.empty() && std::none_of(name.begin(), name.end(), odd)) return;
  if (one && words[0].kind == WordKind::hard_word) refuse("`" + name + "` is a word of the language and cannot be a name");
  if (!one || (words[0].kind != WordKind::name && words[0].kind != WordKind::soft_word) || name == "re-enter") refuse("`" + name + "` is no name: a name is letters, digits and `_`, and begins with no digit");
}

// ---- what keeps the past ----

uint32_t before_brace(std::string_view text, uint32_t from) {
  uint32_t end = from;
  for (const Word& word : words_of(text.substr(from, 4096))) {
    if (word.kind == WordKind::sign) break;
    if (word.kind != WordKind::comment && word.kind != WordKind::line_end) end = from + word.end;
  }
  return end;
}

struct Past {
  Renaming& renaming;
  std::string new_name;

  void insert(Span behind, std::string text) { renaming.edits[behind.file].push_back({{behind.file, behind.end, behind.end}, std::move(text)}); }

  // `at`: where the clause stands when there is none yet.
  void renamed_from(const ast::Name& name, const ast::Name& older, uint32_t at) {
    if (!is_ours(name.span)) return;
    if (!older.present()) return insert({name.span.file, at, at}, " renamed from " + renaming.old_name);
    if (older.text != new_name) return;   // it keeps the name it had first
    // Back to the name it had: the clause goes.
    const std::string& text = renaming.sources().file(older.span.file).text();
    const size_t begin = text.rfind("renamed", older.span.begin);
    if (begin == std::string::npos) return;
    size_t blank = begin;
    while (blank > 0 && text[blank - 1] == ' ') --blank;
    renaming.edits[older.span.file].push_back({{older.span.file, static_cast<uint32_t>(blank), older.span.end}, ""});
  }

  bool is_ours(Span span) const {
    const auto declared = renaming.snapshot().uses.at(span.file, span.begin);
    return std::any_of(declared.begin(), declared.end(), [&](const NameUse& use) {
      return use.declares && use.span == span && std::find(renaming.symbols.begin(), renaming.symbols.end(), use.symbol) != renaming.symbols.end();
    });
  }

  void operator()(const ast::Journey& journey) {
    renamed_from(journey.name, journey.renamed_from, before_brace(renaming.sources().file(journey.name.span.file).text(), journey.name.span.end));
    for (const ast::Step& step : journey.steps) renamed_from(step.name, step.renamed_from, step.name.span.end);
  }
  void operator()(const ast::States& states) {
    renamed_from(states.name, states.renamed_from, before_brace(renaming.sources().file(states.name.span.file).text(), states.name.span.end));
    for (const ast::StateRule& rule : states.rules) renamed_from(rule.name, rule.renamed_from, rule.name.span.end);
  }
  void operator()(const ast::Experiment& experiment) { renamed_from(experiment.name, experiment.renamed_from, experiment.name.span.end); }
  void operator()(const ast::Measure& measure) {
    if (measure.usual_over || measure.score) renamed_from(measure.name, measure.renamed_from, measure.name.span.end);
  }
  void operator()(const ast::Event& event) {
    if (is_ours(event.name.span) && !event.from) insert(event.name.span, " from \"" + renaming.old_name + "\"");
    for (const ast::Property& property : event.properties)
      if (is_ours(property.name.span) && !property.from) insert(property.type.span, " from \"" + renaming.old_name + "\"");
  }
  template <class T>
  void operator()(const T&) {}
};

bool is_plain(const std::string& name) {
  const std::vector<Word> words = words_of(name);
  return words.size() == 1 && words[0].end == name.size() && (words[0].kind == WordKind::name || words[0].kind == WordKind::soft_word);
}

// Whether a place stands in a text: there what is written is a template, and the quotes round a value are its own.
bool in_text(const SourceFile& file, Span place) {
  if (!file.path().ends_with(".wend")) return true;
  const std::vector<Word> words = words_of(file.text());
  return std::any_of(words.begin(), words.end(), [&](const Word& word) { return word.kind == WordKind::text && word.begin < place.begin && place.end < word.end; });
}

void write_uses(Renaming& renaming, const std::string& new_name) {
  const bool plain = is_plain(new_name);
  for (const NameUse& use : renaming.snapshot().uses.all()) {
    if (std::find(renaming.symbols.begin(), renaming.symbols.end(), use.symbol) == renaming.symbols.end()) continue;
    const Span word = last_word(renaming.sources(), use.span, use.symbol.kind);
    const std::string_view written = renaming.sources().text(word);
    if (bare(written) != renaming.old_name || use.needed) continue;   // by another name: what a module calls it
    const std::string with = plain || in_text(renaming.sources().file(word.file), word) ? new_name : "\"" + new_name + "\"";
    auto& edits = renaming.edits[word.file];
    if (std::none_of(edits.begin(), edits.end(), [&](const Edit& edit) { return edit.span == word; })) edits.push_back({word, with});
  }
}

std::string edited(std::string text, std::vector<Edit> edits) {
  std::stable_sort(edits.begin(), edits.end(), [](const Edit& a, const Edit& b) { return a.span.begin < b.span.begin; });
  for (auto edit = edits.rbegin(); edit != edits.rend(); ++edit) text.replace(edit->span.begin, edit->span.end - edit->span.begin, edit->text);
  return text;
}

// The first error that was not there before; empty: it is as sound as it was.
std::string what_breaks(const Renaming& renaming) {
  const Project& before = renaming.snapshot().project;
  std::vector<std::pair<std::string, std::string>> texts;
  for (const auto& [path, text] : before.texts()) {
    const auto file = renaming.snapshot().files.find(path);
    const auto edits = file == renaming.snapshot().files.end() ? renaming.edits.end() : renaming.edits.find(file->second);
    texts.emplace_back(path, edits == renaming.edits.end() ? text : edited(text, edits->second));
  }
  Reading reading;
  reading.root = renaming.spot.project->root;
  const Project after = Project::from_texts(std::move(texts), {}, reading);
  if (after.diagnostics().error_count() <= before.diagnostics().error_count()) return {};
  const auto key = [](const Diagnostic& diagnostic) { return std::pair(diagnostic.code, diagnostic.message); };
  for (const Diagnostic& diagnostic : after.diagnostics().all()) {
    if (diagnostic.severity() != Severity::error) continue;
    const auto& told = before.diagnostics().all();
    if (std::any_of(told.begin(), told.end(), [&](const Diagnostic& other) { return key(other) == key(diagnostic); })) continue;
    if (diagnostic.primary.span.file >= after.sources().size()) return diagnostic.message;
    const SourceFile& file = after.sources().file(diagnostic.primary.span.file);
    return diagnostic.message + " (" + file.path() + ":" + std::to_string(file.position(diagnostic.primary.span.begin).line) + ")";
  }
  return "the program would have more errors than it has";
}

}  // namespace

namespace handler {

Json prepare_rename(Session& session, const Json& params) {
  const Renaming renaming = begin(session, params);
  return object({{"range", range_json(session, renaming.spot.text, renaming.place.begin, renaming.place.end)}, {"placeholder", renaming.old_name}});
}

Json rename(Session& session, const Json& params) {
  Renaming renaming = begin(session, params);
  const bool value = renaming.symbols[0].kind == SymbolKind::value;
  const std::string new_name(value ? bare(params["newName"].text()) : std::string_view(params["newName"].text()));
  if (new_name == renaming.old_name) return EditsByFile().workspace_edit(session);
  check_word(new_name, value);
  write_uses(renaming, new_name);
  Past past{renaming, new_name};
  for (const ast::File& file : renaming.snapshot().project.files())
    for (const ast::Decl& decl : file.decls) std::visit(past, decl.node);
  if (const std::string why = what_breaks(renaming); !why.empty()) refuse("as `" + new_name + "` it would be an error: " + why);
  EditsByFile out;
  for (const auto& [file, edits] : renaming.edits)
    for (const Edit& edit : edits)
      out.add(uri_of_span(session, *renaming.spot.project, renaming.snapshot(), edit.span), text_edit(session, renaming.sources().file(file).text(), edit));
  return out.workspace_edit(session);
}

}  // namespace handler
}  // namespace wend::lsp
