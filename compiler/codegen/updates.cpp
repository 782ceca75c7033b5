// What an event changes: the measure state it touches, each `where` tested once.
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
    if (cell.event == function.event && cell.journey == function.journey) by_where[cell.where_key].push_back(&cell);
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
  b_.CreateRetVoid();
}

void Emitter::emit_cell_update(const PlanCell& cell) {
  llvm::Value* place = cell_pointer(cell);
  llvm::Value* stamp = load(int64_, event_, kEventAt);
  llvm::Value* pane = load(int64_, ctx_, kCtxPanesEvent + static_cast<uint64_t>(cell.unit) * 8);
  llvm::BasicBlock* next = nullptr;
  llvm::Value* value8 = i64(0);
  if (cell.has_property) {
    const Type& type = program_.events[cell.event.index()].properties[cell.property].type;
    llvm::Value* bits = type.optional ? load(int64_, event_, kEventKnown) : nullptr;
    Val v = slot(load(ptr_, event_, kEventSlots), cell.property, type, bits);
    if (v.known) {
      llvm::BasicBlock* present = block("present");
      next = block("absent");
      b_.CreateCondBr(v.known, present, next);
      b_.SetInsertPoint(present);
    }
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
    case CellKind::ring: call("wend_ring_add", void_, {place, i64(cell.keep), stamp, cell.keeps_panes ? pane : value8}); break;
    case CellKind::stamps: call("wend_stamps_add", void_, {place, pane, stamp, window_start(cell.window)}); break;
    case CellKind::values: call("wend_values_add", void_, {place, i64(cell.up_to), value8, stamp}); break;
    case CellKind::pairs:
      if (cell.window >= 0) call("wend_pairs_add", void_, {place, i64(cell.up_to), value8, pane, oldest, stamp});
      else call("wend_pairs_add", void_, {place, i64(cell.up_to), value8, i64(0), i64(0), stamp});
      break;
    case CellKind::streak: call("wend_streak_add", void_, {place, pane}); break;
    case CellKind::ever_units: call("wend_ever_units_add", void_, {place, pane}); break;
    case CellKind::baseline: break;
  }
  if (next) {
    b_.CreateBr(next);
    b_.SetInsertPoint(next);
  }
}

}  // namespace wend
