// Where a command writes: data to standard output, everything else to standard error; colour and progress only where a
// person looks.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

namespace wend::cli {

class Terminal {
 public:
  // Reads NO_COLOR and TERM once; the streams' kinds decide the rest.
  Terminal();

  void set_colour(std::string_view when);       // auto, always, never
  void set_quiet(bool quiet) { quiet_ = quiet; }

  bool quiet() const { return quiet_; }
  bool colour_out() const { return colour_out_; }
  bool colour_err() const { return colour_err_; }
  bool progress() const { return progress_ && !quiet_; }

  void say(std::string_view text);              // to standard error, unless quiet
  void complain(std::string_view text);         // to standard error, always
  void fail(std::string_view text);             // "error: …" and a line end

 private:
  bool colour_out_ = false, colour_err_ = false, progress_ = false, quiet_ = false;
  bool tty_out_ = false, tty_err_ = false, dumb_ = false;
};

// A bar on standard error that appears when something takes longer than a blink and is wiped away at the end.
class ProgressBar {
 public:
  ProgressBar(const Terminal& terminal, std::string label);
  ~ProgressBar() { clear(); }
  void at(uint64_t done, uint64_t total);
  void clear();

 private:
  bool shown_on_terminal_;
  std::string label_;
  int64_t begun_ms_;
  int64_t drawn_ms_ = 0;
  bool drawn_ = false;
};

}  // namespace wend::cli
