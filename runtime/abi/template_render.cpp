// The bounds of a field being rendered, and the texts it captures on its way.
#include "runtime/abi/builtins.h"
#include "runtime/abi/context.h"
#include "runtime/abi/text_result.h"

namespace {
wend::Rendering& rendering(wend_ctx* ctx) { return static_cast<wend::Context*>(ctx)->rendering; }
}

extern "C" {

void wend_render_begin(wend_ctx* ctx) noexcept {
  wend::Rendering& field = rendering(ctx);
  field.on = true;
  field.turns = field.made_bytes = 0;
  field.captures_open = 0;
}

void wend_render_end(wend_ctx* ctx) noexcept { rendering(ctx).on = false; }

int32_t wend_render_turn(wend_ctx* ctx) noexcept { return ++rendering(ctx).turns <= wend::Rendering::kTurnsMax; }

wend_out* wend_capture_begin(wend_ctx* ctx) noexcept {
  wend::Rendering& field = rendering(ctx);
  if (field.captures_open == field.captures.size()) field.captures.push_back(std::make_unique<std::string>());
  std::string& text = *field.captures[field.captures_open++];
  text.clear();
  return reinterpret_cast<wend_out*>(&text);
}

void wend_capture_end(wend_ctx* ctx, wend_text* out) noexcept {
  wend::Rendering& field = rendering(ctx);
  if (field.captures_open == 0) return wend::give_text(ctx, out, {});
  wend::give_text(ctx, out, *field.captures[--field.captures_open]);
}

}  // extern "C"
