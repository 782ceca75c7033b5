// What is written is read; what is damaged, cut or made to harm is refused.
#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>
#include <sstream>

#include <unistd.h>

#include "runtime/hosts/population.h"

using namespace wend;
namespace fs = std::filesystem;

namespace {

constexpr int64_t kMost = std::numeric_limits<int64_t>::max(), kLeast = std::numeric_limits<int64_t>::min();

struct Folder {
  Folder() { fs::create_directories(path); }
  ~Folder() { fs::remove_all(path); }
  std::string operator/(const char* name) const { return (path / name).string(); }
  fs::path path = fs::temp_directory_path() / ("wend_population_" + std::to_string(::getpid()));
};

ColumnLayout column(const char* name, ValueKind kind, bool optional, uint8_t width) {
  ColumnLayout out;
  out.name = name;
  out.type.kind = kind;
  out.type.optional = optional;
  out.width = width;
  return out;
}

// Seventy rows: a truth, an int that may be unknown, and a text.
void write_small(const std::string& path) {
  PopulationLayout layout;
  layout.at = 1'767'225'600'000'000;
  layout.project = "small";
  layout.zone = "UTC";
  layout.columns = {column("yes", ValueKind::boolean, false, 0), column("count", ValueKind::integer, true, 2), column("city", ValueKind::text, true, 1)};
  std::vector<ColumnRows> rows(3);
  rows[2].texts = {"oslo", "bergen", ""};
  for (ColumnRows& one : rows) one.known.resize(2);
  for (int64_t row = 0; row < 70; ++row) {
    rows[0].values.push_back(row % 3 == 0);
    rows[1].values.push_back(row * 100 - 300);
    rows[2].values.push_back(row % 3);
    for (ColumnRows& one : rows) one.known[static_cast<size_t>(row) / 64] |= uint64_t{row % 5 != 4} << row % 64;
  }
  for (uint64_t& word : rows[0].known) word = ~uint64_t{0};
  PopulationWriter writer(path, layout);
  writer.add(70, rows);
  REQUIRE(!writer.finish());
}

std::string bytes_of(const std::string& path) {
  std::ostringstream out;
  out << std::ifstream(path, std::ios::binary).rdbuf();
  return out.str();
}

void put(const std::string& path, const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; }

std::vector<uint32_t> all_of(const Population& population) {
  std::vector<uint32_t> out(population.layout().columns.size());
  for (uint32_t i = 0; i < out.size(); ++i) out[i] = i;
  return out;
}

// Refused at once, or by every block of it; never a crash.
std::optional<PopulationFault> fault_of(const std::string& path) {
  PopulationFault fault;
  const auto population = Population::open(path, fault);
  if (!population) return fault;
  PopulationBlock block;
  for (size_t i = 0; i < population->blocks(); ++i)
    if (auto found = population->read(i, all_of(*population), block)) return found;
  return std::nullopt;
}

// The file with another description, and the checksum that goes with it.
std::string described(const std::string& file, const std::function<void(nlohmann::json&)>& change) {
  uint64_t length;
  std::memcpy(&length, file.data() + file.size() - 24, 8);
  nlohmann::json json = nlohmann::json::parse(file.substr(file.size() - 24 - length, length));
  change(json);
  const std::string text = json.dump();
  const uint64_t tail[2] = {text.size(), XXH3_64bits(text.data(), text.size())};
  return file.substr(0, file.size() - 24 - length) + text + std::string(reinterpret_cast<const char*>(tail), 16) + "WENDPOP1";
}

}  // namespace

TEST_CASE("a population is read as it was written") {
  Folder folder;
  write_small(folder / "small");
  PopulationFault fault;
  const auto population = Population::open(folder / "small", fault);
  REQUIRE(population);
  CHECK(population->layout().rows == 70);
  CHECK(population->layout().project == "small");
  CHECK(population->layout().columns[1].name == "count");
  PopulationBlock block;
  REQUIRE(!population->read(0, all_of(*population), block));
  CHECK(block.rows == 70);
  CHECK(block.texts[2] == std::vector<std::string_view>{"", "bergen", "oslo"});
  const std::string_view cities[] = {"oslo", "bergen", ""};
  for (size_t row = 0; row < 70; ++row) {
    CHECK((static_cast<const uint64_t*>(block.columns[0].values)[row / 64] >> row % 64 & 1) == (row % 3 == 0));
    const bool known = row % 5 != 4;
    CHECK((block.columns[1].known[row / 64] >> row % 64 & 1) == known);
    CHECK(static_cast<const int16_t*>(block.columns[1].values)[row] == (known ? static_cast<int>(row) * 100 - 300 : 0));
    if (known) CHECK(block.texts[2][static_cast<const uint8_t*>(block.columns[2].values)[row]] == cities[row % 3]);
  }
  CHECK(block.columns[0].known == nullptr);
  REQUIRE(!population->read(0, std::vector<uint32_t>{1}, block));   // what is not asked for is not read
  CHECK(block.columns[0].values == nullptr);
}

