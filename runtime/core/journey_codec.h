// What few users have, as bits: the inner part of the codec.
#pragma once

#include "runtime/core/packing.h"
#include "runtime/core/tables.h"
#include "runtime/core/user_state.h"

namespace wend {

// Journeys they are in and those behind them, sends to come and those that were, what signals wait with, addresses that are dead. `user` has
// its record and its unit.
void pack_more(PackWriter& out, const Module& module, const Context& context, const UserState& user);
void unpack_more(PackReader& in, const Module& module, Context& context, const Tables& tables, UserState& user);

}  // namespace wend
