// Objects -> code in this process. ORC only links and loads here; the code may name the symbols of jit/symbols.h, the other functions of
// the program, and nothing else. It stays until the linker goes.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace wend {

using Addresses = std::unordered_map<std::string, void*>;   // of functions, by name

struct Object {
  std::string code;
  std::vector<std::string> functions;   // that it defines and that are asked for
};

class Linker {
 public:
  Linker();
  ~Linker();

  // Entries: a place of its own for each name, which jumps to where `turn` said last. Once, before the first `link`; from then on calls
  // from one `link` to the functions of another go through them.
  Addresses make_entries(const std::vector<std::string>& functions);
  void turn(const std::string& function, void* address);   // at once, for whoever calls meanwhile too

  // Together: they see each other's functions.
  Addresses link(std::vector<Object> objects);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace wend
