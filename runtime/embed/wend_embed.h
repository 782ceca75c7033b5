/* Wend inside another program: the C interface of the step. Load a project once, keep a few hundred bytes for each user
 * wherever you like, and hand them over with each event; back come the new bytes, the decisions, and when the user must be
 * woken at the latest.
 *
 * The caller owns all memory that goes in and comes out. Nothing calls back, no global is touched, no exception leaves. The
 * same bytes in give the same bytes out, on every machine. A program is immutable and shared by threads; a context is one
 * thread's scratch and remembers nothing of users. README.md beside this file has the layout of the frames. */
#ifndef WEND_EMBED_H
#define WEND_EMBED_H

#include <stdint.h>

#if defined(__GNUC__)
#define WEND_API __attribute__((visibility("default")))
#else
#define WEND_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define WEND_FRAME_VERSION 1u
#define WEND_NO_WAKE INT64_MAX          /* nobody needs to wake this user */

typedef struct wend_prog wend_prog;
typedef struct wend_context wend_context;

/* Faults, all negative: nothing was written, and the caller's bytes are as good as before. */
enum {
  WEND_FAULT_FRAME = -1,      /* the frame is cut, damaged or of another version */
  WEND_FAULT_STATE = -2,      /* the state is damaged, or of another version of the program */
  WEND_FAULT_EVENT = -3,      /* the event's line is not one of this program; wend_said() says why */
  WEND_FAULT_SIZE = -4,       /* more than a frame can hold */
  WEND_FAULT_MEMORY = -5,
  WEND_FAULT_ARGUMENT = -6,   /* a null pointer */
  WEND_FAULT_INTERNAL = -70
};

/* ---- a program and a thread's context */

/* Reads, checks and compiles the project in a folder. NULL when it cannot: then `said` holds why, as `wend check` says it, cut
 * at said_cap bytes with a zero behind. */
WEND_API wend_prog* wend_open(const char* folder, char* said, uint32_t said_cap);
/* The same for the version that follows `before`: it takes the states of `before` too, and each user moves with the first input
 * it is given, as if it had gone live then. What would strand somebody, wherever they may stand, is an error; what is new
 * begins empty. `before` may be closed at any time. */
WEND_API wend_prog* wend_open_after(const wend_prog* before, const char* folder, char* said, uint32_t said_cap);
WEND_API void wend_close(wend_prog* program);           /* behind all its contexts */
/* Of the states it makes: equal for a project of equal texts, opened in the same way. No other takes them, but one opened after it. */
WEND_API uint64_t wend_version(const wend_prog* program);

WEND_API wend_context* wend_context_new(const wend_prog* program);   /* NULL: no memory */
WEND_API void wend_context_free(wend_context* context);
/* Why the last wend_step() with this context gave a fault; "" when it gave none. Until the next one. */
WEND_API const char* wend_said(const wend_context* context);

/* ---- the step */

/* Handles one input of one user: `in` is a frame made by a wend_put function, `out` becomes one for wend_get(). Gives the bytes
 * of the result; more than out_cap: nothing was written, and the same input may be given again. `in` and `out` may overlap. */
WEND_API int32_t wend_step(const wend_prog* program, wend_context* context, const uint8_t* in, uint32_t in_len, uint8_t* out,
                           uint32_t out_cap);

/* ---- frames; each gives the bytes needed, more than cap: nothing was written. Instants are microseconds since 1970 (UTC), from
 * 1970 to 2099; a state of length 0 is that of a new user. No two pointers may overlap. */

/* An event of this user that came at `received`: one line of JSON in the shape of the Segment specification. A receipt of a
 * provider (`delivered`, `bounced`, `opened` …) is an event as well. Timers due by then are handled first. */
WEND_API int32_t wend_put_event(uint8_t* frame, uint32_t cap, int64_t received, const char* line, uint32_t line_len, const uint8_t* state,
                                uint32_t state_len);
/* It is `now`, and no event came: timers due by then are handled. */
WEND_API int32_t wend_put_wake(uint8_t* frame, uint32_t cap, int64_t now, const uint8_t* state, uint32_t state_len);
/* Two users turned out to be one: `other` joins, and its state is to be forgotten. `line`, which may be of length 0, is the
 * event that told, and is handled behind it. */
WEND_API int32_t wend_put_merge(uint8_t* frame, uint32_t cap, int64_t received, const char* line, uint32_t line_len, const uint8_t* state,
                                uint32_t state_len, const uint8_t* other, uint32_t other_len);

typedef struct {
  int64_t next_due;          /* wake the user then at the latest; WEND_NO_WAKE: no need to */
  uint32_t decisions;
  uint32_t state_len;        /* 0: still a new user */
  const uint8_t* state;      /* to be kept for the next time */
  const uint8_t* rest;       /* for wend_next() */
  uint32_t rest_len;
} wend_result;

/* Views of a result; they point into the frame. 0, or a fault. */
WEND_API int32_t wend_get(const uint8_t* frame, uint32_t len, wend_result* result);
/* The next decision, a line of JSON as `wend run` writes it, without a line end or a zero behind. 1, or 0 when there is none. */
WEND_API int32_t wend_next(wend_result* result, const char** line, uint32_t* line_len);

#ifdef __cplusplus
}
#endif
#endif
