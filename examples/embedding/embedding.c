/* A C program with Wend inside: it keeps the users itself, here in a small table, hands each event to the step together with
 * its user's bytes, wakes users when they are due, and prints what was decided.
 *
 *     wend_embedding examples/shop */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <wend_embed.h>

enum { USERS = 2, BUFFER = 256 * 1024 };

/* The caller's store. Any other will do: a column of a table, a key of a stream processor. */
struct user {
  uint8_t* state;
  uint32_t state_len;
  int64_t next_due;
};
static struct user users[USERS] = {{NULL, 0, WEND_NO_WAKE}, {NULL, 0, WEND_NO_WAKE}};   /* Ann, Bo */

static const int64_t monday_nine = INT64_C(1772442000000000);   /* 2026-03-02T09:00:00Z, in microseconds */
static const int64_t minute = INT64_C(60000000);

struct event {
  int minutes;          /* behind Monday at nine: when it came */
  int user;
  const char* line;
};
static const struct event events[] = {
    {0, 0, "{\"type\":\"identify\",\"userId\":\"ann\",\"timestamp\":\"2026-03-02T09:00:00Z\","
           "\"traits\":{\"first_name\":\"Ann\",\"email\":\"ann@example.org\",\"email_opt_in\":true}}"},
    {1, 0, "{\"type\":\"track\",\"userId\":\"ann\",\"event\":\"Cart Updated\",\"timestamp\":\"2026-03-02T09:01:00Z\","
           "\"properties\":{\"cart_id\":\"c1\",\"total\":45,\"items\":[{\"name\":\"lamp\",\"price\":45}]}}"},
    {2, 1, "{\"type\":\"track\",\"userId\":\"bo\",\"event\":\"Cart Updated\",\"timestamp\":\"2026-03-02T09:02:00Z\","
           "\"properties\":{\"cart_id\":\"c2\",\"total\":60,\"items\":[{\"name\":\"rug\",\"price\":60}]},"
           "\"context\":{\"traits\":{\"email\":\"bo@example.org\",\"email_opt_in\":true}}}"},
    {30, 1, "{\"type\":\"track\",\"userId\":\"bo\",\"event\":\"Order Completed\",\"timestamp\":\"2026-03-02T09:30:00Z\","
            "\"properties\":{\"cart_id\":\"c2\",\"total\":60}}"},
};

static wend_prog* program;
static wend_context* context;
static uint8_t in[BUFFER], out[BUFFER];

static void stop(const char* why) {
  fprintf(stderr, "%s\n", why);
  exit(1);
}

/* One step: `in` holds in_len bytes of a frame for this user. */
static void handle(struct user* user, int32_t in_len) {
  if (in_len < 0 || in_len > BUFFER) stop("the input does not fit");
  int32_t size = wend_step(program, context, in, (uint32_t)in_len, out, BUFFER);
  if (size < 0) stop(wend_said(context));
  if (size > BUFFER) stop("the result does not fit");      /* or: give the same input again, with more room */

  wend_result result;
  if (wend_get(out, (uint32_t)size, &result) != 0) stop("the result is damaged");
  const char* line;
  uint32_t line_len;
  while (wend_next(&result, &line, &line_len) == 1) printf("%.*s\n", (int)line_len, line);

  /* What must be kept, and where decisions are acted upon exactly once, together with them: in one transaction. */
  uint8_t* state = malloc(result.state_len > 0 ? result.state_len : 1);
  if (state == NULL) stop("no memory");
  memcpy(state, result.state, result.state_len);
  free(user->state);
  user->state = state;
  user->state_len = result.state_len;
  user->next_due = result.next_due;
}

/* Wakes everybody who is due by then, in the order of time. */
static void wake(int64_t until) {
  for (;;) {
    struct user* first = &users[0];
    for (int i = 1; i < USERS; ++i)
      if (users[i].next_due < first->next_due) first = &users[i];
    if (first->next_due > until) return;
    handle(first, wend_put_wake(in, BUFFER, first->next_due, first->state, first->state_len));
  }
}

int main(int argc, char** argv) {
  char said[4096];
  if (argc != 2) stop("usage: wend_embedding PROJECT");
  program = wend_open(argv[1], said, sizeof said);
  if (program == NULL) stop(said);
  context = wend_context_new(program);
  if (context == NULL) stop("no memory");

  for (size_t i = 0; i < sizeof events / sizeof events[0]; ++i) {
    const struct event* event = &events[i];
    const int64_t received = monday_nine + event->minutes * minute;
    struct user* user = &users[event->user];
    wake(received);
    handle(user, wend_put_event(in, BUFFER, received, event->line, (uint32_t)strlen(event->line), user->state, user->state_len));
  }
  wake(monday_nine + 3 * 24 * 60 * minute);   /* three days go by */

  for (int i = 0; i < USERS; ++i) free(users[i].state);
  wend_context_free(context);
  wend_close(program);
  return 0;
}
