// The C interface over embedded_step.h and frame.h: nothing leaves but numbers. Tested by tests/unit/embed and, from C, by
// examples/embedding.
#include <algorithm>
#include <cstring>
#include <new>

#include "runtime/embed/embedded_step.h"
#include "runtime/embed/program.h"
#include "runtime/embed/wend_embed.h"

using namespace wend;

struct wend_context {
  explicit wend_context(const wend_prog* program) : program(program), step(*program) {}
  const wend_prog* const program;
  EmbeddedStep step;
  std::string said;
};

namespace {

std::span<const uint8_t> bytes_of(const uint8_t* bytes, uint32_t size) { return {bytes, size}; }
bool missing(const void* bytes, uint32_t size) { return bytes == nullptr && size > 0; }
int32_t size_of(uint64_t bytes) { return bytes > kFrameBytesMax ? WEND_FAULT_SIZE : static_cast<int32_t>(bytes); }

int32_t fault_of(EmbeddedStep::Fault fault) {
  switch (fault) {
    case EmbeddedStep::Fault::frame: return WEND_FAULT_FRAME;
    case EmbeddedStep::Fault::state: return WEND_FAULT_STATE;
    case EmbeddedStep::Fault::event: return WEND_FAULT_EVENT;
    case EmbeddedStep::Fault::none: break;
  }
  return 0;
}

int32_t put(uint8_t* frame, uint32_t cap, const InputFrame& input) {
  if (missing(frame, cap)) return WEND_FAULT_ARGUMENT;
  if (input.at < kFrameEarliest || input.at > kFrameLatest) return WEND_FAULT_FRAME;
  return size_of(write_input(input, {frame, cap}));
}

int32_t step(wend_context& context, std::span<const uint8_t> in, uint8_t* out, uint32_t out_cap) {
  const EmbeddedStep::Fault fault = context.step.handle(in);
  context.said = context.step.said();
  if (fault != EmbeddedStep::Fault::none) return fault_of(fault);
  const ResultFrame result = context.step.result();
  const uint64_t size = write_result(result, {});
  if (size > kFrameBytesMax) {
    context.said = "the result is larger than a frame can be";
    return WEND_FAULT_SIZE;
  }
  if (size <= out_cap) write_result(result, {out, out_cap});
  return static_cast<int32_t>(size);
}

}  // namespace

extern "C" {

uint64_t wend_version(const wend_prog* program) { return program ? program->version : 0; }

wend_context* wend_context_new(const wend_prog* program) {
  if (!program) return nullptr;
  try {
    return new wend_context(program);
  } catch (...) {
    return nullptr;
  }
}

void wend_context_free(wend_context* context) { delete context; }

const char* wend_said(const wend_context* context) { return context ? context->said.c_str() : ""; }

int32_t wend_step(const wend_prog* program, wend_context* context, const uint8_t* in, uint32_t in_len, uint8_t* out, uint32_t out_cap) {
  if (!program || !context || context->program != program || missing(in, in_len) || missing(out, out_cap)) return WEND_FAULT_ARGUMENT;
  try {
    return step(*context, bytes_of(in, in_len), out, out_cap);
  } catch (const std::bad_alloc&) {
    return WEND_FAULT_MEMORY;
  } catch (...) {
    return WEND_FAULT_INTERNAL;
  }
}

int32_t wend_put_event(uint8_t* frame, uint32_t cap, int64_t received, const char* line, uint32_t line_len, const uint8_t* state, uint32_t state_len) {
  if (missing(line, line_len) || missing(state, state_len)) return WEND_FAULT_ARGUMENT;
  return put(frame, cap, {InputKind::event, received, {line, line_len}, bytes_of(state, state_len), {}});
}

int32_t wend_put_wake(uint8_t* frame, uint32_t cap, int64_t now, const uint8_t* state, uint32_t state_len) {
  if (missing(state, state_len)) return WEND_FAULT_ARGUMENT;
  return put(frame, cap, {InputKind::wake, now, {}, bytes_of(state, state_len), {}});
}

int32_t wend_put_merge(uint8_t* frame, uint32_t cap, int64_t received, const char* line, uint32_t line_len, const uint8_t* state, uint32_t state_len,
                       const uint8_t* other, uint32_t other_len) {
  if (missing(line, line_len) || missing(state, state_len) || missing(other, other_len)) return WEND_FAULT_ARGUMENT;
  return put(frame, cap, {InputKind::merge, received, {line, line_len}, bytes_of(state, state_len), bytes_of(other, other_len)});
}

int32_t wend_get(const uint8_t* frame, uint32_t len, wend_result* result) {
  if (!frame || !result) return WEND_FAULT_ARGUMENT;
  ResultFrame read;
  if (!read_result(bytes_of(frame, len), read)) return WEND_FAULT_FRAME;
  *result = {read.next_due, read.count, static_cast<uint32_t>(read.state.size()), read.state.data(), read.decisions.data(),
             static_cast<uint32_t>(read.decisions.size())};
  return 0;
}

int32_t wend_next(wend_result* result, const char** line, uint32_t* line_len) {
  if (!result || !line || !line_len) return WEND_FAULT_ARGUMENT;
  if (result->rest_len < 4) return 0;
  uint32_t size = 0;
  for (int i = 0; i < 4; ++i) size |= static_cast<uint32_t>(result->rest[i]) << (8 * i);
  if (size > result->rest_len - 4) return WEND_FAULT_FRAME;
  *line = reinterpret_cast<const char*>(result->rest) + 4;
  *line_len = size;
  result->rest += 4 + size;
  result->rest_len -= 4 + size;
  return 1;
}

}  // extern "C"
