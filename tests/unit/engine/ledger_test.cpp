// What is kept of a user can be read by whoever only looks, and says beside each decision which rule made it.
#include "tests/unit/engine/desk_world.h"

#include "runtime/engine/ledger.h"
#include "runtime/store/keys.h"

using namespace wend;
using namespace wend::test;

namespace {

const char* const kProject = R"(project shop { time zone "UTC" }
profile {
  identity user_id, anonymous_id many
  email text?
  wants_email bool = true
}
event sign_up { }
channel email { reaches email, consent wants_email, content { subject text } }
protect everyone {
  categories promotional
  at most 1 promotional in 7 days
}
message hello { category promotional, email { subject "Hello" } }
journey welcome {
  enter on sign_up
  re-enter always
  step one { send hello }
}
)";

const int64_t kMorning = 1'767'254'400'000'000;   // 2026-01-01T08:00Z

std::vector<HistoryEntry> rows_of(Ledger& ledger, const std::string& user, HistoryRange range = {}, HistoryRead* read = nullptr) {
  std::vector<HistoryEntry> rows;
  const Ledger::Seen seen = ledger.look(ledger.user_named(user));
  const HistoryRead result = ledger.history(seen, range, [&](const HistoryEntry& entry) { return rows.push_back(entry), true; });
  if (read) *read = result;
  return rows;
}

DecisionWhy some_why() {
  DecisionWhy why;
  why.version = 7;
  why.rule = 2;
  why.node = 0;
  why.rule_place = {"rules.wend:3", "at most 1 promotional in 7 days"};
  why.node_place = {"journeys.wend:9", "send hello"};
  why.key = "cart 7";
  why.used = {{kMorning, "0123456789abcdef", "hello", "email"}, {kMorning + 1, "", "", ""}};
  why.passed_over = {{"push", "consent"}};
  return why;
}

}  // namespace

TEST_CASE("a record stands in the history before what it led to") {
  DeskWorld world(kProject, kMorning);
  world.post(world.line("ada", "sign_up"));
  world.desk->commit();
  Ledger ledger(*world.module, *world.store);
  const std::vector<HistoryEntry> rows = rows_of(ledger, "ada");
  REQUIRE(rows.size() >= 3);
  CHECK_FALSE(rows[0].decision);
  CHECK(rows[0].text.find("sign_up") != std::string::npos);
  for (size_t i = 1; i < rows.size(); ++i) CHECK(rows[i].decision);
}

TEST_CASE("a decision is kept with the line of source that made it and the sends that stood in its way") {
  DeskWorld world(kProject, kMorning);
  world.post(world.line("ada", "sign_up"));
  world.deliver();
  const std::string first = world.last_id();
  world.post(world.line("ada", "sign_up"));
  world.desk->commit();
  Ledger ledger(*world.module, *world.store);
  const DecisionWhy* capped = nullptr;
  const std::vector<HistoryEntry> rows = rows_of(ledger, "ada");
  for (const HistoryEntry& row : rows) {
    if (row.text.find("\"kind\":\"enter\"") != std::string::npos) CHECK(row.why.rule_place.at == "project.wend:15");
    if (row.text.find("\"reason\":\"cap\"") != std::string::npos) capped = &row.why;
  }
  REQUIRE(capped);
  CHECK(capped->version == world.module->version);
  CHECK(capped->rule_place.at == "project.wend:11");
  CHECK(capped->rule_place.text == "at most 1 promotional in 7 days");
  CHECK(capped->node_place.at == "project.wend:17");
  REQUIRE(capped->used.size() == 1);
  CHECK(capped->used[0].id == first.substr(0, 16));
  CHECK(capped->used[0].message == "hello");
}

TEST_CASE("a history is read in pieces, from the front and from the end") {
  DeskWorld world(kProject, kMorning);
  for (int i = 0; i < 5; ++i) world.post(world.line("ada", "sign_up"));
  world.desk->commit();
  Ledger ledger(*world.module, *world.store);
  const std::vector<HistoryEntry> all = rows_of(ledger, "ada");
  HistoryRead read;
  std::vector<uint64_t> pieced;
  for (uint64_t from = 0; pieced.size() < all.size();) {
    const std::vector<HistoryEntry> piece = rows_of(ledger, "ada", {from, 2, false}, &read);
    REQUIRE_FALSE(piece.empty());
    CHECK(piece.size() <= 2);
    for (const HistoryEntry& row : piece) pieced.push_back(row.sequence);
    from = pieced.back() + 1;
  }
  for (size_t i = 0; i < all.size(); ++i) CHECK(pieced[i] == all[i].sequence);
  const std::vector<HistoryEntry> last = rows_of(ledger, "ada", {0, 3, true}, &read);
  CHECK(read.cut);
  REQUIRE(last.size() == 3);
  CHECK(last.back().sequence == all.back().sequence);
  CHECK(last.front().sequence == all[all.size() - 3].sequence);
}

