// Objects and tags into blocks, with an explicit stack: nesting costs no recursion and is bounded. The lines of a
// `{% liquid %}` are tags like others, whose blocks end inside it.
#include "compiler/liquid/parse.h"

#include <algorithm>
#include <array>

#include "compiler/diagnostics/codes.h"
#include "compiler/liquid/scan.h"

namespace wend::liquid {
namespace {

const std::vector<std::string>& tag_words() {
  static const std::vector<std::string> words = {
      "if", "elsif", "else", "endif", "unless", "endunless", "case", "when", "endcase", "for", "endfor", "break", "continue",
      "assign", "capture", "endcapture", "increment", "decrement", "cycle", "echo", "liquid", "render", "comment", "raw", "doc"};
  return words;
}

// Tags of Liquid that Wend names but does not have, and what to do instead. Those with an end are left out as a whole.
struct RefusedTag { std::string_view word, end, instead; };
constexpr RefusedTag kRefusedTags[] = {
    {"include", "", "`{% render 'file.liquid', name: value %}` takes in a file that sees only what it is given"},
    {"tablerow", "endtablerow", "write the rows of the table with `{% for %}`"},
    {"ifchanged", "endifchanged", "keep the last value with `{% assign %}` and compare it"},
    {"layout", "", "take in the parts that messages share with `{% render 'file.liquid' %}`"},
    {"section", "", "take in the parts that messages share with `{% render 'file.liquid' %}`"},
    {"extends", "", "take in the parts that messages share with `{% render 'file.liquid' %}`"},
    {"block", "endblock", "take in the parts that messages share with `{% render 'file.liquid' %}`"},
    {"style", "endstyle", "write it as `<style>`"},
    {"stylesheet", "endstylesheet", "write it as `<style>`"},
    {"javascript", "endjavascript", "mail programs run no scripts"},
    {"schema", "endschema", "what a message is given stands in its `with`"},
    {"paginate", "endpaginate", "`limit:` and `offset:` of `{% for %}` take a part of a list"},
    {"form", "endform", "link to a page with the form"},
    {"connected_content", "", "a message shows what is known of its user: name it as a measure, or hand it over with the message's `with`"},
    {"abort_message", "", "who gets a message is decided in the journey, or by `never … while …` in `protect`"}};

class Parser {
 public:
  explicit Parser(const TemplateText& source) : source_(source), pieces_(scan(source)) {}

  std::vector<Node> run() {
    for (at_ = 0; at_ < pieces_.size() && !too_deep_; ++at_) take(pieces_[at_]);
    close_down_to(0);
    drop_blank_blocks(top_);
    return std::move(top_);
  }

 private:
  struct Open {
    Node node;
    Range tag;
    std::string word;       // the tag that opened it
    Term subject;           // case
    bool had_else = false;
  };

  std::vector<Node>& body() {
    if (open_.empty()) return top_;
    std::vector<Branch>& branches = open_.back().node.branches;
    if (branches.empty()) branches.emplace_back().condition = Condition{};   // before the first `when`: reported
    return branches.back().body;
  }
  bool inside(std::string_view word) const { return open_.size() > base_ && open_.back().word == word; }

  // What is still open is reported, and taken as if it ended here.
  void close_down_to(size_t depth) {
    if (!too_deep_)
      for (size_t i = depth; i < open_.size(); ++i)
        source_.report(Code::template_block_unclosed, open_[i].tag, open_[i].word, "end" + open_[i].word).label("begins here")
            .fix("end it here", source_.span({static_cast<uint32_t>(source_.text().size()), static_cast<uint32_t>(source_.text().size())}), "{% end" + open_[i].word + " %}", false);
    while (open_.size() > depth) close();
  }

