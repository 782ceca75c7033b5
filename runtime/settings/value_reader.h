// One value of the file into one field, as its row says.
#pragma once

#include "runtime/settings/rows.h"
#include "runtime/settings/toml_value.h"

namespace wend {

struct ValueReader {
  std::string folder;         // of the configuration: where relative paths begin
  bool try_secrets = true;

  // False, and what is wrong, where the value is not as the row wants it; the field is then as it was.
  bool read(const SettingRow& row, void* of_struct, const TomlValue& value, std::string& what, std::string& remedy) const;

 private:
  bool read_secret(const TomlValue& value, SecretSource& source, std::string& what) const;
  std::string resolved(const std::string& path) const;
  friend struct ValueVisitor;
};

// 127.0.0.1 and ::1 are; all else, also what is no address, is not.
bool is_loopback_address(const std::string& address);

}  // namespace wend
