/* The C entry points of the step: what a host in any language calls. The caller owns all memory; nothing is allocated for
 * it, nothing calls back, no global is touched. A program is immutable and may be shared by threads; a context is one
 * thread's scratch.
 *
 * This fixes the shape; no library of this version defines these functions yet. The state bytes are those of
 * runtime/core/codec.h. */
#ifndef WEND_RUNTIME_ABI_WEND_H
#define WEND_RUNTIME_ABI_WEND_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct wend_prog wend_prog;
typedef struct wend_context wend_context;

#define WEND_ABI_VERSION 1u

enum {
  WEND_FAULT_INPUT = -1,     /* the framed input is malformed */
  WEND_FAULT_STATE = -2,     /* the state bytes are not of this program's layout, or damaged */
  WEND_FAULT_INTERNAL = -70
};

/* Handles one input of one user.
 *   in   u32 version, u32 state length, state bytes (empty: a new user), then the input: u8 kind (0 timers, 1 event),
 *        i64 instant, and for an event its JSON in the Segment shape, u32 length first
 *   out  u32 state length, new state bytes, i64 next wake-up (INT64_MAX: none), u32 length, decisions as JSON lines
 * All integers little-endian. Gives the bytes needed (when more than out_cap nothing was written and the input may be
 * given again), or a fault. */
int32_t wend_step(const wend_prog* program, wend_context* context, const uint8_t* in, uint32_t in_len, uint8_t* out,
                  uint32_t out_cap);

wend_context* wend_context_new(const wend_prog* program);
void wend_context_free(wend_context* context);

#ifdef __cplusplus
}
#endif
#endif