  void take(const Piece& piece) {
    if (piece.kind == Piece::Kind::tag) return take_tag(piece.range, piece.inner);
    if (inside("case") && open_.back().node.branches.empty()) {   // before the first `when` nothing is shown
      if (piece.kind != Piece::Kind::text || piece.text.find_first_not_of(" \t\r\n") != std::string::npos)
        source_.report(Code::template_syntax, piece.range, "`{% when %}`", "something shown before it");
      return;
    }
    Node node;
    node.range = piece.range;
    if (piece.kind == Piece::Kind::text) {
      node.text = piece.text;
      body().push_back(std::move(node));
    } else {
      node.kind = Node::Kind::output;
      if (parse_output(source_, lex(source_, piece.inner), 0, node)) body().push_back(std::move(node));
    }
  }

  void take_tag(Range range, Range inner) {
    const std::string_view first = first_word(inner);
    if (first == "liquid") return take_lines(Range{static_cast<uint32_t>(first.data() - source_.text().data()) + 6, inner.end});
    if (first.starts_with('#')) return;
    const std::vector<Token> tokens = lex(source_, inner);
    if (tokens[0].kind != Token::Kind::name) {
      source_.report(Code::template_syntax, range, "the name of a tag", tokens[0].kind == Token::Kind::end ? "nothing" : "`" + std::string(tokens[0].text) + "`");
      return;
    }
    take_word(range, std::string(tokens[0].text), tokens, false);
  }

  // `misspelled`: what was written has been reported, and only what belongs to blocks is done.
  void take_word(Range range, const std::string& word, const std::vector<Token>& tokens, bool misspelled) {
    if (word == "if" || word == "unless") return open(range, word, tokens);
    if (word == "case") return open_case(range, tokens);
    if (word == "for") return open_loop(range, tokens);
    if (word == "capture") return open_capture(range, tokens);
    if (word == "elsif" || word == "else") return next_branch(range, word, tokens);
    if (word == "when") return next_when(range, tokens);
    if (word == "endif" || word == "endunless" || word == "endcase" || word == "endfor" || word == "endcapture") return end(range, word, tokens);
    if (misspelled) return;
    if (inside("case") && open_.back().node.branches.empty()) {
      source_.report(Code::template_syntax, range, "`{% when %}`", "`" + word + "`");
      return;
    }
    Node node;
    node.range = range;
    if (word == "assign") return add(node, Node::Kind::assign, parse_assign(source_, tokens, node));
    if (word == "echo") return echo(std::move(node), tokens);
    if (word == "break" || word == "continue") return leave(std::move(node), word, tokens);
    if (word == "increment" || word == "decrement") {
      node.flag = word == "decrement";
      return add(node, Node::Kind::count, parse_name(source_, tokens, node));
    }
    if (word == "cycle") return add(node, Node::Kind::cycle, parse_cycle(source_, tokens, node));
    if (word == "render") return add(node, Node::Kind::render, parse_render(source_, tokens, node));
    if (word == "endcomment" || word == "endraw" || word == "enddoc") return misplaced(range, word, "{% " + word.substr(3) + " %}");
    if (const RefusedTag* refused = refused_tag(word)) return refuse(range, *refused, tokens);
    take_word(range, unknown(tokens[0].range, word), tokens, true);
  }

  void add(Node& node, Node::Kind kind, bool sound) {
    node.kind = kind;
    if (sound) body().push_back(std::move(node));
  }

  void echo(Node node, const std::vector<Token>& tokens) {
    if (tokens[1].kind == Token::Kind::end) return;   // shows nothing
    add(node, Node::Kind::output, parse_output(source_, tokens, 1, node));
  }

  void leave(Node node, const std::string& word, const std::vector<Token>& tokens) {
    expect_end(tokens, 1);
    node.flag = word == "break";
    node.name = word;
    add(node, Node::Kind::leave, true);
  }

  bool expect_end(const std::vector<Token>& tokens, size_t at) {
    if (tokens[at].kind == Token::Kind::end) return true;
    source_.report(Code::template_syntax, tokens[at].range, "`%}`", "`" + std::string(tokens[at].text) + "`");
    return false;
  }

  bool room(Range range) {
    if (open_.size() < kNestingMax) return true;
    if (!too_deep_) source_.report(Code::template_too_deep, range, std::to_string(kNestingMax));
    too_deep_ = true;
    return false;
  }

