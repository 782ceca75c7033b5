/* What native code calls by name: the bodies of the rows of compiler/builtins/builtins.def, tests on texts, and the
 * writing of values into a template's output. C compatible.
 *
 * By type: int, percent (millionths), money (millionths), duration (us), time (us since 1970), date (days since 1970), time
 * of day (us), weekday (0 = Monday) are int64_t; bool is int32_t 0/1; number is double; a text is (bytes, size), UTF-8. A text
 * result is written to `out` and lives in the context's memory of the current step. No function fails; int results
 * stay at the end of their range where they would pass it.
 * Tested by tests/unit/runtime_builtins. */
#ifndef WEND_RUNTIME_ABI_BUILTINS_H
#define WEND_RUNTIME_ABI_BUILTINS_H

#include "runtime/abi/value.h"

#ifdef __cplusplus
namespace wend { class Zone; }
extern "C" {
#define WEND_NOEXCEPT noexcept
#else
#define WEND_NOEXCEPT
#endif

struct wend_ctx;
typedef struct wend_out wend_out; /* a std::string that is appended to */

/* ---- what the bodies ask of the context */
#ifdef __cplusplus
const wend::Zone* wend_ctx_zone(struct wend_ctx* ctx); /* the project's */
#endif
int64_t wend_ctx_now(struct wend_ctx* ctx);
char* wend_ctx_alloc(struct wend_ctx* ctx, uint64_t bytes); /* memory of the current step; never null */

/* ---- functions and filters */
int64_t wend_fn_age(struct wend_ctx* ctx, int64_t date) WEND_NOEXCEPT;
int64_t wend_fn_hour(struct wend_ctx* ctx, int64_t time) WEND_NOEXCEPT;
int64_t wend_fn_weekday(struct wend_ctx* ctx, int64_t time) WEND_NOEXCEPT;
/* By the clock of the zone of that name; of the project's where there is none. */
int64_t wend_fn_hour_in(struct wend_ctx* ctx, int64_t time, const char* zone, int64_t size) WEND_NOEXCEPT;
int64_t wend_fn_weekday_in(struct wend_ctx* ctx, int64_t time, const char* zone, int64_t size) WEND_NOEXCEPT;
int64_t wend_fn_weekday_of_date(struct wend_ctx* ctx, int64_t date) WEND_NOEXCEPT;
int64_t wend_fn_year(struct wend_ctx* ctx, int64_t date) WEND_NOEXCEPT;
int64_t wend_fn_month(struct wend_ctx* ctx, int64_t date) WEND_NOEXCEPT;
int64_t wend_fn_day(struct wend_ctx* ctx, int64_t date) WEND_NOEXCEPT;
int64_t wend_fn_abs_int(struct wend_ctx* ctx, int64_t value) WEND_NOEXCEPT;
double wend_fn_abs_number(struct wend_ctx* ctx, double value) WEND_NOEXCEPT;
int64_t wend_fn_floor(struct wend_ctx* ctx, double value) WEND_NOEXCEPT;
int64_t wend_fn_ceiling(struct wend_ctx* ctx, double value) WEND_NOEXCEPT;
double wend_fn_round(struct wend_ctx* ctx, double value, int64_t digits) WEND_NOEXCEPT;
int64_t wend_fn_length(struct wend_ctx* ctx, const char* data, int64_t size) WEND_NOEXCEPT;
void wend_fn_capitalize(struct wend_ctx* ctx, wend_text* out, const char* data, int64_t size) WEND_NOEXCEPT;
void wend_fn_upcase(struct wend_ctx* ctx, wend_text* out, const char* data, int64_t size) WEND_NOEXCEPT;
void wend_fn_downcase(struct wend_ctx* ctx, wend_text* out, const char* data, int64_t size) WEND_NOEXCEPT;
void wend_fn_date_of_date(struct wend_ctx* ctx, wend_text* out, int64_t date, const char* format, int64_t format_size) WEND_NOEXCEPT;
void wend_fn_date_of_time(struct wend_ctx* ctx, wend_text* out, int64_t time, const char* format, int64_t format_size) WEND_NOEXCEPT;

/* ---- tests on texts; a: what is searched */
int32_t wend_text_compare(const char* a, int64_t a_size, const char* b, int64_t b_size) WEND_NOEXCEPT; /* -1, 0, 1; by code point */
int32_t wend_text_contains(const char* a, int64_t a_size, const char* b, int64_t b_size) WEND_NOEXCEPT;
int32_t wend_text_starts_with(const char* a, int64_t a_size, const char* b, int64_t b_size) WEND_NOEXCEPT;
int32_t wend_text_ends_with(const char* a, int64_t a_size, const char* b, int64_t b_size) WEND_NOEXCEPT;

/* ---- output of templates. `escape` is wend::Escape: 0 none; 1 html: & < > " ' become entities; 2 url: every byte but
 * A-Z a-z 0-9 - . _ ~ becomes %XX. Ill-formed bytes become U+FFFD. */
void wend_out_text(wend_out* out, const char* data, int64_t size, int32_t escape) WEND_NOEXCEPT;
void wend_out_int(wend_out* out, int64_t value, int32_t escape) WEND_NOEXCEPT;
void wend_out_number(wend_out* out, double value, int32_t escape) WEND_NOEXCEPT;
void wend_out_percent(wend_out* out, int64_t millionths, int32_t escape) WEND_NOEXCEPT;     /* 100000 is "10%" */
void wend_out_money(wend_out* out, int64_t micros, const char* currency, int64_t currency_size, int32_t escape) WEND_NOEXCEPT; /* "49.90 EUR" */
void wend_out_duration(wend_out* out, int64_t micros, int32_t escape) WEND_NOEXCEPT;        /* "2 days" */
void wend_out_time(wend_out* out, int64_t micros, int32_t escape) WEND_NOEXCEPT;            /* "2026-02-17T03:00:00Z" */
void wend_out_date(wend_out* out, int64_t days, int32_t escape) WEND_NOEXCEPT;              /* "2026-02-17" */
void wend_out_time_of_day(wend_out* out, int64_t micros, int32_t escape) WEND_NOEXCEPT;     /* "09:00", "09:00:30" */
void wend_out_weekday(wend_out* out, int64_t weekday, int32_t escape) WEND_NOEXCEPT;        /* "monday" */
void wend_out_bool(wend_out* out, int32_t value, int32_t escape) WEND_NOEXCEPT;             /* "true" */

#ifdef __cplusplus
}
#endif
#endif
