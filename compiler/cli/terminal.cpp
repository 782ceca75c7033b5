// The only place that asks what the streams are.
#include "compiler/cli/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <chrono>

namespace wend::cli {

namespace {
constexpr int64_t kBlinkMs = 100;
constexpr int64_t kFrameMs = 80;
constexpr uint64_t kBarCells = 30;

int64_t steady_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}
bool is_set(const char* name) {
  const char* value = getenv(name);
  return value != nullptr && *value != '\0';
}
}  // namespace

Terminal::Terminal() {
  const char* term = getenv("TERM");
  dumb_ = is_set("NO_COLOR") || (term != nullptr && strcmp(term, "dumb") == 0);
  tty_out_ = isatty(STDOUT_FILENO) != 0;
  tty_err_ = isatty(STDERR_FILENO) != 0;
  progress_ = tty_err_ && !dumb_;
  set_colour("auto");
}

void Terminal::set_colour(std::string_view when) {
  const bool automatic = when == "auto";
  colour_out_ = automatic ? tty_out_ && !dumb_ : when == "always";
  colour_err_ = automatic ? tty_err_ && !dumb_ : when == "always";
}

void Terminal::say(std::string_view text) { if (!quiet_) complain(text); }
void Terminal::complain(std::string_view text) { fwrite(text.data(), 1, text.size(), stderr); }

void Terminal::fail(std::string_view text) {
  complain(colour_err_ ? "\x1b[1;31merror\x1b[0m: " : "error: ");
  complain(text);
  complain("\n");
}

ProgressBar::ProgressBar(const Terminal& terminal, std::string label)
    : shown_on_terminal_(terminal.progress()), label_(std::move(label)), begun_ms_(steady_ms()) {}

void ProgressBar::at(uint64_t done, uint64_t total) {
  if (!shown_on_terminal_ || total == 0) return;
  const int64_t now = steady_ms();
  if (now - begun_ms_ < kBlinkMs || now - drawn_ms_ < kFrameMs) return;
  drawn_ms_ = now;
  drawn_ = true;
  const uint64_t full = done >= total ? kBarCells : done * kBarCells / total;
  std::string bar = "\r" + label_ + " ";
  for (uint64_t i = 0; i < kBarCells; ++i) bar += i < full ? "█" : "░";
  bar += " " + std::to_string(done >= total ? 100 : done * 100 / total) + "%\x1b[K";
  fwrite(bar.data(), 1, bar.size(), stderr);
  fflush(stderr);
}

void ProgressBar::clear() {
  if (!drawn_) return;
  fputs("\r\x1b[K", stderr);
  fflush(stderr);
  drawn_ = false;
}

}  // namespace wend::cli
