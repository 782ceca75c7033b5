// Objects and tags into blocks, with an explicit stack: nesting costs no recursion and is bounded.
#include "compiler/liquid/parse.h"

#include <algorithm>
#include <array>

#include "compiler/diagnostics/codes.h"
#include "compiler/liquid/scan.h"

namespace wend::liquid {
namespace {

const std::vector<std::string>& tag_words() {
  static const std::vector<std::string> words = {"if", "elsif", "else", "endif", "unless", "endunless", "comment", "raw"};
  return words;
}

// Tags of Liquid that this version names but does not have. Those with an end are left out as a whole.
struct LaterTag { std::string_view word; std::string_view end; };
constexpr LaterTag kLaterTags[] = {
    {"for", "endfor"}, {"case", "endcase"}, {"capture", "endcapture"}, {"tablerow", "endtablerow"}, {"ifchanged", "endifchanged"},
    {"assign", ""}, {"include", ""}, {"render", ""}, {"increment", ""}, {"decrement", ""}, {"cycle", ""}, {"echo", ""},
    {"liquid", ""}, {"break", ""}, {"continue", ""}, {"layout", ""}, {"section", ""}, {"doc", "enddoc"}};

class Parser {
 public:
  explicit Parser(const TemplateText& source) : source_(source), pieces_(scan(source)) {}

  Tree run() {
    for (at_ = 0; at_ < pieces_.size() && !too_deep_; ++at_) take(pieces_[at_]);
    if (!too_deep_) {
      for (const Open& open : open_) {
        const Range end{static_cast<uint32_t>(source_.text().size()), static_cast<uint32_t>(source_.text().size())};
        source_.report(Code::template_block_unclosed, open.tag, open.word, "end" + open.word).label("begins here")
            .fix("end it here", source_.span(end), "{% end" + open.word + " %}", false);
      }
    }
    while (!open_.empty()) close();
    return std::move(tree_);
  }

 private:
  struct Open {
    Node node;
    Range tag;
    std::string word;       // "if" or "unless"
    bool had_else = false;
  };

  std::vector<Node>& body() { return open_.empty() ? tree_.body : open_.back().node.branches.back().body; }

  void take(const Piece& piece) {
    Node node;
    node.range = piece.range;
    if (piece.kind == Piece::Kind::text) {
      node.text = piece.text;
      body().push_back(std::move(node));
    } else if (piece.kind == Piece::Kind::object) {
      node.kind = Node::Kind::output;
      if (parse_output(source_, piece.inner, node)) body().push_back(std::move(node));
    } else {
      take_tag(piece);
    }
  }

  void take_tag(const Piece& piece) {
    const std::vector<Token> tokens = lex(source_, piece.inner);
    if (tokens[0].kind != Token::Kind::name) {
      source_.report(Code::template_syntax, piece.range, "the name of a tag", tokens[0].kind == Token::Kind::end ? "nothing" : "`" + std::string(tokens[0].text) + "`");
      return;
    }
    const std::string word(tokens[0].text);
    if (word == "if" || word == "unless") return open(piece, word, tokens);
    if (word == "elsif" || word == "else") return next_branch(piece, word, tokens);
    if (word == "endif" || word == "endunless") return end(piece, word, tokens);
    if (word == "endcomment" || word == "endraw") return misplaced(piece, word, "{% " + word.substr(3) + " %}");
    if (const LaterTag* later = later_tag(word)) return not_yet(piece, *later, tokens);
    take_as_meant(piece, unknown(tokens[0].range, word), tokens);
  }

  void open(const Piece& piece, const std::string& word, const std::vector<Token>& tokens) {
    if (open_.size() >= kNestingMax) {
      source_.report(Code::template_too_deep, piece.range, std::to_string(kNestingMax));
      too_deep_ = true;
      return;
    }
    Open open;
    open.node.kind = Node::Kind::branches;
    open.node.range = open.tag = piece.range;
    open.word = word;
    Branch branch;
    branch.condition = parse_condition(source_, tokens, 1, piece.range);
    branch.negated = word == "unless";
    open.node.branches.push_back(std::move(branch));
    open_.push_back(std::move(open));
  }

  void next_branch(const Piece& piece, const std::string& word, const std::vector<Token>& tokens) {
    if (open_.empty()) return misplaced(piece, word, "{% if %}");
    Open& top = open_.back();
    if (top.had_else) {
      source_.report(Code::template_after_else, piece.range, word).label("stands behind `{% else %}`");
      top.node.branches.emplace_back().condition = Condition{};   // broken: nothing is said about what it holds
      return;
    }
    Branch branch;
    if (word == "elsif") {
      branch.condition = parse_condition(source_, tokens, 1, piece.range);
    } else {
      top.had_else = true;
      if (tokens[1].kind != Token::Kind::end) {
        auto& found = source_.report(Code::template_syntax, tokens[1].range, "`%}`", "`" + std::string(tokens[1].text) + "`");
        if (tokens[1].text == "if") found.help("a further condition is `{% elsif … %}`");
      }
    }
    top.node.branches.push_back(std::move(branch));
  }

