// Sockets and timers by Boost.Asio, bodies by Boost.Beast's parser, heads by request_head.h before Beast sees them. A
// connection is one coroutine on a strand of its own; it holds one request at a time, so pipelined ones are answered in order.
#include "runtime/http/server.h"

#include <poll.h>

#include <array>
#include <atomic>
#include <condition_variable>
#include <list>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include "runtime/http/inflate.h"

namespace wend {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::awaitable;
using asio::ip::tcp;
using Clock = std::chrono::steady_clock;
using Failure = boost::system::error_code;

namespace {

constexpr auto kTold = asio::as_tuple(asio::use_awaitable);   // errors as values
constexpr size_t kReadBytes = 4096, kLingerBytesMax = 4 * 1024 * 1024;
constexpr std::chrono::milliseconds kAcceptPause{50};         // after an accept that failed

HttpOut internal_error() { return problem(500, reason_phrase(500), "the request could not be handled"); }
HttpOut overloaded(std::string_view why) {
  HttpOut out = problem(503, reason_phrase(503), why);
  out.headers.emplace_back("Retry-After", "5");
  return out;
}
HttpOut answer_of(const HeadFault& fault) { return problem(fault.status, reason_phrase(fault.status), fault.what); }

int64_t seconds_now() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

// What the handler said, if it has said anything.
struct Slot {
  std::mutex mutex;
  std::optional<HttpOut> out;
  bool done = false;

  bool is_done() { return std::lock_guard(mutex), done; }
  bool give(HttpOut&& said) {
    const std::lock_guard lock(mutex);
    if (done) return false;
    out = std::move(said);
    return done = true;
  }
};

}  // namespace

struct HttpServer::Core : std::enable_shared_from_this<Core> {
  class Connection;
  class Ticket;

  Core(const Limits& limits, Handler handler) : limits(limits), handler(std::move(handler)), context(static_cast<int>(limits.threads)) {}

  awaitable<void> accept();
  void let_in(tcp::socket socket);
  void work();
  bool somebody_waits();
  bool make_room();
  bool is_full() { return std::lock_guard(mutex), open.size() >= limits.connections_max; }
  void turn_away(tcp::socket& socket);
  void count_answer(int status, size_t bytes) {
    by_status[static_cast<size_t>(status >= 100 && status < 600 ? status : 500)].fetch_add(1, std::memory_order_relaxed);
    bytes_out.fetch_add(bytes, std::memory_order_relaxed);
  }

  const Limits limits;
  const Handler handler;
  uint16_t port = 0;
  std::atomic<uint64_t> connections{0}, refused{0}, evicted{0}, requests{0}, bytes_in{0}, bytes_out{0};
  std::array<std::atomic<uint64_t>, 600> by_status{};

  std::mutex mutex;                          // of the next four
  std::condition_variable fewer;             // a connection has gone
  std::set<Connection*> open;
  std::list<Connection*> waiting;            // for the head of a request; the one that has waited longest first
  bool draining = false;

