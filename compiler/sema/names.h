// What a name means for a user, outside of any event: an index over the attributes, measures, audiences and states
// blocks of a Program, and the typed expression that reads one. Used by sema and by the template phase.
// Tested by tests/unit/sema.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/sema/program.h"

namespace wend {

// One user name. These four kinds share one name space: sema refuses a project that uses a name twice.
struct UserName {
  enum class Kind : uint8_t { attribute, measure, audience, states } kind = Kind::attribute;
  uint32_t id = 0;  // AttributeId, MeasureId, AudienceId or StatesId
};

class UserNames {
 public:
  UserNames() = default;
  // Indexes the tables as they stand; rebuild it when they grow.
  explicit UserNames(const Program& program);

  void enter(const std::string& name, UserName user) { names_.emplace(name, user); }
  std::optional<UserName> find(std::string_view name) const;
  std::vector<std::string> all() const;  // by alphabet, for suggestions

 private:
  std::map<std::string, UserName, std::less<>> names_;
};

// "attribute", "measure", "audience", "states block"
const char* kind_word(UserName::Kind kind);

// The type a read of it has: an attribute's or a measure's own (may be optional), bool for an audience, the
// one-of of its states for a states block.
Type type_of(const Program& program, UserName name);

// The expression that reads it; nothing is narrowed.
ExprPtr read_user_name(const Program& program, UserName name, Span span);

// `text?`, `one of free, premium`, `money in EUR`, `list of text`: a type as it is written in a message.
std::string type_name(const Program& program, Type type);

}  // namespace wend
