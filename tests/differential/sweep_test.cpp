// Rules over columns against the same rules asked of one record after another, and against the reference evaluator: over generated
// projects, and over every kind of value with its extremes in blocks of every length.
#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <limits>
#include <map>

#include <unistd.h>

#include "compiler/jit/batch.h"
#include "compiler/plan/reads.h"
#include "compiler/service/service.h"
#include "compiler/service/sweep.h"
#include "runtime/abi/named.h"
#include "runtime/hosts/batch.h"
#include "runtime/hosts/hold.h"
#include "runtime/hosts/sweep.h"
#include "tests/differential/front.h"
#include "tests/differential/generate.h"
#include "tests/differential/random.h"
#include "tests/reference/clock.h"
#include "tests/reference/reference.h"

using namespace wend;
using namespace wend::differential;

namespace {

struct File {
  File() : path((std::filesystem::temp_directory_path() / ("wend_sweep_" + std::to_string(::getpid()) + ".columns")).string()) {}
  ~File() { std::filesystem::remove(path); }
  std::string path;
};

// For each row, whether it is in each set.
std::vector<std::vector<bool>> sets_of(const Population& population, const BatchModule& batch) {
  std::vector<std::vector<bool>> out;
  BlockSweep sweep(population.layout(), batch);
  PopulationBlock block;
  std::vector<wend_set_count> counts(batch.sets);
  for (size_t i = 0; i < population.blocks(); ++i) {
    const auto fault = population.read(i, batch.columns, block);
    REQUIRE(!fault);
    std::vector<uint64_t> words;
    sweep.run(block, counts, &words);
    const size_t stride = words.size() / std::max<size_t>(batch.sets, 1);
    for (size_t row = 0; row < block.rows; ++row) {
      out.emplace_back();
      for (uint32_t set = 0; set < batch.sets; ++set) out.back().push_back(words[set * stride + row / 64] >> row % 64 & 1);
    }
  }
  // The counts are those of the sets, and those of the whole sweep in chunks and threads.
  const SweepResult whole = wend::sweep(population, batch, {3, {}});
  REQUIRE(!whole.error);
  for (uint32_t set = 0; set < batch.sets; ++set) {
    const auto in = static_cast<uint64_t>(std::count_if(out.begin(), out.end(), [&](const std::vector<bool>& row) { return row[set]; }));
    CHECK(counts[set].users == in);
    CHECK(whole.counts[set].users == in);
    CHECK(whole.counts[set].held == counts[set].held);
    CHECK(whole.counts[set].both == counts[set].both);
  }
  return out;
}

// One user after another: every block in the order of what they read, each found state taken at once, then the audiences.
struct Expected { std::string user; std::map<std::string, std::string> states; std::map<std::string, bool> audiences; };

Expected by_records(Step& step, std::string_view name, UserState& user, int64_t at) {
  const Module& module = step.module();
  step.look(user, at);
  Expected out;
  out.user = name;
  for (const uint32_t index : module.states_order) {
    const ModuleStates& states = module.states[index];
    StateSlot* slot = state_slot(user, states);
    slot->current = static_cast<uint8_t>(states.find(user.bytes(), &step.context(), slot->current == 0xff ? -1 : slot->current));
    out.states[states.name] = states.names[slot->current];
  }
  for (const ModuleReading& audience : module.audiences) {
    wend_slot value{};
    out.audiences[audience.name] = audience.value(user.bytes(), nullptr, nullptr, &step.context(), &value) != 0 && value.integer != 0;
  }
  return out;
}

void compare(const BatchModule& batch, const std::vector<std::vector<bool>>& rows, const std::vector<Expected>& expected) {
  REQUIRE(rows.size() == expected.size());
  for (size_t row = 0; row < rows.size(); ++row) {
    for (const BatchModule::Audience& audience : batch.audiences)
      if (rows[row][audience.set] != expected[row].audiences.at(audience.name)) FAIL("row " << row << ", " << audience.name << ": by columns " << rows[row][audience.set]);
    for (const BatchModule::States& states : batch.states)
      for (size_t i = 0; i < states.names.size(); ++i)
        if (rows[row][states.first_set + i] != (expected[row].states.at(states.name) == states.names[i]))
          FAIL("row " << row << ", " << states.name << " " << states.names[i] << ": by columns " << rows[row][states.first_set + i] << ", by records " << expected[row].states.at(states.name));
  }
}

// What the reference evaluator last said of the blocks that are always up to date.
std::map<std::pair<std::string, std::string>, std::string> by_reference(const Program& program, const Case& made, int64_t at) {
  std::map<std::pair<std::string, std::string>, std::string> out;
  for (const std::string& line : run_reference(program, made.stream(), at).lines) {
    const nlohmann::json json = nlohmann::json::parse(line);
    if (json.at("kind") == "state") out[{json.at("user"), json.at("states")}] = json.at("to");
  }
  return out;
}

// A block that waits for its cadence, is asked at inputs alone or counts since a state was taken may be elsewhere once it is asked.
bool always_up_to_date(const Program& program, const wend::States& states) {
  const Reads reads = reads_of(program, states);
  return states.cadence.kind == CadenceKind::continuously && states.settle == 1 && !reads.always && reads.states.empty();
}

}  // namespace

