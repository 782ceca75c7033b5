// The table of routes, who may come in, and how a question reaches the daemon.
#include "runtime/hosts/service.h"

#include <nlohmann/json.hpp>

#include "runtime/engine/write_key.h"

namespace wend {

Service::Service(Daemon& daemon, Options options)
    : daemon_(daemon), options_(std::move(options)), keys_(options_.ingest.write_keys),
      limits_(options_.ingest.rate_per_key, options_.ingest.rate_per_user), counts_(options_.warn) {}

const std::vector<Service::Row>& Service::rows() {
  static const std::vector<Row> table = {
#define WEND_ROUTE(door, method, pattern, handler, cors, key, summary) {Door::door, #method, pattern, &Service::handler, Cors::cors, Key::key, summary},
#include "runtime/hosts/routes.def"
#undef WEND_ROUTE
  };
  return table;
}

Router Service::router(Door door) {
  Router router;
  for (const Row& row : rows()) {
    if (row.door != door) continue;
    router.add(row.method, row.pattern, [this, &row](HttpIn in, Reply reply) {
      if (row.door == Door::admin && row.key == Key::key && !may_enter(in))
        return reply(problem(401, "no entry", "send the token of `admin.token` as `Authorization: Bearer …`"));
      (this->*row.member)(std::move(in), std::move(reply));
    }, row.cors);
  }
  return router;
}

Router Service::ingest_door() { return router(Door::ingest); }
Router Service::admin_door() { return router(Door::admin); }

bool Service::may_enter(const HttpIn& in) const {
  if (options_.admin_token.none()) return true;
  std::string trouble;
  const std::optional<SecretText> token = options_.admin_token.read(trouble);
  constexpr std::string_view kBearer = "Bearer ";
  const std::string_view said = in.header("authorization");
  return token && said.substr(0, kBearer.size()) == kBearer && same_key(said.substr(kBearer.size()), token->reveal());
}

void Service::ask(const Reply& reply, const std::function<HttpOut(Desk&)>& question) {
  HttpOut out;
  if (daemon_.ask([&](Desk& desk) { out = question(desk); })) return reply(std::move(out));
  reply(problem(503, "stopping", "the server is going down, or its store has failed"));
}

void Service::openapi(HttpIn, Reply reply) {
  nlohmann::ordered_json paths = nlohmann::ordered_json::object();
  for (const Row& row : rows()) {
    std::string method = row.method;
    for (char& c : method) c = static_cast<char>(c | 0x20);
    nlohmann::ordered_json operation = {{"summary", row.summary}, {"tags", {row.door == Door::ingest ? "ingest" : "admin"}}};
    const std::string pattern = row.pattern;
    for (size_t at = pattern.find('{'); at != std::string::npos; at = pattern.find('{', at + 1))
      operation["parameters"].push_back({{"name", pattern.substr(at + 1, pattern.find('}', at) - at - 1)}, {"in", "path"}, {"required", true}, {"schema", {{"type", "string"}}}});
    if (method == "post") operation["requestBody"] = {{"content", {{"application/json", {{"schema", {{"type", "object"}}}}}}}};
    operation["responses"] = {{"200", {{"description", "well"}}}, {"default", {{"description", "what is wrong (RFC 9457)"}, {"content", {{"application/problem+json", {{"schema", {{"$ref", "#/components/schemas/Problem"}}}}}}}}}};
    if (row.key == Key::key) operation["security"] = {{{row.door == Door::ingest ? "writeKey" : "token", nlohmann::ordered_json::array()}}};
    paths[pattern][method] = std::move(operation);
  }
  nlohmann::ordered_json page = {{"openapi", "3.1.0"}, {"info", {{"title", "Wend"}, {"version", options_.version}}}, {"paths", std::move(paths)}};
  page["components"]["securitySchemes"] = {{"writeKey", {{"type", "http"}, {"scheme", "basic"}}}, {"token", {{"type", "http"}, {"scheme", "bearer"}}}};
  page["components"]["schemas"]["Problem"] = {{"type", "object"}, {"required", {"title", "status"}},
                                              {"properties", {{"title", {{"type", "string"}}}, {"status", {{"type", "integer"}}}, {"detail", {{"type", "string"}}},
                                                              {"errors", {{"type", "array"}, {"items", {{"type", "object"}}}}}}}};
  HttpOut out;
  out.body = page.dump(2) + "\n";
  reply(std::move(out));
}

}  // namespace wend
