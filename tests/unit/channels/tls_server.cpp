// The TLS server.
#include "tls_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

namespace wend::test {

struct TlsServer::Tls {
  SSL_CTX* context = nullptr;
  ~Tls() { SSL_CTX_free(context); }
};

struct TlsServer::Peer {
  SSL* ssl;
  int socket, stop;
  std::string seen;

  // False when the client has gone or the test is over.
  bool more() {
    char bytes[4096];
    if (SSL_pending(ssl) == 0) {
      pollfd both[2] = {{socket, POLLIN, 0}, {stop, POLLIN | POLLHUP, 0}};
      if (::poll(both, 2, -1) <= 0 || both[1].revents != 0) return false;
    }
    const int got = SSL_read(ssl, bytes, sizeof bytes);
    if (got <= 0) return false;
    seen.append(bytes, static_cast<size_t>(got));
    return true;
  }
  bool have(size_t count) {
    while (seen.size() < count)
      if (!more()) return false;
    return true;
  }
  void send(const std::string& text) { SSL_write(ssl, text.data(), static_cast<int>(text.size())); }
};

namespace {

X509* self_signed(EVP_PKEY* key, const TlsScript& script) {
  X509* certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -7200);
  X509_gmtime_adj(X509_getm_notAfter(certificate), script.expired ? -3600 : 3600);
  X509_set_pubkey(certificate, key);
  X509_NAME* name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(script.name.c_str()), -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  for (const auto& [kind, value] : {std::pair<int, std::string>{NID_basic_constraints, "critical,CA:TRUE"}, {NID_subject_alt_name, "DNS:" + script.name}}) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
  }
  X509_sign(certificate, key, EVP_sha256());
  return certificate;
}

int choose_protocol(SSL*, const unsigned char** out, unsigned char* size, const unsigned char* offered, unsigned offered_size, void* http2) {
  const std::string wanted = http2 ? "h2" : "http/1.1";
  for (unsigned at = 0; at < offered_size; at += offered[at] + 1u) {
    if (wanted != std::string(reinterpret_cast<const char*>(offered + at + 1), offered[at])) continue;
    *out = offered + at + 1;
    *size = offered[at];
    return SSL_TLSEXT_ERR_OK;
  }
  return SSL_TLSEXT_ERR_NOACK;
}

std::string frame(uint8_t type, uint8_t flags, uint32_t stream, const std::string& payload) {
  std::string out;
  const auto size = static_cast<uint32_t>(payload.size());
  for (const uint32_t byte : {size >> 16, size >> 8, size, uint32_t{type}, uint32_t{flags}, stream >> 24, stream >> 16, stream >> 8, stream})
    out += static_cast<char>(byte & 255);
  return out + payload;
}

}  // namespace

TlsServer::TlsServer(TlsScript script) : script_(std::move(script)), tls_(new Tls) {
  std::signal(SIGPIPE, SIG_IGN);
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = self_signed(key, script_);
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(bio, certificate);
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio, &text);
  certificate_.assign(text, static_cast<size_t>(size));
  BIO_free(bio);
  tls_->context = SSL_CTX_new(TLS_server_method());
  SSL_CTX_use_certificate(tls_->context, certificate);
  SSL_CTX_use_PrivateKey(tls_->context, key);
  if (script_.old_tls) {
    SSL_CTX_set_security_level(tls_->context, 0);
    SSL_CTX_set_min_proto_version(tls_->context, TLS1_VERSION);
    SSL_CTX_set_max_proto_version(tls_->context, TLS1_1_VERSION);
  }
  SSL_CTX_set_alpn_select_cb(tls_->context, choose_protocol, script_.http2 ? this : nullptr);
  X509_free(certificate);
  EVP_PKEY_free(key);

  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), length) != 0 || ::listen(listener_, 16) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length) != 0 || ::pipe(stop_) != 0)
    throw std::runtime_error("no port on loopback");
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { run(); });
}

TlsServer::~TlsServer() {
  ::close(stop_[1]);
  thread_.join();
  ::close(stop_[0]);
  ::close(listener_);
}

std::vector<std::string> TlsServer::bodies() {
  const std::lock_guard lock(mutex_);
  return bodies_;
}

int TlsServer::next_status(std::string body) {
  const std::lock_guard lock(mutex_);
  bodies_.push_back(std::move(body));
  return bodies_.size() <= script_.statuses.size() ? script_.statuses[bodies_.size() - 1] : -1;
}

void TlsServer::run() {
  for (;;) {
    pollfd both[2] = {{listener_, POLLIN, 0}, {stop_[0], POLLIN | POLLHUP, 0}};
    if (::poll(both, 2, -1) <= 0 || both[1].revents != 0) return;
    const int client = ::accept(listener_, nullptr, nullptr);
    ++connections_;
    SSL* ssl = SSL_new(tls_->context);
    SSL_set_fd(ssl, client);
    Peer peer{ssl, client, stop_[0], {}};
    if (SSL_accept(ssl) == 1) serve(peer);
    SSL_free(ssl);
    ::close(client);
  }
}

void TlsServer::serve(Peer& peer) {
  if (!script_.http2) {
    while (answer_http1(peer)) {}
    return;
  }
  if (!peer.have(24)) return;   // the preface
  peer.seen.erase(0, 24);
  peer.send(frame(4, 0, 0, ""));
  while (answer_http2(peer)) {}
}

bool TlsServer::answer_http1(Peer& peer) {
  size_t end;
  while ((end = peer.seen.find("\r\n\r\n")) == std::string::npos)
    if (!peer.more()) return false;
  const size_t length = peer.seen.find("Content-Length: ");
  const size_t size = length < end ? std::strtoul(peer.seen.c_str() + length + 16, nullptr, 10) : 0;
  if (!peer.have(end + 4 + size)) return false;
  const int status = next_status(peer.seen.substr(end + 4, size));
  peer.seen.erase(0, end + 4 + size);
  if (status <= 0) return false;
  peer.send("HTTP/1.1 " + std::to_string(status) + " Said\r\nContent-Length: 2\r\n\r\n{}");
  return true;
}

bool TlsServer::answer_http2(Peer& peer) {
  std::string body;
  for (;;) {
    if (!peer.have(9)) return false;
    const auto byte = [&](size_t at) { return static_cast<uint32_t>(static_cast<unsigned char>(peer.seen[at])); };
    const uint32_t size = byte(0) << 16 | byte(1) << 8 | byte(2), type = byte(3), flags = byte(4);
    const uint32_t stream = byte(5) << 24 | byte(6) << 16 | byte(7) << 8 | byte(8);
    if (!peer.have(9 + size)) return false;
    if (type == 0) body += peer.seen.substr(9, size);
    peer.seen.erase(0, 9 + size);
    if (type == 4 && !(flags & 1)) peer.send(frame(4, 1, 0, ""));   // settings: acknowledged
    if (type > 1 || !(flags & 1)) continue;
    const int status = next_status(body);
    if (status <= 0) return false;
    // `:status` is entry 8 of HPACK's table; its value follows as it is.
    peer.send(frame(1, 5, stream, std::string("\x08\x03", 2) + std::to_string(status)));
    return true;
  }
}

}  // namespace wend::test
