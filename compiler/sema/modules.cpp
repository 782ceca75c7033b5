// From `module` and `use` to instances. Names are not resolved here, only written out in full.
#include "compiler/sema/modules.h"

#include <algorithm>
#include <set>

#include "compiler/diagnostics/codes.h"
#include "compiler/sema/context.h"
#include "compiler/syntax/parse.h"
#include "stdlib/library.h"

namespace wend::sema {

std::string full_name(const Instance& instance, std::string_view word) {
  if (instance.name.empty()) return std::string(word);
  return word == instance.main ? instance.name : instance.name + "." + std::string(word);
}

namespace {

std::string last_word(const std::string& name) { return name.substr(name.rfind('.') + 1); }

// The files of one module as written.
struct Written {
  const ast::Module* module = nullptr;
  std::vector<const ast::File*> files;
  bool used = false;
  bool library = false;
};

// What a module cannot declare: there is one of each in a project, and a test needs the whole of it, as a report is of it.
const char* not_in_a_module(const ast::Decl& decl) {
  if (std::holds_alternative<ast::Project>(decl.node)) return "`project` block";
  if (std::holds_alternative<ast::Profile>(decl.node)) return "`profile`";
  if (std::holds_alternative<ast::Test>(decl.node)) return "test";
  if (std::holds_alternative<ast::Report>(decl.node)) return "report";
  return nullptr;
}

class Gatherer {
 public:
  Gatherer(Sources& sources, const std::vector<ast::File>& files, Diagnostics& diagnostics)
      : sources_(sources), diagnostics_(diagnostics) {
    out_.instances.emplace_back();
    sort_files(files);
    for (const ast::File* file : out_.files) report_unknown_values(*file, out_.instances[0]);
  }

  Modules run() {
    std::vector<std::vector<const ast::File*>> files_of = {out_.files};
    for (uint32_t user = 0; user < files_of.size(); ++user)
      for (size_t i = 0; i < files_of[user].size(); ++i)
        for (const ast::Decl& decl : files_of[user][i]->decls)
          if (const auto* use = std::get_if<ast::Use>(&decl.node))
            if (const Written* written = find(*use, user)) files_of.push_back(instantiate(*written, *use, user));
    for (const auto& [name, written] : written_)
      if (!written.used && !written.library)
        diagnostics_.report(Code::module_unused, written.module->name.span, name).label("read, but not checked").help("use it: `use " + name + "`");
    return std::move(out_);
  }

 private:
  // ---- which files are a module's ----

  static const ast::Decl* module_line(const ast::File& file) {
    for (const ast::Decl& decl : file.decls)
      if (const auto* module = std::get_if<ast::Module>(&decl.node); module && module->name.present()) return &decl;
    return nullptr;
  }

  // The folder whose files a `module.wend` gathers, with its slash; empty for any other file.
  std::string gathered_folder(const ast::File& file) const {
    const std::string& path = sources_.file(file.file).path();
    const size_t slash = path.rfind('/');
    return slash != std::string::npos && path.substr(slash + 1) == "module.wend" ? path.substr(0, slash + 1) : "";
  }

  void sort_files(const std::vector<ast::File>& files) {
    std::map<std::string, Written*> folders;
    for (const ast::File& file : files) {
      const ast::Decl* line = module_line(file);
      if (!line) continue;
      Written* written = declare(file, std::get<ast::Module>(line->node));
      if (std::string folder = gathered_folder(file); written && !folder.empty()) folders[folder] = written;
    }
    for (const ast::File& file : files) {
      if (module_line(file)) continue;
      Written* owner = nullptr;  // of the folders around it the innermost, which is the last by alphabet
      for (const auto& [folder, written] : folders)
        if (sources_.file(file.file).path().starts_with(folder)) owner = written;
      if (owner) add_file(*owner, file);
      else out_.files.push_back(&file);
    }
  }

  Written* declare(const ast::File& file, const ast::Module& module) {
    const ast::Name& name = module.name;
    if (name.text == "std" || name.text.starts_with("std.")) {
      diagnostics_.report(Code::module_reserved, name.span, name.text).label("the standard library's").help("leave `std` out of the name");
      return nullptr;
    }
    auto [found, fresh] = written_.try_emplace(name.text);
    if (!fresh) {
      diagnostics_.report(Code::name_taken, name.span, name.text, "module").label("declared again").also(found->second.module->name.span, "declared first here");
      return nullptr;
    }
    found->second.module = &module;
    add_file(found->second, file);
    return &found->second;
  }

