// Plain write(2) behind one buffer; SIGPIPE is ignored by main, so that a closed pipe is an error like others.
#include "compiler/cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "compiler/cli/command.h"

namespace wend::cli {

namespace {
constexpr size_t kHeld = 256 << 10;
}

Output::Output(const std::string& path) : path_(path.empty() || path == "-" ? "standard output" : path) {
  held_.reserve(kHeld + 4096);
  if (path.empty() || path == "-") return;
  descriptor_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  owned_ = descriptor_ >= 0;
  if (!owned_) fault_ = "cannot write `" + path_ + "`: " + strerror(errno);
}

Output::~Output() {
  if (owned_) ::close(descriptor_);
}

void Output::write(std::string_view text) {
  held_ += text;
  if (held_.size() >= kHeld) flush();
}

void Output::line(std::string_view text) {
  held_ += text;
  held_ += '\n';
  if (held_.size() >= kHeld) flush();
}

void Output::flush() {
  size_t at = 0;
  while (at < held_.size() && !fault_) {
    const ssize_t written = ::write(descriptor_, held_.data() + at, held_.size() - at);
    if (written >= 0) {
      at += static_cast<size_t>(written);
    } else if (errno == EPIPE) {
      fault_ = "";
    } else if (errno != EINTR) {
      fault_ = "cannot write `" + path_ + "`: " + strerror(errno) + "; what is there is not complete";
    }
  }
  held_.clear();
}

std::optional<std::string> Output::finish() {
  flush();
  if (owned_) {
    owned_ = false;
    if (::close(descriptor_) != 0 && !fault_) fault_ = "cannot write `" + path_ + "`: " + strerror(errno);
  }
  return fault_;
}

int finish_output(Output& output, Terminal& terminal, int code) {
  const std::optional<std::string> fault = output.finish();
  if (!fault || fault->empty()) return code;
  terminal.fail(*fault);
  return exit_code::kEnvironment;
}

}  // namespace wend::cli
