// Two versions of a project, the instant between them, and what is decided: in lines such as `01-09 08:00 c step win.offer`.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace wend::changes {

// A shop in which people are on their way: `win` with the steps nudge, discount and offer, each a send and a wait of 5 days.
extern const char* const kShop;

// The text with each first part replaced by the second; every first part must be there.
std::string edited(std::string text, const std::vector<std::pair<std::string, std::string>>& edits);

struct Event { std::string at, user, event, properties = "{}"; };   // at: "01-04 08:00", of 2026

// Each user with an address from the first event on. The run goes on for 60 days.
std::string stream(const std::vector<Event>& events);

struct Outcome {
  std::vector<std::string> lines;     // from the change on
  std::vector<std::string> errors;    // why the new version was refused: "E0633 step `discount` …", then its helps
  std::vector<std::string> ids;       // of the messages of `lines`, in their order
};
// `others`: files beside project.wend, in both.
// The same is asked of a running project, unless `files_only`: there what users are known by can only be added to, and an identity
// that is added knows nobody yet.
Outcome go_live(const std::string& before, const std::string& after, const std::string& at, const std::string& events,
                const std::vector<std::pair<std::string, std::string>>& others = {}, bool files_only = false);

}  // namespace wend::changes