  void end(const Piece& piece, const std::string& word, const std::vector<Token>& tokens) {
    if (open_.empty()) return misplaced(piece, word, "{% " + word.substr(3) + " %}");
    const Open& top = open_.back();
    if (word != "end" + top.word) {
      source_.report(Code::template_wrong_end, tokens[0].range, word, top.word)
          .also(source_.span(top.tag), "the block that is open")
          .fix("end it with `end" + top.word + "`", source_.span(tokens[0].range), "end" + top.word);
    } else if (tokens[1].kind != Token::Kind::end) {
      source_.report(Code::template_syntax, tokens[1].range, "`%}`", "`" + std::string(tokens[1].text) + "`");
    }
    close();
  }

  void close() {
    Node node = std::move(open_.back().node);
    node.range.end = at_ < pieces_.size() ? pieces_[at_].range.end : node.range.end;
    open_.pop_back();
    body().push_back(std::move(node));
  }

  void misplaced(const Piece& piece, const std::string& word, const std::string& before) {
    source_.report(Code::template_misplaced, piece.range, word, before).label("no block is open here");
  }

  static const LaterTag* later_tag(std::string_view word) {
    const auto found = std::find_if(std::begin(kLaterTags), std::end(kLaterTags),
                                    [&](const LaterTag& tag) { return tag.word == word || (!tag.end.empty() && tag.end == word); });
    return found == std::end(kLaterTags) ? nullptr : found;
  }

  void not_yet(const Piece& piece, const LaterTag& later, const std::vector<Token>& tokens) {
    if (tokens[0].text == later.end) return misplaced(piece, std::string(later.end), "{% " + std::string(later.word) + " %}");
    auto& found = source_.report(Code::template_unsupported, tokens[0].range, "tag", later.word).label("not a tag of this version");
    if (later.word == "case") found.help("say it with `{% if … %}` and `{% elsif … %}`");
    if (later.word == "assign" || later.word == "capture") found.help("name a value as a `measure` or an `audience`, or hand it over with the message's `with`");
    if ((later.word == "assign" || later.word == "capture" || later.word == "increment" || later.word == "decrement") &&
        tokens[1].kind == Token::Kind::name) {
      tree_.assigned.emplace(tokens[1].text);
    }
    if (!later.end.empty()) skip_to_end(later);
  }

  // The body of a block this version does not have: nothing in it can be judged.
  void skip_to_end(const LaterTag& later) {
    uint32_t depth = 1;
    while (at_ + 1 < pieces_.size()) {
      const Piece& piece = pieces_[++at_];
      if (piece.kind != Piece::Kind::tag) continue;
      const std::string_view word = first_word(piece.inner);
      if (word == later.word) ++depth;
      if (word == later.end && --depth == 0) return;
    }
  }

  std::string_view first_word(Range inner) const {
    std::string_view text = source_.text(inner);
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    return text.substr(0, text.find_first_of(" \t\r\n"));
  }

  // A misspelled tag does its work, so that the tags that belong to it are not in the wrong place.
  void take_as_meant(const Piece& piece, const std::string& word, const std::vector<Token>& tokens) {
    if (word == "if" || word == "unless") return open(piece, word, tokens);
    if (open_.empty()) return;
    if (word == "elsif" || word == "else") return next_branch(piece, word, tokens);
    if (word == "end" + open_.back().word) close();
  }

  // Reports a tag nobody knows, and gives the one that was most likely meant, or nothing.
  std::string unknown(Range range, const std::string& word) {
    auto& found = source_.report(Code::template_unknown_tag, range, word).label("unknown here");
    const std::string near = word == "elseif" || word == "elif" ? "elsif" : word == "end" && !open_.empty() ? "end" + open_.back().word : nearest(word, tag_words());
    if (near.empty()) {
      found.help("the tags are `if`, `elsif`, `else`, `unless`, `comment` and `raw`");
    } else {
      found.help("did you mean `" + near + "`?").fix("write `" + near + "`", source_.span(range), near);
    }
    return near;
  }

  const TemplateText& source_;
  std::vector<Piece> pieces_;
  size_t at_ = 0;
  std::vector<Open> open_;
  bool too_deep_ = false;
  Tree tree_;
};

}  // namespace

Tree parse(const TemplateText& source) { return Parser(source).run(); }

}  // namespace wend::liquid