  // Last, so that it goes first: it owns the connections, and they look at all of the above.
  asio::io_context context;
  tcp::acceptor acceptor{asio::make_strand(context)};
  std::vector<std::thread> threads;
};

class HttpServer::Core::Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Core& core, tcp::socket socket)
      : core_(core), socket_(std::move(socket)), deadline_(socket_.get_executor()), answered_(socket_.get_executor()),
        buffer_(core.limits.head.bytes_max + core.limits.framing_bytes_max) {
    Failure ignored;
    const tcp::endpoint end = socket_.remote_endpoint(ignored);
    if (!ignored) peer_ = end.address().to_string();
    socket_.set_option(tcp::no_delay(true), ignored);
    const std::lock_guard lock(core_.mutex);
    core_.open.insert(this);
  }

  ~Connection() {
    const std::lock_guard lock(core_.mutex);
    if (place_) core_.waiting.erase(*place_);
    core_.open.erase(this);
    core_.fewer.notify_all();
  }

  awaitable<void> run(std::shared_ptr<Connection>) {   // the coroutine is what owns it
    try {
      while (co_await serve_one()) {}
    } catch (const std::bad_alloc&) {
    }
    deadline_.expires_at(Clock::time_point::max());
    Failure ignored;
    socket_.close(ignored);
  }

  // When no thread runs any more.
  void close() {
    Failure ignored;
    socket_.close(ignored);
  }

  // From any thread. Hangs up if no request has come meanwhile; `even_begun`: also if a part of its head has.
  void hang_up_if_idle(bool even_begun) {
    asio::post(socket_.get_executor(), [self = shared_from_this(), even_begun] {
      if (!self->idle_ || (!even_begun && self->buffer_.size() > 0)) return;
      self->hung_up_ = true;
      Failure ignored;
      self->socket_.cancel(ignored);
    });
  }

  void forget_place() { place_.reset(); }   // under the mutex of `waiting`

  // From any thread: the slot has been filled.
  void wake() {
    asio::post(socket_.get_executor(), [self = shared_from_this()] { self->answered_.cancel(); });
  }

 private:
  // One request and its answer. False: the connection is over.
  awaitable<bool> serve_one() {
    RequestHead head;
    HeadFault fault = co_await receive_head(head);
    if (!fault && !over_) fault = co_await receive_body(head);
    if (over_) co_return false;
    if (fault) {
      co_await send(answer_of(fault), false, false);
      co_await linger();
      co_return false;
    }
    disarm();
    const bool is_head = head.in.method == "HEAD";
    bool keep = head.keep_alive;
    HttpOut out;
    if (const HeadFault packed = unpack(head.in, core_.limits.inflated_bytes_max)) {
      out = answer_of(packed);
    } else {
      core_.requests.fetch_add(1, std::memory_order_relaxed);
      keep = co_await ask(head.in, out) && keep;
    }
    keep = keep && !is_draining();
    co_await send(out, keep, is_head);
    if (over_) co_return false;
    if (!keep) co_await linger();
    co_return keep;
  }

  awaitable<HeadFault> receive_head(RequestHead& head) {
    const HeadLimits& limits = core_.limits.head;
    size_t end = std::string_view::npos, seen = 0;
    if (!begin_waiting()) over_ = true;
    arm(core_.limits.idle);
    HeadFault fault;
    while (!over_) {
      if (buffer_.size() > 0) {
        fault = scan_head(bytes(), seen, limits, end);
        if (fault || end != std::string_view::npos) break;
        if (seen == 0) arm(core_.limits.head_within);
        seen = buffer_.size();
      }
      const size_t room = std::min(kReadBytes, limits.bytes_max - seen);   // not 0: a head of that size was a fault
      const auto [failure, size] = co_await socket_.async_read_some(buffer_.prepare(room), kTold);
      buffer_.commit(size);
      if (failure && late_ && buffer_.size() > 0) {
        fault = {408, "the head of the request did not come in time"};
        break;
      }
      over_ = failure || late_ || hung_up_;
    }
    end_waiting();
    if (over_ || fault) co_return fault;
    fault = read_head(bytes().substr(0, end), limits, head);
    if (!fault) fault = begin_body(end, head);
    co_return fault;
  }

  // Beast is given the head, for the framing of the body; it must agree.
  HeadFault begin_body(size_t end, const RequestHead& head) {
    parser_.emplace();
    parser_->header_limit(static_cast<uint32_t>(core_.limits.head.bytes_max));
    parser_->body_limit(core_.limits.head.body_bytes_max);
    Failure failure;
    const size_t parsed = parser_->put(asio::const_buffer(buffer_.data().data(), end), failure);
    const bool agrees = !failure && parsed == end && parser_->is_header_done() && parser_->chunked() == head.chunked &&
                        parser_->is_done() == (!head.chunked && head.length == 0);
    if (!agrees) return {400, "the head of the request is malformed"};
    buffer_.consume(end);
    took(end);
    return {};
  }

  awaitable<HeadFault> receive_body(RequestHead& head) {
    arm(core_.limits.body_within);
    if (head.wants_continue && buffer_.size() == 0) {
      static constexpr std::string_view kGoOn = "HTTP/1.1 100 Continue\r\n\r\n";
      const auto [failure, size] = co_await asio::async_write(socket_, asio::buffer(kGoOn), kTold);
      if (failure) over_ = true;
    }
    parser_->eager(true);
    size_t raw = 0;
    while (!over_ && !parser_->is_done()) {
      const auto [failure, size] = co_await beast::http::async_read_some(socket_, buffer_, *parser_, kTold);
      raw += size;
      took(size);
      if (late_) co_return HeadFault{408, "the body of the request did not come in time"};
      if (failure == beast::http::error::body_limit) co_return HeadFault{413, "the body is too large"};
      const bool framing = failure.category() == make_error_code(beast::http::error::bad_chunk).category();
      if (failure && framing && failure != beast::http::error::partial_message) co_return HeadFault{400, "the body is not framed as HTTP/1.1 asks"};
      if (failure) over_ = true;
      if (raw > parser_->get().body().size() + core_.limits.framing_bytes_max) co_return HeadFault{400, "the body is framed in too many bytes"};
    }
    if (over_) co_return HeadFault{};
    head.in.body = std::move(parser_->get().body());
    head.in.peer = peer_;
    parser_.reset();
    if (buffer_.size() == 0) buffer_.shrink_to_fit();   // a connection at rest holds little
    co_return HeadFault{};
  }

  // Has the handler answer. False: it did not in time, and the connection should end.
  awaitable<bool> ask(HttpIn& in, HttpOut& out);

  awaitable<void> send(const HttpOut& out, bool keep, bool is_head) {
    arm(core_.limits.write_within);
    const std::string head = head_of(out, keep, seconds_now());
    const bool bare = is_head || out.status == 204 || out.status == 304;
    const std::array<asio::const_buffer, 2> parts = {asio::buffer(head), bare ? asio::const_buffer() : asio::buffer(out.body)};
    const auto [failure, size] = co_await asio::async_write(socket_, parts, kTold);
    core_.count_answer(out.status, size);
    if (failure || late_) over_ = true;
  }

  // A client that is still sending would lose our answer if we closed at once.
  awaitable<void> linger() {
    if (over_) co_return;
    Failure ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
    arm(core_.limits.linger);
    buffer_.clear();
    for (size_t sum = 0; sum < kLingerBytesMax && !late_;) {
      const auto [failure, size] = co_await socket_.async_read_some(buffer_.prepare(kReadBytes), kTold);
      if (failure) break;
      sum += size;
    }
  }

  // One deadline at a time; reads and writes under way end when it passes.
  void arm(std::chrono::milliseconds within) {
    late_ = false;
    deadline_.expires_after(within);
    deadline_.async_wait([self = shared_from_this()](const Failure& failure) {
      if (failure || self->deadline_.expiry() > Clock::now()) return;
      self->late_ = true;
      Failure ignored;
      self->socket_.cancel(ignored);
    });
  }
  void disarm() { deadline_.expires_at(Clock::time_point::max()); }

  // False when everybody is asked to go, and nothing has come.
  bool begin_waiting() {
    const std::lock_guard lock(core_.mutex);
    if (core_.draining && buffer_.size() == 0) return false;
    place_ = core_.waiting.insert(core_.waiting.end(), this);
    return idle_ = true;
  }
  void end_waiting() {
    idle_ = false;
    const std::lock_guard lock(core_.mutex);
    if (place_) core_.waiting.erase(*place_);
    place_.reset();
  }
  bool is_draining() { return std::lock_guard(core_.mutex), core_.draining; }

  std::string_view bytes() const { return {static_cast<const char*>(buffer_.data().data()), buffer_.size()}; }
  void took(size_t size) { core_.bytes_in.fetch_add(size, std::memory_order_relaxed); }

  Core& core_;
  tcp::socket socket_;
  asio::steady_timer deadline_, answered_;
  beast::flat_buffer buffer_;
  std::optional<beast::http::request_parser<beast::http::string_body>> parser_;
  std::string peer_;
  std::optional<std::list<Connection*>::iterator> place_;   // in `waiting`, under its mutex
  bool late_ = false;      // the deadline has passed
  bool over_ = false;      // nothing more can be said
  bool idle_ = false;      // no whole head has come
  bool hung_up_ = false;
};

