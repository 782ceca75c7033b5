// Reading files through the system's calls, and the two decompressors on top of them.
#include "runtime/engine/byte_source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include <zlib.h>
#include <zstd.h>

namespace wend {
namespace {

constexpr size_t kBlock = 256 << 10;

class FailedSource final : public ByteSource {
 public:
  explicit FailedSource(std::string message) { error_ = std::move(message); }
  size_t read(char*, size_t) override { return 0; }
  uint64_t consumed() const override { return 0; }
};

class TextSource final : public ByteSource {
 public:
  explicit TextSource(std::string_view text) : text_(text) {}
  size_t read(char* into, size_t size) override {
    const size_t taken = std::min(size, text_.size() - at_);
    memcpy(into, text_.data() + at_, taken);
    at_ += taken;
    return taken;
  }
  uint64_t consumed() const override { return at_; }

 private:
  std::string_view text_;
  size_t at_ = 0;
};

class FileSource final : public ByteSource {
 public:
  FileSource(int descriptor, std::string path, bool owned) : descriptor_(descriptor), path_(std::move(path)), owned_(owned) {}
  ~FileSource() override { if (owned_) ::close(descriptor_); }

  size_t read(char* into, size_t size) override {
    while (true) {
      const ssize_t got = ::read(descriptor_, into, size);
      if (got >= 0) {
        consumed_ += static_cast<uint64_t>(got);
        return static_cast<size_t>(got);
      }
      if (errno == EINTR) continue;
      error_ = "cannot read `" + path_ + "`: " + strerror(errno);
      return 0;
    }
  }
  uint64_t consumed() const override { return consumed_; }

 private:
  int descriptor_;
  std::string path_;
  bool owned_;
  uint64_t consumed_ = 0;
};

// What the decompressors share: a window of the bytes below, the first of them already looked at.
class Wrapped : public ByteSource {
 public:
  Wrapped(std::unique_ptr<ByteSource> below, std::string path, std::string_view head)
      : below_(std::move(below)), path_(std::move(path)), input_(kBlock) {
    memcpy(input_.data(), head.data(), head.size());
    end_ = head.size();
  }
  uint64_t consumed() const override { return below_->consumed(); }

 protected:
  // False at the end of the bytes below (or on their error, which becomes ours).
  bool refill() {
    if (at_ < end_) return true;
    at_ = 0;
    end_ = below_->read(input_.data(), input_.size());
    if (!below_->error().empty()) error_ = below_->error();
    return end_ > 0;
  }
  void cut() {
    if (error_.empty()) error_ = "`" + path_ + "` ends in the middle of its " + kind() + " data; what stands before was read";
  }
  void damaged() { error_ = "`" + path_ + "` has damaged " + kind() + " data; what stands before was read"; }
  virtual std::string kind() const = 0;

  std::unique_ptr<ByteSource> below_;
  std::string path_;
  std::vector<char> input_;
  size_t at_ = 0, end_ = 0;
};

// Bytes as they are, with the first ones given back.
class PlainSource final : public Wrapped {
 public:
  using Wrapped::Wrapped;
  size_t read(char* into, size_t size) override {
    if (at_ < end_) {
      const size_t taken = std::min(size, end_ - at_);
      memcpy(into, input_.data() + at_, taken);
      at_ += taken;
      return taken;
    }
    const size_t taken = below_->read(into, size);
    error_ = below_->error();
    return taken;
  }

 private:
  std::string kind() const override { return "plain"; }
};

class GzipSource final : public Wrapped {
 public:
  GzipSource(std::unique_ptr<ByteSource> below, std::string path, std::string_view head)
      : Wrapped(std::move(below), std::move(path), head) {
    ready_ = inflateInit2(&stream_, 15 + 16) == Z_OK;
  }
  ~GzipSource() override { inflateEnd(&stream_); }

  size_t read(char* into, size_t size) override {
    if (!ready_) damaged();
    stream_.next_out = reinterpret_cast<Bytef*>(into);
    stream_.avail_out = static_cast<uInt>(std::min<size_t>(size, 1u << 30));
    const uInt room = stream_.avail_out;
    while (error_.empty() && stream_.avail_out == room) {
      if (!refill()) {
        if (inside_) cut();
        break;
      }
      step();
    }
    return room - stream_.avail_out;
  }