TEST_CASE("a population without rows is one") {
  Folder folder;
  PopulationLayout layout;
  layout.zone = "UTC";
  layout.columns = {column("yes", ValueKind::boolean, false, 0)};
  PopulationWriter writer(folder / "empty", layout);
  REQUIRE(!writer.finish());
  CHECK(!fault_of(folder / "empty"));
}

TEST_CASE("a population that was changed anywhere, or cut, is refused") {
  Folder folder;
  write_small(folder / "small");
  const std::string file = bytes_of(folder / "small");
  for (size_t at = 0; at < file.size(); ++at) {
    if (at >= 8 && at < 64) continue;   // padding that nobody reads
    std::string other = file;
    other[at] = static_cast<char>(other[at] ^ 0x10);
    put(folder / "other", other);
    const auto fault = fault_of(folder / "other");
    INFO(at);
    REQUIRE(fault);
    CHECK(fault->content);
  }
  for (size_t length = 0; length < file.size(); ++length) {
    put(folder / "cut", file.substr(0, length));
    INFO(length);
    REQUIRE(fault_of(folder / "cut"));
  }
}

TEST_CASE("a description that would lead outside is refused, whatever its checksum says") {
  Folder folder;
  write_small(folder / "small");
  const std::string file = bytes_of(folder / "small");
  using Json = nlohmann::json;
  const std::vector<std::function<void(Json&)>> changes = {
      [](Json& all) { all["rows"] = 71; },
      [](Json& all) { all["rows"] = -1; },
      [](Json& all) { all["rows"] = 1e300; },
      [](Json& all) { all.erase("zone"); },
      [](Json& all) { all["columns"] = 7; },
      [](Json& all) { all = Json::array(); },
      [](Json& all) { all["columns"].push_back(all["columns"][0]); },
      [](Json& all) { all["columns"][1]["width"] = 3; },
      [](Json& all) { all["columns"][1]["width"] = 8; },
      [](Json& all) { all["columns"][1]["width"] = 0; },
      [](Json& all) { all["columns"][0]["width"] = 1; },
      [](Json& all) { all["columns"][1]["scale"] = 0; },
      [](Json& all) { all["columns"][1]["scale"] = -4; },
      [](Json& all) { all["columns"][1]["kind"] = "list"; },
      [](Json& all) { all["columns"][1]["kind"] = "number", all["columns"][1]["base"] = 1; },
      [](Json& all) { all["columns"][1]["kind"] = "number", all["columns"][1]["scale"] = 10'000'000; },
      [](Json& all) { all["columns"][2]["width"] = 4; },
      [](Json& all) { all["columns"][2]["base"] = 1; },
      [](Json& all) { all["columns"][1]["meaning"] = "7"; },
      [](Json& all) { all["columns"][1]["role"] = "nothing"; },
      [](Json& all) { all["blocks"][0]["rows"] = 0; },
      [](Json& all) { all["blocks"][0]["rows"] = kBlockRows; all["rows"] = kBlockRows; },
      [](Json& all) { all["blocks"][0]["rows"] = 1'000'000; all["rows"] = 1'000'000; },
      [](Json& all) { all["blocks"][0]["sections"].erase(1); },
      [](Json& all) { all["blocks"][0]["sections"][1][0] = uint64_t{1} << 62; },
      [](Json& all) { all["blocks"][0]["sections"][1][1] = uint64_t{1} << 62; },
      [](Json& all) { all["blocks"][0]["sections"][1][1] = std::numeric_limits<uint64_t>::max(); },
      [](Json& all) { all["blocks"][0]["sections"][1][0] = 1; },
      [](Json& all) { std::swap(all["blocks"][0]["sections"][0], all["blocks"][0]["sections"][2]); },
  };
  for (size_t i = 0; i < changes.size(); ++i) {
    put(folder / "other", described(file, changes[i]));
    INFO(i);
    const auto fault = fault_of(folder / "other");
    REQUIRE(fault);
    CHECK(fault->content);
  }
  put(folder / "same", described(file, [](Json&) {}));
  CHECK(!fault_of(folder / "same"));
}

