// A section begins with `## ` and the test's name; everything in it is set in, so that no text of a message begins another.
#include "compiler/cli/snapshots.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <sstream>

#include "compiler/cli/line_diff.h"
#include "runtime/abi/printable.h"
#include "runtime/hosts/test_timeline.h"

namespace wend::cli {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kMark = "## ";

// A field on its line, or set in below its name where it has several.
void append_field(std::string& out, const std::string& name, std::string_view text) {
  out += "  " + name + ":";
  if (text.find('\n') == std::string_view::npos) {
    out += (text.empty() ? "" : " ") + std::string(text) + "\n";
    return;
  }
  out += "\n";
  while (true) {
    const size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    out += line.empty() ? "\n" : "    " + std::string(line) + "\n";
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

// Nothing where there is no file.
std::optional<std::string> read(const fs::path& path, std::string& fault) {
  std::error_code error;
  if (!fs::exists(path, error)) return std::nullopt;
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (in && !in.bad()) return text.str();
  fault = "cannot read `" + path.filename().string() + "`: " + std::strerror(errno);
  return std::nullopt;
}

// With a heading of its own.
std::string difference(const std::string& before, const std::string& now, const std::string& path) {
  std::string lines = line_diff(before, now, path);
  for (int heading = 0; heading < 2; ++heading) lines.erase(0, std::min(lines.find('\n'), lines.size() - 1) + 1);
  return "--- " + path + "\n+++ what is said now\n" + lines;
}

std::string without_blank_end(std::string_view text) {
  while (text.ends_with("\n\n")) text.remove_suffix(1);
  return std::string(text);
}

}  // namespace

std::string said_in(const Module& module, const TestResult& result) {
  std::string out;
  for (const Decision& d : result.trace.decisions) {
    if (d.kind != Decision::Kind::message || d.outcome != Decision::Outcome::sent || d.channel < 0) continue;
    const ModuleChannel& channel = module.channels[static_cast<size_t>(d.channel)];
    out += local_text(module, d.at) + "  " + module.messages[static_cast<size_t>(d.subject)].name + " by " + channel.name + "\n";
    for (size_t i = 0; i < channel.fields.size() && i < d.content.size(); ++i)
      if (d.content_known[i]) append_field(out, channel.fields[i].name, d.content[i]);
  }
  return without_blank_end(out);
}

const std::string* SnapshotFile::find(std::string_view test) const {
  for (const Section& section : sections) if (section.test == test) return &section.text;
  return nullptr;
}

SnapshotFile parse_snapshots(std::string_view text) {
  SnapshotFile file;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.starts_with(kMark)) file.sections.push_back({std::string(line.substr(kMark.size())), ""});
    else if (!file.sections.empty()) file.sections.back().text.append(line).append("\n");
  }
  for (SnapshotFile::Section& section : file.sections) section.text = without_blank_end(section.text);
  return file;
}

std::string print_snapshots(const SnapshotFile& file, std::string_view tests_file) {
  std::string out = "# What the messages say in the tests of " + std::string(tests_file) + ". `wend test --update` writes it anew: read the difference.\n";
  for (const SnapshotFile::Section& section : file.sections) out += "\n" + std::string(kMark) + section.test + "\n" + section.text;
  return out;
}

std::string snapshot_path(std::string_view tests_file) {
  if (tests_file.ends_with(".wend")) tests_file.remove_suffix(5);
  return std::string(tests_file) + ".snapshots";
}

SnapshotCheck compare_snapshots(const Module& module, const std::string& root, std::span<TestResult> results) {
  SnapshotCheck check;
  std::map<std::string, std::optional<SnapshotFile>> files;
  for (TestResult& result : results) {
    const std::string path = snapshot_path(result.test->file);
    auto known = files.find(path);
    if (known == files.end()) {
      const std::optional<std::string> text = read(fs::path(root) / path, check.unreadable);
      known = files.emplace(path, text ? std::optional(parse_snapshots(*text)) : std::nullopt).first;
    }
    if (!known->second) continue;
    const std::string now = said_in(module, result);
    const std::string* before = known->second->find(printable(result.test->name));
    if (!before) {
      check.missing += !now.empty();
      continue;
    }
    if (*before == now) continue;
    result.outcome.failures.push_back({{result.test->line, 1, result.test->line, 1}, 0, "the texts kept in " + path, "a message says something else; `--update` takes what it says now"});
    result.outcome.difference = difference(*before, now, path);
  }
  return check;
}

SnapshotUpdate update_snapshots(const Module& module, const std::string& root, std::span<const TestResult> results, std::span<const HostTest> all) {
  SnapshotUpdate update;
  std::map<std::string, std::vector<const HostTest*>> by_file;
  for (const HostTest& test : all) by_file[test.file].push_back(&test);
  std::map<const HostTest*, const TestResult*> run;
  for (const TestResult& result : results) run[result.test] = &result;
  for (const auto& [file, tests] : by_file) {
    const std::string path = snapshot_path(file);
    const std::optional<std::string> text = read(fs::path(root) / path, update.unwritable);
    if (!update.unwritable.empty()) return update;
    const SnapshotFile before = parse_snapshots(text.value_or(""));
    SnapshotFile after;
    for (const HostTest* test : tests) {
      const std::string name = printable(test->name);
      const std::string* kept = before.find(name);
      const auto found = run.find(test);
      std::string now = found != run.end() ? said_in(module, *found->second) : kept ? *kept : "";
      update.changed += kept ? *kept != now : !now.empty();
      if (!now.empty()) after.sections.push_back({name, std::move(now)});
    }
    for (const SnapshotFile::Section& section : before.sections)
      update.changed += std::none_of(tests.begin(), tests.end(), [&](const HostTest* test) { return printable(test->name) == section.test; });
    if (after.sections.empty() && !text) continue;
    const std::string written = print_snapshots(after, fs::path(file).filename().string());
    if (text && *text == written) continue;
    errno = 0;
    std::ofstream out(fs::path(root) / path, std::ios::binary | std::ios::trunc);
    out << written;
    out.close();
    if (!out) {
      update.unwritable = "cannot write `" + path + "`: " + std::strerror(errno);
      return update;
    }
    ++update.files;
  }
  return update;
}

}  // namespace wend::cli
