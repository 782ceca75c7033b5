// The admin door: health, numbers, holds, sends, dead letters, one user, backups.
#include <nlohmann/json.hpp>

#include "runtime/abi/zones.h"
#include "runtime/core/migration.h"
#include "runtime/engine/ingest.h"
#include "runtime/hosts/query.h"
#include "runtime/hosts/service.h"

namespace wend {
namespace {

using Json = nlohmann::ordered_json;

constexpr int64_t kAliveWithin = 5'000'000;
constexpr uint64_t kPageMost = 1'000, kPageUsual = 100;

HttpOut json(const Json& value, int status = 200) {
  HttpOut out;
  out.status = status;
  out.body = value.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  return out;
}

HttpOut text(int status, std::string body) {
  HttpOut out;
  out.status = status;
  out.type = "text/plain; charset=utf-8";
  out.body = std::move(body) + "\n";
  return out;
}

// A field of a JSON object that is a text; "" otherwise.
std::string said(const Json& body, const char* name) {
  const auto found = body.is_object() ? body.find(name) : body.end();
  return body.is_object() && found != body.end() && found->is_string() ? found->get<std::string>() : std::string();
}

HttpOut nobody(std::string_view user) { return problem(404, "no such user", "nobody has the identity `" + std::string(user) + "`"); }

Json send_of(const OutboxRow& row, std::string_view status, int64_t ready) {
  Json out = {{"id", row.id}, {"status", status}, {"channel", row.channel}, {"message", row.message}, {"category", row.category}};
  if (!row.journey.empty()) out["journey"] = row.journey;
  if (!row.step.empty()) out["step"] = row.step;
  out["decided"] = format_instant(row.decided);
  if (ready > 0 && ready < Outbox::kHeld) out["ready"] = format_instant(ready);
  out["attempts"] = row.attempts;
  if (!row.reason.empty()) out["reason"] = row.reason;
  return out;
}

std::string_view status_at(int64_t at) {
  return at == Outbox::kHeld ? "held" : at == Outbox::kStarted ? "started" : at == Outbox::kUnknown ? "unknown" : "waiting";
}

}  // namespace

// ---- health

std::vector<std::string> Service::what_is_wrong() const {
  const Daemon::Numbers numbers = daemon_.numbers();
  std::vector<std::string> wrong;
  if (numbers.broken) wrong.push_back("the store has failed");
  if (numbers.stopping) wrong.push_back("going down");
  if (numbers.low_disk) wrong.push_back("the disk is nearly full");
  if (!numbers.trusted) wrong.push_back("the wall clock is not believed: nothing is sent");
  if (numbers.queued >= options_.ingest.queue_events) wrong.push_back("the queue is full");
  return wrong;
}

void Service::livez(HttpIn, Reply reply) {
  const bool alive = system_clock().steady() - daemon_.numbers().turned_us < kAliveWithin;
  reply(text(alive ? 200 : 503, alive ? "ok" : "the daemon's thread does not turn"));
}

void Service::readyz(HttpIn, Reply reply) {
  std::string all;
  for (const std::string& each : what_is_wrong()) all += (all.empty() ? "" : "\n") + each;
  reply(text(all.empty() ? 200 : 503, all.empty() ? "ok" : all));
}

void Service::metrics(HttpIn, Reply reply) {
  StoreStatistics store;
  if (options_.store) store = options_.store();
  HttpOut out;
  out.type = "text/plain; version=0.0.4; charset=utf-8";
  out.body = metrics_text(daemon_.numbers(), counts_.numbers(), options_.doors ? options_.doors() : std::vector<std::pair<std::string, HttpCounts>>(), callbacks_->all(), options_.store ? &store : nullptr, options_.version);
  reply(std::move(out));
}

// ---- holds

void Service::holds(HttpIn, Reply reply) {
  ask(reply, [](Desk& desk) {
    const Holds& holds = desk.courier().holds();
    return json({{"all", holds.all}, {"channels", holds.channels}, {"journeys", holds.journeys}, {"messages", holds.messages}});
  });
}

void Service::hold(HttpIn in, Reply reply) {
  const Json body = Json::parse(in.body, nullptr, false);
  const std::string kind = said(body, "kind"), name = said(body, "name");
  if (kind.empty() || (kind != "all" && name.empty())) return reply(problem(400, "what to hold", "send {\"kind\": \"all|channel|journey|message\", \"name\": \"…\", \"why\": \"…\"}"));
  ask(reply, [&](Desk& desk) {
    const Module& module = desk.module();
    const auto has = [&](const auto& list) { return std::any_of(list.begin(), list.end(), [&](const auto& each) { return each.name == name; }); };
    if ((kind == "channel" && !has(module.channels)) || (kind == "journey" && !has(module.journeys)) || (kind == "message" && !has(module.messages)))
      return problem(404, "no such " + kind, "the program has no " + kind + " `" + name + "`");
    if (!desk.hold(kind, name, said(body, "why"))) return problem(400, "what to hold", "`kind` is one of all, channel, journey, message");
    return json({{"held", kind == "all" ? "all" : kind + " " + name}});
  });
}

void Service::release(HttpIn in, Reply reply) {
  const Json body = Json::parse(in.body, nullptr, false);
  const std::string kind = said(body, "kind"), name = said(body, "name");
  ask(reply, [&](Desk& desk) {
    if (!desk.release(kind, name)) return problem(404, "not held", "nothing of that kind and name is held");
    return json({{"released", kind == "all" ? "all" : kind + " " + name}});
  });
}

// ---- sends

void Service::unknown_sends(HttpIn in, Reply reply) {
  const uint64_t limit = std::min(query_number(in.query, "limit", kPageUsual), kPageMost);
  ask(reply, [&](Desk& desk) {
    Json list = Json::array();
    desk.outbox().visit(Outbox::kUnknown, [&](OutboxRow row) {
      if (list.size() < limit) list.push_back(send_of(row, "unknown", 0));
      return list.size() < limit;
    });
    return json({{"messages", std::move(list)}});
  });
}

void Service::message(HttpIn in, Reply reply) {
  const std::string id(in.segment("id"));
  ask(reply, [&](Desk& desk) {
    if (const auto ended = desk.outbox().ended(id)) {
      Json out = {{"id", id}, {"status", word(ended->how)}, {"channel", ended->channel}, {"message", ended->message}, {"category", ended->category},
                  {"decided", format_instant(ended->decided)}, {"ended", format_instant(ended->at)}, {"attempts", ended->attempts}};
      if (!ended->reason.empty()) out["reason"] = ended->reason;
      if (!ended->provider_id.empty()) out["provider_id"] = ended->provider_id;
      return json(out);
    }
    for (const int64_t at : {Outbox::kStarted, Outbox::kUnknown, Outbox::kHeld})
      if (const auto row = desk.outbox().find(at, id)) return json(send_of(*row, status_at(at), at));
    std::optional<Json> found;
    desk.outbox().visit_all([&](OutboxRow row, int64_t at) {
      if (row.id == id) found = send_of(row, status_at(at), at);
      return !found;
    });
    return found ? json(*found) : problem(404, "no such send", "no send has this id, or it ended longer ago than ends are kept");
  });
}

void Service::settle(HttpIn in, Reply reply) {
  const std::string id(in.segment("id")), outcome = said(Json::parse(in.body, nullptr, false), "outcome");
  if (outcome != "delivered" && outcome != "failed") return reply(problem(400, "what became of it", "send {\"outcome\": \"delivered\"} or {\"outcome\": \"failed\"}"));
  ask(reply, [&](Desk& desk) {
    if (!desk.settle(id, outcome)) return problem(404, "not unknown", "no send of this id is unknown");
    return json({{"id", id}, {"status", outcome}});
  });
}

// ---- dead letters

void Service::dead_letters(HttpIn in, Reply reply) {
  const uint64_t from = query_number(in.query, "from", 0), limit = std::min(query_number(in.query, "limit", kPageUsual), kPageMost);
  ask(reply, [&](Desk& desk) {
    Json list = Json::array();
    uint64_t next = 0;
    desk.dead_letters(from, [&](const Desk::DeadLetter& letter) {
      if (list.size() == limit) return next = letter.sequence, false;
      list.push_back({{"sequence", letter.sequence}, {"received", format_instant(letter.received)}, {"reason", letter.reason}, {"record", letter.raw}});
      return true;
    });
    Json out = {{"dead_letters", std::move(list)}};
    if (next) out["next"] = next;
    return json(out);
  });
}

void Service::replay(HttpIn in, Reply reply) {
  const uint64_t sequence = query_number("n=" + std::string(in.segment("sequence")), "n", UINT64_MAX);
  ask(reply, [&](Desk& desk) {
    const std::optional<Desk::Receipt> receipt = desk.replay(sequence);
    if (!receipt) return problem(404, "no such dead letter", "no dead letter has this number");
    if (receipt->rejected > 0) return problem(422, "rejected again", receipt->why.empty() ? "" : receipt->why.front().reason);
    return json({{"applied", receipt->applied}, {"duplicates", receipt->duplicates}, {"ignored", receipt->ignored}});
  });
}

void Service::drop_dead_letter(HttpIn in, Reply reply) {
  const uint64_t sequence = query_number("n=" + std::string(in.segment("sequence")), "n", UINT64_MAX);
  ask(reply, [&](Desk& desk) { return desk.drop_dead_letter(sequence) ? json({{"dropped", sequence}}) : problem(404, "no such dead letter"); });
}

// ---- one user

void Service::export_user(HttpIn in, Reply reply) {
  const std::string name = decoded(in.segment("user"));
  ask(reply, [&](Desk& desk) {
    const UserId user = desk.user_named(name);
    if (user == kNoUser) return nobody(name);
    HttpOut out;
    out.type = "application/x-ndjson";
    out.body = desk.export_user(user);
    return out;
  });
}

void Service::erase_user(HttpIn in, Reply reply) {
  const std::string name = decoded(in.segment("user"));
  bool gone = false;
  HttpOut answer;
  const auto keep = [&](HttpOut out) { answer = std::move(out); };
  ask(keep, [&](Desk& desk) {
    const UserId user = desk.user_named(name);
    if (user == kNoUser) return nobody(name);
    const Desk::Erased erased = desk.erase(user);
    gone = true;
    return json({{"erased", true}, {"rows", erased.rows}, {"sends_cancelled", erased.sends}});
  });
  if (gone && answer.status == 200 && options_.erased)
    if (const StoreFailure failure = options_.erased())
      return reply(problem(500, "erased, but the ledger was not written", "a restored backup would not know of it: " + failure->text()));
  reply(std::move(answer));
}

// ---- versions

void Service::program(HttpIn, Reply reply) {
  ask(reply, [](Desk& desk) {
    const Desk::Version& live = desk.live();
    Json files = Json::array();
    if (const auto texts = kept_files(desk.store(), live.record.hash()))
      for (const auto& [path, text] : *texts) files.push_back({{"path", path}, {"text", text}});
    return json({{"version", live.record.hash()}, {"since", live.record.since > 0 ? Json(format_instant(live.record.since)) : Json(nullptr)},
                 {"changing", desk.changing()}, {"files", std::move(files)}});
  });
}

// Of the users as they were at the last commit; "": every value has its place.
std::string Service::misfits_of(const Module& live, const Module& next) const {
  if (!options_.snapshot) return {};
  try {
    const std::unique_ptr<StoreReader> snapshot = options_.snapshot();
    return Migration::refusal_of(Ledger(live, *snapshot).misfits(next));
  } catch (const ShardFault& fault) {
    return "the store cannot be read: " + fault.what;
  }
}

void Service::apply(HttpIn in, Reply reply) {
  const Json body = Json::parse(in.body, nullptr, false);
  ProgramFiles files;
  const auto list = body.is_object() ? body.find("files") : body.end();
  if (body.is_object() && list != body.end() && list->is_array())
    for (const Json& file : *list) files.emplace_back(said(file, "path"), said(file, "text"));
  std::sort(files.begin(), files.end());
  if (files.empty() || std::any_of(files.begin(), files.end(), [](const auto& file) { return file.first.empty(); }))
    return reply(problem(400, "which version", "send {\"files\": [{\"path\": \"project.wend\", \"text\": \"…\"}]}"));
  if (!options_.compile) return reply(problem(501, "cannot be", "this server has no compiler"));
  const auto compile = [this](const CompileRequest& request) {
    CompiledProgram compiled = options_.compile(request);
    const std::shared_ptr<const Module> live = daemon_.module();
    if (!compiled.module) return compiled;
    for (const ModuleChannel& channel : compiled.module->channels)
      if (options_.has_channel && !options_.has_channel(channel.name)) compiled.errors += "channel `" + channel.name + "` is not set up: write a table `[channels." + channel.name + "]` and start the server again\n";
    const auto& before = live->identities;
    const auto& now = compiled.module->identities;
    if (now.size() < before.size() || !std::equal(before.begin(), before.end(), now.begin()))
      compiled.errors += "the identities have another order, or one is gone: what users are known by can only be added to, at the end\n";
    if (compiled.errors.empty()) compiled.errors = misfits_of(*live, *compiled.module);
    if (!compiled.errors.empty()) compiled.module = nullptr;
    return compiled;
  };
  const auto check = body.find("check");
  const Daemon::Applied applied = daemon_.apply(files, compile, check != body.end() && check->is_boolean() && check->get<bool>(), said(body, "against"));
  using How = Daemon::Applied::How;
  Json people = Json::array();
  for (const ProgramPlace& place : applied.people)
    if (place.people > 0) people.push_back({{"journey", place.journey}, {"step", place.step}, {"people", place.people}});
  switch (applied.how) {
    case How::live: return reply(json({{"status", "live"}, {"version", applied.hash}, {"people", people}}));
    case How::checked: return reply(json({{"status", "sound"}, {"version", applied.hash}, {"people", people}}));
    case How::same: return reply(json({{"status", "same"}, {"version", applied.hash}}));
    case How::stale: return reply(problem(412, "stale plan", "another version is live than the one it was made for"));
    case How::changing: return reply(problem(409, "still changing", "users of the version before are still being taken over; try again in a moment"));
    case How::refused: return reply(problem(422, "refused", applied.errors));
    case How::stopped: return reply(problem(503, "stopping", "the server is going down, or its store has failed"));
  }
}

// ---- the rest

void Service::backup(HttpIn in, Reply reply) {
  const std::string folder = said(Json::parse(in.body, nullptr, false), "folder");
  if (folder.empty() || folder.front() != '/') return reply(problem(400, "where to", "send {\"folder\": \"/an/absolute/path/that/does/not/exist/yet\"}"));
  if (!options_.back_up) return reply(problem(501, "cannot be", "this store is not on a disk"));
  if (const StoreFailure failure = options_.back_up(folder)) return reply(problem(500, "no backup was made", failure->text()));
  reply(json({{"folder", folder}}, 201));
}

void Service::agree_clock(HttpIn, Reply reply) {
  daemon_.clock().agree();
  reply(json({{"trusted", daemon_.clock().trusted()}}));
}

}  // namespace wend
