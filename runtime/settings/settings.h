// What an operator sets of `wend serve`: one TOML file, read whole with every problem told at once, printed back with every
// default. The keys, their ranges and what they mean are one table, settings.def; the defaults stand in the structs below.
// Tested by tests/unit/settings.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "runtime/channels/connectors.h"
#include "runtime/delivery/next_move.h"

namespace wend {

constexpr int64_t kMillisecondUs = 1'000, kSecondUs = 1'000'000, kMinuteUs = 60 * kSecondUs, kHourUs = 60 * kMinuteUs, kDayUs = 24 * kHourUs;
constexpr uint64_t kKilobyte = 1024, kMegabyte = 1024 * kKilobyte, kGigabyte = 1024 * kMegabyte;

struct IngestSettings {
  std::string address = "127.0.0.1";
  uint16_t port = 8080;                        // 0: any that is free
  std::string public_url;                      // of the door, for providers; "": they are not told to call back
  std::vector<SecretSource> write_keys;        // none: whoever reaches the port may send events
  uint32_t threads = 2;
  uint32_t connections = 10'000;
  uint64_t event_bytes = 32 * kKilobyte;
  uint64_t body_bytes = 500 * kKilobyte;       // also of what a compressed body becomes
  uint32_t body_events = 2'500;
  int64_t body_deadline_us = 10 * kSecondUs;
  int64_t idle_us = 30 * kSecondUs;
  uint32_t rate_per_key = 0, rate_per_user = 1'000;   // events a second; 0: no bound
  uint32_t queue_events = 10'000;              // accepted and not yet stored
  int64_t retry_after_us = 5 * kSecondUs;
};

struct AdminSettings {
  std::string address = "127.0.0.1";
  uint16_t port = 8081;
  SecretSource token;                          // none: whoever reaches the port may do everything
};

struct StoreSettings {
  std::string folder;
  uint64_t cache_bytes = 64 * kMegabyte;
  int64_t keep_log_us = 30 * kDayUs, keep_sent_us = 90 * kDayUs, keep_dead_letters_us = 30 * kDayUs;
  uint64_t low_disk_bytes = kGigabyte;         // below that no event is taken and nothing is sent
  uint32_t commit_events = 256;
};

struct DeliverySettings {
  uint32_t threads = 16;
  bool held_at_start = false;
  DeliveryPolicy policy;                       // of every channel that does not say otherwise
};

struct ClockSettings {
  int64_t jump_us = 5 * kMinuteUs, stable_us = kMinuteUs;
};

enum class LogLevel : uint8_t { error, warning, info, debug };
enum class LogFormat : uint8_t { text, json };

struct LogSettings {
  LogLevel level = LogLevel::info;
  LogFormat format = LogFormat::text;
};

struct ProgramSettings {
  std::string project;                         // "": the command line names it
};

#define WEND_CONNECTOR(name, Settings, takes_once, summary) , Settings
using ConnectorSettings = std::variant<std::monostate
#include "runtime/channels/connectors.def"
                                       >;
#undef WEND_CONNECTOR

struct ChannelSettings {
  std::string name;                            // of the channel, as the program calls it
  std::string connector;                       // a row of connectors.def
  ConnectorSettings settings;                  // of that connector
  DeliveryPolicy policy;
};

struct ServeSettings {
  ProgramSettings program;
  IngestSettings ingest;
  AdminSettings admin;
  StoreSettings store;
  DeliverySettings delivery;
  ClockSettings clock;
  LogSettings log;
  std::vector<ChannelSettings> channels;       // by name
};

struct SettingsProblem {
  std::string file;
  uint32_t line = 0, column = 0;               // 0: of no place in the file
  std::string path;                            // `ingest.port`; may be empty
  std::string what, remedy;                    // never the text of a secret
  bool warning = false;

  std::string text() const;                    // `serve.toml:3:8: error: `ingest.port` …: remedy`
};

constexpr size_t kSettingsBytesMax = 1 << 20;
constexpr size_t kSettingsProblemsMax = 100;

// Whether the files and variables of secrets are read once, so that one that cannot be had is told before anything starts.
enum class SecretsOf : uint8_t { this_machine, another };

// The text of the file, or why there is none.
std::optional<std::string> settings_text(const std::string& path, std::string& problem);
// Always settings: what is wrong has its default, and a problem that is no warning says not to use them. Paths are taken from
// the folder of `name`. Throws nothing but for want of memory.
ServeSettings read_settings(std::string_view text, const std::string& name, std::vector<SettingsProblem>& problems,
                            SecretsOf secrets = SecretsOf::this_machine);
bool any_error(const std::vector<SettingsProblem>& problems);

// Every key with its value, what it means above it; a key that has no value stands there as a comment. Read back, it gives the
// same settings. Of a secret it has the reference.
std::string print_settings(const ServeSettings& settings);
// The tables of README.md.
std::string settings_reference();

// A null pointer, and why in `problems`, where the settings cannot work.
std::unique_ptr<Connector> make_connector(const ChannelSettings& channel, WallClock now, std::vector<std::string>& problems);

}  // namespace wend
