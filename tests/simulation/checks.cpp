// See checks.h. What it knows of a project it reads from the module's tables; calendars are the reference evaluator's.
#include "tests/simulation/checks.h"

#include <algorithm>
#include <map>
#include <sstream>

#include <xxhash.h>

#include "runtime/core/codec.h"
#include "runtime/store/keys.h"
#include "tests/reference/clock.h"
#include "tests/simulation/world.h"

namespace wend::simulation {
namespace {

constexpr size_t kSaid = 5;   // of one kind

struct Profile {
  const Module& module;
  const Shard::Seen& seen;
  // Nothing: unknown.
  std::optional<int64_t> truth(uint32_t attribute) const {
    wend_slot slot{};
    const ModuleAttribute& declared = module.attributes[attribute];
    if (!read_field(seen.state->bytes(), declared.field, declared.type.kind, seen.step->context(), slot)) return std::nullopt;
    return slot.integer;
  }
  std::optional<std::string> text(uint32_t attribute) const {
    wend_slot slot{};
    const ModuleAttribute& declared = module.attributes[attribute];
    if (!read_field(seen.state->bytes(), declared.field, declared.type.kind, seen.step->context(), slot)) return std::nullopt;
    return std::string(slot.data, static_cast<size_t>(slot.size));
  }
  std::optional<std::string> text(std::string_view name) const {
    for (uint32_t i = 0; i < module.attributes.size(); ++i) if (module.attributes[i].name == name) return text(i);
    return std::nullopt;
  }
};

template <class Table>
size_t place_of(const Table& table, const std::string& name) {
  return static_cast<size_t>(std::find_if(table.begin(), table.end(), [&](const auto& each) { return each.name == name; }) - table.begin());
}

bool quiet(const ModuleQuiet& rule, const reference::Zone& zone, int64_t now) {
  const int64_t time = zone.local(now) - zone.local_day(now) * reference::kDay;
  return rule.from_us < rule.to_us ? time >= rule.from_us && time < rule.to_us : time >= rule.from_us || time < rule.to_us;
}

bool shifts(const reference::Zone& zone, int64_t now) {   // the clocks change hereabouts: left to the reference
  return zone.local(now - reference::kDay) - zone.local(now + reference::kDay) != -2 * reference::kDay;
}

bool about(const ModuleSubject& subject, const Module& module, const OutboxRow& row) {
  switch (subject.kind) {
    case ModuleSubject::Kind::messages: return true;
    case ModuleSubject::Kind::channel: return module.channels[subject.id].name == row.channel;
    case ModuleSubject::Kind::category: return module.categories[subject.id].name == row.category;
    case ModuleSubject::Kind::message: return module.messages[subject.id].name == row.message;
  }
  return false;
}

}  // namespace

std::vector<std::string> problems_of_claim(World& world, const OutboxRow& row) {
  std::vector<std::string> problems;
  const auto wrong = [&](const std::string& what) { problems.push_back("I3: " + row.id + " (" + row.message + " by " + row.channel + ") was claimed " + what); };
  const Module& module = world.desk().module();
  Shard& shard = world.desk().shard();
  const UserId user = shard.present(row.user);
  const auto seen = shard.look(user);
  if (!seen) return {"I3: " + row.id + " was claimed for nobody"};
  const size_t channel_at = place_of(module.channels, row.channel), category_at = place_of(module.categories, row.category), message_at = place_of(module.messages, row.message);
  if (channel_at == module.channels.size() || message_at == module.messages.size()) return wrong("though the project has it no longer"), problems;
  const ModuleChannel& channel = module.channels[channel_at];
  const ModuleMessage& message = module.messages[message_at];
  const Profile profile{module, *seen};
  const bool excepted = std::find(channel.consent_except.begin(), channel.consent_except.end(), message.category) != channel.consent_except.end();
  if (channel.consent >= 0 && !excepted) {
    const auto consent = profile.truth(static_cast<uint32_t>(channel.consent));
    if (!consent || (*consent != 0) == channel.consent_negated) wrong("without consent");
  }
  if (message.topic >= 0 && profile.truth(static_cast<uint32_t>(message.topic)).value_or(0) == 0) wrong("though the topic is not subscribed");
  if (profile.text(channel.reaches).value_or("").empty()) wrong("without an address");
  if (world.now() >= row.reached + message.valid_for_us) wrong("when it was worth nothing any more");
  if (world.desk().courier().holds().covers(row)) wrong("though it is held");
  if (category_at < module.categories.size() && module.categories[category_at].exempt) return problems;

  const reference::Zone* project_zone = reference::Zone::find(world.project().program().project.time_zone);
  const reference::Zone* user_zone = reference::Zone::find(profile.text("time_zone").value_or(""));
  for (const ModuleQuiet& rule : module.quiets) {
    const reference::Zone& zone = rule.user_time && user_zone ? *user_zone : *project_zone;
    if (!shifts(zone, world.now()) && quiet(rule, zone, world.now())) wrong("inside quiet hours");
  }
  // Over a cap: of sends in one leg, by what else was claimed for the same user.
  if (world.project().program().project.name != "shop") return problems;
  for (const ModuleCap& cap : module.caps) {
    if (cap.within_us == 0 || !about(cap.subject, module, row)) continue;
    int64_t others = 0;
    const auto count = [&](UserId of, const std::string& id, const OutboxRow& like, int64_t decided) {
      if (id == row.id || shard.present(of) != user || !about(cap.subject, module, like) || world.failed_by_others.count(id) > 0) return;
      const size_t category = place_of(module.categories, like.category);
      if (category < module.categories.size() && module.categories[category].exempt) return;
      others += decided > row.decided - cap.within_us && decided <= row.decided;
    };
    world.desk().outbox().visit_all([&](OutboxRow other, int64_t at) {
      if (at == Outbox::kStarted || at == Outbox::kUnknown) count(other.user, other.id, other, other.decided);
      return true;
    });
    world.store().scan(Space::sent, {}, [&](std::string_view key, std::string_view value) {
      SentRow sent;
      if (!decode({reinterpret_cast<const uint8_t*>(value.data()), value.size()}, sent) || sent.how != SentRow::How::delivered) return true;
      OutboxRow like;
      like.channel = sent.channel;
      like.message = sent.message;
      like.category = sent.category;
      std::string id;
      for (const char byte : key) {
        const char* digits = "0123456789abcdef";
        id += digits[static_cast<uint8_t>(byte) >> 4];
        id += digits[static_cast<uint8_t>(byte) & 15];
      }
      count(sent.user, id, like, sent.decided);
      return true;
    });
    if (others >= cap.count) wrong("over a cap of " + std::to_string(cap.count));
  }
  return problems;
}

std::vector<std::string> problems_of_provider(const World& world) {
  std::vector<std::string> problems;
  for (const auto& [id, book] : world.provider().book())
    if (book.taken > 1 && problems.size() < kSaid) problems.push_back("I1: " + id + " was taken " + std::to_string(book.taken) + " times");
  return problems;
}

namespace {

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) {
    const char* digits = "0123456789abcdef";
    text += digits[static_cast<uint8_t>(byte) >> 4];
    text += digits[static_cast<uint8_t>(byte) & 15];
  }
  return text;
}

