#include "tests/bench/peers/cpp/conditions.h"

#include <type_traits>
#include <utility>

namespace peers::cpp {
namespace {

bool welcome_offer(const Reader& u) {
  return u.email_opt_in && u.plan == Reader::premium && u.visits && *u.visits >= 10 && u.rating > 2.5 && u.spend >= euro(20) &&
         u.joined < k20260101 && (u.language == Reader::en || u.language == Reader::sv) && u.score <= 90;
}

// A struct a user, filled a column at a time.
template <class User>
struct Filled {
  const Population& from;
  std::vector<User> users = std::vector<User>(from.users);

  template <class Field>
  void operator()(const char* name, Field User::*field) {
    const Column& column = from[name];
    for (size_t i = 0; i < users.size(); ++i) {
      if (!column.is_known(i)) continue;
      if constexpr (std::is_same_v<Field, double>) users[i].*field = static_cast<double>(column.values[i]) / 100;
      else if constexpr (std::is_same_v<Field, std::optional<int32_t>>) users[i].*field = static_cast<int32_t>(column.values[i]);
      else users[i].*field = static_cast<Field>(column.values[i]);
    }
  }
};

using L = Listener;
bool nordic(const L& u) { return u.country == L::se || u.country == L::no || u.country == L::dk || u.country == L::fi; }

bool dormant_students(const L& u) {
  return u.engagement == L::dormant && u.plan == L::premium && u.student && u.country == L::se && (!u.days_since_push || *u.days_since_push >= 7);
}
bool upgrade_ready(const L& u) { return u.plan == L::free && u.active_days >= 15 && u.plays_7d > 40 && u.skips_7d >= 20 && nordic(u); }
bool churn_watch(const L& u) {
  return (u.plan == L::premium || u.plan == L::family) && u.churn_risk > 0.7 && u.active_days < 8 && u.support_tickets == 0 && u.push_opt_in;
}
bool big_spenders(const L& u) {
  return u.spend_90d >= euro(60) && u.spend >= euro(300) && u.rating >= 4.0 && u.days_since_purchase && *u.days_since_purchase <= 30;
}
bool trial_ending(const L& u) {
  return u.trial_ends && *u.trial_ends >= k20260115 && *u.trial_ends < k20260122 && u.plan == L::free && u.active_days >= 5 &&
         (u.email_opt_in || u.push_opt_in);
}
bool young_on_ios(const L& u) {
  return u.birth_date && *u.birth_date >= kBorn2001 && u.platform == L::ios && u.engagement == L::core && !u.student;
}
bool slowing_down(const L& u) { return u.engagement == L::casual && u.plays_28d >= 40 && u.plays_7d * 4 < u.plays_28d && u.plan != L::free; }
bool not_settled(const L& u) {
  return u.joined >= k20251216 && u.playlists < 2 && u.followed_artists < 3 && u.plays_7d >= 1 && u.email_opt_in;
}
bool collectors(const L& u) {
  return (u.top_genre == L::jazz || u.top_genre == L::classical) && u.playlists >= 10 && u.followed_artists >= 25 && u.active_days >= 12;
}
bool families_by_ear(const L& u) {
  return u.plan == L::family && u.active_days >= 10 && u.skips_7d * 5 > u.plays_7d && u.days_since_open && *u.days_since_open <= 14;
}
bool streak_keepers(const L& u) {
  return u.streak_days >= 14 && u.push_opt_in && (!u.days_since_push || *u.days_since_push >= 2) &&
         (u.platform == L::ios || u.platform == L::android);
}
bool quiet_inbox(const L& u) {
  return u.email_opt_in && (!u.days_since_open || *u.days_since_open > 60) && u.spend_90d == 0 &&
         (u.engagement == L::dormant || u.engagement == L::lapsed);
}
bool win_back(const L& u) {
  return u.engagement == L::lapsed && u.spend >= euro(100) && (!u.days_since_purchase || *u.days_since_purchase > 90) && u.email_opt_in &&
         u.churn_risk < 0.9;
}
bool german_desktop(const L& u) {
  return u.language == L::german && u.country == L::germany && (u.platform == L::desktop || u.platform == L::web) && u.plan == L::free &&
         u.plays_28d >= 20 && u.plays_28d <= 200;
}
bool unhappy_payers(const L& u) { return u.plan != L::free && u.rating < 2.5 && u.support_tickets >= 2 && u.joined < k20250101; }
bool binge_listeners(const L& u) { return u.plays_7d >= 150 && u.active_days >= 20 && u.skips_7d < 30; }
bool fresh_buyers(const L& u) {
  return u.spend_90d * 2 > u.spend && u.spend > euro(50) && u.days_since_purchase && *u.days_since_purchase >= 1 && *u.days_since_purchase <= 45 &&
         u.country != L::us && u.country != L::gb;
}
bool grown_students(const L& u) { return u.student && u.birth_date && *u.birth_date < kBorn1991 && u.plan == L::premium; }
bool second_year(const L& u) {
  return u.joined >= k20240115 && u.joined < k20250115 && u.plan == L::premium && (u.engagement == L::core || u.engagement == L::casual) &&
         u.churn_risk <= 0.3 && u.rating >= 3.0 && u.spend >= euro(60) && u.email_opt_in;
}
bool nordic_again(const L& u) {
  return nordic(u) && u.engagement != L::core && u.active_days >= 1 && u.active_days <= 6 && u.plays_28d > u.plays_7d && u.push_opt_in &&
         !u.student && u.support_tickets < 3;
}

}  // namespace

const std::vector<Condition<Reader>>& predicate() {
  static const std::vector<Condition<Reader>> all = {{"welcome_offer", welcome_offer}};
  return all;
}

const std::vector<Condition<Listener>>& segments() {
  static const std::vector<Condition<Listener>> all = {
      {"dormant_students", dormant_students}, {"upgrade_ready", upgrade_ready},     {"churn_watch", churn_watch},
      {"big_spenders", big_spenders},         {"trial_ending", trial_ending},       {"young_on_ios", young_on_ios},
      {"slowing_down", slowing_down},         {"not_settled", not_settled},         {"collectors", collectors},
      {"families_by_ear", families_by_ear},   {"streak_keepers", streak_keepers},   {"quiet_inbox", quiet_inbox},
      {"win_back", win_back},                 {"german_desktop", german_desktop},   {"unhappy_payers", unhappy_payers},
      {"binge_listeners", binge_listeners},   {"fresh_buyers", fresh_buyers},       {"grown_students", grown_students},
      {"second_year", second_year},           {"nordic_again", nordic_again}};
  return all;
}

std::vector<Reader> readers(const Population& p) {
  using R = Reader;
  Filled<R> f{p};
  f("email_opt_in", &R::email_opt_in), f("plan", &R::plan), f("language", &R::language), f("visits", &R::visits), f("rating", &R::rating);
  f("spend", &R::spend), f("joined", &R::joined), f("score", &R::score);
  return std::move(f.users);
}

std::vector<Listener> listeners(const Population& p) {
  Filled<L> f{p};
  f("email_opt_in", &L::email_opt_in), f("push_opt_in", &L::push_opt_in), f("student", &L::student), f("plan", &L::plan);
  f("country", &L::country), f("language", &L::language), f("platform", &L::platform), f("engagement", &L::engagement);
  f("top_genre", &L::top_genre), f("active_days", &L::active_days), f("plays_7d", &L::plays_7d), f("plays_28d", &L::plays_28d);
  f("skips_7d", &L::skips_7d), f("playlists", &L::playlists), f("followed_artists", &L::followed_artists), f("streak_days", &L::streak_days);
  f("support_tickets", &L::support_tickets), f("days_since_purchase", &L::days_since_purchase), f("days_since_push", &L::days_since_push);
  f("days_since_open", &L::days_since_open), f("spend_90d", &L::spend_90d), f("spend", &L::spend), f("rating", &L::rating);
  f("churn_risk", &L::churn_risk), f("joined", &L::joined), f("birth_date", &L::birth_date), f("trial_ends", &L::trial_ends);
  return std::move(f.users);
}

}  // namespace peers::cpp
