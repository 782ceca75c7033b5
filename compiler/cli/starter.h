// The files of a new project, by template: see templates/README.md.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace wend::cli {

// `NAME` in a text stands for the name of the project.
struct StarterFile {
  const char* folder;   // the template, or `common`
  const char* path;     // in the project's folder
  const char* text;
};

std::span<const StarterFile> all_starter_files();   // generated from templates/

constexpr const char* kStarterTemplate = "start";   // where none is named

struct StarterTemplate { std::string name, about; };
std::vector<StarterTemplate> starter_templates();   // the usual one first, then by name
// Those of the template and the common ones. Empty: there is no such template.
std::vector<const StarterFile*> starter_files(const std::string& name);

}  // namespace wend::cli