// Where each id stands, and whether what is said of it is what the provider knows.
void check_sends(const World& world, const std::vector<Kept>& decisions, std::vector<std::string>& problems) {
  std::map<std::string, std::vector<std::string>> places;
  const SimStore& store = world.store();
  store.scan(Space::outbox, {}, [&](std::string_view key, std::string_view value) {
    OutboxRow row;
    if (!decode({reinterpret_cast<const uint8_t*>(value.data()), value.size()}, row)) return problems.push_back("I2: a row of the outbox is damaged"), true;
    const int64_t at = read_big_endian_signed(key);
    places[row.id].push_back(at == Outbox::kHeld ? "held" : at == Outbox::kStarted ? "started" : at == Outbox::kUnknown ? "unknown" : "waiting");
    if (at == Outbox::kUnknown && world.desk_user_is_gone(row.user)) problems.push_back("I6: " + row.id + " of a user who was erased is kept with its content");
    return true;
  });
  const auto& book = world.provider().book();
  store.scan(Space::sent, {}, [&](std::string_view key, std::string_view value) {
    SentRow row;
    const std::string id = hex(key);
    if (!decode({reinterpret_cast<const uint8_t*>(value.data()), value.size()}, row)) return problems.push_back("I2: what became of " + id + " is damaged"), true;
    places[id].push_back(std::string(word(row.how)) + " " + row.reason);
    const auto known = book.find(id);
    const bool taken = known != book.end() && known->second.taken > 0;
    const bool said_not = row.how == SentRow::How::failed || row.how == SentRow::How::blocked || row.how == SentRow::How::expired;
    if (world.settled.count(id) > 0) return true;
    if (said_not && taken) problems.push_back("I2: " + id + " is said to have ended as " + std::string(word(row.how)) + " (" + row.reason + "), and was taken");
    if (row.how == SentRow::How::delivered && !taken) problems.push_back("I2: " + id + " is said to be delivered, and was never taken");
    if (!said_not && row.how != SentRow::How::delivered && row.reason.empty()) problems.push_back("I2: " + id + " ended without a reason");
    return true;
  });
  std::map<std::string, int> decided;
  for (const Kept& each : decisions) {
    if (each.line.find("\"outcome\":\"sent\"") == std::string::npos) continue;
    const std::string id = word_at(each.line, "id");
    if (++decided[id] > 1) problems.push_back("I2: " + id + " was decided twice");
    const auto found = places.find(id);
    if (found == places.end()) problems.push_back("I2: " + id + " is lost: " + each.line);
  }
  for (const auto& [id, where] : places) {
    if (where.size() == 1) continue;
    std::string all;
    for (const std::string& each : where) all += (all.empty() ? "" : ", ") + each;
    problems.push_back("I2: " + id + " is in more than one place: " + all);
  }
}

