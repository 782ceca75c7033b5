/* Wend inside another program, with its users in a store of ours: a folder on the disk that knows who is who, which events have
 * been seen, and who must be woken. A store is one thread's at a time, and one process's.
 *
 * Nothing is told before it is durable: feed and tick, then commit, then take the decisions. Those that are not taken when the
 * process ends are not told again, so take them all behind each commit. */
#ifndef WEND_STORE_H
#define WEND_STORE_H

#include "wend_embed.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct wend_store wend_store;

enum { WEND_FAULT_STORE = -7 };   /* the store takes nothing more: what was not committed is lost; close it, and open it again */

/* The store in a folder, which is made where there is none; NULL: one in memory. NULL when it cannot: `said` holds why. */
WEND_API wend_store* wend_store_open(const wend_prog* program, const char* folder, char* said, uint32_t said_cap);
WEND_API void wend_store_close(wend_store* store);                /* before its program */
WEND_API const char* wend_store_said(const wend_store* store);    /* why the last call gave a fault, else "" */

/* An event that came at `received`, which never goes back. WEND_FAULT_EVENT: the line is not one of this program;
 * WEND_FAULT_STATE: what is kept of its user is damaged, or of another version. Nothing has changed then, and others go on. */
WEND_API int32_t wend_store_feed(wend_store* store, int64_t received, const char* line, uint32_t line_len);
/* It is `now`: everybody who is due is woken. Behind all events received before it, and at least once a second. */
WEND_API int32_t wend_store_tick(wend_store* store, int64_t now);
/* Makes all since the last one durable. */
WEND_API int32_t wend_store_commit(wend_store* store);
/* The next decision of what was committed, until the next call. 1, or 0 when there is none. */
WEND_API int32_t wend_store_next(wend_store* store, const char** line, uint32_t* line_len);
/* When somebody must be woken at the latest; WEND_NO_WAKE: nobody. */
WEND_API int32_t wend_store_next_due(wend_store* store, int64_t* due);

#ifdef __cplusplus
}
#endif
#endif
