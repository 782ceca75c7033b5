// What may stand where somebody types: for the shells, through the hidden `wend __complete WORD…`, whose last word is the one
// being typed. Made from the table of commands and, where a name of the project is wanted, from the project.
#pragma once

#include <string>
#include <vector>

#include "compiler/cli/command.h"

namespace wend::cli {

struct Candidate { std::string word, about; };

// Empty where a file is wanted, or nothing is known. Never throws for what is typed.
std::vector<Candidate> candidates(const std::vector<std::string>& words);

int complete_words(int argc, const char* const* argv);   // argv: behind `__complete`; a line each, a tab before what it is about

// The script that a shell reads once; nothing for a shell that is not known.
std::string completion_script(std::string_view shell);

}  // namespace wend::cli
