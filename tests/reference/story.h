// Stories for the evaluator's own tests: a small project, a few events, and the decision lines in a short form that
// can be written by hand:
//   2026-03-01T10:00:00Z u1 enter win_back
//   2026-03-01T10:00:00Z u1 message offer email deferred quiet until 2026-03-02T07:00:00Z
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/sema/program.h"

namespace wend::story {

// The program of a project text; the test fails, with the diagnostics, when the text has errors.
Program program_of(const std::string& text);
// The text behind a prelude that declares the events, the profile, a channel and messages most stories need.
std::string with_prelude(const std::string& text, const std::string& zone = "Europe/Stockholm");

class Story {
 public:
  explicit Story(const std::string& project) : program_(program_of(project)) {}

  Story& track(const std::string& at, const std::string& event, const std::string& properties = "{}", const std::string& user = "u1");
  Story& identify(const std::string& at, const std::string& traits, const std::string& user = "u1");
  Story& id(const std::string& id);               // messageId of the event before
  Story& received(const std::string& at);         // its arrival: the story is then handled in the order of arrival
  Story& until(const std::string& at);

  std::vector<std::string> raw() const;           // whole lines
  std::vector<std::string> lines() const;         // the short form, message ids left out
  std::vector<std::string> lines(std::string_view kind) const;  // those of one kind
  // What the messages said: the first field of each message that was sent.
  std::vector<std::string> said() const;

 private:
  Program program_;
  std::vector<std::string> events_;
  std::optional<int64_t> until_;
  bool arrivals_ = false;
};

using Expected = std::vector<std::string>;

}  // namespace wend::story
