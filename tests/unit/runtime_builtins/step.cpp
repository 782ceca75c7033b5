// The context's side of the contract of runtime/abi/builtins.h, over a Step.
#include "tests/unit/runtime_builtins/step.h"

using wend::builtins_test::Step;

extern "C" {
const wend::Zone* wend_ctx_zone(wend_ctx* ctx) { return Step::of(ctx).zone; }
int64_t wend_ctx_now(wend_ctx* ctx) { return Step::of(ctx).now_us; }
int32_t wend_ctx_grant(wend_ctx*, uint64_t) { return 1; }
char* wend_ctx_alloc(wend_ctx* ctx, uint64_t bytes) { return Step::of(ctx).memory.emplace_back(bytes + 1, '\0').data(); }
}
