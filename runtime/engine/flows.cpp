#include "runtime/engine/flows.h"

#include "runtime/abi/zones.h"
#include "runtime/store/keys.h"

namespace wend {
namespace {

const std::string kPrefix = "flow/";
constexpr size_t kKnownMost = 10'000;

std::string day_key(int32_t day) { return kPrefix + big_endian_signed(day); }

// Names as they are: what parts them is in none.
std::string key_of(int32_t day, std::initializer_list<std::string_view> what) {
  std::string key = day_key(day);
  for (const std::string_view part : what) key.append(part) += '\0';
  return key;
}

template <class Named>
std::string_view name_at(const std::vector<Named>& list, int32_t index) {
  return index < 0 || static_cast<size_t>(index) >= list.size() ? std::string_view() : std::string_view(list[static_cast<size_t>(index)].name);
}

}  // namespace

void Flows::note(const Module& module, const Decision& decision) {
  using Kind = Decision::Kind;
  const auto add = [&](std::initializer_list<std::string_view> what) { ++pending_[key_of(to_local(*module.zone, decision.at).day, what)]; };
  const std::string_view journey = name_at(module.journeys, decision.subject);
  switch (decision.kind) {
    case Kind::state: {
      const ModuleStates& states = module.states[static_cast<size_t>(decision.subject)];
      const auto word = [&](int32_t state) { return state < 0 ? std::string_view() : std::string_view(states.names[static_cast<size_t>(state)]); };
      return add({"state", states.name, word(decision.from), word(decision.to)});
    }
    case Kind::enter: return add({"enter", journey});
    case Kind::goal: return add({"goal", journey});
    case Kind::leave: return add({"leave", journey, word(decision.leave)});
    case Kind::step: return add({"step", journey, module.journeys[static_cast<size_t>(decision.subject)].steps[static_cast<size_t>(decision.step)]});
    case Kind::message: return add({"message", name_at(module.messages, decision.subject), word(decision.outcome), word(decision.reason)});
    default: return;
  }
}

StoreFailure Flows::put(Batch& batch) {
  for (const auto& [key, count] : pending_) {
    const auto [known, fresh] = known_.try_emplace(key, 0);
    if (fresh) {
      std::optional<std::string> kept;
      if (StoreFailure failure = store_.get(Space::meta, key, kept)) return failure;
      if (kept && kept->size() == 8) known->second = read_big_endian(*kept);
    }
    batch.put(Space::meta, key, big_endian(known->second += count));
  }
  pending_.clear();
  if (known_.size() > kKnownMost) known_.clear();
  if (forget_ <= forgotten_) return {};
  forgotten_ = forget_;
  return store_.scan(Space::meta, {kPrefix, day_key(forget_), false}, [&](std::string_view key, std::string_view) { return batch.erase(Space::meta, key), true; });
}

StoreFailure Flows::visit(const StoreReader& store, int32_t first, int32_t last, const std::function<bool(const Flow&)>& visit) {
  return store.scan(Space::meta, {day_key(first), day_key(last + 1), false}, [&](std::string_view key, std::string_view value) {
    if (key.size() < kPrefix.size() + 8 || value.size() != 8) return true;
    Flow flow{static_cast<int32_t>(read_big_endian_signed(key.substr(kPrefix.size()))), {}, read_big_endian(value)};
    for (std::string_view rest = key.substr(kPrefix.size() + 8); !rest.empty();) {
      const size_t end = std::min(rest.find('\0'), rest.size());
      flow.what.emplace_back(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return visit(flow);
  });
}

}  // namespace wend
