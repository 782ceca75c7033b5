// Finding the pages and taking them apart.
#include "tests/pages/pages.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "test_paths.h"

namespace wend::pages {

namespace fs = std::filesystem;

std::string Fence::language() const { return info.substr(0, info.find(' ')); }

std::string Fence::option(const std::string& name) const {
  const size_t at = info.find(" " + name + "=");
  if (at == std::string::npos) return "";
  const size_t begin = at + name.size() + 2;
  return info.substr(begin, info.find(' ', begin) - begin);
}

std::vector<std::string> all_pages() {
  std::vector<std::string> pages;
  const fs::path root = WEND_SOURCE_DIR;
  for (const fs::directory_entry& entry : fs::directory_iterator(root))
    if (entry.path().extension() == ".md") pages.push_back(entry.path().filename().string());
  for (const char* top : {"grammar", "compiler", "runtime", "stdlib", "examples", "tests", "editor-support"})
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / top))
      if (entry.path().extension() == ".md") pages.push_back(fs::relative(entry.path(), root).generic_string());
  std::sort(pages.begin(), pages.end());
  return pages;
}

std::string read_page(const std::string& page) {
  std::ifstream in(std::string(WEND_SOURCE_DIR) + "/" + page, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::vector<Fence> fences(const std::string& text) {
  std::vector<Fence> found;
  std::istringstream in(text);
  bool inside = false;
  size_t number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (line.rfind("```", 0) != 0) {
      if (inside) found.back().text += line + "\n";
      continue;
    }
    inside = !inside;
    if (inside) found.push_back({line.substr(3), "", number});
  }
  return found;
}

}  // namespace wend::pages
