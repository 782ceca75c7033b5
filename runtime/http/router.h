// Which handler answers which method and path: a table of rows. Tested by tests/unit/http.
//
// A pattern is a path whose steps are texts or `{name}`, which takes any one step that is not empty. A slash at the end is
// optional. The first row that fits answers; GET answers HEAD too. A path no row has is 404, a method none of its rows
// has is 405 with Allow. OPTIONS is answered here; rows with Cors::yes may be called by pages of any site.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/http/server.h"

namespace wend {

enum class Cors : uint8_t { no, yes };

class Router {
 public:
  void add(std::string method, std::string pattern, HttpServer::Handler handler, Cors cors = Cors::no);

  void operator()(HttpIn in, HttpServer::Reply reply) const;

  // A copy of the table, for HttpServer::open.
  HttpServer::Handler handler() const;

 private:
  struct Row { std::string method; std::vector<std::string> steps; HttpServer::Handler handler; Cors cors; };
  std::vector<Row> rows_;
};

}  // namespace wend