  void add_file(Written& written, const ast::File& file) {
    written.files.push_back(&file);
    for (const ast::Decl& decl : file.decls) {
      const char* what = not_in_a_module(decl);
      if (const auto* again = std::get_if<ast::Module>(&decl.node); again && again != written.module) what = "second `module` line";
      if (what) diagnostics_.report(Code::module_declares, decl.span, what).label("not in a module").also(written.module->name.span, "a module by this line");
    }
    std::set<std::string> seen;
    if (&file != written.files.front()) return;
    for (const ast::Need& need : written.module->needs)
      if (need.name.present()) noted(diagnostics_, seen, need.name, "need");
  }

  // ---- uses ----

  Written* find(const ast::Use& use, uint32_t user) {
    const ast::Name& name = use.module;
    if (!name.present()) return nullptr;
    auto found = written_.find(name.text);
    if (found == written_.end()) found = read_library(name.text);
    if (found == written_.end()) {
      auto& diagnostic = diagnostics_.report(Code::unknown_module, name.span, name.text).label("no such module");
      std::vector<std::string> candidates;
      for (const auto& [word, _] : written_) candidates.push_back(word);
      for (const LibraryModule& module : standard_library()) candidates.emplace_back(module.name);
      suggest(diagnostic, name.span, name.text, candidates, "the modules are");
      return nullptr;
    }
    return may_use(use, found->second, user) ? &found->second : nullptr;
  }

  std::map<std::string, Written>::iterator read_library(const std::string& name) {
    for (const LibraryModule& module : standard_library()) {
      if (module.name != name) continue;
      out_.read.push_back(parse(sources_, sources_.add(std::string(module.path), std::string(module.text)), diagnostics_));
      const ast::Decl* line = module_line(out_.read.back());
      if (!line) break;
      Written& written = written_[name];
      written.library = true;
      written.module = &std::get<ast::Module>(line->node);
      add_file(written, out_.read.back());
      return written_.find(name);
    }
    return written_.end();
  }

  bool may_use(const ast::Use& use, Written& written, uint32_t user) {
    written.used = true;
    std::string path = use.module.text;
    for (uint32_t at = user; at != 0; at = out_.instances[at].parent) {
      path = out_.instances[at].module->name.text + " → " + path;
      if (out_.instances[at].module != written.module) continue;
      diagnostics_.report(Code::module_cycle, use.module.span, use.module.text, path).label("uses itself in the end");
      return false;
    }
    if (out_.instances.size() >= kInstancesMax) {
      if (!told_too_many_) diagnostics_.report(Code::too_many_uses, use.module.span, std::to_string(kInstancesMax)).label("one too many");
      told_too_many_ = true;
      return false;
    }
    const Instance& around = out_.instances[user];
    const ast::Name& as = use.as.present() ? use.as : use.module;
    const std::string name = used_name(around, use);
    for (const Instance& other : out_.instances) {
      if (other.module == nullptr || other.name != name) continue;
      diagnostics_.report(Code::use_name_taken, as.span, last_word(name)).label("the second one").also(other.used, "the first")
          .help("give one of them another name: `use " + use.module.text + " as other`");
      return false;
    }
    return true;
  }

  static std::string used_name(const Instance& around, const ast::Use& use) {
    const std::string as = use.as.present() ? use.as.text : last_word(use.module.text);
    return around.name.empty() ? as : around.name + "." + as;
  }

  std::vector<const ast::File*> instantiate(const Written& written, const ast::Use& use, uint32_t user) {
    Instance instance;
    instance.parent = user;
    instance.name = used_name(out_.instances[user], use);
    instance.main = last_word(written.module->name.text);
    instance.module = written.module;
    instance.used = use.module.span;
    ModuleValues values;
    give(use, instance, values);
    const uint32_t number = static_cast<uint32_t>(out_.instances.size());
    out_.instances.push_back(std::move(instance));
    std::vector<const ast::File*> files;
    for (const ast::File* file : written.files) {
      files.push_back(read_again(*file, number, values));
      for (const ast::UnknownValue& name : file->unknown_values)
        if (auto needed = out_.instances[number].needs.find(name.name.text); needed != out_.instances[number].needs.end())
          out_.literals.insert(needed->second.need);
    }
    out_.files.insert(out_.files.end(), files.begin(), files.end());
    return files;
  }

