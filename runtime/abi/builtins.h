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
int32_t wend_ctx_grant(struct wend_ctx* ctx, uint64_t bytes); /* whether the field being rendered may make so many more */

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

/* Filters of templates. A text they make is cut at 64 KiB; when all that one field has made passes 16 MiB, they give an
 * empty one. */
void wend_fn_strip(struct wend_ctx* ctx, wend_text* out, const char* data, int64_t size) WEND_NOEXCEPT;
void wend_fn_lstrip(struct wend_ctx* ctx, wend_text* out, const char* data, int64_t size) WEND_NOEXCEPT;
void wend_fn_rstrip(struct wend_ctx* ctx, wend_text* out, const char* data, int64_t size) WEND_NOEXCEPT;
void wend_fn_strip_html(struct wend_ctx* ctx, wend_text* out, const char* data, int64_t size) WEND_NOEXCEPT;
void wend_fn_strip_newlines(struct wend_ctx* ctx, wend_text* out, const char* data, int64_t size) WEND_NOEXCEPT;
void wend_fn_newline_to_br(struct wend_ctx* ctx, wend_text* out, const char* data, int64_t size) WEND_NOEXCEPT;
void wend_fn_escape(struct wend_ctx* ctx, wend_text* out, const char* data, int64_t size) WEND_NOEXCEPT;
void wend_fn_escape_once(struct wend_ctx* ctx, wend_text* out, const char* data, int64_t size) WEND_NOEXCEPT;
void wend_fn_url_encode(struct wend_ctx* ctx, wend_text* out, const char* data, int64_t size) WEND_NOEXCEPT;
void wend_fn_url_decode(struct wend_ctx* ctx, wend_text* out, const char* data, int64_t size) WEND_NOEXCEPT;
void wend_fn_base64_encode(struct wend_ctx* ctx, wend_text* out, const char* data, int64_t size) WEND_NOEXCEPT;
void wend_fn_base64_decode(struct wend_ctx* ctx, wend_text* out, const char* data, int64_t size) WEND_NOEXCEPT;
void wend_fn_base64_url_safe_encode(struct wend_ctx* ctx, wend_text* out, const char* data, int64_t size) WEND_NOEXCEPT;
void wend_fn_base64_url_safe_decode(struct wend_ctx* ctx, wend_text* out, const char* data, int64_t size) WEND_NOEXCEPT;
void wend_fn_append(struct wend_ctx* ctx, wend_text* out, const char* data, int64_t size, const char* other, int64_t other_size) WEND_NOEXCEPT;
void wend_fn_prepend(struct wend_ctx* ctx, wend_text* out, const char* data, int64_t size, const char* other, int64_t other_size) WEND_NOEXCEPT;
void wend_fn_remove(struct wend_ctx* ctx, wend_text* out, const char* data, int64_t size, const char* other, int64_t other_size) WEND_NOEXCEPT;
void wend_fn_remove_first(struct wend_ctx* ctx, wend_text* out, const char* data, int64_t size, const char* other, int64_t other_size) WEND_NOEXCEPT;
void wend_fn_remove_last(struct wend_ctx* ctx, wend_text* out, const char* data, int64_t size, const char* other, int64_t other_size) WEND_NOEXCEPT;
void wend_fn_replace(struct wend_ctx* ctx, wend_text* out, const char* data, int64_t size, const char* from, int64_t from_size, const char* to, int64_t to_size) WEND_NOEXCEPT;
void wend_fn_replace_first(struct wend_ctx* ctx, wend_text* out, const char* data, int64_t size, const char* from, int64_t from_size, const char* to, int64_t to_size) WEND_NOEXCEPT;
void wend_fn_replace_last(struct wend_ctx* ctx, wend_text* out, const char* data, int64_t size, const char* from, int64_t from_size, const char* to, int64_t to_size) WEND_NOEXCEPT;
void wend_fn_truncate(struct wend_ctx* ctx, wend_text* out, const char* data, int64_t size, int64_t most, const char* end, int64_t end_size) WEND_NOEXCEPT;
void wend_fn_truncatewords(struct wend_ctx* ctx, wend_text* out, const char* data, int64_t size, int64_t most, const char* end, int64_t end_size) WEND_NOEXCEPT;
void wend_fn_slice_text(struct wend_ctx* ctx, wend_text* out, const char* data, int64_t size, int64_t from, int64_t count) WEND_NOEXCEPT;
void wend_fn_pluralize(struct wend_ctx* ctx, wend_text* out, int64_t count, const char* one, int64_t one_size, const char* many, int64_t many_size) WEND_NOEXCEPT;
int64_t wend_fn_plus_int(struct wend_ctx* ctx, int64_t a, int64_t b) WEND_NOEXCEPT;
double wend_fn_plus_number(struct wend_ctx* ctx, double a, double b) WEND_NOEXCEPT;
int64_t wend_fn_minus_int(struct wend_ctx* ctx, int64_t a, int64_t b) WEND_NOEXCEPT;
double wend_fn_minus_number(struct wend_ctx* ctx, double a, double b) WEND_NOEXCEPT;
int64_t wend_fn_times_int(struct wend_ctx* ctx, int64_t a, int64_t b) WEND_NOEXCEPT;
double wend_fn_times_number(struct wend_ctx* ctx, double a, double b) WEND_NOEXCEPT;
int64_t wend_fn_at_least_int(struct wend_ctx* ctx, int64_t a, int64_t b) WEND_NOEXCEPT;
double wend_fn_at_least_number(struct wend_ctx* ctx, double a, double b) WEND_NOEXCEPT;
int64_t wend_fn_at_most_int(struct wend_ctx* ctx, int64_t a, int64_t b) WEND_NOEXCEPT;
double wend_fn_at_most_number(struct wend_ctx* ctx, double a, double b) WEND_NOEXCEPT;
int64_t wend_fn_times_money(struct wend_ctx* ctx, int64_t a, double b) WEND_NOEXCEPT;
int64_t wend_fn_round_money(struct wend_ctx* ctx, int64_t value, int64_t digits) WEND_NOEXCEPT;
int32_t wend_fn_divided_by_int(struct wend_ctx* ctx, wend_slot* out, int64_t a, int64_t b) WEND_NOEXCEPT;
int32_t wend_fn_divided_by_money(struct wend_ctx* ctx, wend_slot* out, int64_t a, int64_t b) WEND_NOEXCEPT;
int32_t wend_fn_modulo_int(struct wend_ctx* ctx, wend_slot* out, int64_t a, int64_t b) WEND_NOEXCEPT;
int32_t wend_fn_divided_by_number(struct wend_ctx* ctx, wend_slot* out, double a, double b) WEND_NOEXCEPT;
int32_t wend_fn_modulo_number(struct wend_ctx* ctx, wend_slot* out, double a, double b) WEND_NOEXCEPT;
void wend_fn_money(struct wend_ctx* ctx, wend_text* out, int64_t micros, const char* currency, int64_t currency_size) WEND_NOEXCEPT;
void wend_fn_money_with_currency(struct wend_ctx* ctx, wend_text* out, int64_t micros, const char* currency, int64_t currency_size) WEND_NOEXCEPT;
void wend_fn_money_without_currency(struct wend_ctx* ctx, wend_text* out, int64_t micros, const char* currency, int64_t currency_size) WEND_NOEXCEPT;
void wend_fn_money_without_trailing_zeros(struct wend_ctx* ctx, wend_text* out, int64_t micros, const char* currency, int64_t currency_size) WEND_NOEXCEPT;

