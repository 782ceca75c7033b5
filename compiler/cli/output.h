// Data on its way out, to standard output or to a file, in large pieces. What goes wrong is told once.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace wend::cli {

class Output {
 public:
  // "" or "-": standard output. A file is emptied.
  explicit Output(const std::string& path);
  ~Output();
  Output(const Output&) = delete;

  void write(std::string_view text);
  void line(std::string_view text);

  // Writes what is held and closes. Nothing when all went well; else what to tell, an empty text where the reader of a
  // pipe has gone, which is no fault.
  std::optional<std::string> finish();

  bool failed() const { return fault_.has_value(); }   // nothing more will be written

 private:
  void flush();

  std::string path_;
  int descriptor_ = 1;
  bool owned_ = false;
  std::string held_;
  std::optional<std::string> fault_;
};

// The end of a command that wrote data: `code`, or what a fault of the output makes of it.
class Terminal;
int finish_output(Output& output, Terminal& terminal, int code);

}  // namespace wend::cli
