#include "tests/bench/peers/cpp/columns.h"

#include <algorithm>
#include <numeric>

#include "tests/bench/peers/cpp/conditions.h"

namespace peers::cpp {
namespace {

using C = ListenerColumns;
using L = Listener;

// The users of a block for whom everything asked so far holds.
class Block {
 public:
  Block(const C& columns, size_t begin) : begin_(begin), users_(std::min(kBlock, columns.users - begin)) { std::fill_n(on_, users_, uint8_t{1}); }

  template <class Test, class... Values>
  Block& where(Test test, const std::vector<Values>&... columns) {
    return kept(test, columns.data() + begin_...);
  }
  uint64_t count() const { return std::accumulate(on_, on_ + users_, uint64_t{0}); }

 private:
  template <class Test, class... Values>
  Block& kept(Test test, const Values* __restrict... columns) {
    for (size_t i = 0; i < users_; ++i) on_[i] &= static_cast<uint8_t>(test(columns[i]...));
    return *this;
  }
  size_t begin_, users_;
  uint8_t on_[kBlock];
};

constexpr auto holds = [](auto v) { return v; };
constexpr auto not_so = [](auto v) { return v == 0; };
template <auto kValue>
constexpr auto is = [](auto v) { return v == kValue; };
template <auto kValue>
constexpr auto is_not = [](auto v) { return v != kValue; };
template <auto kOne, auto kOther>
constexpr auto either = [](auto v) { return (v == kOne) | (v == kOther); };
template <auto kLeast>
constexpr auto from = [](auto v) { return v >= kLeast; };
template <auto kEnd>
constexpr auto below = [](auto v) { return v < kEnd; };
constexpr auto nordic = [](auto v) { return (v == L::se) | (v == L::no) | (v == L::dk) | (v == L::fi); };
// Of a value that may be unknown, and whether it is known.
template <int32_t kLeast>
constexpr auto unknown_or_from = [](int32_t v, uint8_t has) { return (has == 0) | (v >= kLeast); };
template <int32_t kMost>
constexpr auto known_to = [](int32_t v, uint8_t has) { return (has != 0) & (v <= kMost); };

const std::vector<ColumnCondition> kAll = {
    {"dormant_students", [](const C& c, size_t begin) {
       return Block(c, begin).where(is<L::dormant>, c.engagement).where(is<L::premium>, c.plan).where(holds, c.student)
           .where(is<L::se>, c.country).where(unknown_or_from<7>, c.days_since_push, c.has_push).count();
     }},
    {"upgrade_ready", [](const C& c, size_t begin) {
       return Block(c, begin).where(is<L::free>, c.plan).where(from<15>, c.active_days).where(from<41>, c.plays_7d).where(from<20>, c.skips_7d)
           .where(nordic, c.country).count();
     }},
    {"churn_watch", [](const C& c, size_t begin) {
       return Block(c, begin).where(either<L::premium, L::family>, c.plan).where([](double v) { return v > 0.7; }, c.churn_risk)
           .where(below<8>, c.active_days).where(is<0>, c.support_tickets).where(holds, c.push_opt_in).count();
     }},
    {"big_spenders", [](const C& c, size_t begin) {
       return Block(c, begin).where(from<euro(60)>, c.spend_90d).where(from<euro(300)>, c.spend).where([](double v) { return v >= 4.0; }, c.rating)
           .where(known_to<30>, c.days_since_purchase, c.has_purchase).count();
     }},
    {"trial_ending", [](const C& c, size_t begin) {
       return Block(c, begin)
           .where([](int32_t v, uint8_t has) { return (has != 0) & (v >= k20260115) & (v < k20260122); }, c.trial_ends, c.has_trial)
           .where(is<L::free>, c.plan).where(from<5>, c.active_days)
           .where([](uint8_t email, uint8_t push) { return email | push; }, c.email_opt_in, c.push_opt_in).count();
     }},
    {"young_on_ios", [](const C& c, size_t begin) {
       return Block(c, begin).where([](int32_t v, uint8_t has) { return (has != 0) & (v >= kBorn2001); }, c.birth_date, c.has_birth_date)
           .where(is<L::ios>, c.platform).where(is<L::core>, c.engagement).where(not_so, c.student).count();
     }},
    {"slowing_down", [](const C& c, size_t begin) {
       return Block(c, begin).where(is<L::casual>, c.engagement).where(from<40>, c.plays_28d)
           .where([](int32_t week, int32_t month) { return week * 4 < month; }, c.plays_7d, c.plays_28d).where(is_not<L::free>, c.plan).count();
     }},
    {"not_settled", [](const C& c, size_t begin) {
       return Block(c, begin).where(from<k20251216>, c.joined).where(below<2>, c.playlists).where(below<3>, c.followed_artists)
           .where(from<1>, c.plays_7d).where(holds, c.email_opt_in).count();
     }},
    {"collectors", [](const C& c, size_t begin) {
       return Block(c, begin).where(either<L::jazz, L::classical>, c.top_genre).where(from<10>, c.playlists).where(from<25>, c.followed_artists)
           .where(from<12>, c.active_days).count();
     }},
    {"families_by_ear", [](const C& c, size_t begin) {
       return Block(c, begin).where(is<L::family>, c.plan).where(from<10>, c.active_days)
           .where([](int32_t skips, int32_t plays) { return skips * 5 > plays; }, c.skips_7d, c.plays_7d)
           .where(known_to<14>, c.days_since_open, c.has_open).count();
     }},
    {"streak_keepers", [](const C& c, size_t begin) {
       return Block(c, begin).where(from<14>, c.streak_days).where(holds, c.push_opt_in).where(unknown_or_from<2>, c.days_since_push, c.has_push)
           .where(either<L::ios, L::android>, c.platform).count();
     }},
    {"quiet_inbox", [](const C& c, size_t begin) {
       return Block(c, begin).where(holds, c.email_opt_in).where(unknown_or_from<61>, c.days_since_open, c.has_open).where(is<0>, c.spend_90d)
           .where(either<L::dormant, L::lapsed>, c.engagement).count();
     }},
    {"win_back", [](const C& c, size_t begin) {
       return Block(c, begin).where(is<L::lapsed>, c.engagement).where(from<euro(100)>, c.spend)
           .where(unknown_or_from<91>, c.days_since_purchase, c.has_purchase).where(holds, c.email_opt_in)
           .where([](double v) { return v < 0.9; }, c.churn_risk).count();
     }},
    {"german_desktop", [](const C& c, size_t begin) {
       return Block(c, begin).where(is<L::german>, c.language).where(is<L::germany>, c.country).where(either<L::desktop, L::web>, c.platform)
           .where(is<L::free>, c.plan).where([](int32_t v) { return (v >= 20) & (v <= 200); }, c.plays_28d).count();
     }},
    {"unhappy_payers", [](const C& c, size_t begin) {
       return Block(c, begin).where(is_not<L::free>, c.plan).where([](double v) { return v < 2.5; }, c.rating).where(from<2>, c.support_tickets)
           .where(below<k20250101>, c.joined).count();
     }},
    {"binge_listeners", [](const C& c, size_t begin) {
       return Block(c, begin).where(from<150>, c.plays_7d).where(from<20>, c.active_days).where(below<30>, c.skips_7d).count();
     }},
    {"fresh_buyers", [](const C& c, size_t begin) {
       return Block(c, begin).where([](int64_t lately, int64_t ever) { return (lately * 2 > ever) & (ever > euro(50)); }, c.spend_90d, c.spend)
           .where([](int32_t v, uint8_t has) { return (has != 0) & (v >= 1) & (v <= 45); }, c.days_since_purchase, c.has_purchase)
           .where([](uint8_t v) { return (v != L::us) & (v != L::gb); }, c.country).count();
     }},
    {"grown_students", [](const C& c, size_t begin) {
       return Block(c, begin).where(holds, c.student)
           .where([](int32_t v, uint8_t has) { return (has != 0) & (v < kBorn1991); }, c.birth_date, c.has_birth_date)
           .where(is<L::premium>, c.plan).count();
     }},
    {"second_year", [](const C& c, size_t begin) {
       return Block(c, begin).where([](int32_t v) { return (v >= k20240115) & (v < k20250115); }, c.joined).where(is<L::premium>, c.plan)
           .where(either<L::core, L::casual>, c.engagement).where([](double v) { return v <= 0.3; }, c.churn_risk)
           .where([](double v) { return v >= 3.0; }, c.rating).where(from<euro(60)>, c.spend).where(holds, c.email_opt_in).count();
     }},
    {"nordic_again", [](const C& c, size_t begin) {
       return Block(c, begin).where(nordic, c.country).where(is_not<L::core>, c.engagement)
           .where([](int32_t v) { return (v >= 1) & (v <= 6); }, c.active_days)
           .where([](int32_t month, int32_t week) { return month > week; }, c.plays_28d, c.plays_7d).where(holds, c.push_opt_in)
           .where(not_so, c.student).where(below<3>, c.support_tickets).count();
     }},
};

}  // namespace

const std::vector<ColumnCondition>& column_segments() { return kAll; }

ListenerColumns::ListenerColumns(const Population& population) : users(population.users) {
  const auto copy = [&](const char* name, auto& into) {
    const Column& column = population[name];
    into.assign(column.values.begin(), column.values.end());
    if (column.kind == Kind::number) std::transform(into.begin(), into.end(), into.begin(), [](auto hundredths) { return hundredths / 100; });
  };
  const auto copy_optional = [&](const char* name, auto& into, std::vector<uint8_t>& has) { copy(name, into), has = population[name].known; };
  copy("email_opt_in", email_opt_in), copy("push_opt_in", push_opt_in), copy("student", student), copy("plan", plan), copy("country", country);
  copy("language", language), copy("platform", platform), copy("engagement", engagement), copy("top_genre", top_genre);
  copy("active_days", active_days), copy("plays_7d", plays_7d), copy("plays_28d", plays_28d), copy("skips_7d", skips_7d);
  copy("playlists", playlists), copy("followed_artists", followed_artists), copy("streak_days", streak_days);
  copy("support_tickets", support_tickets), copy("joined", joined), copy("spend_90d", spend_90d), copy("spend", spend);
  copy("rating", rating), copy("churn_risk", churn_risk), copy_optional("days_since_purchase", days_since_purchase, has_purchase);
  copy_optional("days_since_push", days_since_push, has_push), copy_optional("days_since_open", days_since_open, has_open);
  copy_optional("birth_date", birth_date, has_birth_date), copy_optional("trial_ends", trial_ends, has_trial);
}

}  // namespace peers::cpp
