// What a run over files did, counted for a picture: who entered, came to which step, went where, and where everybody is at the end.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "compiler/graph/graph.h"
#include "runtime/core/step.h"
#include "runtime/hosts/batch.h"

namespace wend::cli {

class GraphCounts : public BatchObserver {
 public:
  // Both must outlive it; the module is that of the program.
  GraphCounts(const Program& program, const Module& module);

  void decided(uint32_t profile, const Decision& decision) override;
  void end(std::span<const UserState> users) override;
  graph::Counts finish(const Summary& summary);

 private:
  void message(const Decision& decision);
  void leave(uint32_t profile, const Decision& decision);

  const Program& program_;
  const Module& module_;
  graph::Counts out_;
  std::vector<std::vector<const Stmt*>> statements_;               // by journey and node
  std::vector<const Stmt*> choices_;                               // by experiment: the one choice by it; null: none, or several
  std::map<std::tuple<uint32_t, int32_t, std::string>, uint32_t> at_;   // profile, journey, key: the step they are in
};

}  // namespace wend::cli
