// Builds programs through the compiler's own front, and shortens lines.
#include "tests/reference/story.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "compiler/diagnostics/diagnostics.h"
#include "compiler/liquid/templates.h"
#include "compiler/sema/analyze.h"
#include "compiler/syntax/parse.h"
#include "tests/reference/clock.h"
#include "tests/reference/reference.h"

namespace wend::story {

using Json = nlohmann::ordered_json;

Program program_of(const std::string& text) {
  Sources sources;
  Diagnostics diagnostics;
  std::vector<ast::File> files;
  files.push_back(parse(sources, sources.add("project.wend", text), diagnostics));
  const ReadFile no_file = [](const std::string&) { return std::nullopt; };
  Analysis analysis = analyze(sources, files, no_file, diagnostics);
  if (diagnostics.ok()) check_templates(analysis.program, analysis.templates, sources, no_file, diagnostics);
  std::string said;
  for (const Diagnostic& d : diagnostics.all())
    if (d.severity() == Severity::error)
      said += std::string(d.id()) + " " + d.message + " at line " + (d.primary.span.file == kNoFile ? "?" : std::to_string(sources.file(d.primary.span.file).position(d.primary.span.begin).line)) + "\n";
  INFO(text);
  INFO(said);
  REQUIRE(diagnostics.ok());
  return std::move(analysis.program);
}

std::string with_prelude(const std::string& text, const std::string& zone) {
  return "project shop {\n  time zone \"" + zone + "\"\n  currency EUR\n}\n" + R"(
profile {
  identity user_id
  address     text = "a@example.com"
  phone       text?
  opt_in      bool = true
  time_zone   timezone?
  plan        one of free, premium = free
  birth_date  date?
}
event play        { track text?, played duration = 0 seconds, rating number?, stars int? }
event add_to_cart { cart_id text? }
event purchase    { amount money? }
event ask         { }
channel email { reaches address, consent opt_in, content { subject text } }
channel sms   { reaches phone,   consent opt_in, content { body text } }
)" + text;
}

Story& Story::track(const std::string& at, const std::string& event, const std::string& properties, const std::string& user) {
  events_.push_back(R"({"type":"track","event":")" + event + R"(","userId":")" + user + R"(","timestamp":")" + at + R"(","properties":)" + properties + "}");
  return *this;
}

Story& Story::identify(const std::string& at, const std::string& traits, const std::string& user) {
  events_.push_back(R"({"type":"identify","userId":")" + user + R"(","timestamp":")" + at + R"(","traits":)" + traits + "}");
  return *this;
}

Story& Story::id(const std::string& id) {
  events_.back().insert(1, R"("messageId":")" + id + "\",");
  return *this;
}

Story& Story::received(const std::string& at) {
  events_.back().insert(1, R"("receivedAt":")" + at + "\",");
  arrivals_ = true;
  return *this;
}

Story& Story::until(const std::string& at) {
  int64_t instant = 0;
  REQUIRE(reference::read_instant(at, *reference::Zone::find("UTC"), instant));
  until_ = instant;
  return *this;
}

std::vector<std::string> Story::raw() const {
  std::string stream;
  for (const std::string& event : events_) stream += event + "\n";
  return run_reference(program_, stream, until_, {arrivals_}).lines;
}

namespace {

std::string word(const Json& json) { return json.is_null() ? "null" : json.get<std::string>(); }

std::string shortened(const std::string& line) {
  Json j = Json::parse(line);
  std::string kind = word(j["kind"]), text = word(j["at"]) + " " + word(j["user"]) + " " + kind;
  auto add = [&](const char* key) { text += " " + word(j[key]); };
  if (kind == "state") { add("states"); add("from"); add("to"); }
  if (kind == "enter" || kind == "goal" || kind == "refused") add("journey");
  if (kind == "step") { add("journey"); add("step"); }
  if (kind == "leave") { add("journey"); add("outcome"); }
  if (j.contains("key") && !j["key"].is_null()) text += " [" + word(j["key"]) + "]";
  if (kind == "exposure") { add("experiment"); add("variant"); }
  if (kind == "late") { add("event"); add("event_at"); }
  if (kind == "message") {
    add("message"); add("channel"); add("outcome");
    if (!j["reason"].is_null()) add("reason");
    if (!j["until"].is_null()) text += " until " + word(j["until"]);
  }
  return text;
}

}  // namespace

std::vector<std::string> Story::lines() const {
  std::vector<std::string> all;
  for (const std::string& line : raw()) all.push_back(shortened(line));
  return all;
}

std::vector<std::string> Story::lines(std::string_view kind) const {
  std::vector<std::string> all;
  for (const std::string& line : raw())
    if (word(Json::parse(line)["kind"]) == kind) all.push_back(shortened(line));
  return all;
}

std::vector<std::string> Story::said() const {
  std::vector<std::string> all;
  for (const std::string& line : raw()) {
    Json j = Json::parse(line);
    if (j.contains("content")) all.push_back(word(j["content"].begin().value()));
  }
  return all;
}

}  // namespace wend::story