/* Filters over lists: blocks of lists.h. `entry` says what an entry is, `key` one of its fields: the kind (0 text, 1 number, 2
 * other plain value, 3 record, 4 bool), and above its 8 bits which fields are texts (entry: a bit each), or its number (key).
 * An entry given is a value, or of a record the places of its item and its block. */
int64_t wend_fn_list_size(struct wend_ctx* ctx, const char* list, int64_t list_size) WEND_NOEXCEPT;
void wend_fn_split(struct wend_ctx* ctx, wend_text* out, const char* data, int64_t size, const char* by, int64_t by_size) WEND_NOEXCEPT;
void wend_fn_range(struct wend_ctx* ctx, wend_text* out, int64_t from, int64_t to) WEND_NOEXCEPT;
int32_t wend_fn_list_at(struct wend_ctx* ctx, wend_slot* out, const char* list, int64_t list_size, int64_t index, int64_t entry) WEND_NOEXCEPT;
int32_t wend_fn_list_first(struct wend_ctx* ctx, wend_slot* out, const char* list, int64_t list_size, int64_t entry) WEND_NOEXCEPT;
int32_t wend_fn_list_last(struct wend_ctx* ctx, wend_slot* out, const char* list, int64_t list_size, int64_t entry) WEND_NOEXCEPT;
void wend_fn_list_reverse(struct wend_ctx* ctx, wend_text* out, const char* list, int64_t list_size, int64_t entry) WEND_NOEXCEPT;
void wend_fn_list_sort(struct wend_ctx* ctx, wend_text* out, const char* list, int64_t list_size, int64_t entry, int64_t key) WEND_NOEXCEPT;
void wend_fn_list_sort_natural(struct wend_ctx* ctx, wend_text* out, const char* list, int64_t list_size, int64_t entry, int64_t key) WEND_NOEXCEPT;
void wend_fn_list_uniq(struct wend_ctx* ctx, wend_text* out, const char* list, int64_t list_size, int64_t entry, int64_t key) WEND_NOEXCEPT;
void wend_fn_list_compact(struct wend_ctx* ctx, wend_text* out, const char* list, int64_t list_size, int64_t entry, int64_t key) WEND_NOEXCEPT;
void wend_fn_list_map(struct wend_ctx* ctx, wend_text* out, const char* list, int64_t list_size, int64_t entry, int64_t key) WEND_NOEXCEPT;
void wend_fn_list_where_known(struct wend_ctx* ctx, wend_text* out, const char* list, int64_t list_size, int64_t entry, int64_t key) WEND_NOEXCEPT;
void wend_fn_list_reject_known(struct wend_ctx* ctx, wend_text* out, const char* list, int64_t list_size, int64_t entry, int64_t key) WEND_NOEXCEPT;
void wend_fn_list_where(struct wend_ctx* ctx, wend_text* out, const char* list, int64_t list_size, int64_t entry, int64_t key, const wend_slot* match) WEND_NOEXCEPT;
void wend_fn_list_reject(struct wend_ctx* ctx, wend_text* out, const char* list, int64_t list_size, int64_t entry, int64_t key, const wend_slot* match) WEND_NOEXCEPT;
void wend_fn_list_concat(struct wend_ctx* ctx, wend_text* out, const char* list, int64_t list_size, const char* other, int64_t other_size, int64_t entry) WEND_NOEXCEPT;
void wend_fn_list_slice(struct wend_ctx* ctx, wend_text* out, const char* list, int64_t list_size, int64_t from, int64_t count, int64_t entry) WEND_NOEXCEPT;
int32_t wend_fn_list_find(struct wend_ctx* ctx, wend_slot* out, const char* list, int64_t list_size, int64_t entry, int64_t key, const wend_slot* match) WEND_NOEXCEPT;
int32_t wend_fn_list_find_index(struct wend_ctx* ctx, wend_slot* out, const char* list, int64_t list_size, int64_t entry, int64_t key, const wend_slot* match) WEND_NOEXCEPT;
int32_t wend_fn_list_has(struct wend_ctx* ctx, const char* list, int64_t list_size, int64_t entry, int64_t key, const wend_slot* match) WEND_NOEXCEPT;
int32_t wend_fn_list_sum(struct wend_ctx* ctx, wend_slot* out, const char* list, int64_t list_size, int64_t entry, int64_t key) WEND_NOEXCEPT;