// The handler's end of one request. It keeps the core alive, so that a reply may come when the server has gone.
class HttpServer::Core::Ticket {
 public:
  Ticket(std::shared_ptr<Core> core, const std::shared_ptr<Connection>& connection, std::shared_ptr<Slot> slot)
      : core_(std::move(core)), connection_(connection), slot_(std::move(slot)) {}
  ~Ticket() { if (!slot_->is_done()) give(internal_error()); }

  void give(HttpOut out) {
    if (!slot_->give(std::move(out))) return;
    if (const std::shared_ptr<Connection> connection = connection_.lock()) connection->wake();
  }

 private:
  std::shared_ptr<Core> core_;
  std::weak_ptr<Connection> connection_;
  std::shared_ptr<Slot> slot_;
};

awaitable<bool> HttpServer::Core::Connection::ask(HttpIn& in, HttpOut& out) {
  const auto slot = std::make_shared<Slot>();
  {
    const auto ticket = std::make_shared<Ticket>(core_.shared_from_this(), shared_from_this(), slot);
    try {
      core_.handler(std::move(in), [ticket](HttpOut said) { ticket->give(std::move(said)); });
    } catch (const std::bad_alloc&) {
      ticket->give(overloaded("there is no memory left for this request"));
    } catch (...) {
      ticket->give(internal_error());
    }
  }
  answered_.expires_after(core_.limits.answer_within);
  bool in_time = true;
  while (!slot->is_done()) {
    const auto [failure] = co_await answered_.async_wait(kTold);
    if (!failure && slot->give(overloaded("the request could not be handled in time"))) in_time = false;
  }
  const std::lock_guard lock(slot->mutex);
  out = std::move(*slot->out);
  co_return in_time;
}

