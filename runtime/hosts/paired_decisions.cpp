// Both runs tell their lines by time, so they are read beside each other, an instant at a time.
#include "runtime/hosts/paired_decisions.h"

#include <stdlib.h>

#include <algorithm>

#include "runtime/abi/zones.h"

namespace wend {
namespace {

constexpr std::string_view kAt = "{\"at\":\"", kUser = "\",\"user\":\"", kKind = "\",\"kind\":\"";

// The instant of a line and, as it stands in JSON, its user. False: it is of nobody, as a rejected event may be.
bool take_apart(std::string_view line, int64_t& at, std::string_view& user) {
  if (!line.starts_with(kAt)) return false;
  const size_t end = line.find('"', kAt.size());
  if (end == std::string_view::npos || !line.substr(end).starts_with(kUser)) return false;
  const size_t name = end + kUser.size(), kind = line.find(kKind, name);
  if (kind == std::string_view::npos || line.substr(kind + kKind.size()).starts_with("rejected")) return false;
  user = line.substr(name, kind - name);
  return parse_instant(line.substr(kAt.size(), end - kAt.size()), *find_zone("UTC"), at);
}

}  // namespace

PairedDecisions::PairedDecisions(Visit visit) : visit_(std::move(visit)), file_(tmpfile()) { failed_ = !file_; }
PairedDecisions::~PairedDecisions() { free(read_); }

void PairedDecisions::before(std::string_view line) {
  int64_t at = 0;
  std::string_view user;
  if (failed_ || !take_apart(line, at, user)) return;
  failed_ = fwrite(line.data(), 1, line.size(), file_.get()) != line.size() || fputc('\n', file_.get()) == EOF;
}

bool PairedDecisions::next_before() {
  if (!reading_) {
    reading_ = true;
    if (!failed_) failed_ = fflush(file_.get()) != 0 || fseek(file_.get(), 0, SEEK_SET) != 0;
  }
  has_line_ = false;
  if (failed_) return false;
  const ssize_t size = getline(&read_, &read_size_, file_.get());
  if (size <= 0) {
    failed_ = ferror(file_.get()) != 0;
    return false;
  }
  line_.assign(read_, static_cast<size_t>(size) - (read_[size - 1] == '\n'));
  std::string_view user;
  has_line_ = take_apart(line_, line_at_, user);
  return has_line_;
}

void PairedDecisions::after(std::string_view line) {
  int64_t at = 0;
  std::string_view user;
  if (failed_ || !take_apart(line, at, user)) return;
  if (!reading_) next_before();
  if (at != held_at_) {
    close(at);
    held_at_ = at;
  }
  held_[std::string(user)].emplace_back(line);
}

void PairedDecisions::close(int64_t until) {
  while (true) {
    const bool held = !held_.empty();
    if (!has_line_ && !held) return;
    const int64_t instant = !held ? line_at_ : !has_line_ ? held_at_ : std::min(line_at_, held_at_);
    if (instant >= until) return;
    ByUser old;
    while (has_line_ && line_at_ == instant) {
      int64_t at = 0;
      std::string_view user;
      take_apart(line_, at, user);
      old[std::string(user)].push_back(line_);
      next_before();
    }
    static const ByUser kNobody;
    const bool mine = held && held_at_ == instant;
    visit_pairs(instant, old, mine ? held_ : kNobody);
    if (mine) held_.clear();
  }
}

void PairedDecisions::visit_pairs(int64_t at, const ByUser& before, const ByUser& after) const {
  static const Lines kNone;
  auto a = before.begin();
  auto b = after.begin();
  while (a != before.end() || b != after.end()) {
    if (b == after.end() || (a != before.end() && a->first < b->first)) visit_(at, a->first, a->second, kNone), ++a;
    else if (a == before.end() || b->first < a->first) visit_(at, b->first, kNone, b->second), ++b;
    else visit_(at, a->first, a->second, b->second), ++a, ++b;
  }
}

std::optional<std::string> PairedDecisions::finish() {
  if (!reading_) next_before();
  close(INT64_MAX);
  if (failed_) return "cannot keep what was decided in a temporary file";
  return std::nullopt;
}

}  // namespace wend