TEST_CASE("texts that would lie outside their section, or out of order, are refused") {
  Folder folder;
  write_small(folder / "small");
  const std::string file = bytes_of(folder / "small");
  size_t at = 0, size = 0;
  described(file, [&](nlohmann::json& all) {
    at = all["blocks"][0]["sections"][2][0];
    size = all["blocks"][0]["sections"][2][1];
  });
  const size_t list = at + 64 + 128;   // behind which rows are known and the values
  const auto with = [&](size_t place, uint32_t number) {
    std::string other = file;
    std::memcpy(other.data() + list + place * 4, &number, 4);
    return described(other, [&](nlohmann::json& all) { all["blocks"][0]["sections"][2][2] = fmt::format("{:016x}", XXH3_64bits(other.data() + at, size)); });
  };
  for (const auto& [place, number] : std::vector<std::pair<size_t, uint32_t>>{{0, 0xffffffff}, {0, 200}, {0, 4}, {2, 0xffffffff}, {3, 1'000'000}, {4, 0}, {4, 500}, {3, 0}}) {
    put(folder / "other", with(place, number));
    INFO(place << " " << number);
    REQUIRE(fault_of(folder / "other"));
  }
}

TEST_CASE("what is no file, or is not there, is told as such") {
  Folder folder;
  PopulationFault fault;
  CHECK(!Population::open(folder / "nothing", fault));
  CHECK(!fault.content);
  CHECK(!Population::open(folder.path.string(), fault));
  PopulationWriter writer(folder / "no/folder", {});
  CHECK(writer.finish());
}

TEST_CASE("a column is as narrow as its values allow") {
  const auto fitted = [](std::vector<int64_t> values, ValueKind kind = ValueKind::integer) {
    ColumnLayout layout = column("x", kind, false, 0);
    fit_column(layout, values);
    // Every value comes back as it was.
    for (const int64_t value : values) {
      const __int128 lane = (static_cast<__int128>(value) - layout.base) / layout.scale, most = static_cast<__int128>(1) << (layout.width * 8 - 1);
      if (layout.width > 0 && kind != ValueKind::number) {
        CHECK((lane >= -most && lane < most));
        CHECK((lane * layout.scale + layout.base == value));
      }
    }
    return std::make_tuple(int{layout.width}, layout.base, layout.scale);
  };
  CHECK(fitted({}) == std::make_tuple(1, 0, 1));
  CHECK(fitted({-128, 127}) == std::make_tuple(1, 0, 1));
  CHECK(std::get<0>(fitted({0, 1, 255})) == 1);
  CHECK(std::get<0>(fitted({0, 1, 256})) == 2);
  CHECK(fitted({0, 10'000, 1'000'000}, ValueKind::money) == std::make_tuple(1, 500'000, 10'000));
  CHECK(std::get<0>(fitted({kLeast, kMost})) == 8);
  CHECK(std::get<0>(fitted({kLeast, kLeast + 3})) == 1);
  CHECK(std::get<0>(fitted({kMost})) == 8);
  CHECK(std::get<0>(fitted({kLeast, 0})) == 8);
  CHECK(std::get<0>(fitted({1'767'225'600'000'000, 1'767'225'600'000'000 + 86'400'000'000 * 200}, ValueKind::time)) == 1);
  const auto numbers = [&](std::vector<double> values) {
    std::vector<int64_t> bits;
    for (const double value : values) bits.push_back(std::bit_cast<int64_t>(value));
    return fitted(bits, ValueKind::number);
  };
  CHECK(numbers({0.5, -0.25}) == std::make_tuple(1, 0, 100));
  CHECK(numbers({3, 1000}) == std::make_tuple(2, 0, 1));
  CHECK(numbers({0.01, 99.99}) == std::make_tuple(2, 0, 100));
  CHECK(numbers({0.1, 1.0 / 3}) == std::make_tuple(8, 0, 1));
  CHECK(numbers({0.0, -0.0}) == std::make_tuple(8, 0, 1));
  CHECK(numbers({1e300}) == std::make_tuple(8, 0, 1));
  CHECK(std::get<0>(fitted({0, 1}, ValueKind::boolean)) == 0);
}
