// The doors of a running project over HTTP: events in on one, operations and reading on the other. Any thread; what concerns
// users is asked of the Daemon. Tested by tests/unit/hosts/service_test.cpp and tests/outside.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/engine/envelope.h"
#include "runtime/engine/ledger.h"
#include "runtime/hosts/daemon.h"
#include "runtime/hosts/ingest_counts.h"
#include "runtime/hosts/ingest_limits.h"
#include "runtime/hosts/key_ring.h"
#include "runtime/http/router.h"
#include "runtime/settings/settings.h"
#include "runtime/store/store.h"

namespace wend {

// What providers reported since the start, by channel and what became of it. Any thread.
class CallbackCounts {
 public:
  using ByResult = std::map<std::pair<std::string, std::string>, uint64_t>;
  void add(const std::string& channel, std::string_view result, uint64_t count = 1);
  ByResult all() const;

 private:
  mutable std::mutex mutex_;
  ByResult counts_;
};

class Service {
 public:
  struct Options {
    IngestSettings ingest;
    SecretSource admin_token;                     // none: nobody is asked
    std::string version;                          // of wend
    Compile compile;                              // empty: no other version can be brought in
    std::map<std::string, std::shared_ptr<Connector>, std::less<>> channels;   // whose providers may call back, by name
    std::function<bool(const std::string& name)> has_channel;         // whether a channel is set up; empty: each is
    std::function<StoreFailure(const std::string& folder)> back_up;   // empty: cannot be
    std::function<StoreFailure()> erased;         // after each erasure that is durable; empty: nothing
    std::function<std::unique_ptr<StoreReader>()> snapshot;            // empty: nothing can be read of users
    std::function<StoreStatistics()> store;       // empty: nothing is said of it
    std::function<std::vector<std::pair<std::string, HttpCounts>>()> doors;   // by name, for /metrics
    std::function<void(std::string_view)> warn;   // what an operator should know, from any thread; may be empty
    std::function<int64_t()> steady = [] { return system_clock().steady(); };   // by which rates are kept
  };
  Service(Daemon& daemon, Options options);

  Router ingest_door();
  Router admin_door();

 private:
  using Reply = HttpServer::Reply;
  enum class Door : uint8_t { ingest, admin };
  enum class Key : uint8_t { open, key };
  using Member = void (Service::*)(HttpIn, Reply);
  struct Row { Door door; const char *method, *pattern; Member member; Cors cors; Key key; const char* summary; };
  static const std::vector<Row>& rows();
  Router router(Door door);

  // service_ingest.cpp
  template <EnvelopeRoute route>
  void accept(HttpIn in, Reply reply) { take(route, std::move(in), std::move(reply)); }
  void sdk_settings(HttpIn in, Reply reply);
  // service_callbacks.cpp
  void callback(HttpIn in, Reply reply);
  // service_operations.cpp
  void livez(HttpIn in, Reply reply);
  void readyz(HttpIn in, Reply reply);
  void metrics(HttpIn in, Reply reply);
  void openapi(HttpIn in, Reply reply);
  void holds(HttpIn in, Reply reply);
  void hold(HttpIn in, Reply reply);
  void release(HttpIn in, Reply reply);
  void unknown_sends(HttpIn in, Reply reply);
  void message(HttpIn in, Reply reply);
  void settle(HttpIn in, Reply reply);
  void dead_letters(HttpIn in, Reply reply);
  void replay(HttpIn in, Reply reply);
  void drop_dead_letter(HttpIn in, Reply reply);
  void export_user(HttpIn in, Reply reply);
  void erase_user(HttpIn in, Reply reply);
  void backup(HttpIn in, Reply reply);
  void agree_clock(HttpIn in, Reply reply);
  // service_read.cpp
  void populations(HttpIn in, Reply reply);
  void flows(HttpIn in, Reply reply);
  void journeys(HttpIn in, Reply reply);
  void sends(HttpIn in, Reply reply);
  void user(HttpIn in, Reply reply);
  void timeline(HttpIn in, Reply reply);
  void records(HttpIn in, Reply reply);
  void explain_user(HttpIn in, Reply reply);
  void program(HttpIn in, Reply reply);
  void apply(HttpIn in, Reply reply);
  std::string misfits_of(const Module& live, const Module& next) const;

  // Runs on the daemon's thread; answers 503 where it has stopped.
  void ask(const Reply& reply, const std::function<HttpOut(Desk&)>& question);
  void take(EnvelopeRoute route, HttpIn in, Reply reply);
  // Queued, and answered by `answer` when it is durable; otherwise that it must come again. False: it was not queued.
  bool offer(Arrivals arrivals, const Reply& reply, std::function<HttpOut(const Desk::Receipt&)> answer);
  // Looks at a snapshot of the store, on the thread it is called on.
  void look(const Reply& reply, const std::function<HttpOut(Ledger&)>& question);
  bool may_enter(const HttpIn& in) const;         // the admin door
  std::vector<std::string> what_is_wrong() const; // empty: ready

  Daemon& daemon_;
  const Options options_;
  KeyRing keys_;
  IngestLimits limits_;
  IngestCounts counts_;
  const std::shared_ptr<CallbackCounts> callbacks_ = std::make_shared<CallbackCounts>();   // requests under way have it, too
};

// Numbers for Prometheus, in its text format 0.0.4.
std::string metrics_text(const Daemon::Numbers& numbers, const IngestCounts::Numbers& ingest, const std::vector<std::pair<std::string, HttpCounts>>& doors, const CallbackCounts::ByResult& callbacks,
                         const StoreStatistics* store, std::string_view version);

}  // namespace wend
