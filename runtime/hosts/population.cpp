// Reading: the description first, then sections by place. Nothing in the file is trusted, its checksums included: they find accidents.
#include "runtime/hosts/population.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <cstring>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <xxhash.h>

#include "runtime/abi/zones.h"

namespace wend {

static_assert(std::endian::native == std::endian::little, "populations lie in files as they lie in memory");

namespace {

using Json = nlohmann::json;

constexpr std::string_view kMagic = "WENDPOP1";
constexpr uint64_t kAlign = 64, kTail = 24;
constexpr uint64_t kBlockBytesMax = 1ull << 30, kDescriptionBytesMax = 1ull << 26;
constexpr size_t kColumnsMax = 10'000;
constexpr int64_t kDecimalScaleMax = 1'000'000;

constexpr const char* kRoles[] = {"attribute", "reading", "part", "state", "audience"};
constexpr const char* kKinds[] = {"bool", "int", "number", "percent", "text", "html", "url", "email", "money", "duration", "time", "date", "time of day", "weekday", "timezone", "one of"};

uint64_t padded(uint64_t bytes) { return (bytes + kAlign - 1) / kAlign * kAlign; }
uint64_t words_of(uint64_t rows) { return (rows + 63) / 64; }
uint64_t known_bytes(const ColumnLayout& column, uint64_t rows) { return column.type.optional ? padded(words_of(rows) * 8) : 0; }
uint64_t value_bytes(const ColumnLayout& column, uint64_t rows) { return padded(words_of(rows) * (column.bits() ? 8 : 64ull * column.width)); }

bool known_row(const ColumnRows& rows, size_t row) { return rows.known.empty() || (rows.known[row / 64] >> row % 64 & 1) != 0; }

template <class Int>
void put(std::string& out, uint64_t at, size_t row, int64_t value) {
  const Int narrow = static_cast<Int>(value);
  std::memcpy(out.data() + at + row * sizeof(Int), &narrow, sizeof narrow);
}

void put_value(std::string& out, uint64_t at, uint8_t width, size_t row, int64_t value) {
  switch (width) {
    case 1: put<int8_t>(out, at, row, value); break;
    case 2: put<int16_t>(out, at, row, value); break;
    case 4: put<int32_t>(out, at, row, value); break;
    default: put<int64_t>(out, at, row, value);
  }
}

// The different texts of a block in their order, and where each of those given stands among them.
std::vector<int64_t> in_order(const std::vector<std::string_view>& texts, std::string& out) {
  std::vector<uint32_t> order(texts.size());
  for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return texts[a] < texts[b]; });
  std::vector<int64_t> places(texts.size());
  std::vector<uint32_t> head{static_cast<uint32_t>(texts.size()), 0};
  std::string bytes;
  for (size_t i = 0; i < order.size(); ++i) {
    places[order[i]] = static_cast<int64_t>(i);
    bytes += texts[order[i]];
    head.push_back(static_cast<uint32_t>(bytes.size()));
  }
  out.append(reinterpret_cast<const char*>(head.data()), head.size() * sizeof(uint32_t));
  out += bytes;
  return places;
}

// What divided by the scale is this double, bit for bit; nothing where there is none, as of 1/3 or -0.
std::optional<int64_t> decimal_of(int64_t bits, int64_t scale) {
  const double value = std::bit_cast<double>(bits), scaled = std::nearbyint(value * static_cast<double>(scale));
  if (!(std::fabs(scaled) < 1u << 31)) return std::nullopt;
  const int64_t lane = static_cast<int64_t>(scaled);
  if (std::bit_cast<int64_t>(static_cast<double>(lane) / static_cast<double>(scale)) != bits) return std::nullopt;
  return lane;
}