  void push(Node node, Range range, const std::string& word) {
    node.range = range;
    open_.push_back({std::move(node), range, word, {}, false});
  }

  void open(Range range, const std::string& word, const std::vector<Token>& tokens) {
    if (!room(range)) return;
    Node node;
    node.kind = Node::Kind::branches;
    Branch branch;
    branch.condition = parse_condition(source_, tokens, 1, range);
    branch.negated = word == "unless";
    node.branches.push_back(std::move(branch));
    push(std::move(node), range, word);
  }

  void open_case(Range range, const std::vector<Token>& tokens) {
    if (!room(range)) return;
    Node node;
    node.kind = Node::Kind::branches;
    Term subject;
    if (!parse_subject(source_, tokens, range, subject)) subject.kind = Term::Kind::broken;
    push(std::move(node), range, "case");
    open_.back().subject = std::move(subject);
  }

  void open_loop(Range range, const std::vector<Token>& tokens) {
    if (!room(range)) return;
    Node node;
    node.range = range;
    node.kind = Node::Kind::loop;
    if (!parse_loop(source_, tokens, node)) node.value.kind = Term::Kind::broken;
    node.branches.emplace_back();
    push(std::move(node), range, "for");
  }

  void open_capture(Range range, const std::vector<Token>& tokens) {
    if (!room(range)) return;
    Node node;
    node.range = range;
    node.kind = Node::Kind::capture;
    parse_name(source_, tokens, node);
    node.branches.emplace_back();
    push(std::move(node), range, "capture");
  }

  void next_branch(Range range, const std::string& word, const std::vector<Token>& tokens) {
    if (open_.size() <= base_ || open_.back().word == "capture") return misplaced(range, word, "{% if %}");
    Open& top = open_.back();
    if (word == "elsif" && (top.word == "for" || top.word == "case")) {
      source_.report(Code::template_misplaced, range, word, "{% if %}").label("inside `" + top.word + "`");
      top.node.branches.emplace_back().condition = Condition{};
      return;
    }
    if (top.had_else) return after_else(range, word);
    Branch branch;
    if (word == "elsif") {
      branch.condition = parse_condition(source_, tokens, 1, range);
    } else {
      top.had_else = true;
      if (tokens[1].kind != Token::Kind::end) {
        auto& found = source_.report(Code::template_syntax, tokens[1].range, "`%}`", "`" + std::string(tokens[1].text) + "`");
        if (tokens[1].text == "if") found.help("a further condition is `{% elsif … %}`");
      }
    }
    top.node.branches.push_back(std::move(branch));
  }

  void next_when(Range range, const std::vector<Token>& tokens) {
    if (!inside("case")) return misplaced(range, "when", "{% case %}");
    Open& top = open_.back();
    if (top.had_else) return after_else(range, "when");
    Branch branch;
    branch.condition = parse_when(source_, tokens, range, top.subject);
    top.node.branches.push_back(std::move(branch));
  }

  void after_else(Range range, const std::string& word) {
    source_.report(Code::template_after_else, range, word).label("stands behind `{% else %}`");
    open_.back().node.branches.emplace_back().condition = Condition{};   // broken: nothing is said about what it holds
  }

  void end(Range range, const std::string& word, const std::vector<Token>& tokens) {
    if (open_.size() <= base_) return misplaced(range, word, "{% " + word.substr(3) + " %}");
    const Open& top = open_.back();
    if (word != "end" + top.word) {
      source_.report(Code::template_wrong_end, tokens[0].range, word, top.word)
          .also(source_.span(top.tag), "the block that is open")
          .fix("end it with `end" + top.word + "`", source_.span(tokens[0].range), "end" + top.word);
    } else if (tokens[1].kind != Token::Kind::end && word != "endcapture") {
      expect_end(tokens, 1);
    }
    close();
  }

  void close() {
    Node node = std::move(open_.back().node);
    node.range.end = at_ < pieces_.size() ? pieces_[at_].range.end : node.range.end;
    open_.pop_back();
    body().push_back(std::move(node));
  }

