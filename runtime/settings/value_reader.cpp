// See value_reader.h.
#include "runtime/settings/value_reader.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "runtime/channels/address_rules.h"
#include "runtime/settings/values.h"

namespace wend {
namespace {

using Kind = TomlValue::Kind;

constexpr size_t kTextBytesMax = 4096, kItemsMax = 64;

// The bytes of an IP address; empty: it is none.
std::vector<uint8_t> address_bytes(const std::string& text) {
  std::vector<uint8_t> bytes(16);
  if (::inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) return bytes;
  bytes.resize(4);
  if (::inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) return bytes;
  return {};
}

std::string problem_of_text(const std::string& text) {
  if (text.size() > kTextBytesMax) return "the text is longer than " + std::to_string(kTextBytesMax) + " bytes";
  const bool control = std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  return control ? "the text has a control character" : "";
}

}  // namespace

bool is_loopback_address(const std::string& address) {
  const std::vector<uint8_t> bytes = address_bytes(address);
  return !bytes.empty() && kind_of_address(bytes) == AddressKind::loopback;
}

// One call an alternative of SettingPlace; false leaves what is wrong in `what`, or nothing where "is not WANTED" says it all.
struct ValueVisitor {
  const ValueReader& reader;
  const SettingRow& row;
  const TomlValue& value;
  std::string& what;
  std::string& remedy;

  bool no(std::string why) const { return what = std::move(why), false; }

  bool operator()(bool* to) const {
    if (value.kind != Kind::yes_no) return false;
    *to = value.yes;
    return true;
  }

  template <class Number>
  bool operator()(Number* to) const requires std::is_integral_v<Number> {
    std::optional<int64_t> number;
    if (row.kind == SettingKind::integer) {
      if (value.kind == Kind::integer) number = value.integer;
    } else if (value.kind == Kind::text && row.kind == SettingKind::duration) {
      number = read_duration(value.text);
    } else if (value.kind == Kind::text) {
      if (const std::optional<uint64_t> bytes = read_bytes(value.text); bytes && *bytes <= INT64_MAX) number = static_cast<int64_t>(*bytes);
    } else if (value.kind == Kind::integer) {
      remedy = row.kind == SettingKind::duration ? "write it with a unit: us, ms, s, min, hours or days" : "write it with a unit: B, KB, MB, GB or TB";
    }
    if (!number || static_cast<double>(*number) < row.least || static_cast<double>(*number) > row.most) return false;
    *to = static_cast<Number>(*number);
    return true;
  }

  bool operator()(double* to) const {
    if (value.kind != Kind::integer && value.kind != Kind::decimal) return false;
    if (!(value.decimal >= row.least && value.decimal <= row.most)) return false;
    *to = value.decimal;
    return true;
  }

  bool operator()(std::string* to) const {
    if (value.kind != Kind::text) return false;
    if (const std::string problem = problem_of_text(value.text); !problem.empty()) return no(problem);
    if (value.text.empty() && row.needed) return no("it may not be empty");
    if (row.kind == SettingKind::address && address_bytes(value.text).empty()) {
      if (value.text == "localhost") remedy = "write `127.0.0.1`";
      return false;
    }
    *to = row.kind == SettingKind::path ? reader.resolved(value.text) : value.text;
    return true;
  }

  bool operator()(const ChoicePlace& to) const {
    if (value.kind != Kind::text) return false;
    const std::vector<std::string_view> names = names_of(row);
    const auto found = std::find(names.begin(), names.end(), value.text);
    if (found == names.end()) {
      if (const std::string near = nearest_key(value.text, names); !near.empty()) remedy = "did you mean `" + near + "`?";
      return false;
    }
    *to.index = static_cast<unsigned char>(found - names.begin());
    return true;
  }

  bool operator()(FieldNames* to) const {
    FieldNames items;
    for (const TomlValue& item : value.items) {
      if (item.kind != Kind::text || item.text.empty()) return no("each must be a text that is not empty");
      if (const std::string problem = problem_of_text(item.text); !problem.empty()) return no(problem);
      items.push_back(item.text);
    }
    return take(to, std::move(items));
  }

  bool operator()(std::vector<uint16_t>* to) const {
    std::vector<uint16_t> items;
    for (const TomlValue& item : value.items) {
      if (item.kind != Kind::integer || item.integer < 1 || item.integer > 65535) return no("each must be a whole number from 1 to 65535");
      items.push_back(static_cast<uint16_t>(item.integer));
    }
    return take(to, std::move(items));
  }

  bool operator()(SecretSource* to) const {
    if (value.kind != Kind::text) return false;
    return reader.read_secret(value, *to, what);
  }

  bool operator()(std::vector<SecretSource>* to) const {
    std::vector<SecretSource> items;
    for (const TomlValue& item : value.items) {
      if (item.kind != Kind::text) return no("each must be `file:PATH` or `env:NAME`");
      if (!reader.read_secret(item, items.emplace_back(), what)) return false;
    }
    return take(to, std::move(items));
  }

  template <class Items>
  bool take(Items* to, Items items) const {
    if (value.kind == Kind::text && row.kind != SettingKind::secrets) remedy = "put it in brackets: [" + toml_text(shown(value.text)) + "]";
    if (value.kind == Kind::text && row.kind == SettingKind::secrets) remedy = "put it in brackets";
    if (value.kind != Kind::list) return false;
    if (items.size() > kItemsMax) return no("at most " + std::to_string(kItemsMax) + " may stand in it");
    if (items.empty() && row.needed) return no("it may not be empty");
    *to = std::move(items);
    return true;
  }
};

namespace {

// What stands there instead. Of a secret never more than its kind, for it may be the secret itself.
std::string found_instead(const SettingRow& row, const TomlValue& value) {
  const bool secret = row.kind == SettingKind::secret || row.kind == SettingKind::secrets;
  if (!secret && value.kind == Kind::integer) return std::to_string(value.integer);
  if (!secret && value.kind == Kind::decimal) return number_text(value.decimal);
  if (!secret && value.kind == Kind::yes_no) return value.yes ? "`true`" : "`false`";
  if (!secret && value.kind == Kind::text && row.kind != SettingKind::text) return "`" + shown(value.text) + "`";
  return std::string(name_of(value.kind));
}

}  // namespace

bool ValueReader::read(const SettingRow& row, void* of_struct, const TomlValue& value, std::string& what, std::string& remedy) const {
  if (std::visit(ValueVisitor{*this, row, value, what, remedy}, row.place(of_struct))) return true;
  if (what.empty()) what = found_instead(row, value) + " is not " + wanted(row);
  return false;
}

bool ValueReader::read_secret(const TomlValue& value, SecretSource& source, std::string& what) const {
  std::string reference = value.text;
  if (reference.rfind("file:", 0) == 0 && reference.size() > 5) reference = "file:" + resolved(reference.substr(5));
  if (reference.size() > kTextBytesMax || !problem_of_text(reference).empty()) return what = "the reference is too long, or has a control character", false;
  const std::optional<SecretSource> found = SecretSource::from(reference, what);
  if (!found) return false;
  source = *found;
  return !try_secrets || source.read(what).has_value();
}

std::string ValueReader::resolved(const std::string& path) const {
  const std::filesystem::path given(path);
  if (path.empty() || given.is_absolute() || folder.empty()) return path;
  return (std::filesystem::path(folder) / given).lexically_normal().string();
}

}  // namespace wend
