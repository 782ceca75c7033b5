// The console connector: the message as a person reads it. Nothing in it can move the cursor or change colours.
#include <mutex>

#include "runtime/abi/printable.h"
#include "runtime/channels/connectors.h"
#include "runtime/channels/outcomes.h"

namespace wend {
namespace {

class ConsoleConnector : public Connector {
 public:
  explicit ConsoleConnector(const ConsoleSettings& settings) : out_(settings.out) {}

  Outcome deliver(const Delivery& delivery) override {
    if (std::chrono::steady_clock::now() >= delivery.deadline) return failed_for_now("deadline");
    std::string text = printable(delivery.channel) + " to " + printable(delivery.address) + ": " + printable(delivery.message) +
                       " (" + printable(delivery.category) + "), " + printable(delivery.id) + "\n";
    for (const Delivery::Field& field : delivery.content)
      text += "  " + printable(field.name) + ": " + printable(field.text) + "\n";
    const std::lock_guard lock(mutex_);
    if (std::fwrite(text.data(), 1, text.size(), out_) == text.size() && std::fflush(out_) == 0) return delivered();
    std::clearerr(out_);
    return unknown("console cannot be written");   // some of it may stand there
  }

 private:
  std::FILE* const out_;
  std::mutex mutex_;
};

}  // namespace

std::unique_ptr<Connector> make_console(const ConsoleSettings& settings, WallClock, std::vector<std::string>& problems) {
  if (!settings.out) {
    problems.push_back("console: there is no stream to write to");
    return nullptr;
  }
  return std::make_unique<ConsoleConnector>(settings);
}

}  // namespace wend
