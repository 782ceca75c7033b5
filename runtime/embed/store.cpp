// The C interface over engine/shard.h: one shard over one store. Tested by tests/unit/embed.
#include <algorithm>
#include <deque>
#include <exception>
#include <memory>
#include <optional>
#include <string>

#include "runtime/embed/event_line.h"
#include "runtime/embed/frame.h"
#include "runtime/embed/program.h"
#include "runtime/embed/said.h"
#include "runtime/embed/wend_store.h"
#include "runtime/engine/shard.h"
#include "runtime/store/memory_store.h"
#include "runtime/store/rocks_store.h"

using namespace wend;

struct wend_store {
  wend_store(const wend_prog* program, std::unique_ptr<Store> opened)
      : store(std::move(opened)), reader(*program->module),
        shard(*program->module, *store, [this](const Shard::Told& told) { decisions.emplace_back(told.line); }) {}

  const std::unique_ptr<Store> store;
  EventLineReader reader;
  std::deque<std::string> decisions;
  std::string taken, said;
  int64_t last = kFrameEarliest;   // instants do not go back
  bool broken = false;
  Shard shard;
};

namespace {

// Whatever ends early has left the shard in between: nothing more may be handled.
template <typename Work>
int32_t guarded(wend_store* store, Work work) {
  if (!store) return WEND_FAULT_ARGUMENT;
  if (store->broken) return WEND_FAULT_STORE;
  try {
    store->said.clear();
    return work(*store);
  } catch (const ShardFault& fault) {
    store->broken = true;
    store->said = fault.what;
  } catch (...) {
    store->broken = true;
  }
  return WEND_FAULT_STORE;
}

bool there_is(int64_t instant) { return instant >= kFrameEarliest && instant <= kFrameLatest; }

std::unique_ptr<Store> open_store(const char* folder, std::string& problem) {
  if (!folder) return make_memory_store();
  OpenedStore opened = open_rocks_store({.folder = folder});
  if (!opened.store) problem = opened.failure ? opened.failure->text() : "the store cannot be opened";
  return std::move(opened.store);
}

}  // namespace

extern "C" {

wend_store* wend_store_open(const wend_prog* program, const char* folder, char* said, uint32_t said_cap) {
  say("", said, said_cap);
  if (!program) return nullptr;
  if (program->before) {
    say("a store does not yet take a program that follows another", said, said_cap);
    return nullptr;
  }
  try {
    std::string problem;
    std::unique_ptr<Store> store = open_store(folder, problem);
    if (store) return new wend_store(program, std::move(store));
    say(problem, said, said_cap);
  } catch (const ShardFault& fault) {
    say(fault.what, said, said_cap);
  } catch (const std::exception& exception) {
    say(exception.what(), said, said_cap);
  }
  return nullptr;
}

void wend_store_close(wend_store* store) { delete store; }

const char* wend_store_said(const wend_store* store) { return store ? store->said.c_str() : ""; }

int32_t wend_store_feed(wend_store* store, int64_t received, const char* line, uint32_t line_len) {
  if (!line && line_len > 0) return WEND_FAULT_ARGUMENT;
  return guarded(store, [&](wend_store& store) {
    if (!there_is(received)) return static_cast<int32_t>(WEND_FAULT_FRAME);
    const int64_t at = std::max(store.last, received);
    std::optional<StoredEvent> event;
    if (!store.reader.read({line, line_len}, at, event)) {
      store.said = store.reader.said();
      return static_cast<int32_t>(WEND_FAULT_EVENT);
    }
    store.last = at;
    if (event) {
      const Shard::Handled handled = store.shard.handle(store.reader.intake(), *event, at);
      if (handled.how == Shard::Handled::How::held) {
        store.said = "what is kept of the user is damaged, or of another version of the program";
        return static_cast<int32_t>(WEND_FAULT_STATE);
      }
    }
    return 0;
  });
}

int32_t wend_store_tick(wend_store* store, int64_t now) {
  return guarded(store, [&](wend_store& store) {
    if (!there_is(now)) return static_cast<int32_t>(WEND_FAULT_FRAME);
    store.last = std::max(store.last, now);
    while (store.shard.tick(store.last)) store.shard.commit();
    return 0;
  });
}

int32_t wend_store_commit(wend_store* store) {
  return guarded(store, [](wend_store& store) {
    store.shard.commit();
    return 0;
  });
}

int32_t wend_store_next(wend_store* store, const char** line, uint32_t* line_len) {
  if (!store || !line || !line_len) return WEND_FAULT_ARGUMENT;
  if (store->decisions.empty()) return 0;   // of a broken one too: what was durable is told
  store->taken = std::move(store->decisions.front());
  store->decisions.pop_front();
  *line = store->taken.data();
  *line_len = static_cast<uint32_t>(store->taken.size());
  return 1;
}

int32_t wend_store_next_due(wend_store* store, int64_t* due) {
  if (!due) return WEND_FAULT_ARGUMENT;
  return guarded(store, [&](wend_store& store) {
    *due = store.shard.next_due();
    return 0;
  });
}

}  // extern "C"
