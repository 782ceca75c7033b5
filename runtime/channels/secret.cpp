// Reading secrets from files and the environment.
#include "runtime/channels/secret.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace wend {
namespace {

std::optional<SecretText> read_file(const std::string& path, std::string& problem) {
  // Without O_NONBLOCK a named pipe would hold us until someone writes to it.
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) {
    problem = "the file of the secret cannot be opened: " + std::string(::strerror(errno));
    return std::nullopt;
  }
  struct stat about {};
  std::optional<SecretText> found;
  if (::fstat(file, &about) != 0 || !S_ISREG(about.st_mode)) {
    problem = "the secret's place is not a regular file";
  } else if (about.st_mode & (S_IROTH | S_IWOTH)) {
    problem = "everybody on this machine may read or write the file of the secret; `chmod o= FILE` closes it";
  } else {
    std::string text(SecretSource::kBytesMax + 1, '\0');
    size_t size = 0;
    for (ssize_t got; size < text.size() && (got = ::read(file, text.data() + size, text.size() - size)) != 0;) {
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) {
        problem = "the file of the secret cannot be read: " + std::string(::strerror(errno));
        break;
      }
      size += static_cast<size_t>(got);
    }
    if (problem.empty()) {
      text.resize(size);
      found.emplace(std::move(text));
    }
  }
  ::close(file);
  return found;
}

}  // namespace

SecretText::SecretText(SecretText&& other) noexcept : text_(other.text_) { other.wipe(); }

SecretText& SecretText::operator=(SecretText&& other) noexcept {
  if (this != &other) {
    wipe();
    text_ = other.text_;   // a copy: a short text lies inside the string itself and would stay behind in a move
    other.wipe();
  }
  return *this;
}

SecretText::~SecretText() { wipe(); }

void SecretText::wipe() {
  ::explicit_bzero(text_.data(), text_.size());
  text_.clear();
}

std::optional<SecretSource> SecretSource::from(std::string_view reference, std::string& problem) {
  SecretSource source;
  if (reference.substr(0, 5) == "file:") {
    source.kind_ = Kind::file;
    source.place_ = reference.substr(5);
  } else if (reference.substr(0, 4) == "env:") {
    source.kind_ = Kind::env;
    source.place_ = reference.substr(4);
  } else {
    problem = "a secret is given as `file:PATH` or `env:NAME`, never as it is";
    return std::nullopt;
  }
  if (source.place_.empty() || source.place_.find('\0') != std::string::npos) {
    problem = "the secret's place is missing behind `file:` or `env:`";
    return std::nullopt;
  }
  return source;
}

std::string SecretSource::reference() const {
  if (none()) return {};
  return (kind_ == Kind::file ? "file:" : "env:") + place_;
}

std::optional<SecretText> SecretSource::read(std::string& problem) const {
  problem.clear();
  std::optional<SecretText> found;
  if (none()) {
    problem = "no secret is set";
  } else if (kind_ == Kind::file) {
    found = read_file(place_, problem);
  } else if (const char* value = std::getenv(place_.c_str())) {
    found.emplace(std::string(value));
  } else {
    problem = "the environment has no `" + place_ + "`";
  }
  if (!found) return std::nullopt;
  std::string_view text = found->reveal();
  if (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
  if (text.size() > kBytesMax) problem = "the secret is longer than 16 KB";
  if (text.empty()) problem = "the secret is empty";
  if (!problem.empty()) return std::nullopt;
  return SecretText(std::string(text));
}

}  // namespace wend
