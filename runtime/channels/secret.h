// Passwords and keys: written in the settings as a reference (`file:PATH`, `env:NAME`), never as they are; read when they
// are needed, so that one that was changed is used from the next message on; never printed. Tested by tests/unit/channels.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace wend {

// The text of a secret. It can be neither streamed nor formatted nor turned into a string by accident, and is wiped from
// memory when it goes.
class SecretText {
 public:
  SecretText() = default;
  explicit SecretText(std::string text) : text_(std::move(text)) {}
  SecretText(SecretText&& other) noexcept;
  SecretText& operator=(SecretText&& other) noexcept;
  ~SecretText();
  SecretText(const SecretText&) = delete;
  SecretText& operator=(const SecretText&) = delete;

  std::string_view reveal() const { return text_; }

  template <class Stream>
  friend Stream& operator<<(Stream&, const SecretText&) = delete;

 private:
  void wipe();
  std::string text_;
};

// Where a secret stands.
class SecretSource {
 public:
  static constexpr size_t kBytesMax = 16 * 1024;

  SecretSource() = default;   // none
  // Nothing when the text is no reference; `problem` then says why, without the text, which may be the secret itself.
  static std::optional<SecretSource> from(std::string_view reference, std::string& problem);

  bool none() const { return place_.empty(); }
  // `file:PATH` or `env:NAME`, as it was given; "" for none. Where it stands is no secret.
  std::string reference() const;
  // Reads it, one line end behind it left away. Nothing when it cannot be had, is empty or longer than kBytesMax, or when
  // others on the machine may read its file; `problem` then says why. Read anew each time, so a changed file counts at once.
  std::optional<SecretText> read(std::string& problem) const;

 private:
  enum class Kind : uint8_t { file, env } kind_ = Kind::file;
  std::string place_;
};

}  // namespace wend
