// The calls with which a process, and every library in it, reaches its files: whoever watches is told of each before and behind it, all
// in one order, and may let it fail or do less. Linked into a test, or loaded before another program, it stands before the C library.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace wend::disk {

struct Call {
  enum class Kind : uint8_t { make_folder, open, write, resize, rename, link, remove, sync, read, receive, send } kind;
  std::string path;             // absolute; nothing for receive and send, which are of sockets
  std::string to;               // rename, link: the other name
  uint64_t file = 0;            // a number for every opening
  uint64_t offset = 0;          // write: where; resize: how long
  std::string_view bytes;       // write: those that were written; good until the watcher returns
  bool makes = false;           // open: the file was not there
  bool empties = false;         // open: it was, and is empty now
};

// What becomes of a call.
struct Verdict {
  int error = 0;                // it is not made, and fails so
  size_t bytes_max = SIZE_MAX;  // read, write, receive: no more than so many
  bool pretend = false;         // sync: it goes well and is not made
};

// Both are called by any thread, one at a time. Between the two of a sync others may come.
class Watcher {
 public:
  virtual ~Watcher() = default;
  virtual Verdict before(const Call&) { return {}; }
  virtual void behind(const Call&, bool /*well*/) {}
};

// Of all files below a folder from now on, which must be empty of open files; null: of none. Sockets are told of if `sockets`.
void watch(Watcher* watcher, const std::string& folder, bool sockets = false);

}  // namespace wend::disk
