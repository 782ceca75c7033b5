// The order on the command line decides which file an option is of.
#include "compiler/cli/event_options.h"

namespace wend::cli {

std::vector<Option> with_event_options(std::vector<Option> more) {
  std::vector<Option> options = {
      {"--events", "FILE", "events: newline-delimited JSON or CSV, plain, gzip or zstd; `-` is standard input", true},
      {"--as", "EVENT", "CSV: the rows of the file before are this event (or `identify`)", true},
      {"--user-column", "NAME", "CSV: the column that says who", true},
      {"--time-column", "NAME", "CSV: the column that says when", true},
      {"--strict", nullptr, "stop at the first event that is rejected"},
  };
  options.insert(options.end(), more.begin(), more.end());
  return options;
}

std::vector<InputFile> event_files(const Arguments& arguments) {
  std::vector<InputFile> files;
  for (const auto& [name, value] : arguments.options) {
    if (name == "--events") {
      if (value == "-") {
        for (const InputFile& file : files) if (file.path == "-") throw UsageError{"standard input can be read only once"};
      }
      files.push_back({value, "", "", ""});
      continue;
    }
    if (name != "--as" && name != "--user-column" && name != "--time-column") continue;
    if (files.empty()) throw UsageError{"`" + name + "` stands behind the `--events` it is for"};
    std::string& place = name == "--as" ? files.back().as_event : name == "--user-column" ? files.back().user_column : files.back().time_column;
    if (!place.empty()) throw UsageError{"`" + name + "` is given twice for `" + files.back().path + "`"};
    place = value;
  }
  if (files.empty()) throw UsageError{"name the events with `--events FILE`"};
  return files;
}

}  // namespace wend::cli
