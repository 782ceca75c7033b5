// The files of a new project.
#pragma once

#include <span>

namespace wend::cli {

// `NAME` in a text stands for the name of the project.
struct StarterFile {
  const char* path;   // in the project's folder
  const char* text;
};

std::span<const StarterFile> starter_files();

}  // namespace wend::cli
