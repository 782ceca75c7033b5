// Byte offsets of what native code reads of the host's structures, held to the C++ definitions at compile time.
#pragma once

#include <cstddef>

#include "runtime/abi/cells.h"
#include "runtime/abi/context.h"
#include "runtime/abi/module.h"

namespace wend {

constexpr size_t kEventAt = offsetof(wend_event, at);
constexpr size_t kEventKnown = offsetof(wend_event, known);
constexpr size_t kEventSlots = offsetof(wend_event, slots);
constexpr size_t kCtxNow = offsetof(wend_ctx, now);
constexpr size_t kCtxWindowStarts = offsetof(wend_ctx, window_starts);
constexpr size_t kCtxWindowFirsts = offsetof(wend_ctx, window_firsts);
constexpr size_t kCtxPool = offsetof(wend_ctx, pool);
constexpr size_t kCtxParameters = offsetof(wend_ctx, parameters);
constexpr size_t kCtxParametersKnown = offsetof(wend_ctx, parameters_known);
constexpr size_t kCtxPanesNow = offsetof(wend_ctx, panes_now);
constexpr size_t kCtxPanesEvent = offsetof(wend_ctx, panes_event);
constexpr size_t kCtxToday = offsetof(wend_ctx, today);
constexpr size_t kCtxSaturations = offsetof(wend_ctx, saturations);

static_assert(sizeof(wend_slot) == 16 && sizeof(wend_text) == 16);
static_assert(sizeof(StateSlot) == 24 && offsetof(StateSlot, current) == 20);
static_assert(offsetof(TotalCell, count) == 0 && sizeof(TotalCell) == 40);
static_assert(offsetof(LastCell, at) == 0 && offsetof(LastCell, value) == 8);

}  // namespace wend