// The durable rows, as another process would read them.
void check_states(World& world, std::vector<std::string>& problems) {
  if (kept_programs(world.store()).before) return;   // rows of two versions
  Shard shard(world.module(), world.store(), [](const Shard::Told&) {}, {}, number_of(world.live().record), {});
  Census census(world.module());
  std::map<Census::Place, int64_t> counted;
  std::map<UserId, int64_t> due;
  std::vector<UserId> users;
  world.store().scan(Space::state, {}, [&](std::string_view key, std::string_view) { return users.push_back(read_big_endian(key)), true; });
  for (const UserId id : users) {
    const auto seen = shard.look(id);
    if (!seen) {
      if (shard.held().count(id) > 0) problems.push_back("I5: the row of user " + std::to_string(id) + " cannot be read");
      continue;   // has joined another
    }
    if (const int64_t next = seen->step->next_due(*seen->state); next != WEND_FOREVER) due[id] = next;
    for (const Census::Place& place : census.names_of(*seen->state)) ++counted[place];
  }
  world.store().scan(Space::timer, {}, [&](std::string_view key, std::string_view) {
    const UserId id = read_big_endian(key.substr(8));
    const int64_t at = read_big_endian_signed(key);
    const auto found = due.find(id);
    if (found == due.end() || found->second != at) problems.push_back("I5: user " + std::to_string(id) + " has a timer at " + reference::print_instant(at) + " that the state does not have");
    else due.erase(found);
    return true;
  });
  for (const auto& [id, at] : due) problems.push_back("I5: user " + std::to_string(id) + " has no timer at " + reference::print_instant(at));
  Census kept(world.module());
  kept.load(world.store());
  for (const auto& [place, count] : kept.counts())
    if (count != counted[place]) problems.push_back("census: " + std::to_string(count) + " are said to be in " + place + ", and " + std::to_string(counted[place]) + " are");
  for (const auto& [place, count] : counted)
    if (count != 0 && kept.counts().count(place) == 0) problems.push_back("census: nobody is said to be in " + place + ", and " + std::to_string(count) + " are");
}

// Users whose erasure is durable.
std::set<UserId> erased_users(const World& world) {
  std::set<UserId> users;
  for (const Accepted& each : world.accepted()) if (each.kind == Accepted::Kind::erase) users.insert(each.user);
  return users;
}

// No row speaks of them, but for an attempt under way.
void check_texts(const World& world, std::vector<std::string>& problems) {
  std::set<std::string> texts;
  for (const Accepted& each : world.accepted()) {
    if (each.kind != Accepted::Kind::erase) continue;
    std::istringstream lines(each.raw);
    for (std::string text; std::getline(lines, text);) texts.insert(text);
  }
  if (texts.empty()) return;
  for (const SpaceInfo& info : kSpaces) {
    const Space space = static_cast<Space>(&info - kSpaces.data());
    world.store().scan(space, {}, [&](std::string_view key, std::string_view value) {
      if (space == Space::outbox && read_big_endian_signed(key) == Outbox::kStarted) return true;
      for (const std::string& text : texts)
        if (key.find(text) != std::string_view::npos || value.find(text) != std::string_view::npos)
          problems.push_back("I6: `" + text + "` was erased, and is in `" + std::string(info.name) + "`: " + std::string(value.substr(0, 300)));
      return problems.size() < kSaid;
    });
  }
}

void check_erased(const World& world, std::vector<std::string>& problems) {
  for (const UserId user : erased_users(world)) {
    std::string id;
    append_big_endian(id, user);
    for (const Space space : {Space::state, Space::log, Space::audit})
      world.store().scan(space, {id, behind_prefix(id), false}, [&](std::string_view, std::string_view) {
        problems.push_back("I6: user " + std::to_string(user) + " was erased, and is in `" + std::string(info_of(space).name) + "`");
        return false;
      });
  }
  if (!world.joins) check_texts(world, problems);   // else others may have come by the same browser
}

}  // namespace

bool World::desk_user_is_gone(UserId user) const { return erased_users(*this).count(user) > 0; }

std::vector<std::string> problems_of_rows(World& world, const std::vector<Kept>& decisions) {
  std::vector<std::string> problems;
  check_sends(world, decisions, problems);
  check_states(world, problems);
  check_erased(world, problems);
  if (problems.size() > kSaid) problems.resize(kSaid);
  return problems;
}

std::vector<std::string> problems_at_the_end(World& world, int64_t decided) {
  std::vector<std::string> problems;
  world.desk().outbox().visit_all([&](OutboxRow row, int64_t at) {
    if (at != Outbox::kUnknown && row.decided <= decided) problems.push_back("I2: " + row.id + " (" + row.message + " by " + row.channel + ") still waits: " + (at == Outbox::kStarted ? "started" : at == Outbox::kHeld ? "held" : reference::print_instant(at)) + " " + row.reason);
    return problems.size() < kSaid;
  });
  return problems;
}

}  // namespace wend::simulation
