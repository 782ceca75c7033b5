// Code that rises while it is used: the thread that raises it.
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>

#include "compiler/jit/jit.h"

namespace wend {
namespace {

constexpr int kNice = 10;   // who runs the code comes first

class BackgroundCode : public NativeCode {
 public:
  BackgroundCode(std::shared_ptr<RisingCode> code, int64_t after_ms) : code_(std::move(code)) {
    addresses_ = code_->addresses();
    sigset_t all, before;   // signals are for the threads of whoever has the code
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    thread_ = std::thread([this, after_ms] { run(after_ms); });
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }
  ~BackgroundCode() override {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    stopped_.notify_all();
    thread_.join();
  }

 private:
  void run(int64_t after_ms) {
    {
      std::unique_lock lock(mutex_);
      if (stopped_.wait_for(lock, std::chrono::milliseconds(after_ms), [this] { return stop_.load(); })) return;
    }
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(::syscall(SYS_gettid)), kNice);
    try {
      while (!stop_ && code_->rise(stop_)) {}
    } catch (const std::exception&) {
      // The fast code goes on: it gives the same.
    }
  }

  std::shared_ptr<RisingCode> code_;
  std::mutex mutex_;
  std::condition_variable stopped_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

}  // namespace

std::shared_ptr<const NativeCode> rise_in_background(std::shared_ptr<RisingCode> code, int64_t after_ms) {
  if (code->risen()) return code;
  return std::make_shared<BackgroundCode>(std::move(code), after_ms);
}

}  // namespace wend
