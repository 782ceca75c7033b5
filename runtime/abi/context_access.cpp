// What native code asks of its context by call (builtins.h). Apart from context.cpp, so that a test can stand in for it.
#include "runtime/abi/builtins.h"
#include "runtime/abi/context.h"

extern "C" {
const wend::Zone* wend_ctx_zone(wend_ctx* ctx) { return &static_cast<wend::Context*>(ctx)->zone; }
int64_t wend_ctx_now(wend_ctx* ctx) { return ctx->now; }
char* wend_ctx_alloc(wend_ctx* ctx, uint64_t bytes) { return static_cast<wend::Context*>(ctx)->alloc(bytes); }
int32_t wend_ctx_grant(wend_ctx* ctx, uint64_t bytes) {
  wend::Rendering& rendering = static_cast<wend::Context*>(ctx)->rendering;
  if (!rendering.on) return 1;
  rendering.made_bytes += bytes;
  return rendering.made_bytes <= wend::Rendering::kMadeBytesMax;
}
}