// The connection that has been idle longest makes room for another. False: none is idle. Of two who own a connection the last
// must not let go of it under the mutex.
bool HttpServer::Core::make_room() {
  std::shared_ptr<Connection> oldest;
  {
    const std::lock_guard lock(mutex);
    while (!oldest && !waiting.empty()) {
      oldest = waiting.front()->weak_from_this().lock();
      waiting.front()->forget_place();
      waiting.pop_front();
    }
  }
  if (!oldest) return false;
  oldest->hang_up_if_idle(true);
  evicted.fetch_add(1, std::memory_order_relaxed);
  return true;
}

// No thread of ours waits for a client that was not let in.
void HttpServer::Core::turn_away(tcp::socket& socket) {
  refused.fetch_add(1, std::memory_order_relaxed);
  const HttpOut out = overloaded("too many connections are open");
  Failure failure;
  socket.non_blocking(true, failure);
  const size_t size = socket.write_some(asio::buffer(head_of(out, false, seconds_now()) + out.body), failure);
  if (!failure) count_answer(out.status, size);
}

// Want of memory, like want of descriptors, costs one connection and not the door.
awaitable<void> HttpServer::Core::accept() {
  asio::steady_timer pause(acceptor.get_executor());
  for (bool rest = false; acceptor.is_open();) {
    try {
      if (rest) {
        pause.expires_after(kAcceptPause);
        co_await pause.async_wait(kTold);
      }
      tcp::socket socket(asio::make_strand(context));
      const auto [failure] = co_await acceptor.async_accept(socket, kTold);
      rest = failure.failed();
      if (failure == asio::error::no_descriptors && somebody_waits()) make_room();
      if (!failure) let_in(std::move(socket));
    } catch (const std::bad_alloc&) {
      rest = true;
    }
  }
}

