// What is heard of sends: by an attempt, by the provider later, by an operator. It ends what has not ended, and the user's history
// hears of it as an event like any other. Tested by tests/unit/engine/feedback_test.cpp.
#include <algorithm>

#include <fmt/format.h>
#include <xxhash.h>

#include "runtime/abi/zones.h"
#include "runtime/channels/json.h"
#include "runtime/engine/desk.h"

namespace wend {
namespace {

std::string properties_of(const Callback& said) {
  JsonText text;
  text.open('{');
  if (said.event == "bounced") text.key("permanent").raw(said.permanent ? "true" : "false");
  if (said.event == "clicked" && !said.link.empty()) text.pair("link", said.link);
  if (said.event == "unsubscribed" && !said.topic.empty()) text.pair("topic", said.topic);
  return text.str().substr(1);
}

}  // namespace

void Desk::feedback(UserId id, const OutboxRow& row, std::string_view event, std::string_view more_properties) {
  feedback(id, {row.id, row.message, row.channel, event, std::to_string(row.attempts), last_, more_properties});
}

Desk::Receipt Desk::feedback(UserId id, const Feedback& what) {
  const std::optional<Shard::Seen> user = shard_->look(id);
  if (!user) return {.ignored = 1};
  const auto& [rank, text] = user->row->name;
  JsonText properties;
  properties.open('{').pair("message_id", what.id).pair("message", what.message).pair("channel", what.channel);
  std::string said = properties.close('}').str();
  if (!what.more_properties.empty()) said.insert(said.size() - 1, "," + std::string(what.more_properties));
  JsonText line;
  line.open('{').pair("type", "track").pair("event", what.event).pair("messageId", fmt::format("{}/{}/{}", what.id, what.event, what.key));
  if (what.at) line.pair("timestamp", format_instant(*what.at));
  line.key("properties").raw(said);
  if (rank == 0) line.pair("userId", text);
  else line.key("traits").open('{').pair(module().identities[rank], text).close('}');
  return take_text(line.close('}').str());
}

// Of a send that ended, only what is news is heard. A report without a time of its own that comes when duplicates are not known any
// more may be an old one that somebody sends again.
void Desk::take_report(const ProviderReport& report, size_t place, Receipt& receipt) {
  const Callback& said = report.said;
  const std::optional<Courier::Standing> send = courier_->standing(said.id);
  const bool ours = send && send->channel == report.channel;
  const bool stale = ours && send->ended && !said.at_us && last_ - send->ended_at > module().duplicates_within_us;
  const UserId user = ours && !stale ? shard_->present(send->user) : kNoUser;
  if (user == kNoUser) {
    if (ours && shard_->held().count(send->user) > 0) courier_->heard(said.id, said.event, last_);   // their history cannot hear it
    ++receipt.ignored;
    return;
  }
  if (send->ended && word(*send->ended) == said.event) {
    ++receipt.duplicates;
    return;
  }
  const bool once = said.event == "delivered" || said.event == "failed";
  const std::string key = once ? std::to_string(send->attempts) : fmt::format("{:016x}", XXH3_64bits(said.key.data(), said.key.size()));
  const std::string more = properties_of(said);
  receipt.add(feedback(user, {said.id, send->message, send->channel, said.event, key, said.at_us, more}), place);
  settle_by(said.id, said.event, true);   // where the history did not take it
}

bool Desk::settle_by(std::string_view id, std::string_view event, bool said) {
  const std::optional<OutboxRow> row = courier_->heard(id, event, last_);
  if (!row) return false;
  const std::string_view outcome = word(Courier::end_by(event));
  const UserId user = shard_->present(row->user);
  if (user != kNoUser && (!said || event != outcome)) feedback(user, *row, outcome);
  return true;
}

}  // namespace wend