TEST_CASE("rules over columns and over records and by the reference agree on generated projects") {
  File file;
  size_t compared = 0, tried = 0, by_others = 0, audiences = 0;
  for (uint64_t seed = 1; seed <= 120; ++seed) {
    Case made = generate(seed, size_of_seed(seed * 8));
    const auto program = program_of(made.text());
    if (!program || made.arrivals) continue;
    ++tried;
    const HeldModule held = compile_held(*program);
    // Behind everything, so that the reference can stop at the same instant.
    int64_t at = made.until_us.value_or(0);
    for (const std::string& event : made.events) {
      const nlohmann::json json = nlohmann::json::parse(event, nullptr, false);
      int64_t instant = 0;
      if (json.is_object() && json.contains("timestamp") && json["timestamp"].is_string() &&
          reference::read_instant(json["timestamp"].get<std::string>(), *reference::Zone::find("UTC"), instant))
        at = std::max(at, instant + 1);
    }
    Holding holding(held, at);
    std::vector<Expected> expected;
    BatchOptions options;
    options.snapshot_us = at;
    options.each_user = [&](Step& step, std::string_view name, UserState& user) {
      holding.add(step, user);
      expected.push_back(by_records(step, name, user, at));
    };
    const uint64_t merged = run_batch_text(*held.module, made.stream(), options).summary.merged;
    if (expected.empty()) continue;
    REQUIRE(!holding.write(file.path));
    PopulationFault fault;
    const auto population = Population::open(file.path, fault);
    INFO("seed " << seed << "\n" << made.text());
    REQUIRE(population);
    std::vector<std::string> missing;
    const auto batch = compile_sweep(*program, population->layout(), missing);
    for (const std::string& what : missing) CHECK(what.find("cannot be worked out") != std::string::npos);
    if (!batch) continue;
    ++compared;
    audiences += batch->audiences.size();
    compare(*batch, sets_of(*population, *batch), expected);
    if (merged > 0) continue;   // a state of the one was told under the name of the other
    const auto reference = by_reference(*program, made, at);
    for (const Expected& user : expected)
      for (const auto& [states, state] : user.states) {
        const auto said = reference.find({user.user, states});
        if (said == reference.end() || !always_up_to_date(*program, program->states[static_cast<size_t>(index_of(program->states, states))])) continue;
        INFO(user.user << " in " << states);
        CHECK(said->second == state);
        ++by_others;
      }
  }
  CHECK(compared * 10 >= tried * 8);
  CHECK(audiences > 50);
  CHECK(by_others > 50);
}

