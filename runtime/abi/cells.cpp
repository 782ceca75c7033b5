// What kind of state a cell is. Tested by tests/unit/core.
#include "runtime/abi/cells.h"

namespace wend {

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
