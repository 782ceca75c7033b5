// The list of runtime functions, from the function table and the headers of runtime/abi.
#include "compiler/jit/symbols.h"

#include <cstring>

#include "runtime/abi/builtins.h"
#include "runtime/abi/cell_ops.h"
#include "runtime/abi/lists.h"

namespace wend {

const std::vector<std::pair<const char*, void*>>& runtime_symbols() {
#define WEND_SYMBOL(name) {#name, reinterpret_cast<void*>(&name)}
  static const std::vector<std::pair<const char*, void*>> table = {
#define WEND_BUILTIN(name, where, signature, symbol, doc, example) WEND_SYMBOL(symbol),
#include "compiler/builtins/builtins.def"
#undef WEND_BUILTIN
      WEND_SYMBOL(wend_text_compare), WEND_SYMBOL(wend_text_contains), WEND_SYMBOL(wend_text_starts_with),
      WEND_SYMBOL(wend_text_ends_with), WEND_SYMBOL(wend_text_equal), WEND_SYMBOL(wend_text_matches), WEND_SYMBOL(wend_text_mentions), WEND_SYMBOL(wend_intern),
      WEND_SYMBOL(wend_out_text), WEND_SYMBOL(wend_out_int), WEND_SYMBOL(wend_out_number), WEND_SYMBOL(wend_out_percent),
      WEND_SYMBOL(wend_out_money), WEND_SYMBOL(wend_out_duration), WEND_SYMBOL(wend_out_time), WEND_SYMBOL(wend_out_date),
      WEND_SYMBOL(wend_out_time_of_day), WEND_SYMBOL(wend_out_weekday), WEND_SYMBOL(wend_out_bool),
      WEND_SYMBOL(wend_render_begin), WEND_SYMBOL(wend_render_end), WEND_SYMBOL(wend_render_turn), WEND_SYMBOL(wend_capture_begin),
      WEND_SYMBOL(wend_capture_end), WEND_SYMBOL(wend_counts_add), WEND_SYMBOL(wend_counts_read), WEND_SYMBOL(wend_counts_oldest), WEND_SYMBOL(wend_panes_add),
      WEND_SYMBOL(wend_panes_read), WEND_SYMBOL(wend_panes_oldest), WEND_SYMBOL(wend_firsts_add), WEND_SYMBOL(wend_firsts_read),
      WEND_SYMBOL(wend_firsts_oldest), WEND_SYMBOL(wend_ring_add), WEND_SYMBOL(wend_ring_count), WEND_SYMBOL(wend_ring_read),
      WEND_SYMBOL(wend_ring_first), WEND_SYMBOL(wend_ring_distinct), WEND_SYMBOL(wend_ring_streak), WEND_SYMBOL(wend_ring_top), WEND_SYMBOL(wend_ring_oldest), WEND_SYMBOL(wend_stamps_add),
      WEND_SYMBOL(wend_stamps_count), WEND_SYMBOL(wend_stamps_streak), WEND_SYMBOL(wend_stamps_oldest), WEND_SYMBOL(wend_values_add), WEND_SYMBOL(wend_values_count),
      WEND_SYMBOL(wend_values_oldest), WEND_SYMBOL(wend_pairs_add), WEND_SYMBOL(wend_pairs_add_dated), WEND_SYMBOL(wend_pairs_top), WEND_SYMBOL(wend_pairs_oldest),
      WEND_SYMBOL(wend_bits_add), WEND_SYMBOL(wend_bits_count), WEND_SYMBOL(wend_bits_oldest), WEND_SYMBOL(wend_streak_add),
      WEND_SYMBOL(wend_streak_read), WEND_SYMBOL(wend_ever_units_add), WEND_SYMBOL(wend_total_add), WEND_SYMBOL(wend_total_sum_int),
      WEND_SYMBOL(wend_total_sum_number), WEND_SYMBOL(wend_total_average_int), WEND_SYMBOL(wend_total_average_micros),
      WEND_SYMBOL(wend_total_average_number), WEND_SYMBOL(wend_last_add), WEND_SYMBOL(wend_first_add), WEND_SYMBOL(wend_pane_exit),
      WEND_SYMBOL(wend_stamp_exit), WEND_SYMBOL(wend_next_midnight), WEND_SYMBOL(wend_next_quarter), WEND_SYMBOL(wend_multiply_number),
      WEND_SYMBOL(wend_divide_number), WEND_SYMBOL(wend_multiply_share), WEND_SYMBOL(wend_divide_int),
      WEND_SYMBOL(wend_counts_between), WEND_SYMBOL(wend_counts_panes), WEND_SYMBOL(wend_panes_between), WEND_SYMBOL(wend_firsts_between),
      WEND_SYMBOL(wend_lasts_add), WEND_SYMBOL(wend_lasts_between), WEND_SYMBOL(wend_pairs_top_between), WEND_SYMBOL(wend_pairs_distinct),
      WEND_SYMBOL(wend_sequence_step), WEND_SYMBOL(wend_cell_reset),
      WEND_SYMBOL(wend_list_count), WEND_SYMBOL(wend_list_contains_value), WEND_SYMBOL(wend_list_contains_text),
      // what LLVM's code generator itself may ask for
      WEND_SYMBOL(memset),
      {"memcpy", reinterpret_cast<void*>(static_cast<void* (*)(void*, const void*, size_t)>(&std::memcpy))},
      {"memmove", reinterpret_cast<void*>(static_cast<void* (*)(void*, const void*, size_t)>(&std::memmove))},
  };
#undef WEND_SYMBOL
  return table;
}

}  // namespace wend