namespace {

// Every kind of attribute, known for sure and perhaps unknown, and rules of every form over them.
const char* const kKinds = R"(project kinds {
  time zone "Europe/Stockholm"
  currency  EUR
}
profile {
  identity user_id
  b0 bool = false, b1 bool?
  i0 int = 0, i1 int?
  n0 number = 0, n1 number?
  p0 percent = 0%, p1 percent?
  m0 money = 0 EUR, m1 money?
  d0 duration = 0 seconds, d1 duration?
  t0 time = 2026-01-01T00:00Z, t1 time?
  a0 date = 2026-01-01, a1 date?
  c0 time of day = 08:00, c1 time of day?
  o0 one of red, green, blue = red
  o1 one of s, m, l, xl?
  x0 text = "", x1 text?
  z1 timezone?
}
event play { track text }
audience b_plain    = b0
audience b_known    = b1 is known and not b0
audience b_is       = b1 is true
audience b_or       = (b1 or else true) or b0
audience i_small    = i0 < 5
audience i_large    = i0 >= 9223372036854775807
audience i_range    = i1 in -3..1000
audience i_not      = i0 not in 0..70000
audience i_list     = i1 in [1, 2, 300, -5]
audience i_other    = i1 is known and i1 > i0
audience i_sum      = (i0 + (i1 or else 7)) >= 9223372036854775807
audience i_minus    = i0 - (i1 or else -7) <= 0
audience i_times    = i0 * (i1 or else 3) < -9223372036854775807
audience i_negative = -i0 > 100
audience i_quotient = (i0 / (i1 or else 0) or else -1.0) > 2.5
audience n_plain    = n0 > 0.5
audience n_other    = (n1 or else n0) <= n0
audience n_sum      = n0 + (n1 or else 1.5) > 1.0
audience n_product  = n0 * n0 >= 2.25
audience n_quotient = (n0 / (n1 or else 0.0) or else 0.0) < -1.0
audience p_plain    = p0 >= 33%
audience p_is       = p1 is 50%
audience m_plain    = m0 > 49.90 EUR
audience m_fine     = m0 >= 0.005 EUR
audience m_list     = m1 in [1 EUR, 2.50 EUR]
audience m_sum      = m0 + (m1 or else 3 EUR) < 100 EUR
audience m_times    = m0 * 3 >= 1000 EUR
audience m_ratio    = (m0 / (m1 or else 0 EUR) or else 0.0) > 1.0
audience d_plain    = d0 < 90 seconds
audience d_is       = d1 is 2 days
audience t_plain    = t0 < 2026-03-01T12:00Z
audience t_now      = (t1 or else now) <= now
audience a_plain    = a0 < 2026-02-17
audience a_today    = a1 is today
audience a_days     = (today - a0) > 30
audience a_age      = a1 is known and age(a1) >= 18
audience c_plain    = c0 in 09:00..17:30
audience o_plain    = o0 is green
audience o_not      = o0 is not blue
audience o_list     = o1 in [s, xl]
audience x_plain    = x0 is "sweden"
audience x_list     = x1 in ["sweden", "norway", "nowhere"]
audience x_not      = x0 not in ["sweden", ""]
audience x_known    = x1 is known
audience x_begins   = x1 starts with "s" or x0 contains "wa"
audience x_matches  = x0 matches "^s.*n$"
audience x_order    = x0 < "n"
audience x_else     = (x1 or else "sweden") is "sweden"
audience z_plain    = z1 is "Europe/Stockholm"
audience if_bool    = if b0 then i0 > 3 else o0 is red
audience if_int     = (if b0 then i0 else i1 or else 4) > 3
audience of_others  = i_small and not m_plain or x_known
audience of_states  = size is large or mood is not low
audience of_order   = mood < high
states size {
  evaluate continuously
  large  when i0 > 1000, until i0 < 100
  middle when (i1 or else 0) > 10, until b0
  small  otherwise
}
states mood ordered {
  evaluate continuously
  high   when size is large and b0
  middle when x0 is "sweden"
  low    otherwise
}
)";

template <class T> T one_of(Random& random, std::initializer_list<T> values) { return *(values.begin() + random.between(0, static_cast<int64_t>(values.size()) - 1)); }

// `narrow`: values of everyday life, which lie in narrow columns; else extremes among them.
int64_t made_up(ValueKind kind, bool narrow, Random& random) {
  const int64_t most = std::numeric_limits<int64_t>::max(), least = std::numeric_limits<int64_t>::min();
  switch (kind) {
    case ValueKind::boolean: return random.between(0, 1);
    case ValueKind::integer: return narrow ? random.between(-9, 2000) : one_of<int64_t>(random, {0, 1, 2, 3, 4, 5, 300, -5, 70000, -70000, most, least, most - 1, least + 1, random.between(-2000, 2000)});
    case ValueKind::number:
      if (narrow) return std::bit_cast<int64_t>(static_cast<double>(random.between(-400, 400)) / 100);
      return std::bit_cast<int64_t>(one_of<double>(random, {0.0, -0.0, 0.5, 1.5, -1.5, 1e300, -1e300, std::numeric_limits<double>::max(), 5e-324, static_cast<double>(random.between(-50, 50)) / 8}));
    case ValueKind::percent: return one_of<int64_t>(random, {0, 330'000, 329'999, 500'000, 1'000'000, random.between(0, 100) * 10'000});
    case ValueKind::money: return narrow ? random.between(-100, 9000) * 10'000 : one_of<int64_t>(random, {0, 4'999, 5'000, 5'001, 1'000'000, 2'500'000, 49'900'000, 49'900'001, most, least, random.between(0, 1'000'000'000)});
    case ValueKind::duration: return narrow ? random.between(0, 3) * 86'400'000'000 : one_of<int64_t>(random, {0, 89'999'999, 90'000'000, 172'800'000'000, random.between(0, 200'000'000)});
    case ValueKind::time: return 1'772'366'400'000'000 + (narrow ? random.between(-5000, 5000) * 1'000'000 : random.between(-3, 3));
    case ValueKind::date: return narrow ? random.between(20'480, 20'520) : one_of<int64_t>(random, {20'513, -200'000, 200'000, random.between(0, 20'600)});
    case ValueKind::time_of_day: return random.between(0, 24 * 4 - 1) * 900'000'000;
    case ValueKind::one_of: return random.between(0, 2);
    default: return random.between(0, 5);
  }
}

