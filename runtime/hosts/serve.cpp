#include "runtime/hosts/serve.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <mutex>

#include <fmt/format.h>

#include "runtime/channels/connectors.h"
#include "runtime/engine/breadcrumb.h"
#include "runtime/hosts/descriptors.h"
#include "runtime/hosts/service.h"
#include "runtime/store/backup.h"
#include "runtime/store/erasures.h"
#include "runtime/store/rocks_store.h"

namespace wend {
namespace {

constexpr std::chrono::seconds kDrain{9};

// SIGTERM, SIGINT, or a fault of our own. The signals are blocked in every thread made after this.
class StopSign {
 public:
  StopSign() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set, &before_);
    signals_ = ::signalfd(-1, &set, SFD_CLOEXEC);
    faults_ = ::eventfd(0, EFD_CLOEXEC);
  }
  ~StopSign() {
    ::close(signals_);
    ::close(faults_);
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  void fault(std::string_view what) {
    const std::lock_guard lock(mutex_);
    what_ = what;
    const uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(faults_, &one, sizeof one);
  }
  // "" where the process was told to end; else what went wrong.
  std::string wait() {
    pollfd both[] = {{signals_, POLLIN, 0}, {faults_, POLLIN, 0}};
    while (::poll(both, 2, -1) < 0) {}
    signalfd_siginfo told;   // taken, so that it is not delivered when signals are let through again
    if (both[0].revents != 0) { [[maybe_unused]] const auto read = ::read(signals_, &told, sizeof told); }
    const std::lock_guard lock(mutex_);
    return what_;
  }

 private:
  sigset_t before_;
  int signals_ = -1, faults_ = -1;
  std::mutex mutex_;
  std::string what_;
};

std::vector<Daemon::Channel> channels_of(const ServeSettings& settings, const Module& module, const ServeOptions& options, const Clock& clock, ServeEnd& end) {
  std::vector<Daemon::Channel> channels;
  const WallClock wall = [&clock] { return clock.wall(); };
  for (const ModuleChannel& wanted : module.channels) {
    const auto found = std::find_if(settings.channels.begin(), settings.channels.end(), [&](const ChannelSettings& each) { return each.name == wanted.name; });
    ChannelSettings channel;
    if (found != settings.channels.end()) {
      channel = *found;
    } else if (options.channels_to_console) {
      channel.name = wanted.name;
      channel.connector = "console";
      channel.settings = ConsoleSettings{stderr};
      options.log(LogLevel::warning, "channel `" + wanted.name + "` is not set up: its messages go to the terminal");
    } else {
      end.problems.push_back("channel `" + wanted.name + "` of the program is not set up: write a table `[channels." + wanted.name + "]` with its `connector`");
      continue;
    }
    std::shared_ptr<Connector> connector = make_connector(channel, wall, end.problems);
    if (connector) channels.push_back({channel.name, std::move(connector), channel.policy, find_connector(channel.connector)->takes_once});
  }
  for (const ChannelSettings& each : settings.channels)
    if (std::none_of(module.channels.begin(), module.channels.end(), [&](const ModuleChannel& channel) { return channel.name == each.name; }))
      options.log(LogLevel::warning, "`[channels." + each.name + "]` is of no channel the program has");
  end.input = !end.problems.empty();
  return channels;
}

Daemon::Options daemon_options(const ServeSettings& settings, const ServeOptions& options, StopSign& stop) {
  Daemon::Options out;
  out.clock = {settings.clock.jump_us, settings.clock.stable_us};
  out.queue_events = settings.ingest.queue_events;
  out.commit_events = settings.store.commit_events;
  out.low_disk_bytes = settings.store.low_disk_bytes;
  out.disk_free = [folder = settings.store.folder] {
    std::error_code error;
    const auto space = std::filesystem::space(folder, error);
    return error ? 0 : static_cast<uint64_t>(space.available);
  };
  out.keep = {settings.store.keep_log_us, settings.store.keep_sent_us, settings.store.keep_dead_letters_us};
  out.held_at_start = settings.delivery.held_at_start;
  out.attempts_at_once = settings.delivery.threads;
  if (options.decision) out.tell = [&options](const Shard::Told& told) { options.decision(told.line); };
  out.warn = [&options](std::string_view text) { options.log(LogLevel::warning, text); };
  out.fault = [&options, &stop](std::string_view what) {
    options.log(LogLevel::error, what);
    stop.fault(what);
  };
  return out;
}

// A file that belongs to a store and is not in it.
std::string beside(std::string folder, std::string_view ending) {
  while (folder.size() > 1 && folder.back() == '/') folder.pop_back();
  return folder.append(ending);
}

// As many connections as are set, or as leave the store its files.
size_t connections_of(const IngestSettings& ingest, const ServeOptions& options) {
  const size_t descriptors = raise_descriptors(), most = connections_within(descriptors, ingest.connections);
  if (most < ingest.connections)
    options.log(LogLevel::warning, fmt::format("at most {} connections are open at once, not the {} of `ingest.connections`: the process may have {} files open, and the store needs some of them (`ulimit -Hn`)",
                                               most, ingest.connections, descriptors));
  return most;
}

HttpServer::Limits door_limits(const IngestSettings& ingest) {
  HttpServer::Limits limits;
  limits.head.body_bytes_max = ingest.body_bytes + 64 * kKilobyte;
  limits.inflated_bytes_max = ingest.body_bytes + 64 * kKilobyte;
  limits.threads = ingest.threads;
  limits.idle = std::chrono::milliseconds(ingest.idle_us / 1000);
  limits.body_within = std::chrono::milliseconds(ingest.body_deadline_us / 1000);
  return limits;
}

}  // namespace

