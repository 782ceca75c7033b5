/* The plain values that pass between the host, the step and native code. C compatible. */
#ifndef WEND_RUNTIME_ABI_VALUE_H
#define WEND_RUNTIME_ABI_VALUE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A view of UTF-8 bytes; not terminated. */
typedef struct wend_text {
  const char* data;
  int64_t size;
} wend_text;

/* One value of any kind. Which field holds it follows from its kind:
 *   text kinds and timezone (its name): text
 *   list, set: text, whose bytes are a block of lists.h
 *   number: number
 *   bool 0/1, int, percent (millionths), money (millionths), duration (us), time (us since 1970), date (days since 1970),
 *   time of day (us), weekday (0 = Monday), one of (index): integer */
typedef struct wend_slot {
  union {
    int64_t integer;
    double number;
    const char* data;
  };
  int64_t size; /* bytes of a text; else 0 */
} wend_slot;

/* The event being handled. Slots are in the order of the event's properties; bit i of `known` says whether slot i is. */
typedef struct wend_event {
  uint32_t type;  /* index into Module::events, or WEND_IDENTIFY */
  uint32_t late;  /* 1: it is counted but enters nothing */
  int64_t at;
  uint64_t known;
  const wend_slot* slots;
} wend_event;

#define WEND_IDENTIFY 0xffffffffu
#define WEND_NEVER INT64_MIN  /* a stamp of nothing */
#define WEND_FOREVER INT64_MAX /* no next change */

#ifdef __cplusplus
}
#endif
#endif