  // The file once more, for this use: the first use has the file's own index, so that nothing is told twice.
  const ast::File* read_again(const ast::File& written, uint32_t number, const ModuleValues& values) {
    uint32_t index = written.file;
    if (!claimed_.insert(index).second) {
      const SourceFile& original = sources_.file(index);
      const std::string path = original.path(), text = original.text();
      index = sources_.add(path, text);
      out_.copy_of[index] = written.file;
    }
    if (out_.instance_of.size() <= index) out_.instance_of.resize(index + 1, 0);
    out_.instance_of[index] = number;
    Diagnostics again;  // what cannot be read has been told; what a value makes wrong is told at its use
    ast::File file = parse(sources_, index, again, {}, values);
    const Instance& instance = out_.instances[number];
    std::erase_if(file.decls, [](const ast::Decl& decl) { return not_in_a_module(decl) != nullptr; });
    for (ast::Decl& decl : file.decls) std::visit([&](auto& node) { name_in_full(node, instance); }, decl.node);
    report_unknown_values(file, instance);
    out_.read.push_back(std::move(file));
    return &out_.read.back();
  }

  template <class Node>
  static void name_in_full(Node& node, const Instance& instance) {
    if constexpr (std::is_same_v<Node, ast::Module>) return;
    else {
      if constexpr (requires { node.name.present(); })
        if (node.name.present()) node.name.text = full_name(instance, node.name.text);
      if constexpr (requires { node.renamed_from.present(); })
        if (node.renamed_from.present()) node.renamed_from.text = full_name(instance, node.renamed_from.text);
    }
  }

  // ---- what is given ----

  void give(const ast::Use& use, Instance& instance, ModuleValues& values) {
    std::vector<std::string> words;
    for (const ast::Need& need : instance.module->needs) {
      if (!need.name.present()) continue;
      words.push_back(need.name.text);
      instance.needs.try_emplace(need.name.text, Needed{&need, nullptr, need.default_value.get()});
    }
    std::set<std::string> seen;
    for (const ast::Given& given : use.with) {
      if (!given.need.present()) continue;
      auto needed = instance.needs.find(given.need.text);
      if (needed == instance.needs.end()) {
        auto& diagnostic = diagnostics_.report(Code::need_unknown, given.need.span, use.module.text, given.need.text).label("not asked for").also(instance.module->name.span, "what it needs is listed here");
        suggest(diagnostic, given.need.span, given.need.text, words, "it needs");
      } else if (noted(diagnostics_, seen, given.need, "need", "given before")) {
        needed->second.given = &given;
        if (needed->second.need->kind == ast::Need::Kind::value) needed->second.literal = literal(given.value.get(), instance.parent);
      }
    }
    for (const auto& [word, needed] : instance.needs) {
      if (needed.need->kind != ast::Need::Kind::value || !needed.literal) continue;
      if (const auto* length = std::get_if<ast::DurationLiteral>(&needed.literal->node)) values.lengths.emplace(word, length->quantity);
      if (const auto* time = std::get_if<ast::TimeOfDayLiteral>(&needed.literal->node)) values.times_of_day.emplace(word, time->micros);
    }
  }

  // A value may be handed on: then it is what was given to the module that hands it on.
  const ast::Expr* literal(const ast::Expr* given, uint32_t user) const {
    const auto* name = given ? std::get_if<ast::NameExpr>(&given->node) : nullptr;
    if (!name) return given;
    const auto& needs = out_.instances[user].needs;
    auto handed = needs.find(name->name.text);
    return handed != needs.end() && handed->second.need->kind == ast::Need::Kind::value ? handed->second.literal : given;
  }

  void report_unknown_values(const ast::File& file, const Instance& instance) {
    for (const ast::UnknownValue& unknown : file.unknown_values) {
      auto needed = instance.needs.find(unknown.name.text);
      const bool missing = needed != instance.needs.end() && needed->second.need->kind == ast::Need::Kind::value && !needed->second.literal;
      if (missing) continue;  // told at the use
      diagnostics_.report(Code::unknown_length, unknown.name.span, unknown.name.text, unknown.time_of_day ? "time of day" : "length of time")
          .label("a name").help(unknown.time_of_day ? "write it out: `09:00`" : "write it out: `2 days`");
    }
  }

  Sources& sources_;
  Diagnostics& diagnostics_;
  bool told_too_many_ = false;   // once: the rest follows from it
  Modules out_;
  std::map<std::string, Written> written_;  // by name
  std::set<uint32_t> claimed_;              // files whose own index a use has
};

}  // namespace

Modules gather_modules(Sources& sources, const std::vector<ast::File>& files, Diagnostics& diagnostics) {
  return Gatherer(sources, files, diagnostics).run();
}

}  // namespace wend::sema