namespace {

// The version that is live in a store, and the one of which users may still be; made live here where the store has none.
struct Live {
  std::optional<Desk::Version> live, before;
  std::string problem;
  bool input = false;
};

std::optional<Desk::Version> version_of(const Store& store, const ProgramRecord& record, const Compile& compile, std::string& problem) {
  const std::optional<CompileRequest> request = request_of(store, record);
  if (!request) return problem = "the texts of the version that is live are missing from the store or damaged: restore it", std::nullopt;
  CompiledProgram compiled = compile(*request);
  if (!compiled.module) return problem = "the version that is live in the store does not compile with this wend:\n" + compiled.errors, std::nullopt;
  return Desk::Version{std::move(compiled.module), record, std::move(compiled.written)};
}

Live live_in(Store& store, const ServeOptions& options) {
  Live out;
  const KeptPrograms kept = kept_programs(store);
  if (kept.damaged) return out.problem = "what the store says of its programs is damaged: restore it", out;
  ProgramRecord record;
  if (kept.live) {
    record = *kept.live;
    if (!options.named.empty() && hash_of(options.named) != record.hash()) {
      out.problem = "another version is live in this store: start without naming a project, then bring yours in with `wend apply`";
      return out.input = true, out;
    }
  } else {
    const ProgramFiles files = !options.named.empty() ? options.named : options.first ? options.first() : ProgramFiles();
    if (files.empty()) return out.input = true, out.problem = "the store has no program yet: name a project", out;
    record.chain.push_back(hash_of(files));
    Batch batch;
    StoreFailure failure = keep_files(store, files, batch);
    keep_live(record, nullptr, batch);
    if (!failure) failure = store.write(batch, true);
    if (failure) return out.problem = failure->text(), out;
  }
  out.live = version_of(store, record, options.compile, out.problem);
  if (kept.before && out.problem.empty()) out.before = version_of(store, *kept.before, options.compile, out.problem);
  return out;
}

}  // namespace

