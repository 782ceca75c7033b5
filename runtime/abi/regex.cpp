// `matches`: RE2, linear in the text whatever the pattern. The checker has refused patterns RE2 does not take. This is
// the one file that includes RE2 in the runtime.
#include <re2/re2.h>

#include "runtime/abi/cell_ops.h"

extern "C" int32_t wend_text_matches(wend_ctx* ctx, const char* data, int64_t size, const char* pattern,
                                     int64_t pattern_size) {
  std::shared_ptr<void>& slot = static_cast<wend::Context*>(ctx)->patterns[pattern];
  if (!slot) {
    RE2::Options options;
    options.set_log_errors(false);
    slot = std::make_shared<RE2>(re2::StringPiece(pattern, static_cast<size_t>(pattern_size)), options);
  }
  return RE2::PartialMatch(re2::StringPiece(data, static_cast<size_t>(size)), *static_cast<RE2*>(slot.get()));
}
