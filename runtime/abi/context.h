// What native code may reach while one input is handled: the present instant, the window edges that follow from it,
// the text pool, and scratch memory. One context a thread; nothing in it outlives a step but the pool.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "runtime/abi/value.h"
#include "runtime/abi/zones.h"

// The part native code reads by offset (codegen/abi_types.cpp asserts them). Keep in step with it.
struct wend_ctx {
  int64_t now = 0;
  const int64_t* window_starts = nullptr;   // [window]: first instant inside Module::windows[window] at `now`
  const int64_t* window_firsts = nullptr;   // [window]: the pane index of that instant, in the window's unit
  const wend_text* pool = nullptr;          // [text id]
  const wend_slot* parameters = nullptr;    // of the message being sent or rendered
  uint64_t parameters_known = 0;
  int64_t panes_now[5] = {};                // by PaneUnit, at `now`
  int64_t panes_event[5] = {};              // at the event's `at`
  int64_t today = 0;                        // days since 1970 in the project's zone
  uint64_t saturations = 0;                 // integer results that met the end of their range
  uint64_t values_dropped = 0;              // of `distinct` and `most frequent`: the oldest, past what they keep
  uint64_t open_dropped = 0;                // open values of sequences and signals that fell out of their bound
};

namespace wend {

// Texts kept in user records, each once: a record holds the 32-bit id. Ids are local to one pool and never written out.
class TextPool {
 public:
  TextPool();
  uint32_t intern(std::string_view text);
  std::string_view at(uint32_t id) const { return {views_[id].data, static_cast<size_t>(views_[id].size)}; }
  const wend_text* views() const { return views_.data(); }
  size_t size() const { return views_.size(); }

 private:
  struct Hash { size_t operator()(std::string_view text) const; };
  uint32_t add(std::string_view text);

  static constexpr size_t kLately = 1024;
  std::vector<wend_text> views_;
  std::vector<std::unique_ptr<char[]>> blocks_;
  size_t block_used_ = 0, block_size_ = 0;
  std::unordered_map<std::string_view, uint32_t, Hash> ids_;
  std::vector<uint32_t> lately_;   // by hash: the id asked for last, which most are asked for again
};

// A calendar window `in last N units` of the program.
struct WindowSpec { PaneUnit unit; int32_t count; };

// The field of a message being rendered, and its bounds.
struct Rendering {
  static constexpr uint64_t kTurnsMax = 10'000;
  static constexpr uint64_t kMadeBytesMax = 1 << 24;
  static constexpr uint64_t kTextBytesMax = 1 << 16;
  static constexpr uint64_t kFieldBytesMax = 1 << 20;

  bool on = false;
  uint64_t turns = 0;        // of its loops
  uint64_t made_bytes = 0;   // of the texts its filters made
  std::vector<std::unique_ptr<std::string>> captures;   // the innermost last; those behind captures_open are kept for reuse
  size_t captures_open = 0;
};

class Context : public wend_ctx {
 public:
  Context(const Zone& project_zone, std::vector<WindowSpec> windows);
  Context(const Context&) = delete;

  // Moves to an instant (any direction: each user has an own `now`) and refreshes what follows from it.
  void set_now(int64_t now_us);
  void set_event_at(int64_t at_us);          // panes_event
  int64_t start_of(PaneUnit unit, int32_t pane);   // pane_start() in the project's zone
  int64_t pane_at(PaneUnit unit, int64_t at_us) const;   // pane_of() there
  uint32_t intern(std::string_view text) { uint32_t id = texts.intern(text); pool = texts.views(); return id; }
  char* alloc(size_t bytes);                 // valid until reset_scratch()
  void reset_scratch();

  const Zone& zone;
  TextPool texts;
  Rendering rendering;
  // Compiled patterns of `matches`, by the address of the pattern's text in the code (abi/regex.cpp).
  std::unordered_map<const char*, std::shared_ptr<void>> patterns;
  // Compiled queries of `mentions`, likewise (abi/text_search.cpp).
  std::unordered_map<const char*, std::shared_ptr<void>> queries;
  // What a bound or a rule kept from happening, for the summary of a run.
  uint64_t raised_dropped = 0;              // raised too deep, or too many at one instant
  uint64_t sets_refused = 0;                // `set` that would have given a consent or an address

 private:
  // A day of the project's zone, and the panes and window edges that are the same all through it.
  struct Day { int64_t start = 1, end = 0; int64_t panes[kPaneUnits] = {}; };
  struct Sheet : Day { std::vector<int64_t> starts, firsts; };
  void fill(Day& day, int64_t at_us) const;
  const Day& day_at(int64_t at_us) const;
  void turn_fine_windows();

  std::vector<WindowSpec> windows_;
  std::vector<uint32_t> fine_;              // windows of minutes and hours, which turn within a day
  std::vector<int64_t> starts_, firsts_;    // where there are some: all windows at `now`
  const Sheet* sheet_ = nullptr;            // of `now`
  static constexpr size_t kSheets = 32, kDays = 8;   // a quarter of a day each: users are met at different hours
  Sheet sheets_[kSheets];
  mutable Day days_[kDays];
  struct PaneStart { int64_t key = INT64_MIN, start = 0; };
  static constexpr size_t kStarts = 64;
  PaneStart pane_starts_[kStarts];
  std::vector<std::unique_ptr<char[]>> scratch_;
  size_t scratch_used_ = 0, scratch_block_ = 0;
};

}  // namespace wend
