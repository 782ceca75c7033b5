// Problems while a configuration is read, with the places of the keys that were seen.
#pragma once

#include <map>
#include <set>

#include "runtime/settings/settings.h"
#include "runtime/settings/toml_value.h"

namespace wend {

class SettingsReport {
 public:
  SettingsReport(const std::string& file, std::vector<SettingsProblem>& problems) : file_(file), problems_(problems) {}

  void saw(const std::string& path, TomlPlace place) { places_[path] = place; }
  bool has(const std::string& path) const { return places_.contains(path); }
  // At the place of the key, else of the table that it would stand in.
  void error(const std::string& path, const std::string& what, const std::string& remedy = {}) { add(path, what, remedy, false); }
  void warning(const std::string& path, const std::string& what, const std::string& remedy = {}) { add(path, what, remedy, true); }
  // Whether something is wrong with a key or a table and all in it.
  bool is_wrong(const std::string& path) const;
  // In the order of the file, and not endless.
  void finish();

 private:
  void add(const std::string& path, const std::string& what, const std::string& remedy, bool warning);
  TomlPlace place_of(std::string path) const;

  std::string file_;
  std::vector<SettingsProblem>& problems_;
  std::map<std::string, TomlPlace> places_;
  std::set<std::string> wrong_;
  size_t left_out_ = 0;
};

}  // namespace wend
