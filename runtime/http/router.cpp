// A table of a few dozen rows is gone through from the top: nothing to keep in order, nothing to get wrong.
#include "runtime/http/router.h"

#include <algorithm>

namespace wend {

namespace {

std::vector<std::string> steps_of(std::string_view path) {
  std::vector<std::string> steps;
  while (!path.empty()) {
    path.remove_prefix(1);   // the slash
    const size_t end = std::min(path.find('/'), path.size());
    if (end > 0) steps.emplace_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return steps;
}

bool is_name(std::string_view step) { return step.size() > 2 && step.front() == '{' && step.back() == '}'; }

bool fits(const std::vector<std::string>& pattern, const std::vector<std::string>& steps) {
  return std::equal(pattern.begin(), pattern.end(), steps.begin(), steps.end(),
                    [](const std::string& wanted, const std::string& step) { return is_name(wanted) || wanted == step; });
}

HttpServer::Reply for_any_site(HttpServer::Reply reply) {
  return [reply = std::move(reply)](HttpOut out) {
    out.headers.emplace_back("Access-Control-Allow-Origin", "*");
    reply(std::move(out));
  };
}

HttpOut options(const std::string& allow, bool cors) {
  HttpOut out{204, "", "", {{"Allow", allow}}};
  if (!cors) return out;
  out.headers.emplace_back("Access-Control-Allow-Methods", allow);
  out.headers.emplace_back("Access-Control-Allow-Headers", "Authorization, Content-Type, X-Retry-Count");
  out.headers.emplace_back("Access-Control-Max-Age", "86400");
  return out;
}

}  // namespace

void Router::add(std::string method, std::string pattern, HttpServer::Handler handler, Cors cors) {
  rows_.push_back({std::move(method), steps_of(pattern), std::move(handler), cors});
}

void Router::operator()(HttpIn in, HttpServer::Reply reply) const {
  const std::vector<std::string> steps = steps_of(in.path);
  std::vector<std::string> allowed;
  bool cors = false;
  for (const Row& row : rows_) {
    if (!fits(row.steps, steps)) continue;
    if (row.method == in.method || (row.method == "GET" && in.method == "HEAD")) {
      for (size_t i = 0; i < steps.size(); ++i) {
        if (is_name(row.steps[i])) in.segments.emplace_back(row.steps[i].substr(1, row.steps[i].size() - 2), steps[i]);
      }
      return row.handler(std::move(in), row.cors == Cors::yes ? for_any_site(std::move(reply)) : std::move(reply));
    }
    cors = cors || row.cors == Cors::yes;
    if (std::find(allowed.begin(), allowed.end(), row.method) != allowed.end()) continue;
    allowed.push_back(row.method);
    if (row.method == "GET") allowed.emplace_back("HEAD");
  }
  if (allowed.empty()) return reply(problem(404, "Not Found", "there is no such path"));
  std::string allow;
  for (const std::string& method : allowed) allow += method + ", ";
  allow += "OPTIONS";
  if (cors) reply = for_any_site(std::move(reply));
  if (in.method == "OPTIONS") return reply(options(allow, cors));
  HttpOut out = problem(405, "Method Not Allowed", "the path takes " + allow);
  out.headers.emplace_back("Allow", allow);
  reply(std::move(out));
}

HttpServer::Handler Router::handler() const {
  return [table = std::make_shared<const Router>(*this)](HttpIn in, HttpServer::Reply reply) { (*table)(std::move(in), std::move(reply)); };
}

}  // namespace wend
