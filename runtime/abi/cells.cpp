// What kind of state a cell is. Tested by tests/unit/core.
#include "runtime/abi/cells.h"

namespace wend {

size_t cell_bytes(CellKind kind, uint32_t words) {
  switch (kind) {
    case CellKind::stamp: return sizeof(StampCell);
    case CellKind::last: case CellKind::first: return sizeof(LastCell);
    case CellKind::bits: return 8 + 8 * static_cast<size_t>(words);
    case CellKind::total: return sizeof(TotalCell);
    case CellKind::streak: return sizeof(StreakCell);
    case CellKind::ever_units: return sizeof(EverUnitsCell);
    case CellKind::baseline: return sizeof(BaselineCell);
    default: return sizeof(void*);
  }
}

size_t entry_bytes(CellKind kind) {
  switch (kind) {
    case CellKind::counts: return sizeof(CountEntry);
    case CellKind::panes: return sizeof(PaneEntry);
    case CellKind::firsts: case CellKind::lasts: return sizeof(FirstEntry);
    case CellKind::ring: return sizeof(RingEntry);
    case CellKind::stamps: return sizeof(PaneStamp);
    case CellKind::values: return sizeof(ValueEntry);
    case CellKind::pairs: return sizeof(PairEntry);
    case CellKind::sequence: return sizeof(SequenceEntry);
    default: return 0;
  }
}

bool is_block(CellKind kind) { return entry_bytes(kind) != 0; }

}  // namespace wend
