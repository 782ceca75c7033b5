// One user at a desk: by which identity, with what history, all that is known of them, and nothing any more. Tested by
// tests/unit/engine/desk_test.cpp.
#include <algorithm>
#include <map>
#include <set>

#include "runtime/abi/zones.h"
#include "runtime/channels/json.h"
#include "runtime/core/values.h"
#include "runtime/engine/desk.h"
#include "runtime/engine/desk_rows.h"
#include "runtime/engine/ledger.h"

namespace wend {

using namespace desk;

namespace {
constexpr size_t kQuotedMost = 10'000;   // texts of a rejected record
}  // namespace

UserId Desk::user_named(std::string_view identity, std::string_view text) {
  for (uint32_t rank = 0; rank < module().identities.size(); ++rank)
    if (module().identities[rank] == identity) return shard_->find(rank, text);
  return kNoUser;
}

UserId Desk::user_named(std::string_view text) {
  for (uint32_t rank = 0; rank < module().identities.size(); ++rank)
    if (const UserId id = shard_->find(rank, text); id != kNoUser) return id;
  return kNoUser;
}

void Desk::history(UserId user, const std::function<bool(const Entry&)>& visit) {
  std::vector<UserId> all{user};
  if (const auto seen = shard_->look(user)) all.insert(all.end(), seen->row->parts.begin(), seen->row->parts.end());
  throw_if(read_history(store_, all, {}, visit).failure);
}

// ---- erasure

std::string Desk::mark_of(std::string_view what, std::string_view text) const {
  return wend::mark_of(key_, what, text);
}

bool Desk::erased(std::string_view text) {
  if (!any_erased_) return false;
  std::optional<std::string> mark;
  throw_if(store_.get(Space::meta, kErased + mark_of("identity", text), mark));
  return mark.has_value();
}

void Desk::learn_erased() {
  throw_if(store_.scan(Space::meta, {kErased, behind_prefix(kErased), false}, [&](std::string_view, std::string_view) {
    any_erased_ = true;
    return false;
  }));
}

// What was rejected may be anything; whatever stands in it between quotation marks may be an identity.
bool Desk::names_erased(std::string_view raw) {
  size_t begin = any_erased_ ? raw.find('"') : std::string_view::npos;
  for (size_t looked = 0; begin != std::string_view::npos && looked < kQuotedMost; ++looked) {
    const size_t end = raw.find('"', begin + 1);
    if (end == std::string_view::npos) return false;
    if (erased(raw.substr(begin + 1, end - begin - 1))) return true;
    begin = end;   // the end of one may be the beginning of another: quotation marks may be missing
  }
  return false;
}

Desk::Erased Desk::erase(UserId user) {
  any_erased_ = true;
  Erased erased;
  shard_->look(user);   // of the version before: taken over, and what that decides is kept first
  commit();
  const auto seen = shard_->look(user);
  std::set<UserId> all{user};
  if (seen) all.insert(seen->row->parts.begin(), seen->row->parts.end());
  Batch& batch = shard_->batch();
  std::vector<std::string> texts;
  throw_if(store_.scan(Space::ident, {}, [&](std::string_view key, std::string_view value) {
    if (all.count(read_big_endian(value)) == 0) return true;
    batch.erase(Space::ident, key);
    if (!key.empty()) texts.emplace_back(key.substr(1));
    ++erased.rows;
    return true;
  }));
  for (const std::string& text : texts) batch.put(Space::meta, kErased + mark_of("identity", text), big_endian_signed(last_));
  for (const UserId id : all)
    for (const Space space : {Space::log, Space::audit}) batch.erase_range(space, big_endian(id), behind_prefix(big_endian(id)));
  outbox_->visit_all([&](OutboxRow row, int64_t at) {
    if (all.count(row.user) == 0 || at == Outbox::kStarted) return true;
    SentRow ended;
    ended.how = SentRow::How::cancelled;
    ended.at = last_;
    ended.reason = "erased";
    outbox_->finish(row, at, ended, batch);
    ++erased.sends;
    return true;
  });
  for (const Space space : {Space::dlq, Space::inbox})
    throw_if(store_.scan(space, {}, [&](std::string_view key, std::string_view value) {
      for (const std::string& text : texts)
        if (!text.empty() && value.find(text) != std::string_view::npos) {
          batch.erase(space, key);
          ++erased.rows;
          break;
        }
      return true;
    }));
  for (const UserId id : all) erased.rows += shard_->erase(id);
  commit();   // whatever came before that would find them in the store, and bring them back
  return erased;
}

// A store that was restored is told whom an older copy still knows (erasures.h).
void Desk::erase_due() {
  std::map<std::string, std::string> due;   // when, by mark
  throw_if(store_.scan(Space::meta, {kErasureDue, behind_prefix(kErasureDue)}, [&](std::string_view key, std::string_view when) {
    due.emplace(key.substr(kErasureDue.size()), when);
    return true;
  }));
  if (due.empty()) return;
  any_erased_ = true;
  std::vector<std::pair<uint32_t, std::string>> names;
  throw_if(store_.scan(Space::ident, {}, [&](std::string_view key, std::string_view) {
    if (key.empty()) return true;
    const std::string_view text = key.substr(1);
    if (due.count(mark_of("identity", text)) > 0) names.emplace_back(static_cast<uint8_t>(key[0]), text);
    return true;
  }));
  for (const auto& [rank, text] : names) {
    if (const UserId user = shard_->find(rank, text); user != kNoUser) erase(user);
  }
  Batch& batch = shard_->batch();
  for (const auto& [mark, when] : due) {
    batch.put(Space::meta, kErased + mark, when);
    batch.erase(Space::meta, kErasureDue + mark);
  }
  commit();
}

std::string Desk::export_user(UserId user) {
  std::string out;
  const auto line = [&](JsonText& text) { out += text.close('}').str() + "\n"; };
  if (const auto seen = shard_->look(user)) {
    for (size_t rank = 0; rank < seen->row->values.size(); ++rank) {
      if (!seen->row->values[rank]) continue;
      JsonText text;
      line(text.open('{').pair("kind", "identity").pair("name", module().identities[rank]).pair("value", *seen->row->values[rank]));
    }
    seen->step->look(*seen->state, last_);
    for (const ModuleAttribute& attribute : module().attributes) {
      wend_slot slot{};
      if (attribute.identity || !seen->state->begun() || !read_field(seen->state->bytes(), attribute.field, attribute.type.kind, seen->step->context(), slot)) continue;
      JsonText text;
      std::string value;
      append_json_value(attribute.type, owned_of(fixed_of(true, slot, attribute.type.kind), attribute.type.kind), value);
      line(text.open('{').pair("kind", "attribute").pair("name", attribute.name).key("value").raw(value));
    }
    for (const Census::Place& place : shard_->census().names_of(*seen->state)) {
      if (place == "users") continue;
      JsonText text;
      line(text.open('{').pair("kind", "place").pair("name", place));
    }
  }
  history(user, [&](const Entry& entry) {
    JsonText text;
    text.open('{').pair("kind", entry.decision ? "decision" : "record").pair("at", format_instant(entry.at)).pair("received", format_instant(entry.received));
    line(text.key(entry.decision ? "decision" : "record").raw(entry.text));
    return true;
  });
  outbox_->visit_all([&](OutboxRow row, int64_t) {
    if (shard_->present(row.user) != user) return true;
    JsonText text;
    text.open('{').pair("kind", "send").pair("id", row.id).pair("channel", row.channel).pair("message", row.message).key("content").open('{');
    for (const auto& [name, value] : row.content) text.pair(name, value);
    text.close('}');
    line(text);
    return true;
  });
  return out;
}

}  // namespace wend