std::string packed(const ColumnLayout& column, uint32_t rows, const ColumnRows& values) {
  std::string texts;
  std::vector<int64_t> places;
  if (column.texts()) places = in_order(values.texts, texts);
  const uint64_t at = known_bytes(column, rows);
  std::string out(at + value_bytes(column, rows), '\0');
  if (at > 0) std::memcpy(out.data(), values.known.data(), words_of(rows) * 8);
  for (size_t row = 0; row < rows; ++row) {
    if (!known_row(values, row)) continue;
    const int64_t value = values.values[row];
    if (column.bits()) out[at + row / 8] = static_cast<char>(out[at + row / 8] | (value != 0) << row % 8);
    else if (column.texts()) put_value(out, at, column.width, row, places[static_cast<size_t>(value)]);
    else if (column.type.kind == ValueKind::number) put_value(out, at, column.width, row, column.decimals() ? decimal_of(value, column.scale).value_or(0) : value);
    else put_value(out, at, column.width, row, static_cast<int64_t>((static_cast<__int128>(value) - column.base) / column.scale));
  }
  out += texts;
  out.resize(padded(out.size()));
  return out;
}

std::string system_error(const std::string& what, const std::string& path) { return what + " " + path + ": " + std::strerror(errno); }

bool read_all(int descriptor, uint8_t* into, size_t bytes, uint64_t at) {
  for (size_t done = 0; done < bytes;) {
    const ssize_t got = ::pread(descriptor, into + done, bytes - done, static_cast<off_t>(at + done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    done += static_cast<size_t>(got);
  }
  return true;
}

std::string hex(uint64_t number) { return fmt::format("{:016x}", number); }

// A number of the description; anything else throws, which describe() tells.
uint64_t from_hex(const Json& text) {
  const std::string& digits = text.get_ref<const std::string&>();
  if (digits.size() != 16 || digits.find_first_not_of("0123456789abcdef") != std::string::npos) throw std::runtime_error("a checksum");
  return std::strtoull(digits.c_str(), nullptr, 16);
}

int64_t whole(const Json& number) {
  if (!number.is_number_integer() || (number.is_number_unsigned() && number.get<uint64_t>() > INT64_MAX)) throw std::runtime_error("a number");
  return number.get<int64_t>();
}

template <size_t N>
size_t one_of(const char* const (&names)[N], const Json& name, const char* what) {
  for (size_t i = 0; i < N; ++i) if (name.get_ref<const std::string&>() == names[i]) return i;
  throw std::runtime_error(what);
}

ColumnLayout column_from(const Json& json) {
  ColumnLayout column;
  column.role = static_cast<ColumnRole>(one_of(kRoles, json.at("role"), "what a column is"));
  column.name = json.at("name").get<std::string>();
  column.type.kind = static_cast<ValueKind>(one_of(kKinds, json.at("kind"), "the kind of a column"));
  column.type.optional = json.at("optional").get<bool>();
  column.type.words = json.at("words").get<std::vector<std::string>>();
  column.type.currency = json.at("currency").get<std::string>();
  column.meaning = from_hex(json.at("meaning"));
  const int64_t width = whole(json.at("width"));
  column.base = whole(json.at("base"));
  column.scale = whole(json.at("scale"));
  const bool fits = column.bits() ? width == 0 : column.texts() ? width == 1 || width == 2
                    : width == 1 || width == 2 || width == 4 || width == 8;
  if (!fits || column.scale < 1 || column.type.words.size() > INT16_MAX) throw std::runtime_error("the width of a column");
  const bool plain = column.bits() || column.texts() || column.type.kind == ValueKind::one_of;
  const bool number = column.type.kind == ValueKind::number;
  if ((plain && column.scale != 1) || ((plain || number) && column.base != 0) || (number && column.scale > kDecimalScaleMax)) throw std::runtime_error("the scale of a column");
  column.width = static_cast<uint8_t>(width);
  return column;
}

}  // namespace

namespace {

// The bytes in which all from the one to the other have room.
uint8_t bytes_for(__int128 from, __int128 to) {
  for (const uint8_t width : {1, 2, 4}) if (from >= -(__int128{1} << (width * 8 - 1)) && to < (__int128{1} << (width * 8 - 1))) return width;
  return 8;
}

void fit_decimals(ColumnLayout& column, std::span<const int64_t> values) {
  for (int64_t scale = 1; scale <= kDecimalScaleMax; scale *= 10) {
    int64_t least = 0, most = 0;
    const bool all = std::all_of(values.begin(), values.end(), [&](int64_t value) {
      const std::optional<int64_t> lane = decimal_of(value, scale);
      least = std::min(least, lane.value_or(0));
      most = std::max(most, lane.value_or(0));
      return lane.has_value();
    });
    if (!all) continue;
    column.scale = scale;
    column.width = bytes_for(least, most);
    return;
  }
}

}  // namespace

void fit_column(ColumnLayout& column, std::span<const int64_t> values) {
  column.base = 0;
  column.scale = 1;
  column.width = column.bits() ? 0 : 8;
  if (column.bits() || column.texts()) return;
  if (column.type.kind == ValueKind::number) return fit_decimals(column, values);
  if (values.empty()) {
    column.width = 1;
    return;
  }
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  column.width = bytes_for(*least, *most);
  if (column.type.kind == ValueKind::one_of || column.width == 1) return;
  // From the middle, in steps of what divides every distance.
  uint64_t step = 0;
  for (const int64_t value : values) {
    uint64_t a = static_cast<uint64_t>(value) - static_cast<uint64_t>(*least);
    for (uint64_t b = step; b != 0;) std::swap(a %= b, b);
    step = a;
    if (step == 1) break;
  }
  if (step == 0 || step > INT64_MAX) return;
  const __int128 scale = static_cast<__int128>(step), steps = (static_cast<__int128>(*most) - *least) / scale, base = *least + (steps + 1) / 2 * scale;
  const uint8_t width = bytes_for(-((steps + 1) / 2), steps - (steps + 1) / 2);
  if (width >= column.width || base > INT64_MAX) return;
  column.width = width;
  column.base = static_cast<int64_t>(base);
  column.scale = static_cast<int64_t>(scale);
}

uint8_t text_width(size_t different) { return different < 0xff ? 1 : 2; }   // the greatest number stands for texts nobody has

// ---- writing ---------------------------------------------------------------------------------------

PopulationWriter::PopulationWriter(std::string path, PopulationLayout layout) : path_(std::move(path)), aside_(path_ + ".part"), layout_(std::move(layout)) {
  layout_.rows = 0;
  descriptor_ = ::open(aside_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor_ < 0) fault_ = system_error("cannot write", aside_);
  std::string head(kMagic);
  head.resize(kAlign);
  write(head);
}

PopulationWriter::~PopulationWriter() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  ::unlink(aside_.c_str());
}

