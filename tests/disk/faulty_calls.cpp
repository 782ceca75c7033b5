// Loaded before a program (LD_PRELOAD), so that its n-th call on files below WEND_FAULTY_FOLDER goes wrong:
//   WEND_FAULTY_KILL_BEFORE=n, WEND_FAULTY_KILL_BEHIND=n   the process ends, as by kill -9, before or behind the n-th call that changes a file
//   WEND_FAULTY_SYNC=n     the n-th sync fails with EIO
//   WEND_FAULTY_SEED=s     calls are interrupted, and read and write less than was asked, on sockets too
//   WEND_FAULTY_TOLD=file  how many calls and syncs there have been, how many others went wrong, and which file's sync failed
#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <random>

#include "tests/disk/file_calls.h"

namespace wend::disk {
namespace {

uint64_t number_of(const char* variable) {
  const char* text = std::getenv(variable);
  return text ? std::strtoull(text, nullptr, 10) : 0;
}

class Faults : public Watcher {
 public:
  Faults() : kill_before_(number_of("WEND_FAULTY_KILL_BEFORE")), kill_behind_(number_of("WEND_FAULTY_KILL_BEHIND")), sync_(number_of("WEND_FAULTY_SYNC")), seed_(number_of("WEND_FAULTY_SEED")), random_(seed_) {
    if (const char* told = std::getenv("WEND_FAULTY_TOLD")) told_ = static_cast<int>(::syscall(SYS_openat, AT_FDCWD, told, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  }
  bool sockets() const { return seed_ > 0; }

  Verdict before(const Call& call) override {
    Verdict verdict;
    if (changes(call)) {
      ++calls_;
      if (call.kind == Call::Kind::sync && ++syncs_ == sync_) {
        verdict.error = EIO;
        failed_ = call.path;
      }
      tell();
      if (calls_ == kill_before_) end();
    }
    if (seed_ > 0) disturb(call, verdict);
    return verdict;
  }
  void behind(const Call& call, bool) override {
    if (changes(call) && calls_ == kill_behind_) end();
  }

 private:
  // What no other call of this kind could have met is left alone: a sync is not interrupted, nor is a name changed by half.
  void disturb(const Call& call, Verdict& verdict) {
    using Kind = Call::Kind;
    const bool read = call.kind == Kind::read || call.kind == Kind::receive, written = call.kind == Kind::write;
    if (!read && !written && call.kind != Kind::send) return;
    const uint64_t draw = random_() % 8;
    if (draw == 0) verdict.error = EINTR;
    else if (draw == 1 && (read || written)) verdict.bytes_max = 1 + random_() % 7;
    else return;
    ++disturbed_;
    tell();
  }
  static bool changes(const Call& call) {
    using Kind = Call::Kind;
    return call.kind != Kind::read && call.kind != Kind::receive && call.kind != Kind::send && (call.kind != Kind::open || call.makes || call.empties);
  }
  void tell() const {
    char line[512];
    const int size = std::snprintf(line, sizeof line, "%llu %llu %llu %s\n", static_cast<unsigned long long>(calls_), static_cast<unsigned long long>(syncs_),
                                   static_cast<unsigned long long>(disturbed_), failed_.c_str());
    if (told_ >= 0) ::syscall(SYS_pwrite64, told_, line, static_cast<size_t>(size), 0);
  }
  [[noreturn]] static void end() {
    ::kill(::getpid(), SIGKILL);
    for (;;) ::pause();
  }

  const uint64_t kill_before_, kill_behind_, sync_, seed_;
  std::mt19937_64 random_;
  uint64_t calls_ = 0, syncs_ = 0, disturbed_ = 0;
  std::string failed_;
  int told_ = -1;
};

[[gnu::constructor]] void begin() {
  if (const char* folder = std::getenv("WEND_FAULTY_FOLDER")) {
    static Faults* const faults = new Faults;   // outlives every thread
    watch(faults, folder, faults->sockets());
  }
}

}  // namespace
}  // namespace wend::disk