 private:
  // Several members behind one another are one file; zeros behind the last are padding.
  void step() {
    if (!inside_) {
      while (at_ < end_ && members_ > 0 && input_[at_] == 0) ++at_;
      if (at_ == end_) return;
      if (members_ > 0) inflateReset(&stream_);
      inside_ = true;
    }
    stream_.next_in = reinterpret_cast<Bytef*>(input_.data() + at_);
    stream_.avail_in = static_cast<uInt>(end_ - at_);
    const int result = inflate(&stream_, Z_NO_FLUSH);
    at_ = end_ - stream_.avail_in;
    if (result == Z_STREAM_END) {
      inside_ = false;
      ++members_;
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
      damaged();
    }
  }
  std::string kind() const override { return "gzip"; }

  z_stream stream_{};
  bool ready_ = false, inside_ = true;
  size_t members_ = 0;
};

class ZstdSource final : public Wrapped {
 public:
  ZstdSource(std::unique_ptr<ByteSource> below, std::string path, std::string_view head)
      : Wrapped(std::move(below), std::move(path), head), stream_(ZSTD_createDStream()) {
    ZSTD_DCtx_setParameter(stream_, ZSTD_d_windowLogMax, 27);   // 128 MB: what the zstd tool takes without a flag
  }
  ~ZstdSource() override { ZSTD_freeDStream(stream_); }

  size_t read(char* into, size_t size) override {
    ZSTD_outBuffer out{into, size, 0};
    while (error_.empty() && out.pos == 0) {
      if (!refill() && !pending_) {
        if (inside_) cut();
        break;
      }
      ZSTD_inBuffer in{input_.data(), end_, at_};
      const size_t result = ZSTD_decompressStream(stream_, &out, &in);
      at_ = in.pos;
      if (ZSTD_isError(result)) {
        damaged();
        break;
      }
      inside_ = result != 0;
      pending_ = out.pos == out.size;
    }
    return out.pos;
  }

 private:
  std::string kind() const override { return "zstd"; }
  ZSTD_DStream* stream_;
  bool inside_ = false;    // in the middle of a frame
  bool pending_ = false;   // the decompressor may hold more than was asked for
};

std::unique_ptr<ByteSource> failed(const std::string& path, std::string_view why) {
  return std::make_unique<FailedSource>("cannot read `" + path + "`: " + std::string(why));
}

// Looks at the first bytes and puts the right decompressor on top.
std::unique_ptr<ByteSource> recognise(std::unique_ptr<ByteSource> below, const std::string& path) {
  char head[4];
  size_t got = 0;
  while (got < sizeof head) {
    const size_t more = below->read(head + got, sizeof head - got);
    if (more == 0) break;
    got += more;
  }
  if (!below->error().empty()) return std::make_unique<FailedSource>(below->error());
  const std::string_view start(head, got);
  if (start.starts_with("\x1f\x8b")) return std::make_unique<GzipSource>(std::move(below), path, start);
  const bool skippable = got == 4 && (static_cast<unsigned char>(head[0]) & 0xf0) == 0x50 && start.substr(1) == "\x2a\x4d\x18";
  if (start == "\x28\xb5\x2f\xfd" || skippable) return std::make_unique<ZstdSource>(std::move(below), path, start);
  return std::make_unique<PlainSource>(std::move(below), path, start);
}

}  // namespace

std::unique_ptr<ByteSource> open_source(const std::string& path) {
  if (path == "-") return recognise(std::make_unique<FileSource>(0, "standard input", false), "standard input");
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return failed(path, errno == ENOENT ? "there is no such file" : strerror(errno));
  auto file = std::make_unique<FileSource>(descriptor, path, true);
  struct stat about {};
  if (::fstat(descriptor, &about) == 0 && S_ISDIR(about.st_mode)) return failed(path, "it is a folder, a file of events was expected");
  return recognise(std::move(file), path);
}

std::unique_ptr<ByteSource> text_source(std::string_view text) { return std::make_unique<TextSource>(text); }

uint64_t file_bytes(const std::string& path) {
  struct stat about {};
  if (path == "-" || ::stat(path.c_str(), &about) != 0 || !S_ISREG(about.st_mode)) return 0;
  return static_cast<uint64_t>(about.st_size);
}

}  // namespace wend