void PopulationWriter::write(std::string_view bytes) {
  written_ += bytes.size();
  while (!fault_ && !bytes.empty()) {
    const ssize_t put = ::write(descriptor_, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) fault_ = system_error("cannot write", aside_);
    else bytes.remove_prefix(static_cast<size_t>(put));
  }
}

void PopulationWriter::add(uint32_t rows, std::span<const ColumnRows> columns) {
  if (rows == 0) return;
  Block block;
  block.rows = rows;
  uint64_t left = kBlockBytesMax;
  for (size_t i = 0; i < columns.size(); ++i) {
    const std::string bytes = packed(layout_.columns[i], rows, columns[i]);
    if (bytes.size() > left) fault_ = "the texts of `" + layout_.columns[i].name + "` are too long to be held as columns";
    left -= std::min<uint64_t>(bytes.size(), left);
    block.places.push_back({written_, bytes.size(), XXH3_64bits(bytes.data(), bytes.size())});
    write(bytes);
  }
  blocks_.push_back(std::move(block));
  layout_.rows += rows;
}

std::string PopulationWriter::described(const PopulationLayout& layout, const std::vector<Block>& blocks) {
  Json columns = Json::array(), places = Json::array();
  for (const ColumnLayout& column : layout.columns)
    columns.push_back({{"role", kRoles[static_cast<size_t>(column.role)]}, {"name", column.name}, {"kind", kKinds[static_cast<size_t>(column.type.kind)]},
                       {"optional", column.type.optional}, {"words", column.type.words}, {"currency", column.type.currency}, {"meaning", hex(column.meaning)},
                       {"width", column.width}, {"base", column.base}, {"scale", column.scale}});
  for (const Block& block : blocks) {
    Json sections = Json::array();
    for (const Place& place : block.places) sections.push_back({place.at, place.bytes, hex(place.hash)});
    places.push_back({{"rows", block.rows}, {"sections", std::move(sections)}});
  }
  const Json all = {{"project", layout.project}, {"zone", layout.zone}, {"at", layout.at}, {"rows", layout.rows}, {"columns", std::move(columns)}, {"blocks", std::move(places)}};
  return all.dump();
}