TEST_CASE("rows of history come back as they were written; what is none is counted and read as nothing") {
  HistoryEntry entry;
  CHECK(read_row(log_row(1, 2, "{}"), entry) == RowKind::plain);
  CHECK((entry.at == 1 && entry.received == 2 && entry.text == "{}" && entry.why.version == 0));
  CHECK(read_row(effect_row(1, 2, "{}"), entry) == RowKind::effect);
  const std::string row = audit_row(-3, 4, "{\"kind\":\"message\"}", some_why());
  REQUIRE(read_row(row, entry) == RowKind::why);
  CHECK((entry.at == -3 && entry.received == 4 && entry.text == "{\"kind\":\"message\"}"));
  CHECK(audit_row(entry.at, entry.received, entry.text, entry.why) == row);
  CHECK(entry.why.used.size() == 2);
  CHECK(entry.why.passed_over.front().reason == "consent");
  std::string later = row;
  later[0] = 9;
  CHECK(read_row(later, entry) == RowKind::unread);
  for (size_t size = 0; size < row.size(); ++size) read_row(row.substr(0, size), entry);   // none of it reads past its end
  for (size_t i = 0; i < row.size(); ++i) {
    std::string odd = row;
    odd[i] = static_cast<char>(odd[i] ^ 0x80);
    read_row(odd, entry);
  }

  DeskWorld world(kProject, kMorning);
  world.post(world.line("ada", "sign_up"));
  world.desk->commit();
  const UserId ada = world.desk->user_named("ada");
  Batch batch;
  std::string key;
  append_big_endian(key, ada);
  append_big_endian(key, 1'000'000);
  batch.put(Space::audit, key, later);
  REQUIRE_FALSE(world.store->write(batch, true));
  Ledger ledger(*world.module, *world.store);
  HistoryRead read;
  rows_of(ledger, "ada", {}, &read);
  CHECK(read.unread == 1);
}

TEST_CASE("a ledger over a snapshot does not see what came later") {
  DeskWorld world(kProject, kMorning);
  world.post(world.line("ada", "sign_up"));
  world.desk->commit();
  const std::unique_ptr<StoreReader> then = world.store->snapshot();
  world.post(world.line("bob", "sign_up"));
  world.deliver();
  Ledger ledger(*world.module, *then);
  CHECK(ledger.user_named("ada") != kNoUser);
  CHECK(ledger.user_named("bob") == kNoUser);
  CHECK(ledger.user_named("user_id", "ada") == ledger.user_named("ada"));
  CHECK(ledger.user_named("anonymous_id", "ada") == kNoUser);
  CHECK(ledger.look(ledger.user_named("ada")).readable);
  CHECK_FALSE(ledger.look(99).readable);
}

TEST_CASE("a send is found wherever it stands") {
  DeskWorld world(kProject, kMorning);
  world.post(world.line("ada", "sign_up"));
  world.desk->commit();
  const std::string id = world.last_id();
  Ledger ledger(*world.module, *world.store);
  CHECK(ledger.send(id, kMorning).row);
  CHECK(ledger.send(id, std::nullopt).row);
  CHECK(ledger.send(id, std::nullopt).at == kMorning);
  world.desk->hold("all", "", "a test");
  world.deliver();
  REQUIRE(ledger.holds().size() == 1);
  CHECK(ledger.holds()[0].why == "a test");
  world.desk->release("all", "");
  world.deliver();
  REQUIRE(ledger.send(id, kMorning).ended);
  CHECK(ledger.send(id, kMorning).ended->how == SentRow::How::delivered);
  CHECK_FALSE(ledger.send("none", kMorning).row);
}

TEST_CASE("values that another version has no place for are told, with how many users have each") {
  const auto project = [](const std::string& plan, const std::string& email = "text?") {
    return R"(project shop { time zone "UTC" }
profile {
  identity user_id, anonymous_id many
  email )" + email + "\n  plan " + plan + "\n}\nevent sign_up { }\n";
  };
  DeskWorld world(project("one of free, paid, family = free"), kMorning);
  for (const auto& [user, plan] : std::vector<std::pair<std::string, std::string>>{{"ada", "paid"}, {"bob", "paid"}, {"cy", "family"}, {"dot", "free"}})
    world.post(R"({"type":"identify","userId":")" + user + R"(","traits":{"plan":")" + plan + R"("},"timestamp":"2026-01-01T08:00:00Z"})");
  world.desk->commit();
  const auto misfits = [&](const std::string& text) {
    const Project next = Project::from_texts({{"project.wend", text}});
    REQUIRE(next.ok());
    const auto module = compile(next.program(), Tier::fast_compile);
    return Ledger(*world.module, *world.store).misfits(*module);
  };
  CHECK(misfits(project("one of free, family, pro = free")) == std::map<std::string, uint64_t>{{"`plan` `paid`", 2}});
  CHECK(misfits(project("one of paid, family, pro, free = free")).empty());
  CHECK(misfits(project("text?")).empty());
  CHECK(misfits(project("one of free, paid, family = free", "text? sensitive")).empty());
}
