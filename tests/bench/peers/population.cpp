#include "tests/bench/peers/population.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <initializer_list>
#include <utility>

namespace peers {
namespace {

constexpr int64_t kToday = 20468;   // 2026-01-15

Population with_columns(size_t users, std::vector<Column> columns) {
  for (Column& column : columns) {
    column.values.reserve(users);
    if (column.optional) column.known.reserve(users);
  }
  return {users, std::move(columns)};
}

// One of these, or the one before or after it: users stand where conditions draw their lines, as otherwise a wrong one is not seen.
int64_t near(Random& random, std::initializer_list<int64_t> edges) {
  return edges.begin()[random.below(static_cast<int64_t>(edges.size()))] + random.below(3) - 1;
}

std::string decimal(int64_t hundredths) { return fmt::format("{}.{:02}", hundredths / 100, hundredths % 100); }

std::string iso_date(int64_t days) {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{days}}};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

std::string as_text(const Column& column, size_t user) {
  const int64_t value = column.values[user];
  if (!column.is_known(user)) return "";
  switch (column.kind) {
    case Kind::boolean: return value ? "true" : "false";
    case Kind::word: return column.words[static_cast<size_t>(value)];
    case Kind::integer: return std::to_string(value);
    case Kind::number:
    case Kind::money: return decimal(value);
    case Kind::date: return iso_date(value);
  }
  std::abort();
}

const char* kind_name(Kind kind) {
  switch (kind) {
    case Kind::boolean: return "bool";
    case Kind::word: return "word";
    case Kind::integer: return "int";
    case Kind::number: return "number";
    case Kind::money: return "money";
    case Kind::date: return "date";
  }
  std::abort();
}

}  // namespace

const Column& Population::operator[](std::string_view name) const {
  for (const Column& column : columns)
    if (column.name == name) return column;
  fmt::print(stderr, "no column {}\n", name);
  std::abort();
}

Column& Population::operator[](std::string_view name) { return const_cast<Column&>(std::as_const(*this)[name]); }

int64_t Random::weighted(std::initializer_list<int> hundredths) {
  int64_t left = below(100), index = 0;
  for (int weight : hundredths) {
    if (left < weight) return index;
    left -= weight, ++index;
  }
  return index - 1;
}

