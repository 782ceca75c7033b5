// What the new version keeps of an instance and the old one did not: read from the events since it was entered.
#pragma once

#include <vector>

#include "runtime/core/migration.h"

namespace wend {

class Refill {
 public:
  // `user` has been moved, and must stay where it is.
  Refill(const Migration& migration, UserState& user);
  bool wanted() const { return !lacking_.empty(); }
  void event(const wend_event& event);   // of that user, in order, as the new version reads it
  void finish();

 private:
  struct Lacking {
    Instance* instance;
    OwnedRecord record;        // counts beside the instance's own, which keeps what it has
    bool entered = false;      // the event that let it in has come by
  };
  void copy_entry(const ModuleEntryProperty& kept, Lacking& lacking) const;
  bool let_in(const Lacking& lacking, const wend_event& event) const;

  const Migration& migration_;
  UserState& user_;
  std::vector<Lacking> lacking_;
};

}  // namespace wend
