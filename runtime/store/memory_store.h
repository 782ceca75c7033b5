// A store in memory: for tests, simulation, and as what the other store is compared with. Nothing outlives it.
#pragma once

#include "runtime/store/store.h"

namespace wend {

// It also looks whether a low-water mark tells the truth, which the other store cannot afford.
std::unique_ptr<Store> make_memory_store();

}  // namespace wend