Population predicate_users(size_t users) {
  Population p = with_columns(users, {{"email_opt_in", Kind::boolean},
                                      {"plan", Kind::word, false, {"free", "premium", "family"}},
                                      {"language", Kind::word, false, {"en", "sv", "de"}},
                                      {"visits", Kind::integer, true},
                                      {"rating", Kind::number},
                                      {"spend", Kind::money},
                                      {"joined", Kind::date},
                                      {"score", Kind::integer}});
  Column &email_opt_in = p["email_opt_in"], &plan = p["plan"], &language = p["language"], &visits = p["visits"], &rating = p["rating"],
         &spend = p["spend"], &joined = p["joined"], &score = p["score"];
  for (size_t i = 0; i < users; ++i) {
    Random random(Random(i).next());
    email_opt_in.add(random.chance(95));
    plan.add(random.chance(95) ? 1 : random.below(3));
    language.add(random.weighted({50, 47, 3}));
    random.chance(97) ? visits.add(8 + random.below(60)) : visits.add_unknown();
    rating.add(240 + random.below(200));
    spend.add(19'00 + 50 * random.below(60));
    joined.add(kToday - 600 + random.below(600));
    score.add(random.below(95));
  }
  return p;
}

Population segment_users(size_t users) {
  Population p = with_columns(users, {{"email_opt_in", Kind::boolean},
                                      {"push_opt_in", Kind::boolean},
                                      {"student", Kind::boolean},
                                      {"plan", Kind::word, false, {"free", "premium", "family"}},
                                      {"country", Kind::word, false, {"se", "no", "dk", "fi", "de", "fr", "gb", "us"}},
                                      {"language", Kind::word, false, {"en", "sv", "de"}},
                                      {"platform", Kind::word, false, {"ios", "android", "desktop", "web"}},
                                      {"engagement", Kind::word, false, {"core", "casual", "dormant", "lapsed"}},
                                      {"top_genre", Kind::word, false, {"pop", "rock", "jazz", "classical", "electronic", "folk"}},
                                      {"active_days", Kind::integer},
                                      {"plays_7d", Kind::integer},
                                      {"plays_28d", Kind::integer},
                                      {"skips_7d", Kind::integer},
                                      {"playlists", Kind::integer},
                                      {"followed_artists", Kind::integer},
                                      {"streak_days", Kind::integer},
                                      {"support_tickets", Kind::integer},
                                      {"days_since_purchase", Kind::integer, true},
                                      {"days_since_push", Kind::integer, true},
                                      {"days_since_open", Kind::integer, true},
                                      {"spend_90d", Kind::money},
                                      {"spend", Kind::money},
                                      {"rating", Kind::number},
                                      {"churn_risk", Kind::number},
                                      {"joined", Kind::date},
                                      {"birth_date", Kind::date, true},
                                      {"trial_ends", Kind::date, true}});
  Column &email_opt_in = p["email_opt_in"], &push_opt_in = p["push_opt_in"], &student = p["student"], &plan = p["plan"], &country = p["country"],
         &language = p["language"], &platform = p["platform"], &engagement = p["engagement"], &top_genre = p["top_genre"],
         &active_days = p["active_days"], &plays_7d = p["plays_7d"], &plays_28d = p["plays_28d"], &skips_7d = p["skips_7d"],
         &playlists = p["playlists"], &followed_artists = p["followed_artists"], &streak_days = p["streak_days"],
         &support_tickets = p["support_tickets"], &days_since_purchase = p["days_since_purchase"], &days_since_push = p["days_since_push"],
         &days_since_open = p["days_since_open"], &spend_90d = p["spend_90d"], &spend = p["spend"], &rating = p["rating"],
         &churn_risk = p["churn_risk"], &joined = p["joined"], &birth_date = p["birth_date"], &trial_ends = p["trial_ends"];
  for (size_t i = 0; i < users; ++i) {
    Random random(Random(i).next());
    const int64_t state = random.weighted({25, 30, 15, 30}), paid = random.weighted({55, 35, 10});
    const int64_t home = random.weighted({15, 8, 8, 9, 15, 10, 15, 20}), age_days = random.chance(20) ? near(random, {30, 365, 379, 731}) : random.below(2'500);
    const bool push = random.chance(50), young = random.chance(15);
    email_opt_in.add(random.chance(65));
    push_opt_in.add(push);
    student.add(young);
    plan.add(paid);
    country.add(home);
    language.add(home == 0 && random.chance(70) ? 1 : random.chance(home == 4 ? 80 : 3) ? 2 : 0);
    platform.add(random.weighted({40, 40, 12, 8}));
    engagement.add(random.chance(95) ? state : random.below(4));   // a state is not always of today
    top_genre.add(random.weighted({35, 25, 8, 7, 15, 10}));
    const int64_t days = state == 0 ? 12 + random.below(17) : state == 1 ? 3 + random.below(12) : state == 2 ? random.below(5) : 0;
    const int64_t month = days * (1 + random.below(30)), week = month * random.below(101) / 100;
    active_days.add(days);
    plays_7d.add(week);
    plays_28d.add(month);
    skips_7d.add(week * random.below(80) / 100);
    playlists.add(random.below(age_days < 60 ? 4 : 30));
    followed_artists.add(random.below(age_days < 60 ? 8 : 80));
    streak_days.add(state == 0 ? random.below(40) : state == 1 ? random.below(5) : 0);
    support_tickets.add(random.chance(80) ? 0 : 1 + random.below(4));
    int64_t spent = 0, lately = 0;
    if (random.chance(paid == 0 ? 30 : 90)) {
      const int64_t since = random.below(200);
      spent = random.chance(20) ? 50 * near(random, {100, 120, 200, 600}) : 50 * (1 + random.below(1'200));
      if (since <= 90) lately = std::min(spent, 50 * (random.chance(20) ? near(random, {120}) : 1 + random.below(300)));
      days_since_purchase.add(since);
    } else {
      days_since_purchase.add_unknown();
    }
    push && random.chance(80) ? days_since_push.add(random.below(16)) : days_since_push.add_unknown();
    random.chance(75) ? days_since_open.add(random.chance(20) ? near(random, {14, 60}) : random.below(120)) : days_since_open.add_unknown();
    spend_90d.add(lately);
    spend.add(spent);
    rating.add(100 + 10 * random.below(41));
    churn_risk.add(random.below(100));
    joined.add(kToday - age_days);
    if (random.chance(30)) birth_date.add_unknown();
    else birth_date.add(random.chance(10) ? near(random, {7'684, 11'337}) : kToday - 365 * (14 + random.below(young ? 24 : 56)) - random.below(365));
    random.chance(12) ? trial_ends.add(kToday - 20 + random.below(60)) : trial_ends.add_unknown();
  }
  return p;
}

Population make_users(std::string_view name, size_t users) {
  if (name == "predicate") return predicate_users(users);
  if (name == "segments") return segment_users(users);
  fmt::print(stderr, "no users of {}: there are `predicate` and `segments`\n", name);
  std::exit(2);
}

void write_csv(const Population& population, std::FILE* out) {
  for (size_t c = 0; c < population.columns.size(); ++c) fmt::print(out, "{}{}", c ? "," : "", population.columns[c].name);
  fmt::print(out, "\n");
  std::string line;
  for (size_t user = 0; user < population.users; ++user) {
    line.clear();
    for (const Column& column : population.columns) line += as_text(column, user), line += ',';
    line.back() = '\n';
    std::fwrite(line.data(), 1, line.size(), out);
  }
}

void write_kinds(const Population& population, std::FILE* out) {
  for (const Column& column : population.columns) {
    fmt::print(out, "{} {}{}", column.name, kind_name(column.kind), column.optional ? "?" : "");
    for (const std::string& word : column.words) fmt::print(out, " {}", word);
    fmt::print(out, "\n");
  }
}

}  // namespace peers
