// SARIF 2.1.0. What GitHub's code scanning asks beyond the schema is kept too: a place for every result, no column 0, and a
// fingerprint by which an alert is known again when lines above it move.
#include <xxhash.h>

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>

#include "compiler/diagnostics/ci_formats.h"

namespace wend {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kRoot = "%SRCROOT%";
constexpr const char* kNowhere = "project.wend";

const char* level_of(Severity severity) { return severity == Severity::error ? "error" : "warning"; }

// A path as a relative reference of RFC 3986.
std::string uri_of(std::string_view path) {
  if (path.empty()) path = kNowhere;
  std::string out;
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || std::string_view("-._~/!$&'()*+,;=@").find(c) != std::string_view::npos;
    if (plain) out += c;
    else out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

Json artifact(const FindingPlace& place) { return {{"uri", uri_of(place.file)}, {"uriBaseId", kRoot}}; }

Json region(const FindingPlace& place) {
  return {{"startLine", place.start.line}, {"startColumn", place.start.column}, {"endLine", place.end.line}, {"endColumn", place.end.column}};
}

Json location(const FindingPlace& place) {
  return {{"physicalLocation", {{"artifactLocation", artifact(place)}, {"region", region(place)}}}};
}

Json rule(const FindingRule& rule, const SarifTool& tool) {
  Json out = {{"id", rule.id}, {"name", rule.name}, {"shortDescription", {{"text", rule.title}}}, {"fullDescription", {{"text", rule.why}}}};
  if (!tool.home.empty()) out["helpUri"] = tool.home + "/" + rule.id;
  out["help"] = {{"text", rule.why}, {"markdown", rule.page}};
  out["defaultConfiguration"] = {{"level", level_of(rule.severity)}};
  return out;
}

// The edits of a fix, by file.
Json fix(const FindingFix& told) {
  std::map<std::string, std::vector<const FindingEdit*>> by_file;
  for (const FindingEdit& edit : told.edits) by_file[edit.place.file].push_back(&edit);
  Json changes = Json::array();
  for (const auto& [file, edits] : by_file) {
    Json replacements = Json::array();
    for (const FindingEdit* edit : edits) {
      Json replacement = {{"deletedRegion", region(edit->place)}};
      if (!edit->text.empty()) replacement["insertedContent"] = {{"text", edit->text}};
      replacements.push_back(std::move(replacement));
    }
    changes.push_back({{"artifactLocation", artifact(edits.front()->place)}, {"replacements", std::move(replacements)}});
  }
  return {{"description", {{"text", told.title}}}, {"artifactChanges", std::move(changes)}};
}

// Of the rule, the file and the text of the line, blanks aside; equal ones are numbered. So an alert stays the same one while
// other lines come and go.
class Fingerprints {
 public:
  std::string next(const Finding& finding) {
    std::string text = finding.rule + '\x1f' + finding.place.file + '\x1f';
    for (const char c : finding.line) if (c != ' ' && c != '\t') text += c;
    if (finding.line.empty()) text += finding.message;
    const uint64_t hash = XXH3_64bits(text.data(), text.size());
    return fmt::format("{:016x}:{}", hash, ++seen_[hash]);
  }

 private:
  std::map<uint64_t, int> seen_;
};

Json result(const Finding& finding, std::span<const FindingRule> rules, Fingerprints& fingerprints) {
  Json out = {{"ruleId", finding.rule}};
  for (size_t i = 0; i < rules.size(); ++i) if (rules[i].id == finding.rule) out["ruleIndex"] = i;
  out["level"] = level_of(finding.severity);
  std::string text = with_label(finding);
  for (const std::string& line : finding.more) text += "\n" + line;
  out["message"] = {{"text", std::move(text)}};
  out["locations"] = Json::array({location(finding.place)});
  if (!finding.related.empty()) {
    Json related = Json::array();
    for (const FindingPlace& place : finding.related) {
      Json at = location(place);
      at["id"] = related.size() + 1;
      if (!place.label.empty()) at["message"] = {{"text", place.label}};
      related.push_back(std::move(at));
    }
    out["relatedLocations"] = std::move(related);
  }
  out["partialFingerprints"] = {{"primaryLocationLineHash", fingerprints.next(finding)}};
  if (!finding.fixes.empty()) {
    Json fixes = Json::array();
    for (const FindingFix& told : finding.fixes) fixes.push_back(fix(told));
    out["fixes"] = std::move(fixes);
  }
  return out;
}

}  // namespace

std::string render_sarif(std::span<const Finding> findings, std::span<const FindingRule> rules, const SarifTool& tool) {
  Json driver = {{"name", "wend"}, {"version", tool.version}, {"semanticVersion", tool.version}};
  if (!tool.home.empty()) driver["informationUri"] = tool.home;
  driver["rules"] = Json::array();
  for (const FindingRule& each : rules) driver["rules"].push_back(rule(each, tool));
  Json results = Json::array();
  Fingerprints fingerprints;
  for (const Finding& finding : findings) results.push_back(result(finding, rules, fingerprints));
  const Json root = {{kRoot, {{"description", {{"text", "The root of the repository, or the project's folder outside of one."}}}}}};
  const Json run = {{"tool", {{"driver", std::move(driver)}}}, {"originalUriBaseIds", root}, {"results", std::move(results)}, {"columnKind", "unicodeCodePoints"}};
  const Json log = {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"}, {"version", "2.1.0"}, {"runs", Json::array({run})}};
  return log.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace wend