/* ---- one field being rendered: its bounds begin anew; a turn of a loop is granted (1) or not; texts captured */
void wend_render_begin(struct wend_ctx* ctx) WEND_NOEXCEPT;
void wend_render_end(struct wend_ctx* ctx) WEND_NOEXCEPT;
int32_t wend_render_turn(struct wend_ctx* ctx) WEND_NOEXCEPT;
wend_out* wend_capture_begin(struct wend_ctx* ctx) WEND_NOEXCEPT;
void wend_capture_end(struct wend_ctx* ctx, wend_text* out) WEND_NOEXCEPT;

/* ---- tests on texts; a: what is searched */
int32_t wend_text_compare(const char* a, int64_t a_size, const char* b, int64_t b_size) WEND_NOEXCEPT; /* -1, 0, 1; by code point */
int32_t wend_text_contains(const char* a, int64_t a_size, const char* b, int64_t b_size) WEND_NOEXCEPT;
int32_t wend_text_starts_with(const char* a, int64_t a_size, const char* b, int64_t b_size) WEND_NOEXCEPT;
int32_t wend_text_ends_with(const char* a, int64_t a_size, const char* b, int64_t b_size) WEND_NOEXCEPT;

/* ---- output of templates. `escape` is wend::Escape: 0 none; 1 html: & < > " ' become entities; 2 url: every byte but
 * A-Z a-z 0-9 - . _ ~ becomes %XX; 3 line: control characters become a space; 4 link: as html, and a url that would run as a
 * script becomes #; 5 the same for what is escaped. Ill-formed bytes become U+FFFD. A field ends at 1 MiB. */
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