// Without a descriptor to give, the system refuses before it looks whether anybody is there.
bool HttpServer::Core::somebody_waits() {
  pollfd door{acceptor.native_handle(), POLLIN, 0};
  return ::poll(&door, 1, 0) > 0;
}

void HttpServer::Core::let_in(tcp::socket socket) {
  connections.fetch_add(1, std::memory_order_relaxed);
  if (is_full() && !make_room()) return turn_away(socket);
  const asio::any_io_executor strand = socket.get_executor();
  const auto connection = std::make_shared<Connection>(*this, std::move(socket));
  asio::co_spawn(strand, connection->run(connection), asio::detached);
}

// A handler that finds no memory ends itself, and not the thread.
void HttpServer::Core::work() {
  while (true) {
    try {
      context.run();
      return;
    } catch (const std::bad_alloc&) {
    }
  }
}

HttpServer::HttpServer(std::shared_ptr<Core> core) : core_(std::move(core)) {}

std::unique_ptr<HttpServer> HttpServer::open(const Limits& limits, const std::string& address, uint16_t port, Handler handler,
                                             std::string& trouble) {
  try {
    const auto core = std::make_shared<Core>(limits, std::move(handler));
    const tcp::endpoint end(asio::ip::make_address(address), port);
    core->acceptor.open(end.protocol());
    core->acceptor.set_option(tcp::acceptor::reuse_address(true));
    core->acceptor.bind(end);
    core->acceptor.listen();
    core->port = core->acceptor.local_endpoint().port();
    std::unique_ptr<HttpServer> server(new HttpServer(core));
    asio::co_spawn(core->acceptor.get_executor(), core->accept(), asio::detached);
    for (unsigned i = 0; i < std::max(1u, limits.threads); ++i) core->threads.emplace_back([core = core.get()] { core->work(); });
    return server;
  } catch (const std::exception& failure) {
    trouble = "cannot listen on " + address + ":" + std::to_string(port) + ": " + failure.what();
    return nullptr;
  }
}

HttpServer::~HttpServer() {
  core_->context.stop();
  for (std::thread& thread : core_->threads) thread.join();
  // Replies that are still out may keep the core for long; sockets do not wait for them.
  Failure ignored;
  core_->acceptor.close(ignored);
  const std::lock_guard lock(core_->mutex);
  for (Core::Connection* connection : core_->open) connection->close();
}

uint16_t HttpServer::port() const { return core_->port; }

bool HttpServer::drain(Clock::time_point deadline) {
  asio::post(core_->acceptor.get_executor(), [core = core_.get()] {
    Failure ignored;
    core->acceptor.close(ignored);
  });
  std::vector<std::shared_ptr<Core::Connection>> idle;
  std::unique_lock lock(core_->mutex);
  core_->draining = true;
  for (Core::Connection* waiting : core_->waiting) idle.push_back(waiting->weak_from_this().lock());
  lock.unlock();
  for (const auto& connection : idle) if (connection) connection->hang_up_if_idle(false);
  idle.clear();
  lock.lock();
  return core_->fewer.wait_until(lock, deadline, [this] { return core_->open.empty(); });
}

HttpCounts HttpServer::counts() const {
  HttpCounts counts{core_->connections, 0, core_->refused, core_->evicted, core_->requests, core_->bytes_in, core_->bytes_out, {}};
  for (size_t status = 0; status < core_->by_status.size(); ++status) {
    if (const uint64_t count = core_->by_status[status]) counts.by_status[static_cast<int>(status)] = count;
  }
  const std::lock_guard lock(core_->mutex);
  counts.open = core_->open.size();
  return counts;
}

}  // namespace wend
