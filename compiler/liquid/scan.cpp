// The cutter: one pass with a cursor. As in Liquid an object ends at the first `}}` and a tag at the first `%}`, also
// when a quote stands open; an opening that meets another opening first was never closed.
#include "compiler/liquid/scan.h"

#include <optional>

#include "compiler/diagnostics/codes.h"

namespace wend::liquid {
namespace {

constexpr size_t kNowhere = std::string_view::npos;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

struct Mark {
  uint32_t begin = 0, end = 0;   // of the whole, braces included
  Range inner;
  bool trim_before = false, trim_after = false;
};

class Scanner {
 public:
  explicit Scanner(const TemplateText& source) : source_(source), text_(source.text()) {}

  std::vector<Piece> run() {
    while (at_ < text_.size()) {
      const size_t open = next_opening(at_);
      add_text(at_, open == kNowhere ? text_.size() : open);
      if (open == kNowhere) break;
      take_mark(static_cast<uint32_t>(open));
    }
    return std::move(pieces_);
  }

 private:
  size_t next_opening(size_t from) const {
    for (size_t at = text_.find('{', from); at != kNowhere && at + 1 < text_.size(); at = text_.find('{', at + 1)) {
      if (text_[at + 1] == '{' || text_[at + 1] == '%') return at;
    }
    return kNowhere;
  }

  // The first `closing` at or behind `from`. Openings come in order, so the last answer mostly serves again.
  size_t next_closing(bool tag, size_t from) {
    size_t& known = tag ? tag_close_ : object_close_;
    if (known != kNowhere && known < from) known = text_.find(tag ? "%}" : "}}", from);
    return known;
  }

  // An opening between `from` and `to` that stands in no quotes.
  size_t opening_between(size_t from, size_t to) const {
    for (size_t at = from; at + 1 < to; ++at) {
      if (text_[at] == '\'' || text_[at] == '"') {
        const size_t quote = text_.substr(0, to).find(text_[at], at + 1);
        if (quote != kNowhere) at = quote;
      } else if (text_[at] == '{' && (text_[at + 1] == '{' || text_[at + 1] == '%')) {
        return at;
      }
    }
    return kNowhere;
  }

  Mark mark_of(uint32_t open, size_t close) const {
    Mark mark{open, static_cast<uint32_t>(close + 2), {open + 2, static_cast<uint32_t>(close)}, false, false};
    if (mark.inner.begin < mark.inner.end && text_[mark.inner.begin] == '-') {
      mark.trim_before = true;
      ++mark.inner.begin;
    }
    if (mark.inner.begin < mark.inner.end && text_[mark.inner.end - 1] == '-') {
      mark.trim_after = true;
      --mark.inner.end;
    }
    return mark;
  }

  void take_mark(uint32_t open) {
    const bool tag = text_[open + 1] == '%';
    const size_t close = next_closing(tag, open + 2);
    const size_t other = opening_between(open + 2, close == kNowhere ? text_.size() : close);
    const bool remark = tag && close != kNowhere && skip_inline_comment(mark_of(open, close));
    if (close == kNowhere || (other != kNowhere && !remark)) return unclosed(open, tag, other);
    const Mark mark = mark_of(open, close);
    at_ = mark.end;
    if (mark.trim_before) trim_last();
    trim_next_ = mark.trim_after;
    const std::string_view word = tag ? first_word(mark.inner) : std::string_view();
    if (remark) return check_inline_comment(mark);
    if (word == "comment" || word == "raw" || word == "doc") return take_verbatim(mark, word);
    pieces_.push_back({tag ? Piece::Kind::tag : Piece::Kind::object, {mark.begin, mark.end}, mark.inner, {}});
  }

  void unclosed(uint32_t open, bool tag, size_t other) {
    auto& found = source_.report(Code::template_unclosed, {open, open + 2}, tag ? "{%" : "{{", tag ? "%}" : "}}")
                      .label(std::string("no `") + (tag ? "%}" : "}}") + "` behind it");
    // A single brace may be half of what was meant.
    const size_t half = text_.substr(0, other == kNowhere ? text_.size() : other).find('}', open);
    if (half != kNowhere) {
      const auto at = static_cast<uint32_t>(half);
      if (tag) found.fix("close it", source_.span({at, at}), "%", false);
      else found.fix("close it", source_.span({at, at}), "}", false);
    }
    at_ = other == kNowhere ? text_.size() : other;
    trim_next_ = false;
  }