  // ---- the lines of `{% liquid %}`

  void take_lines(Range lines) {
    if (lines_depth_ >= kRendersMax) {
      source_.report(Code::template_too_deep, lines, std::to_string(kRendersMax));
      return;
    }
    ++lines_depth_;
    const size_t outer = base_;
    base_ = open_.size();
    uint32_t remarks = 0;   // `comment` inside `comment`
    for (uint32_t at = lines.begin; at < lines.end && !too_deep_;) {
      uint32_t end = at;
      while (end < lines.end && source_.text()[end] != '\n') ++end;
      const Range line{at, end};
      at = end + 1;
      const std::string_view word = first_word(line);
      if (word == "comment") ++remarks;
      if (word.empty() || remarks > 0) {
        if (word == "endcomment") --remarks;
        continue;
      }
      const uint32_t begin = static_cast<uint32_t>(word.data() - source_.text().data());
      take_tag({begin, end}, line);
    }
    if (remarks > 0) source_.report(Code::template_block_unclosed, lines, "comment", "endcomment").label("begins here");
    close_down_to(base_);
    base_ = outer;
    --lines_depth_;
  }

  // ---- what is refused

  void misplaced(Range range, const std::string& word, const std::string& before) {
    source_.report(Code::template_misplaced, range, word, before).label("no block is open here");
  }

  static const RefusedTag* refused_tag(std::string_view word) {
    const auto found = std::find_if(std::begin(kRefusedTags), std::end(kRefusedTags),
                                    [&](const RefusedTag& tag) { return tag.word == word || (!tag.end.empty() && tag.end == word); });
    return found == std::end(kRefusedTags) ? nullptr : found;
  }

  void refuse(Range range, const RefusedTag& refused, const std::vector<Token>& tokens) {
    if (tokens[0].text == refused.end) return misplaced(range, std::string(refused.end), "{% " + std::string(refused.word) + " %}");
    source_.report(Code::template_unsupported, tokens[0].range, "tag", refused.word).label("not a tag of Wend").help(std::string(refused.instead));
    if (!refused.end.empty() && lines_depth_ == 0) skip_to_end(refused);
  }

  // The body of a block Wend does not have: nothing in it can be judged.
  void skip_to_end(const RefusedTag& refused) {
    uint32_t depth = 1;
    while (at_ + 1 < pieces_.size()) {
      const Piece& piece = pieces_[++at_];
      if (piece.kind != Piece::Kind::tag) continue;
      const std::string_view word = first_word(piece.inner);
      if (word == refused.word) ++depth;
      if (word == refused.end && --depth == 0) return;
    }
  }

  std::string_view first_word(Range inner) const {
    std::string_view text = source_.text(inner);
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    return text.substr(0, text.find_first_of(" \t\r\n"));
  }

  // Reports a tag nobody knows, and gives the one that was most likely meant, or nothing.
  std::string unknown(Range range, const std::string& word) {
    auto& found = source_.report(Code::template_unknown_tag, range, word).label("unknown here");
    const std::string near = word == "elseif" || word == "elif" ? "elsif" : word == "end" && !open_.empty() ? "end" + open_.back().word : nearest(word, tag_words());
    if (near.empty()) {
      std::string all;
      for (const std::string& tag : tag_words())
        if (!tag.starts_with("end")) all += (all.empty() ? "`" : ", `") + tag + "`";
      found.help("the tags are " + all);
    } else {
      found.help("did you mean `" + near + "`?").fix("write `" + near + "`", source_.span(range), near);
    }
    return near;
  }

  const TemplateText& source_;
  std::vector<Piece> pieces_;
  size_t at_ = 0;
  std::vector<Node> top_;
  std::vector<Open> open_;
  size_t base_ = 0;           // blocks that were open where the lines being read began
  uint32_t lines_depth_ = 0;
  bool too_deep_ = false;
};

}  // namespace

std::vector<Node> parse(const TemplateText& source) { return Parser(source).run(); }

}  // namespace wend::liquid