std::optional<std::string> PopulationWriter::finish() {
  if (descriptor_ < 0) return fault_;
  const std::string description = described(layout_, blocks_);
  write(description);
  const uint64_t tail[2] = {description.size(), XXH3_64bits(description.data(), description.size())};
  write({reinterpret_cast<const char*>(tail), sizeof tail});
  write(kMagic);
  if (::close(std::exchange(descriptor_, -1)) != 0 && !fault_) fault_ = system_error("cannot write", aside_);
  if (!fault_ && ::rename(aside_.c_str(), path_.c_str()) != 0) fault_ = system_error("cannot write", path_);
  if (fault_) ::unlink(aside_.c_str());
  return fault_;
}

// ---- reading ---------------------------------------------------------------------------------------

void PopulationBlock::Free::operator()(uint8_t* bytes) const { std::free(bytes); }

Population::~Population() { if (descriptor_ >= 0) ::close(descriptor_); }

std::unique_ptr<Population> Population::open(const std::string& path, PopulationFault& fault) {
  std::unique_ptr<Population> population(new Population);
  population->path_ = path;
  population->descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  struct stat status{};
  if (population->descriptor_ < 0 || ::fstat(population->descriptor_, &status) != 0) return fault = {system_error("cannot read", path)}, nullptr;
  const uint64_t size = static_cast<uint64_t>(status.st_size);
  const auto refused = [&](const std::string& what) {
    fault = {path + " is no population: " + what + "; make one with `wend snapshot --columns`", true};
    return nullptr;
  };
  uint8_t tail[kTail], head[kMagic.size()];
  if (!S_ISREG(status.st_mode) || size < kAlign + kTail || !read_all(population->descriptor_, tail, kTail, size - kTail) || !read_all(population->descriptor_, head, sizeof head, 0))
    return refused("it is too short, or no file");
  if (std::memcmp(head, kMagic.data(), kMagic.size()) != 0) return refused("it does not begin like one");
  if (std::memcmp(tail + 16, kMagic.data(), kMagic.size()) != 0) return refused("its end is missing");
  uint64_t length, hash;
  std::memcpy(&length, tail, 8);
  std::memcpy(&hash, tail + 8, 8);
  if (length > size - kAlign - kTail || length > kDescriptionBytesMax) return refused("its description would not fit into it");
  std::string description(length, '\0');
  const uint64_t end = size - kTail - length;
  if (!read_all(population->descriptor_, reinterpret_cast<uint8_t*>(description.data()), length, end)) return fault = {system_error("cannot read", path)}, nullptr;
  if (XXH3_64bits(description.data(), length) != hash) return refused("its description is not what was written");
  if (const auto wrong = population->describe(description, end)) return refused(*wrong);
  return population;
}

std::optional<std::string> Population::describe(std::string_view text, uint64_t end) {
  try {
    const Json all = Json::parse(text);
    layout_.project = all.at("project").get<std::string>();
    layout_.zone = all.at("zone").get<std::string>();
    layout_.at = whole(all.at("at"));
    layout_.rows = static_cast<uint64_t>(whole(all.at("rows")));
    for (const Json& column : all.at("columns")) layout_.columns.push_back(column_from(column));
    if (layout_.columns.size() > kColumnsMax) return "it has too many columns";
    uint64_t rows = 0;
    for (const Json& json : all.at("blocks")) {
      PopulationWriter::Block block;
      const int64_t count = whole(json.at("rows"));
      if (count < 1 || count > kBlockRows) return "a block has too many rows, or none";
      block.rows = static_cast<uint32_t>(count);
      rows += block.rows;
      uint64_t left = kBlockBytesMax;
      for (const Json& section : json.at("sections")) {
        const PopulationWriter::Place place{static_cast<uint64_t>(whole(section.at(0))), static_cast<uint64_t>(whole(section.at(1))), from_hex(section.at(2))};
        if (place.at % kAlign != 0 || place.at > end || place.bytes > end - place.at || place.bytes > left) return "a section would not lie inside it";
        left -= place.bytes;
        block.places.push_back(place);
      }
      if (block.places.size() != layout_.columns.size()) return "a block lacks a column";
      blocks_.push_back(std::move(block));
    }
    if (rows != layout_.rows) return "its blocks do not add up";
  } catch (const std::exception&) {   // what JSON and the readers above throw
    return "its description is not well-formed";
  }
  return std::nullopt;
}

