// A program taken apart into what its declarations say: each thing with its meaning, by which versions are compared, and its text,
// by which it is shown. Internal to compiler/change.
#pragma once

#include <string>
#include <vector>

#include "compiler/change/difference.h"

namespace wend::change {

struct Facet {
  std::string about;                 // as Edit's; several may share one (`enter`)
  Grade grade = Grade::copy;
  std::string meaning;               // equal: it means the same, in whatever version
  std::vector<std::string> text;
  Span span;                         // empty: nowhere
  std::string was;                   // what an earlier version may call it
};

struct Declaration {
  std::string construct, name;
  std::string first_name;            // that it ever had; what is kept of it goes by that
  Grade whole = Grade::send;         // of all of it coming or going
  Span span;
  std::vector<Facet> facets;
};

std::vector<Declaration> declarations(const Program& program);
void add_journeys(const Program& program, std::vector<Declaration>& out);   // facets_journeys.cpp

// Source text in lines: comments gone, one space between words, one level of indentation a brace.
std::vector<std::string> shown(const Program& program, Span span);
// A message's text, as Liquid.
std::vector<std::string> shown(const Program& program, const TemplateBody& body);

}  // namespace wend::change
