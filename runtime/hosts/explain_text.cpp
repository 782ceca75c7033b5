// A proof as text for a terminal, as JSON, and back.
#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "runtime/abi/zones.h"
#include "runtime/channels/json.h"
#include "runtime/hosts/explain.h"

namespace wend {
namespace {

constexpr std::array<std::string_view, 16> kKinds = {"record", "state", "signal", "exposure", "enter", "wait",   "step",     "goal",
                                                     "leave",  "floor", "judged", "rule",     "used",  "outbox", "provider", "say"};
constexpr std::array<std::string_view, 4> kMarks = {"none", "passed", "stopped", "waits"};
constexpr std::array<std::string_view, 10> kAnswers = {"nobody", "erased", "unreadable", "overview", "no_message", "not_reached", "sent", "not_sent", "waiting", "unknown"};

constexpr size_t kTextColumnsMax = 64;
const char *const kBold = "1", *const kDim = "2", *const kRed = "31", *const kGreen = "32", *const kYellow = "33";

size_t columns(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

const char* sign(ProofStep::Mark mark) {
  switch (mark) {
    case ProofStep::Mark::passed: return "✓";
    case ProofStep::Mark::stopped: return "✗";
    case ProofStep::Mark::waits: return "…";
    default: return " ";
  }
}
const char* colour_of(ProofStep::Mark mark) {
  switch (mark) {
    case ProofStep::Mark::passed: return kGreen;
    case ProofStep::Mark::stopped: return kRed;
    case ProofStep::Mark::waits: return kYellow;
    default: return nullptr;
  }
}

class TextProof {
 public:
  TextProof(const Proof& proof, bool colour) : proof_(proof), colour_(colour) {
    for (const Proof::Section& section : proof.sections)
      for (const ProofStep& step : section.steps) {
        if (!step.inside) when_ = std::max(when_, columns(step.when));
        if (const size_t wide = lead(step).size() + columns(words(step)); wide <= kTextColumnsMax) text_ = std::max(text_, wide);
        place_ = std::max(place_, columns(step.place.at));
      }
  }

  std::string run() {
    put(proof_.verdict, kBold);
    out_ += '\n';
    if (!proof_.decided_by.at.empty()) {
      out_ += "  ";
      put(proof_.decided_by.at, kDim);
      out_ += proof_.decided_by.text.empty() ? "\n" : "  " + proof_.decided_by.text + "\n";
    }
    if (!proof_.id.empty()) put("  message " + proof_.id + "\n", kDim);
    for (const Proof::Section& section : proof_.sections) {
      out_ += '\n';
      if (!section.title.empty()) put(section.title, kBold), out_ += '\n';
      for (const ProofStep& step : section.steps) line(step);
    }
    if (!proof_.untold.empty() || when_ > 0) out_ += '\n';
    for (const std::string& text : proof_.untold) out_ += "  = " + text + "\n";
    if (when_ > 0) put("  = times are of " + proof_.time_zone + "\n", nullptr);
    return std::move(out_);
  }

 private:
  void put(std::string_view text, const char* colour) {
    if (!colour_ || !colour) out_ += text;
    else out_.append("\x1b[").append(colour).append("m").append(text).append("\x1b[0m");
  }

  static std::string lead(const ProofStep& step) { return !step.inside ? "" : step.kind == ProofStep::Kind::used ? "    " : "  "; }
  // What is inside another step has its instant in its words.
  static std::string words(const ProofStep& step) { return step.inside && !step.when.empty() ? step.text + ", " + step.when : step.text; }

  void line(const ProofStep& step) {
    const std::string text = words(step), before = lead(step);
    const std::string when = step.inside ? "" : step.when;
    out_ += "  ";
    put(when, kDim);
    out_.append(when_ - std::min(when_, columns(when)), ' ');
    out_ += (when_ > 0 ? "  " : "") + before;
    put(sign(step.mark), colour_of(step.mark));
    out_ += ' ';
    out_ += text;
    if (!step.place.at.empty()) {
      const size_t wide = before.size() + columns(text);
      out_.append(2 + (text_ > wide ? text_ - wide : 0), ' ');
      put(step.place.at, kDim);
      if (!step.place.text.empty()) {
        out_.append(place_ - columns(step.place.at) + 2, ' ');
        put(step.place.text, kDim);
      }
    }
    out_ += '\n';
  }

  const Proof& proof_;
  const bool colour_;
  size_t when_ = 0, text_ = 0, place_ = 0;
  std::string out_;
};

void place_json(JsonText& out, std::string_view name, const SourcePlace& place) {
  out.key(name);
  if (place.at.empty()) {
    out.raw("null");
    return;
  }
  out.open('{').pair("at", place.at).pair("text", place.text).close('}');
}

void step_json(JsonText& out, const ProofStep& step) {
  out.open('{').pair("kind", word(step.kind)).pair("mark", word(step.mark)).key("at");
  if (step.at == INT64_MIN) out.raw("null");
  else out.text(format_instant(step.at));
  out.pair("when", step.when).pair("text", step.text);
  place_json(out, "place", step.place);
  out.key("inside").raw(step.inside ? "true" : "false").close('}');
}

std::string text_at(const nlohmann::json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  return object.is_object() && found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

nlohmann::json list_at(const nlohmann::json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  return object.is_object() && found != object.end() && found->is_array() ? *found : nlohmann::json::array();
}

SourcePlace place_at(const nlohmann::json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  return object.is_object() && found != object.end() ? SourcePlace{text_at(*found, "at"), text_at(*found, "text")} : SourcePlace{};
}

template <class Enum, size_t N>
Enum one_of(const std::array<std::string_view, N>& words, const std::string& text, Enum otherwise) {
  const auto found = std::find(words.begin(), words.end(), text);
  return found == words.end() ? otherwise : static_cast<Enum>(found - words.begin());
}

ProofStep step_of(const nlohmann::json& json) {
  ProofStep step;
  step.kind = one_of(kKinds, text_at(json, "kind"), ProofStep::Kind::say);
  step.mark = one_of(kMarks, text_at(json, "mark"), ProofStep::Mark::none);
  if (int64_t at = 0; parse_instant(text_at(json, "at"), *find_zone("UTC"), at)) step.at = at;
  step.when = text_at(json, "when");
  step.text = text_at(json, "text");
  step.place = place_at(json, "place");
  const auto inside = json.is_object() ? json.find("inside") : json.end();
  step.inside = json.is_object() && inside != json.end() && inside->is_boolean() && inside->get<bool>();
  return step;
}

}  // namespace

std::string_view word(ProofStep::Kind kind) { return kKinds[static_cast<size_t>(kind)]; }
std::string_view word(ProofStep::Mark mark) { return kMarks[static_cast<size_t>(mark)]; }
std::string_view word(Proof::Answer answer) { return kAnswers[static_cast<size_t>(answer)]; }

std::string render_text(const Proof& proof, bool colour) { return TextProof(proof, colour).run(); }

std::string render_json(const Proof& proof) {
  JsonText out;
  out.open('{').pair("answer", word(proof.answer)).pair("user", proof.user).pair("message", proof.message).pair("id", proof.id).pair("verdict", proof.verdict);
  place_json(out, "decided_by", proof.decided_by);
  out.pair("time_zone", proof.time_zone).key("sections").open('[');
  for (const Proof::Section& section : proof.sections) {
    out.open('{').pair("title", section.title).key("steps").open('[');
    for (const ProofStep& step : section.steps) step_json(out, step);
    out.close(']').close('}');
  }
  out.close(']').key("untold").open('[');
  for (const std::string& text : proof.untold) out.text(text);
  return out.close(']').close('}').str();
}

std::optional<Proof> proof_of_json(std::string_view text) {
  const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
  const std::string answer = text_at(json, "answer");
  if (std::find(kAnswers.begin(), kAnswers.end(), answer) == kAnswers.end()) return std::nullopt;
  Proof proof;
  proof.answer = one_of(kAnswers, answer, Proof::Answer::nobody);
  for (auto [member, key] : {std::pair{&proof.user, "user"}, {&proof.message, "message"}, {&proof.id, "id"}, {&proof.verdict, "verdict"}, {&proof.time_zone, "time_zone"}}) *member = text_at(json, key);
  proof.decided_by = place_at(json, "decided_by");
  for (const nlohmann::json& section : list_at(json, "sections")) {
    proof.sections.push_back({text_at(section, "title"), {}});
    for (const nlohmann::json& step : list_at(section, "steps")) proof.sections.back().steps.push_back(step_of(step));
  }
  for (const nlohmann::json& line : list_at(json, "untold")) if (line.is_string()) proof.untold.push_back(line.get<std::string>());
  return proof;
}

}  // namespace wend
