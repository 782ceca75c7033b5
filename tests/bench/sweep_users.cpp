#include "tests/bench/sweep_users.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <functional>

#include "runtime/abi/zones.h"
#include "tests/differential/random.h"

namespace bench {
namespace {

using wend::differential::Random;

constexpr int64_t kToday = 20468;   // 2026-01-15
constexpr int64_t kUnknown = INT64_MIN;

struct User {
  int64_t email_opt_in, push_opt_in, plan, country, platform, engagement, active_days, plays, tickets, opened, spend, churn_risk, joined, birth_date;
};

User user(uint64_t number) {
  Random random(Random(number).next());
  User u;
  u.engagement = random.below(4);
  u.plan = random.chance(55) ? 0 : random.chance(80) ? 1 : 2;
  u.country = random.below(8);
  u.platform = random.chance(80) ? random.below(2) : 2 + random.below(2);
  u.email_opt_in = random.chance(65);
  u.push_opt_in = random.chance(50);
  u.active_days = u.engagement == 0 ? 12 + random.below(17) : u.engagement == 1 ? 3 + random.below(12) : u.engagement == 2 ? random.below(5) : 0;
  u.plays = u.active_days * (1 + random.below(30));
  u.tickets = random.chance(80) ? 0 : 1 + random.below(4);
  u.opened = random.chance(75) ? random.below(120) : kUnknown;
  u.spend = random.chance(u.plan == 0 ? 30 : 90) ? 500'000 * (1 + random.below(1'200)) : 0;
  u.churn_risk = std::bit_cast<int64_t>(static_cast<double>(random.below(100)) / 100);
  u.joined = kToday - random.below(2'500);
  u.birth_date = random.chance(70) ? kToday - 365 * (14 + random.below(56)) - random.below(365) : kUnknown;
  return u;
}

struct Field { const char* name; int64_t User::*value; int64_t least, most; };
constexpr Field kFields[] = {
    {"email_opt_in", &User::email_opt_in, 0, 1}, {"push_opt_in", &User::push_opt_in, 0, 1}, {"plan", &User::plan, 0, 2}, {"country", &User::country, 0, 7},
    {"platform", &User::platform, 0, 3}, {"engagement", &User::engagement, 0, 3}, {"active_days", &User::active_days, 0, 28}, {"plays", &User::plays, 0, 840},
    {"tickets", &User::tickets, 0, 4}, {"opened", &User::opened, 0, 119}, {"spend", &User::spend, 0, 600'000'000}, {"churn_risk", &User::churn_risk, 0, 0},
    {"joined", &User::joined, kToday - 2'500, kToday}, {"birth_date", &User::birth_date, kToday - 365 * 71, kToday - 365 * 14}};

const Field* field_of(const wend::ColumnLayout& column) {
  const auto found = std::find_if(std::begin(kFields), std::end(kFields), [&](const Field& field) { return column.role == wend::ColumnRole::attribute && column.name == field.name; });
  return found == std::end(kFields) ? nullptr : found;
}

std::string cell(const wend::ColumnLayout& column, int64_t value) {
  switch (column.type.kind) {
    case wend::ValueKind::boolean: return value ? "true" : "false";
    case wend::ValueKind::one_of: return column.type.words[static_cast<size_t>(value)];
    case wend::ValueKind::money: return fmt::format("{}.{:02}", value / 1'000'000, value / 10'000 % 100);
    case wend::ValueKind::number: return fmt::format("{}", std::bit_cast<double>(value));
    case wend::ValueKind::date: return wend::format_date(static_cast<int32_t>(value));
    default: return std::to_string(value);
  }
}

}  // namespace

std::vector<wend::ColumnLayout> fit_to_users(std::vector<wend::ColumnLayout> held) {
  std::erase_if(held, [](const wend::ColumnLayout& column) { return field_of(column) == nullptr; });
  for (wend::ColumnLayout& column : held) {
    const Field& field = *field_of(column);
    std::vector<int64_t> some{field.least, field.most};
    if (column.type.kind == wend::ValueKind::number) some = {std::bit_cast<int64_t>(0.01), std::bit_cast<int64_t>(0.99)};
    else if (column.type.kind == wend::ValueKind::money) some.push_back(field.least + 500'000);
    else some.push_back(field.least + 1);
    wend::fit_column(column, some);
  }
  return held;
}

std::vector<wend::ColumnRows> users(const std::vector<wend::ColumnLayout>& columns, uint64_t first, uint32_t rows) {
  std::vector<wend::ColumnRows> out(columns.size());
  std::vector<const Field*> fields;
  for (size_t i = 0; i < columns.size(); ++i) {
    fields.push_back(field_of(columns[i]));
    out[i].values.resize(rows);
    out[i].known.resize((rows + 63) / 64);
  }
  for (uint32_t row = 0; row < rows; ++row) {
    const User one = user(first + row);
    for (size_t i = 0; i < columns.size(); ++i) {
      const int64_t value = one.*fields[i]->value;
      if (value == kUnknown) continue;
      out[i].values[row] = value;
      out[i].known[row / 64] |= uint64_t{1} << row % 64;
    }
  }
  return out;
}

std::string csv_header(const std::vector<wend::ColumnLayout>& columns) {
  std::string out;
  for (const wend::ColumnLayout& column : columns) out += (out.empty() ? "" : ",") + column.name;
  return out + "\n";
}

std::string csv_of(const std::vector<wend::ColumnLayout>& columns, const std::vector<wend::ColumnRows>& users, uint32_t rows) {
  std::string out;
  for (uint32_t row = 0; row < rows; ++row)
    for (size_t i = 0; i < columns.size(); ++i) {
      if (users[i].known[row / 64] >> row % 64 & 1) out += cell(columns[i], users[i].values[row]);
      out += i + 1 == columns.size() ? '\n' : ',';
    }
  return out;
}

}  // namespace bench
