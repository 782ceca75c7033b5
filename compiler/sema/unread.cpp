// Which diagnostics are consequences of what could not be read.
#include "compiler/sema/unread.h"

#include <algorithm>
#include <cctype>

#include "compiler/diagnostics/codes.h"

namespace wend::sema {
namespace {

bool is_word(char c) { return c == '_' || (c & 0x80) != 0 || std::isalnum(static_cast<unsigned char>(c)); }

bool has_word(std::string_view text, std::string_view word) {
  for (size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const size_t end = at + word.size();
    if ((at == 0 || !is_word(text[at - 1])) && (end == text.size() || !is_word(text[end]))) return true;
  }
  return false;
}

// The kind a declaration without a name would have had, as `there is no KIND …` says it; null where nothing reads it by its name.
struct Nameless {
  template <class T>
  const char* of(const T& declared, const char* kind) const { return declared.name.present() ? nullptr : kind; }

  const char* operator()(const ast::Event& d) const { return of(d, "event"); }
  const char* operator()(const ast::Signal& d) const { return of(d, "event"); }
  const char* operator()(const ast::Measure& d) const { return of(d, "name"); }
  const char* operator()(const ast::Audience& d) const { return of(d, "name"); }
  const char* operator()(const ast::States& d) const { return of(d, "name"); }
  const char* operator()(const ast::Topic& d) const { return of(d, "topic"); }
  const char* operator()(const ast::Channel& d) const { return of(d, "channel"); }
  const char* operator()(const ast::Message& d) const { return of(d, "message"); }
  const char* operator()(const ast::Experiment& d) const { return of(d, "experiment"); }
  const char* operator()(const ast::Journey& d) const { return of(d, "journey"); }
  const char* operator()(const ast::Hook& d) const { return of(d, "hook"); }
  const char* operator()(const ast::Profile&) const { return "attribute"; }   // any of its attributes may be the one
  const char* operator()(const ast::Project&) const { return "project"; }
  template <class T>
  const char* operator()(const T&) const { return nullptr; }
};

// Of these nobody reads anything elsewhere.
bool declares_nothing(const ast::Decl& decl) { return std::holds_alternative<ast::Test>(decl.node) || std::holds_alternative<ast::Report>(decl.node); }

}  // namespace

Unread::Unread(const Sources& sources, const std::vector<const ast::File*>& files, const Diagnostics& found) : sources_(&sources) {
  for (const ast::File* file : files) {
    if (!file->unread.empty()) kinds_.insert("declaration");
    spans_.insert(spans_.end(), file->unread.begin(), file->unread.end());
    for (const ast::Decl& decl : file->decls) {
      if (!decl.broken || declares_nothing(decl)) continue;
      spans_.push_back(decl.span);
      std::visit([&](const auto& node) { declarations_.insert(&node); }, decl.node);
      if (const char* kind = std::visit(Nameless{}, decl.node)) kinds_.insert(kind);
      if (std::holds_alternative<ast::Protect>(decl.node)) kinds_.insert("category");
      if (std::holds_alternative<ast::States>(decl.node)) kinds_.insert("state");
    }
  }
  for (const Diagnostic& diagnostic : found.all())
    if (diagnostic.code == Code::unknown_module && !diagnostic.words.empty()) modules_.push_back(diagnostic.words[0].substr(diagnostic.words[0].rfind('.') + 1));
}

bool Unread::may_declare(std::string_view word) const {
  const std::string_view first = word.substr(0, word.find('.'));   // `cart.recovery`: it is `cart` that may be declared there
  if (!nearest(first, modules_).empty() || std::find(modules_.begin(), modules_.end(), first) != modules_.end()) return true;
  return std::any_of(spans_.begin(), spans_.end(), [&](const Span& span) { return span.file < sources_->size() && has_word(sources_->text(span), first); });
}

bool Unread::may_explain(const Diagnostic& diagnostic) const {
  if (spans_.empty() && modules_.empty()) return false;
  const std::vector<std::string>& words = diagnostic.words;
  const auto declared = [&](size_t from) { return std::any_of(words.begin() + static_cast<std::ptrdiff_t>(std::min(from, words.size())), words.end(), [&](const std::string& word) { return may_declare(word); }); };
  const auto nameless = [&](std::string_view kind) { return kinds_.contains(kind); };
  switch (diagnostic.code) {
    case Code::unknown_name:
      return declared(1) || nameless(words[0]) || (words[0] == "attribute" && nameless("topic"));
    case Code::need_missing:
      return declared(2) || nameless(words[1]) || nameless("name");
    case Code::need_mismatch: case Code::need_unknown: return declared(0);
    case Code::nothing_called: return declared(0) || nameless("name") || nameless("attribute") || nameless("topic");
    case Code::member_of_nothing: case Code::unknown_property: case Code::unknown_entry_property: case Code::unknown_field: case Code::unknown_parameter:
    case Code::unknown_variant: case Code::channel_without_content: return declared(0);
    case Code::unknown_subject: return declared(0) || nameless("channel") || nameless("category") || nameless("message");
    case Code::test_property_missing: return may_declare(words[0]);
    case Code::unknown_value: return declared(0) || nameless("state");
    case Code::protect_missing: return nameless("declaration");
    case Code::user_time_unset: return nameless("attribute") || nameless("project");
    case Code::currency_missing: return nameless("project");
    default: return false;
  }
}

}  // namespace wend::sema