uint64_t Population::bytes(std::span<const uint32_t> columns) const {
  uint64_t sum = 0;
  for (const PopulationWriter::Block& block : blocks_)
    for (const uint32_t column : columns) sum += block.places[column].bytes;
  return sum;
}

std::optional<PopulationFault> Population::read(size_t number, std::span<const uint32_t> columns, PopulationBlock& into) const {
  const PopulationWriter::Block& block = blocks_[number];
  into.rows = block.rows;
  into.columns.assign(layout_.columns.size(), wend_column{nullptr, nullptr});
  into.texts.resize(layout_.columns.size());
  into.bytes_.resize(layout_.columns.size());
  for (const uint32_t column : columns) {
    const PopulationWriter::Place& place = block.places[column];
    PopulationBlock::Bytes& bytes = into.bytes_[column];
    if (bytes.size < place.bytes) {
      bytes.size = 0;
      bytes.data.reset(static_cast<uint8_t*>(std::aligned_alloc(kAlign, padded(place.bytes))));
      if (!bytes.data) return PopulationFault{"there is no memory for a block of " + path_};
      bytes.size = place.bytes;
    }
    if (!read_all(descriptor_, bytes.data.get(), place.bytes, place.at)) return PopulationFault{"cannot read " + path_ + ": it is shorter than it was"};
    if (XXH3_64bits(bytes.data.get(), place.bytes) != place.hash)
      return PopulationFault{fmt::format("{}: `{}` of block {} is not what was written; make it again with `wend snapshot --columns`", path_, layout_.columns[column].name, number + 1), true};
    if (auto fault = unpack(layout_.columns[column], block.rows, bytes.data.get(), place.bytes, into.columns[column], into.texts[column]))
      return PopulationFault{fmt::format("{}: `{}` of block {}: {}", path_, layout_.columns[column].name, number + 1, *fault), true};
  }
  return std::nullopt;
}

std::optional<std::string> Population::unpack(const ColumnLayout& column, uint32_t rows, const uint8_t* bytes, size_t size, wend_column& out,
                                              std::vector<std::string_view>& texts) const {
  const uint64_t known = known_bytes(column, rows), values = value_bytes(column, rows);
  if (size < known + values) return "it is too short for its rows";
  out.known = known > 0 ? reinterpret_cast<const uint64_t*>(bytes) : nullptr;
  out.values = bytes + known;
  texts.clear();
  if (!column.texts()) return std::nullopt;
  const uint8_t* list = bytes + known + values;
  const uint64_t left = size - known - values;
  const auto number = [&](uint64_t i) {
    uint32_t value;
    std::memcpy(&value, list + i * sizeof value, sizeof value);
    return value;
  };
  if (left < 8) return "its texts are missing";
  const uint64_t count = number(0), begin = (count + 2) * 4;
  if (count > kBlockRows || (column.width == 1 && count > 0xfe) || begin > left) return "it has too many texts";
  uint32_t from = number(1);
  for (uint64_t i = 0; i < count; ++i) {
    const uint32_t to = number(i + 2);
    if (to < from || to > left - begin) return "its texts would not lie inside it";
    texts.push_back({reinterpret_cast<const char*>(list + begin + from), to - from});
    if (i > 0 && texts[i - 1] >= texts[i]) return "its texts are not in order";
    from = to;
  }
  return std::nullopt;
}

}  // namespace wend
