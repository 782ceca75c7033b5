// The table of diagnostics as data, and the sink that collects what is reported. Tested by tests/unit/diagnostics.
#include "compiler/diagnostics/diagnostics.h"

#include <algorithm>
#include <map>

#include "compiler/diagnostics/allowances.h"
#include "compiler/diagnostics/codes.h"

namespace wend {

namespace {

using enum Severity;

constexpr CodeInfo kTable[] = {
#define WEND_DIAGNOSTIC(name, id, severity, message, why, wrong, right) \
  {Code::name, id, severity, message, why, wrong, right},
#include "compiler/diagnostics/diagnostics.def"
#undef WEND_DIAGNOSTIC
};

// Memory stays bounded whatever the program is: past this many of a severity a report is only counted.
constexpr size_t kStoredMax = 10'000;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

// Edits (insert, drop, replace, swap of neighbours) between two words, both at most 255 bytes.
size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> before(b.size() + 1), row(b.size() + 1), next(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    next[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      next[j] = std::min({row[j] + 1, next[j - 1] + 1, row[j - 1] + (same ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]);
      if (swapped) next[j] = std::min(next[j], before[j - 2] + 1);
    }
    before.swap(row);
    row.swap(next);
  }
  return row[b.size()];
}

// What is quoted of a source may be very long: its beginning tells which it is.
void append_quoted(std::string& out, std::string_view text) {
  constexpr size_t kQuotedMax = 400;
  if (text.size() <= kQuotedMax) {
    out += text;
    return;
  }
  size_t end = kQuotedMax;
  while ((static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  out.append(text.substr(0, end)).append("…");
}

}  // namespace

const CodeInfo& info(Code code) { return kTable[static_cast<size_t>(code)]; }

std::span<const CodeInfo> all_codes() { return kTable; }

const CodeInfo* find_code(std::string_view id) {
  for (const CodeInfo& row : kTable) {
    if (equal_ignoring_case(row.id, id)) return &row;
  }
  return nullptr;
}

std::string format_message(Code code, std::span<const std::string> arguments) {
  const std::string_view pattern = info(code).message;
  std::string out;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const bool placeholder =
        pattern[i] == '{' && i + 2 < pattern.size() && is_digit(pattern[i + 1]) && pattern[i + 2] == '}';
    if (!placeholder) {
      out += pattern[i];
      continue;
    }
    const auto index = static_cast<size_t>(pattern[i + 1] - '0');
    if (index < arguments.size()) append_quoted(out, arguments[index]);
    i += 2;
  }
  return out;
}

Diagnostic& Diagnostics::add(Code code, Span span, std::span<const std::string> arguments) {
  scratch_ = Diagnostic{};
  scratch_.code = code;
  const bool is_error = info(code).severity == error;
  size_t& count = is_error ? errors_ : warnings_;
  if (count < kStoredMax) {
    if (!seen_.insert({code, span.file, span.begin, span.end}).second) return scratch_;
    ++count;
  } else {
    ++count;
    return scratch_;
  }
  Diagnostic& kept = kept_.emplace_back();
  kept.code = code;
  kept.message = format_message(code, arguments);
  kept.words.assign(arguments.begin(), arguments.end());
  kept.primary.span = span;
  return kept;
}

// Every diagnostic has a next step: of its own, or that of its row (next_steps.def).
static void add_next_step(Diagnostic& diagnostic) {
  if (!diagnostic.helps.empty() || !diagnostic.fixes.empty()) return;
  const char* step = nullptr;
  switch (diagnostic.code) {
#define WEND_NEXT_STEP(code, text) \
  case Code::code: step = text; break;
#include "compiler/diagnostics/next_steps.def"
#undef WEND_NEXT_STEP
    default: break;
  }
  if (step != nullptr) diagnostic.help(step);
}

void Diagnostics::finish(const Sources& sources) {
  std::erase_if(kept_, [](const Diagnostic& d) {
    return d.code == Code::too_many_errors || d.code == Code::too_many_warnings;
  });
  std::vector<Allowance> allowances;
  for (uint32_t file = 0; file < sources.size(); ++file) {
    for (Allowance& found : find_allowances(sources.file(file), file)) allowances.push_back(std::move(found));
  }
  silence(sources, allowances);
  for (const Allowance& allowance : allowances) judge(allowance);
  std::stable_sort(kept_.begin(), kept_.end(), [](const Diagnostic& a, const Diagnostic& b) {
    const Span &x = a.primary.span, &y = b.primary.span;
    if (x.file != y.file) return x.file + 1 < y.file + 1;  // what stands nowhere comes first
    if (x.begin != y.begin) return x.begin < y.begin;
    return std::string_view(a.id()) < b.id();
  });
  join_repeated();
  for (Diagnostic& diagnostic : kept_) add_next_step(diagnostic);
  cut_to_limit();
}

// What is missed at every place where it is used is one mistake: most often where it is declared.
static bool told_of_a_name(Code code) {
  switch (code) {
    case Code::unknown_name: case Code::nothing_called: case Code::unknown_value: case Code::unknown_property: case Code::member_of_nothing:
    case Code::unknown_entry_property: case Code::unknown_field: case Code::unknown_parameter: case Code::unknown_variant: case Code::unknown_subject:
    case Code::channel_without_content: case Code::user_time_unset: case Code::currency_missing: case Code::unknown_type:
    case Code::template_unknown_name: return true;
    default: return false;
  }
}

void Diagnostics::join_repeated() {
  constexpr size_t kShownMax = 3;
  std::map<std::pair<Code, std::string>, std::pair<Diagnostic*, size_t>> first;   // and how many more there are
  std::deque<Diagnostic> all;
  for (Diagnostic& d : kept_) {
    const auto found = told_of_a_name(d.code) ? first.find({d.code, d.message}) : first.end();
    if (found == first.end()) {
      Diagnostic& kept = all.emplace_back(std::move(d));
      if (told_of_a_name(kept.code)) first.emplace(std::pair{kept.code, kept.message}, std::pair{&kept, 0});
      continue;
    }
    auto& [kept, more] = found->second;
    --errors_;
    if (++more <= kShownMax) kept->also(d.primary.span, "and here");
    const bool same_fix = !kept->fixes.empty() && !d.fixes.empty() && kept->fixes.front().title == d.fixes.front().title;
    if (same_fix && d.primary.span.file == kept->primary.span.file)
      for (const Edit& edit : d.fixes.front().edits) kept->fixes.front().edits.push_back(edit);
  }
  for (auto& [key, entry] : first)
    if (entry.second > kShownMax) entry.first->note("and at " + std::to_string(entry.second - kShownMax) + (entry.second == kShownMax + 1 ? " more place" : " more places"));
  kept_ = std::move(all);
}

void Diagnostics::silence(const Sources& sources, const std::vector<Allowance>& allowances) {
  using Key = std::tuple<uint32_t, const CodeInfo*, uint32_t>;  // file, code, first line
  std::multimap<Key, const Allowance*> by_line;
  for (const Allowance& allowance : allowances) {
    const CodeInfo* row = find_code(allowance.code);
    const bool counts = row != nullptr && row->severity == warning && allowance.has_reason;
    if (counts) by_line.insert({{allowance.code_span.file, row, allowance.first_line}, &allowance});
  }
  // Ranges of two first lines never nest, so only the nearest first line at or before a warning can cover it.
  const auto silenced = [&](const Diagnostic& d) {
    const Span& span = d.primary.span;
    if (d.severity() == error || span.file >= sources.size()) return false;
    const uint32_t line = sources.file(span.file).position(span.begin).line;
    const auto behind = by_line.upper_bound({span.file, &info(d.code), line});
    if (behind == by_line.begin()) return false;
    const Key nearest_key = std::prev(behind)->first;
    if (std::get<0>(nearest_key) != span.file || std::get<1>(nearest_key) != &info(d.code)) return false;
    const auto [from, to] = by_line.equal_range(nearest_key);
    if (from->second->last_line < line) return false;
    for (auto it = from; it != to; ++it) used_allowances_.insert({span.file, it->second->code_span.begin, d.code});
    return true;
  };
  warnings_ -= std::erase_if(kept_, silenced);
}

void Diagnostics::judge(const Allowance& allowance) {
  const CodeInfo* row = find_code(allowance.code);
  if (row == nullptr) {
    report(Code::allow_unknown, allowance.code_span, allowance.code);
  } else if (row->severity == error) {
    report(Code::allow_error, allowance.code_span, allowance.code)
        .help("`wend explain " + std::string(row->id) + "` says what to do about it");
  } else if (!allowance.has_reason) {
    report(Code::allow_without_reason, allowance.code_span, allowance.code)
        .help("write the reason behind a colon: `# wend:allow " + std::string(row->id) + ": why it is meant`");
  } else if (errors_ == 0 &&
             !used_allowances_.contains({allowance.code_span.file, allowance.code_span.begin, row->code})) {
    // With errors about, later checks may not have run, so that nothing can be said.
    report(Code::allow_unused, allowance.code_span, allowance.code);
  }
}

void Diagnostics::cut_to_limit() {
  const size_t limit = limit_ == 0 ? kStoredMax : limit_;
  size_t listed[2] = {0, 0};
  Span last[2];
  std::erase_if(kept_, [&](const Diagnostic& d) {
    const auto kind = static_cast<size_t>(d.severity());
    if (listed[kind] >= limit) return true;
    ++listed[kind];
    last[kind] = d.primary.span;
    return false;
  });
  const auto tell = [&](Code code, size_t total, size_t kind) {
    if (total <= listed[kind]) return;
    const std::string left_out = std::to_string(total - listed[kind]);
    Diagnostic& d = kept_.emplace_back();
    d.code = code;
    d.message = format_message(code, std::span(&left_out, 1));
    d.primary.span = last[kind];
  };
  tell(Code::too_many_errors, errors_, 0);
  tell(Code::too_many_warnings, warnings_, 1);
}

std::string nearest(std::string_view word, std::span<const std::string> candidates) {
  constexpr size_t kLongest = 255;
  if (word.empty() || word.size() > kLongest) return {};
  const size_t allowed = std::max<size_t>(1, word.size() / 3);
  const std::string* best = nullptr;
  size_t best_distance = allowed + 1;
  for (const std::string& candidate : candidates) {
    if (candidate == word || candidate.empty() || candidate.size() > kLongest) continue;
    if (candidate.size() > word.size() + allowed || word.size() > candidate.size() + allowed) continue;
    const size_t distance = edit_distance(word, candidate);
    // A word of one letter that is wholly replaced is no near word.
    if (distance >= std::max(word.size(), candidate.size())) continue;
    if (distance < best_distance || (distance == best_distance && best != nullptr && candidate < *best)) {
      best = &candidate;
      best_distance = distance;
    }
  }
  return best != nullptr ? *best : std::string();
}

}  // namespace wend
