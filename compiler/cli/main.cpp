// The `wend` binary: signals, then the command line.
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <exception>

#include "compiler/cli/command.h"

namespace {

// What even the command line could not catch. Only calls that are safe anywhere.
[[noreturn]] void last_words() {
  static constexpr char kText[] = "error: this is a bug in wend\n";
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, kText, sizeof kText - 1);
  ::_exit(wend::cli::exit_code::kBug);
}

void on_crash(int) { last_words(); }

void catch_crashes() {
  std::set_terminate(last_words);
  // The handler needs a stack of its own: an overflowing stack is one of the crashes.
  static char stack[64 << 10];
  stack_t alternate{};
  alternate.ss_sp = stack;
  alternate.ss_size = sizeof stack;
  ::sigaltstack(&alternate, nullptr);
  struct sigaction action {};
  action.sa_handler = on_crash;
  action.sa_flags = SA_ONSTACK | SA_RESETHAND;
  for (int signal : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT}) ::sigaction(signal, &action, nullptr);
}

}  // namespace

int main(int argc, char** argv) {
  ::signal(SIGPIPE, SIG_IGN);   // a closed pipe is an error of write
#ifndef __SANITIZE_ADDRESS__
  catch_crashes();
#endif
  wend::cli::Terminal terminal;
  return wend::cli::run_command_line(argc, argv, terminal);
}
