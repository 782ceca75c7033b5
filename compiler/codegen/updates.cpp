// What an event changes: the measure state it touches, each `where` tested once.
#include <algorithm>
#include <map>

#include "compiler/codegen/abi_offsets.h"
#include "compiler/codegen/emitter.h"

namespace wend {

void Emitter::emit_update(const PlanFunction& function) {
  begin(function.name, void_, {ptr_, ptr_, ptr_, ptr_});
  record_ = function_->getArg(0);
  instance_ = function_->getArg(1);
  event_ = function_->getArg(2);
  ctx_ = function_->getArg(3);
  std::map<std::string, std::vector<const PlanCell*>> by_where;
  for (const PlanCell& cell : plan_.cells)
    if (cell.event == function.event && cell.journey == function.journey && cell.sequence < 0 && !cell.by_hand) by_where[cell.where_key].push_back(&cell);
  for (const auto& [where, cells] : by_where) {
    llvm::BasicBlock* next = nullptr;
    if (!where.empty()) {
      llvm::BasicBlock* matched = block("matched");
      next = block("next");
      branch(*cells.front()->where, matched, next);
      b_.SetInsertPoint(matched);
    }
    for (const PlanCell* cell : cells) emit_cell_update(*cell);
    if (next) {
      b_.CreateBr(next);
      b_.SetInsertPoint(next);
    }
  }
  for (size_t i = 0; i < plan_.sequences.size(); ++i)
    if (plan_.sequences[i].journey == function.journey) emit_sequence(plan_.sequences[i], static_cast<uint32_t>(i), function.event);
  for (size_t i = 0; i < plan_.anchors.size() && !function.journey.valid(); ++i) {
    const Window& window = plan_.anchors[i].window;
    if (window.kind != WindowKind::since_event || window.event != function.event) continue;
    // The latest counts, or the first one handled. Behind all else: the event itself is not counted since itself.
    llvm::Value *stamp = load(int64_, event_, kEventAt), *known = load(int64_, cell_pointer(plan_.cells[plan_.anchors[i].stamp]), 0);
    llvm::BasicBlock *anew = block("anew"), *next = block("next");
    b_.CreateCondBr(window.first ? b_.CreateICmpEQ(known, i64(WEND_NEVER)) : b_.CreateICmpSGE(stamp, known), anew, next);
    b_.SetInsertPoint(anew);
    begin_anew(i, stamp);
    b_.CreateBr(next);
    b_.SetInsertPoint(next);
  }
  b_.CreateRetVoid();
}

void Emitter::begin_anew(size_t anchor, llvm::Value* instant) {
  b_.CreateStore(instant, cell_pointer(plan_.cells[plan_.anchors[anchor].stamp]));
  for (const PlanCell& cell : plan_.cells)
    if (cell.anchor == static_cast<int32_t>(anchor))
      call("wend_cell_reset", void_, {cell_pointer(cell), i32(static_cast<int32_t>(cell.kind)), i64(cell.words)});
}

void Emitter::emit_anchor(const PlanFunction& function) {
  begin(function.name, void_, {ptr_, ptr_, ptr_, ptr_});
  record_ = function_->getArg(0);
  ctx_ = function_->getArg(3);
  begin_anew(static_cast<size_t>(function.anchor), load(int64_, ctx_, kCtxNow));
  b_.CreateRetVoid();
}

// The event serves once: as the last hop it can be of a match that waits, else as an earlier one, else it begins a match.
void Emitter::emit_sequence(const PlanSequence& sequence, uint32_t number, EventId event) {
  const Aggregate& aggregate = *sequence.aggregate;
  const bool involved = std::any_of(aggregate.hops.begin(), aggregate.hops.end(), [&](const Hop& hop) { return hop.event == event; });
  if (!involved) return;
  llvm::Value* place = cell_pointer(plan_.cells[sequence.cell]);
  llvm::BasicBlock* done = block("served");
  for (size_t i = aggregate.hops.size(); i-- > 0;) {
    const Hop& hop = aggregate.hops[i];
    if (hop.event != event) continue;
    const bool last = i + 1 == aggregate.hops.size();
    llvm::BasicBlock* next = block("hop");
    if (hop.where) {
      llvm::BasicBlock* matched = block("matched");
      branch(*hop.where, matched, next);
      b_.SetInsertPoint(matched);
    }
    llvm::Value* value8 = i64(0);
    if (aggregate.matching) {
      const Type& type = program_.events[event.index()].properties[hop.matching].type;
      Val v = slot(load(ptr_, event_, kEventSlots), hop.matching, type, type.optional ? load(int64_, event_, kEventKnown) : nullptr);
      if (v.known) {
        llvm::BasicBlock* present = block("present");
        b_.CreateCondBr(v.known, present, next);
        b_.SetInsertPoint(present);
      }
      value8 = to_value8(v, type);
    }
    llvm::Value* served = call("wend_sequence_step", int32_, {ctx_, place, i64(static_cast<int64_t>(i)), i32(last), value8, load(int64_, event_, kEventAt),
                                                             i64(hop.within_us), i64(aggregate.open_max)});
    if (last) {
      llvm::BasicBlock *complete = block("complete"), *open = block("open");
      b_.CreateCondBr(b_.CreateICmpEQ(served, i32(2)), complete, open);
      b_.SetInsertPoint(complete);
      for (const PlanCell& cell : plan_.cells)
        if (cell.sequence == static_cast<int32_t>(number)) emit_cell_update(cell);
      b_.CreateBr(done);
      b_.SetInsertPoint(open);
    }
    b_.CreateCondBr(b_.CreateICmpNE(served, i32(0)), done, next);
    b_.SetInsertPoint(next);
  }
  b_.CreateBr(done);
  b_.SetInsertPoint(done);
}

void Emitter::emit_cell_update(const PlanCell& cell) {
  llvm::Value* place = cell_pointer(cell);
  llvm::Value* stamp = load(int64_, event_, kEventAt);
  llvm::Value* pane = load(int64_, ctx_, kCtxPanesEvent + static_cast<uint64_t>(cell.unit) * 8);
  llvm::BasicBlock* next = nullptr;
  const auto only_if = [&](llvm::Value* condition) {
    llvm::BasicBlock* counted = block("counted");
    if (!next) next = block("absent");
    b_.CreateCondBr(condition, counted, next);
    b_.SetInsertPoint(counted);
  };
  if (cell.anchor >= 0) {
    llvm::Value* since = load(int64_, cell_pointer(plan_.cells[plan_.anchors[static_cast<size_t>(cell.anchor)].stamp]), 0);
    only_if(b_.CreateAnd(b_.CreateICmpNE(since, i64(WEND_NEVER)), b_.CreateICmpSGE(stamp, since)));
  }
  if (cell.dated) {
    llvm::Value* day = load(int64_, ctx_, kCtxPanesEvent + static_cast<uint64_t>(TimeUnit::day) * 8);
    only_if(b_.CreateAnd(b_.CreateICmpSGE(day, i64(cell.from_day)), b_.CreateICmpSLE(day, i64(cell.to_day))));
  }
  llvm::Value* value8 = i64(0);
  if (cell.has_property) {
    const Type& type = program_.events[cell.event.index()].properties[cell.property].type;
    llvm::Value* bits = type.optional ? load(int64_, event_, kEventKnown) : nullptr;
    Val v = slot(load(ptr_, event_, kEventSlots), cell.property, type, bits);
    if (v.known) only_if(v.known);
    value8 = to_value8(v, type);
  }
  llvm::Value* number = i32(cell.value_type.kind == TypeKind::number);
  llvm::Value* oldest = b_.CreateSub(pane_now(cell.unit), i64(cell.panes));
  switch (cell.kind) {
    case CellKind::stamp: {
      llvm::Value* old = load(int64_, place, 0);
      b_.CreateStore(b_.CreateSelect(b_.CreateICmpSGT(stamp, old), stamp, old), place);
      break;
    }
    case CellKind::last: call("wend_last_add", void_, {place, stamp, value8}); break;
    case CellKind::first: call("wend_first_add", void_, {place, stamp, value8}); break;
    case CellKind::bits: call("wend_bits_add", void_, {place, i64(cell.words), pane}); break;
    case CellKind::total:
      if (cell.has_property) {
        call("wend_total_add", void_, {place, value8, number});
      } else {
        b_.CreateStore(b_.CreateAdd(load(int64_, place, 0), i64(1)), place);
      }
      break;
    case CellKind::counts: call("wend_counts_add", void_, {place, pane, oldest}); break;
    case CellKind::panes: call("wend_panes_add", void_, {place, pane, oldest, value8, number}); break;
    case CellKind::firsts: call("wend_firsts_add", void_, {place, pane, oldest, stamp, value8}); break;
    case CellKind::lasts: call("wend_lasts_add", void_, {place, pane, oldest, stamp, value8}); break;
    case CellKind::ring: call("wend_ring_add", void_, {place, i64(cell.keep), stamp, cell.keeps_panes ? pane : value8}); break;
    case CellKind::stamps: call("wend_stamps_add", void_, {place, pane, stamp, window_start(cell.window)}); break;
    case CellKind::values: call("wend_values_add", void_, {ctx_, place, i64(cell.up_to), value8, stamp, cell.window >= 0 ? window_start(cell.window) : i64(WEND_NEVER)}); break;
    case CellKind::pairs:
      if (cell.window >= 0) call(cell.dated_pairs ? "wend_pairs_add_dated" : "wend_pairs_add", void_, {ctx_, place, i64(cell.up_to), value8, pane, oldest, stamp});
      else call("wend_pairs_add", void_, {ctx_, place, i64(cell.up_to), value8, i64(0), i64(0), stamp});
      break;
    case CellKind::streak: call("wend_streak_add", void_, {place, pane}); break;
    case CellKind::ever_units: call("wend_ever_units_add", void_, {place, pane}); break;
    case CellKind::baseline: case CellKind::sequence: break;
  }
  if (next) {
    b_.CreateBr(next);
    b_.SetInsertPoint(next);
  }
}

}  // namespace wend
