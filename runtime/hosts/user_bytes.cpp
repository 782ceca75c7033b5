// Tested by tests/unit/hosts.
#include "runtime/hosts/user_bytes.h"

#include <algorithm>
#include <cstdio>

#include "runtime/abi/printable.h"
#include "runtime/hosts/summary_table.h"

namespace wend {
namespace {

std::string tenths(double value) {
  char text[64];
  std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}

}  // namespace

void UserBytesSum::add(const Step& step, const UserState& user) {
  if (!user.begun()) return;
  pack(step, user, packed_, &parts_);
  sizes_.push_back(packed_.size());
}

UserBytes UserBytesSum::of(const Module& module) {
  std::sort(sizes_.begin(), sizes_.end());
  UserBytes out;
  out.users = sizes_.size();
  if (sizes_.empty()) return out;
  const auto users = static_cast<double>(sizes_.size());
  double sum = 0;
  for (const uint64_t size : sizes_) sum += static_cast<double>(size);
  out.mean = sum / users;
  out.p50 = percentile(sizes_, 50);
  out.p99 = percentile(sizes_, 99);
  out.max = sizes_.back();
  const auto part = [&](const std::string& what, uint64_t bits) {
    if (bits > 0) out.parts.push_back({what, static_cast<double>(bits) / 8 / users});
  };
  part("the profile", parts_.profile);
  part("states", parts_.states);
  for (size_t i = 0; i < parts_.cells.size(); ++i) part(module.cells[i].what, parts_.cells[i]);
  part("journeys, sends and signals", parts_.journeys);
  part("what every user has", parts_.rest);
  std::stable_sort(out.parts.begin(), out.parts.end(), [](const UserBytes::Part& a, const UserBytes::Part& b) { return a.mean > b.mean; });
  return out;
}

std::string render_text(const UserBytes& bytes, uint64_t events) {
  std::string out = "bytes of a user at rest, packed as `wend serve` keeps them: " + plural(bytes.users, "user", "users") + " after " + plural(events, "event", "events") + "\n";
  if (bytes.users == 0) return out;
  SummaryTable rows({{""}, {"", SummaryTable::Align::left}});
  rows.row({tenths(bytes.mean), "on average; half of them within " + with_separators(bytes.p50) + ", 99 of 100 within " + with_separators(bytes.p99) + ", all within " +
                                    with_separators(bytes.max)});
  for (const UserBytes::Part& part : bytes.parts) rows.row({tenths(part.mean), printable(part.what)});
  rows.append(out, 2);
  return out;
}

}  // namespace wend
