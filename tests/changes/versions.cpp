#include "tests/changes/versions.h"

#include <stdexcept>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "compiler/service/service.h"
#include "runtime/abi/text_format.h"
#include "runtime/hosts/batch.h"
#include "tests/changes/live.h"

namespace wend::changes {

const char* const kShop = R"(project shop { time zone "UTC" }
profile {
  identity user_id, email
  points int = 0
}
event sign_up { offer text = "none" }
event visit   { page text = "home" }

channel email { reaches email, content { subject text } }
protect everyone { categories service > promotional }

message nudge_mail    { category promotional, email { subject "nudge" } }
message discount_mail { category promotional, email { subject "discount" } }
message offer_mail    { category promotional, email { subject "offer" } }

journey win {
  enter on sign_up
  step nudge    { send nudge_mail, wait 5 days }
  step discount { send discount_mail, wait 5 days }
  step offer    { send offer_mail, wait 5 days }
}
)";

std::string edited(std::string text, const std::vector<std::pair<std::string, std::string>>& edits) {
  for (const auto& [was, is] : edits) {
    const size_t at = text.find(was);
    if (at == std::string::npos) throw std::runtime_error("not in the text: " + was);
    text.replace(at, was.size(), is);
  }
  return text;
}

namespace {

std::string instant_text(const std::string& at) { return "2026-" + at.substr(0, 5) + "T" + at.substr(6) + ":00Z"; }

int64_t instant_of(const std::string& at) {
  int64_t instant = 0;
  parse_instant(instant_text(at), *find_zone("UTC"), instant);
  return instant;
}

std::string text_of(const nlohmann::json& line, const char* key) {
  return line.contains(key) && line[key].is_string() ? line[key].get<std::string>() : "";
}

std::string short_line(const nlohmann::json& line) {
  const std::string at = text_of(line, "at"), kind = text_of(line, "kind");
  std::string out = at.substr(5, 5) + " " + at.substr(11, 5) + " " + text_of(line, "user") + " " + kind;
  if (kind == "state") return out + " " + text_of(line, "states") + " " + (line["from"].is_null() ? "" : text_of(line, "from") + " ") + "to " + text_of(line, "to");
  if (kind == "step") return out + " " + text_of(line, "journey") + "." + text_of(line, "step");
  if (kind == "leave") return out + " " + text_of(line, "journey") + " " + text_of(line, "outcome");
  if (kind == "message") {
    out += " " + text_of(line, "message") + " " + text_of(line, "outcome");
    if (!line["step"].is_null()) out += " in " + text_of(line, "step");
    return line["reason"].is_null() ? out : out + " because " + text_of(line, "reason");
  }
  if (kind == "exposure") return out + " " + text_of(line, "experiment") + " " + text_of(line, "variant");
  if (kind == "signal") return out + " " + text_of(line, "signal");
  return out + " " + text_of(line, "journey");
}

}  // namespace

std::string stream(const std::vector<Event>& events) {
  std::string out;
  for (const Event& event : events)
    out += R"({"type":"track","userId":")" + event.user + R"(","event":")" + event.event + R"(","timestamp":")" + instant_text(event.at) +
           R"(","properties":)" + event.properties + R"(,"context":{"traits":{"email":")" + event.user + R"(@example.org"}}})" + "\n";
  return out;
}

Outcome go_live(const std::string& before, const std::string& after, const std::string& at, const std::string& events,
                const std::vector<std::pair<std::string, std::string>>& others, bool files_only) {
  const auto files = [&](const std::string& text) {
    auto all = others;
    all.push_back({"project.wend", text});
    return all;
  };
  const Project old = Project::from_texts(files(before));
  for (const Diagnostic& d : old.diagnostics().all())
    if (d.severity() == Severity::error) throw std::runtime_error("before: " + d.message);
  Outcome out;
  BatchOptions options;
  options.until_us = instant_of(at) + int64_t{60} * 86'400'000'000;
  bool live = false;
  std::vector<std::string> all;
  options.line = [&](std::string_view text) {
    all.emplace_back(text);
    if (!live) return;
    const nlohmann::json line = nlohmann::json::parse(text);
    out.lines.push_back(short_line(line));
    if (text_of(line, "kind") == "message") out.ids.push_back(text_of(line, "id"));
  };
  Change change;
  change.at = instant_of(at);
  change.next = [&](const std::vector<Change::Place>& places) -> std::shared_ptr<const Module> {
    live = true;
    Former former;
    former.versions.push_back(old.version());
    for (const Change::Place& place : places) former.places.push_back(old.place(place.journey, place.step, place.people));
    const Project next = Project::from_texts(files(after), former);
    for (const Diagnostic& d : next.diagnostics().all()) {
      if (d.severity() != Severity::error) continue;
      out.errors.push_back(std::string(d.id()) + " " + d.message);
      for (const std::string& note : d.notes) out.errors.push_back("note: " + note);
      for (const std::string& help : d.helps) out.errors.push_back("help: " + help);
    }
    return next.ok() ? compile(next.program(), Tier::fast_compile) : nullptr;
  };
  const auto module = compile(old.program(), Tier::fast_compile);
  const ChangedResult result = run_changed_text(*module, change, events, options);
  if (result.result.error) out.errors.push_back(result.result.error->message);
  if (files_only) return out;
  // The same on a running project; there the run over files goes on where a new version is refused.
  const std::vector<std::string> at_a_desk = run_live(files(before), files(after), change.at, events, *options.until_us);
  if (out.errors.empty()) CHECK(at_a_desk == all);
  else if (!result.result.error) CHECK(at_a_desk == std::vector<std::string>{"refused"});
  return out;
}

}  // namespace wend::changes