ServeEnd serve(const ServeSettings& settings, const ServeOptions& options) {
  ServeEnd end;
  StopSign stop;
  const Clock& clock = system_clock();
  const auto gave_up = [&](std::string why) {
    end.well = false;
    if (!why.empty()) end.problems.push_back(std::move(why));
    return end;
  };

  const size_t connections = connections_of(settings.ingest, options);
  RocksStoreOptions opening;
  opening.folder = settings.store.folder;
  opening.cache_bytes = settings.store.cache_bytes;
  opening.log = [&options](std::string_view text) { options.log(LogLevel::warning, text); };
  OpenedStore opened = open_rocks_store(opening);
  for (const std::string& note : opened.notes) options.log(LogLevel::warning, note);
  if (!opened.store) return gave_up(opened.failure->text());
  Store& store = *opened.store;
  const std::string ledger = beside(settings.store.folder, ".erased");   // an older backup cannot know of who was erased
  if (const StoreFailure failure = complete_ledger(store, ledger)) options.log(LogLevel::warning, "the ledger of erasures is not complete: " + failure->text());
  Live live = live_in(store, options);
  if (!live.problem.empty()) {
    end.input = live.input;
    return gave_up(live.problem);
  }
  std::vector<Daemon::Channel> channels = channels_of(settings, *live.live->module, options, clock, end);
  if (!end.problems.empty()) return gave_up("");
  try {
    Daemon::Options running = daemon_options(settings, options, stop);
    std::string crumb_trouble;
    const std::unique_ptr<Breadcrumb> crumb = Breadcrumb::open(beside(settings.store.folder, ".crumb"), crumb_trouble);
    if (!crumb) options.log(LogLevel::warning, "records that bring the process down cannot be told: " + crumb_trouble);
    running.breadcrumb = crumb.get();
    Service::Options doors;
    for (const Daemon::Channel& channel : channels) doors.channels[channel.name] = channel.connector;
    Daemon daemon(std::move(*live.live), std::move(live.before), store, clock, std::move(channels), std::move(running));
    std::unique_ptr<HttpServer> ingest, admin;
    doors.ingest = settings.ingest;
    doors.admin_token = settings.admin.token;
    doors.version = options.version;
    doors.compile = options.compile;
    doors.has_channel = [&settings, &options](const std::string& name) {
      return options.channels_to_console || std::any_of(settings.channels.begin(), settings.channels.end(), [&](const ChannelSettings& each) { return each.name == name; });
    };
    doors.back_up = [&store, &daemon](const std::string& folder) { return back_up(store, folder, {daemon.clock().now(), daemon.numbers().program}); };
    doors.erased = [&store, &ledger] { return write_ledger(store, ledger); };
    doors.warn = [&options](std::string_view text) { options.log(LogLevel::warning, text); };
    doors.snapshot = [&store] { return store.snapshot(); };
    doors.store = [&store] { return store.statistics(); };
    doors.doors = [&] { return std::vector<std::pair<std::string, HttpCounts>>{{"ingest", ingest->counts()}, {"admin", admin->counts()}}; };
    Service service(daemon, doors);
    daemon.start();
    std::string trouble;
    HttpServer::Limits ingest_limits = door_limits(settings.ingest), admin_limits = ingest_limits;
    ingest_limits.connections_max = connections;
    admin_limits.connections_max = std::min<size_t>(100, connections);
    ingest = HttpServer::open(ingest_limits, settings.ingest.address, settings.ingest.port, service.ingest_door().handler(), trouble);
    if (ingest) admin = HttpServer::open(admin_limits, settings.admin.address, settings.admin.port, service.admin_door().handler(), trouble);
    if (!ingest || !admin) return gave_up(trouble);
    options.log(LogLevel::info, fmt::format("events on http://{}:{}, operations on http://{}:{}", settings.ingest.address, ingest->port(), settings.admin.address, admin->port()));
    if (options.ready) options.ready(ingest->port(), admin->port());

    const std::string fault = stop.wait();
    const auto deadline = std::chrono::steady_clock::now() + kDrain;
    options.log(LogLevel::info, "going down");
    const bool answered = ingest->drain(deadline);
    const bool all = daemon.stop(deadline);
    if (!answered || !all) options.log(LogLevel::warning, "not everything under way had ended; attempts without an end are looked at when it starts again");
    admin->drain(std::chrono::steady_clock::now());
    admin.reset();
    ingest.reset();
    if (!fault.empty()) return gave_up(fault);
  } catch (const ShardFault& fault) {
    return gave_up(fault.what);
  }
  return end;
}

}  // namespace wend
