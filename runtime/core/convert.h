// A value of one version's type as one of another's: where a type changes, what still fits it is kept.
#pragma once

#include <string>

#include "runtime/abi/module.h"
#include "runtime/abi/value.h"

namespace wend {

// Whether a type says the same in both versions, the words of `one of` and their order included.
bool same_type(const ValueType& a, const ValueType& b);

// Whether values of `old` may fit `now` at all: the same kind, `int` to `number`, a text or a word of `one of` to a text, a
// text to a word, a list field by field (by name; a new field that may be unknown is).
bool convertible(const ValueType& old, const ValueType& now);

// False: this value does not fit. Views into `value` stay good; of a list `block` holds the bytes.
bool convert(const ValueType& old, const ValueType& now, wend_slot& value, std::string& block);

}  // namespace wend
