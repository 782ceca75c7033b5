// Code lenses: a test that can be run, and, where a server is connected, how many people are in a journey and its steps. Without an
// answer of the server those are not there, silently.
#include <algorithm>

#include "compiler/language_server/handlers.h"
#include "compiler/language_server/uri.h"

namespace wend::lsp {
namespace {

std::string people(int64_t count) { return std::to_string(count) + (count == 1 ? " person here" : " people here"); }

const Json& named(const Json& list, const std::string& name) {
  static const Json kNone;
  for (const Json& item : list.items())
    if (item["name"].text() == name) return item;
  return kNone;
}

}  // namespace

Json handler::code_lens(Session& session, const Json& params) {
  const Spot spot = spot_of(session, params);
  Json out = array();
  if (spot.file >= spot.snapshot->project.files().size()) return out;
  const auto lens = [&](Span span, Json command) { out.add(object({{"range", range_json(session, spot.text, span.begin, span.end)}, {"command", std::move(command)}})); };
  Json running;
  if (!session.server.empty() && session.fetch)
    if (const auto body = session.fetch(session.server, "/v1/journeys"))
      if (auto json = parse_json(*body)) running = std::move(*json);
  for (const ast::Decl& decl : spot.snapshot->project.files()[spot.file].decls) {
    if (const auto* test = std::get_if<ast::Test>(&decl.node); test && session.client.runs_tests)
      lens(test->name.span, object({{"title", "run test"}, {"command", "wend.runTest"}, {"arguments", array({object({{"project", uri_of(spot.project->root)}, {"test", test->name.value}})})}}));
    const auto* journey = std::get_if<ast::Journey>(&decl.node);
    const Json& there = journey ? named(running["journeys"], journey->name.text) : running;
    if (!journey || !there["inside"].is_integer()) continue;
    lens(journey->name.span, object({{"title", people(there["inside"].integer())}, {"command", ""}}));
    for (const ast::Step& step : journey->steps)
      if (const Json& place = named(there["steps"], step.name.text); place["inside"].is_integer()) lens(step.name.span, object({{"title", people(place["inside"].integer())}, {"command", ""}}));
  }
  return out;
}

}  // namespace wend::lsp