  std::string_view first_word(Range inner) const {
    uint32_t begin = inner.begin;
    while (begin < inner.end && is_space(text_[begin])) ++begin;
    uint32_t end = begin;
    while (end < inner.end && is_word(text_[end])) ++end;
    return source_.text({begin, end});
  }

  // `{% # … %}`
  bool skip_inline_comment(const Mark& mark) const {
    const size_t at = text_.find_first_not_of(" \t\r\n", mark.inner.begin);
    return at != kNowhere && at < mark.inner.end && text_[at] == '#';
  }

  // Every line of `{% # … %}` begins with `#`: one that does not was hardly meant as a remark.
  void check_inline_comment(const Mark& mark) const {
    for (uint32_t at = mark.inner.begin; at < mark.inner.end;) {
      uint32_t end = at;
      while (end < mark.inner.end && text_[end] != '\n') ++end;
      while (at < end && is_space(text_[at])) ++at;
      if (at < end && text_[at] != '#') {
        source_.report(Code::template_syntax, {at, end}, "`#` at the start of each line of a remark", "`" + source_.text_of({at, end}) + "`");
        return;
      }
      at = end + 1;
    }
  }

  // From behind `{% comment %}`, `{% raw %}` or `{% doc %}` to its end; comments nest, and what is raw in one is no tag.
  void take_verbatim(const Mark& opening, std::string_view word) {
    const bool comment = word == "comment", raw = word == "raw";
    bool raw_inside = false;
    if (word == "doc" && source_.text(opening.inner).find_last_not_of(" \t\r\n") != source_.text(opening.inner).find("doc") + 2)
      source_.report(Code::template_syntax, opening.inner, "`%}`", "`" + source_.text_of(opening.inner) + "`");
    const std::string end_word = "end" + std::string(word);
    uint32_t depth = 1;
    for (size_t open = text_.find("{%", at_); open != kNowhere; open = text_.find("{%", open + 2)) {
      const size_t close = next_closing(true, open + 2);
      if (close == kNowhere) break;
      const Mark mark = mark_of(static_cast<uint32_t>(open), close);
      const std::string_view inner = first_word(mark.inner);
      if (comment && inner == (raw_inside ? "endraw" : "raw")) raw_inside = !raw_inside;
      if (raw_inside) continue;
      if (comment && inner == "comment") ++depth;
      if (inner != end_word || --depth > 0) continue;
      if (raw) {
        add_text(at_, open);
        if (mark.trim_before) trim_last();
      }
      trim_next_ = mark.trim_after;
      at_ = mark.end;
      return;
    }
    source_.report(Code::template_block_unclosed, {opening.begin, opening.end}, word, "end" + std::string(word))
        .label("begins here");
    at_ = text_.size();
  }

  void add_text(size_t begin, size_t end) {
    std::string_view part = text_.substr(begin, end - begin);
    if (trim_next_) {
      while (!part.empty() && is_space(part.front())) part.remove_prefix(1);
      if (!part.empty()) trim_next_ = false;
    }
    at_ = end;
    if (part.empty()) return;
    const Range range{static_cast<uint32_t>(begin), static_cast<uint32_t>(end)};
    if (!pieces_.empty() && pieces_.back().kind == Piece::Kind::text) {
      pieces_.back().text += part;
      pieces_.back().range.end = range.end;
    } else {
      pieces_.push_back({Piece::Kind::text, range, {}, std::string(part)});
    }
  }

  void trim_last() {
    if (pieces_.empty() || pieces_.back().kind != Piece::Kind::text) return;
    std::string& last = pieces_.back().text;
    while (!last.empty() && is_space(last.back())) last.pop_back();
    if (last.empty()) pieces_.pop_back();
  }

  const TemplateText& source_;
  std::string_view text_;
  size_t at_ = 0;
  size_t tag_close_ = 0, object_close_ = 0;
  bool trim_next_ = false;
  std::vector<Piece> pieces_;
};

}  // namespace

std::vector<Piece> scan(const TemplateText& source) { return Scanner(source).run(); }

}  // namespace wend::liquid
