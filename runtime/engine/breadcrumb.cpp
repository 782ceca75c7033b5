#include "runtime/engine/breadcrumb.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace wend {
namespace {
constexpr size_t kBytes = 24;
constexpr uint64_t kTwice = 2;
}  // namespace

std::unique_ptr<Breadcrumb> Breadcrumb::open(const std::string& path, std::string& trouble) {
  const auto failed = [&](int file) {
    trouble = "`" + path + "`: " + strerror(errno);
    if (file >= 0) ::close(file);
    return nullptr;
  };
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  struct stat status {};
  if (file < 0 || ::fstat(file, &status) != 0) return failed(file);
  if (status.st_size != kBytes && (::ftruncate(file, 0) != 0 || ::ftruncate(file, kBytes) != 0)) return failed(file);
  void* bytes = ::mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (bytes == MAP_FAILED) return failed(file);
  ::close(file);
  return std::unique_ptr<Breadcrumb>(new Breadcrumb(static_cast<volatile uint64_t*>(bytes)));
}

Breadcrumb::Breadcrumb(volatile uint64_t* bytes) : bytes_(bytes) {
  if (const uint64_t last = bytes_[0]; last != 0) {
    bytes_[2] = bytes_[1] == last ? bytes_[2] + 1 : 1;
    bytes_[1] = last;
  }
  bytes_[0] = 0;
  if (bytes_[2] >= kTwice) poison_ = bytes_[1];
}

Breadcrumb::~Breadcrumb() { ::munmap(const_cast<uint64_t*>(bytes_), kBytes); }

}  // namespace wend
