// Shrinking by leaving out: events in halves, then pieces of the project from the outside in, until nothing more can go.
#include "tests/differential/generate.h"

namespace wend::differential {
namespace {

struct Shrinker {
  Case best;
  const std::function<bool(const Case&)>& fails;
  int attempts;

  bool keep_if_failing(Case candidate) {
    if (attempts-- <= 0 || !fails(candidate)) return false;
    best = std::move(candidate);
    return true;
  }

  bool drop_events() {
    bool dropped = false;
    for (size_t length = best.events.size() / 2; length > 0; length /= 2) {
      for (size_t at = 0; at < best.events.size() && attempts > 0;) {
        Case candidate = best;
        size_t end = std::min(at + length, candidate.events.size());
        candidate.events.erase(candidate.events.begin() + static_cast<long>(at), candidate.events.begin() + static_cast<long>(end));
        if (keep_if_failing(std::move(candidate))) dropped = true;
        else at += length;
      }
    }
    return dropped;
  }

  // The pieces at a path of indexes.
  static std::vector<Piece>& at(Case& made, const std::vector<size_t>& path) {
    std::vector<Piece>* pieces = &made.project;
    for (size_t index : path) pieces = &(*pieces)[index].inside;
    return *pieces;
  }

  bool drop_pieces(std::vector<size_t>& path) {
    bool dropped = false;
    for (size_t i = at(best, path).size(); i-- > 0 && attempts > 0;) {
      Case candidate = best;
      std::vector<Piece>& pieces = at(candidate, path);
      pieces.erase(pieces.begin() + static_cast<long>(i));
      if (keep_if_failing(std::move(candidate))) {
        dropped = true;
        continue;
      }
      path.push_back(i);
      dropped = drop_pieces(path) || dropped;
      path.pop_back();
    }
    return dropped;
  }
};

}  // namespace

Case shrink(Case failing, const std::function<bool(const Case&)>& fails, int attempts_max) {
  Shrinker shrinker{std::move(failing), fails, attempts_max};
  if (shrinker.best.until_us) {
    Case candidate = shrinker.best;
    candidate.until_us.reset();
    shrinker.keep_if_failing(std::move(candidate));
  }
  for (bool again = true; again && shrinker.attempts > 0;) {
    std::vector<size_t> path;
    again = shrinker.drop_events();
    again = shrinker.drop_pieces(path) || again;
  }
  return std::move(shrinker.best);
}

}  // namespace wend::differential