// Of each batch function: that of its loop, and no other.
std::vector<size_t> branches_of(const std::string& code) {
  std::vector<size_t> out;
  for (size_t at = code.find("define void @wend_batch_"); at != std::string::npos; at = code.find("define void @wend_batch_", at + 1)) {
    const std::string body = code.substr(at, code.find("\n}", at) - at);
    out.push_back(0);
    for (size_t found = body.find("br i1"); found != std::string::npos; found = body.find("br i1", found + 1)) ++out.back();
  }
  return out;
}

// A population of records, and the same in columns.
void check_kinds(uint64_t seed, uint32_t rows, bool narrow) {
  Project project = Project::from_texts({{"project.wend", kKinds}});
  for (const Diagnostic& diagnostic : project.diagnostics().all()) UNSCOPED_INFO(diagnostic.message);
  REQUIRE(project.ok());
  const HeldModule held = compile_held(project.program());
  const Module& module = *held.module;
  Context context(*module.zone, module.windows);
  Step step(module, context);
  Random random(seed);
  const int64_t at = 1'772'366'400'000'000;   // 2026-03-01T12:00Z
  const std::vector<std::string> texts = {"", "sweden", "norway", "s\xc3\xa9n", "swan", "Europe/Stockholm"};
  Holding holding(held, at);
  std::vector<Expected> expected;
  for (uint32_t row = 0; row < rows; ++row) {
    UserState user;
    std::vector<Decision> decisions;
    EventInput input;
    input.event.type = WEND_IDENTIFY;
    input.event.at = input.arrival = at;
    input.user = "user";
    step.handle(user, input, decisions);
    for (const ModuleAttribute& attribute : module.attributes) {
      if (attribute.identity) continue;
      wend_slot slot{};
      if (attribute.type.optional && random.between(0, 3) == 0) continue;
      if (held_as_bytes(attribute.type.kind)) {
        const std::string& text = texts[static_cast<size_t>(made_up(attribute.type.kind, narrow, random))];
        slot.data = text.data();
        slot.size = static_cast<int64_t>(text.size());
      } else {
        slot.integer = made_up(attribute.type.kind, narrow, random);
      }
      write_field(user.record.bytes(), attribute.field, attribute.type.kind, slot, context);
    }
    for (const ModuleStates& states : module.states) state_slot(user, states)->current = static_cast<uint8_t>(random.between(0, 2));
    holding.add(step, user);
    expected.push_back(by_records(step, std::to_string(row), user, at));
  }
  File file;
  REQUIRE(!holding.write(file.path));
  PopulationFault fault;
  const auto population = Population::open(file.path, fault);
  REQUIRE(population);
  std::vector<std::string> missing;
  const auto batch = compile_sweep(project.program(), population->layout(), missing);
  for (const std::string& what : missing) UNSCOPED_INFO(what);
  REQUIRE(batch);
  compare(*batch, sets_of(*population, *batch), expected);
  CHECK(branches_of(print_batch_llvm(project.program(), population->layout())) == std::vector<size_t>(batch->functions.size(), 1));
  // A rule of which the answer never differs shows nothing.
  if (rows < 1000) return;
  for (const BatchModule::Audience& audience : batch->audiences) {
    const auto in = std::count_if(expected.begin(), expected.end(), [&](const Expected& user) { return user.audiences.at(audience.name); });
    INFO(audience.name);
    if (!narrow) CHECK((in > 0 && in < static_cast<int64_t>(rows)));
  }
}

}  // namespace

TEST_CASE("rules over columns and over records agree on every kind of value in blocks of every length") {
  for (const uint32_t rows : {1u, 63u, 64u, 65u, 127u, 1500u}) {
    check_kinds(rows, rows, false);
    check_kinds(rows, rows, true);
  }
  check_kinds(7, kBlockRows + 100, true);
}
