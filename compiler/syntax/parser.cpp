// One declaration through the generated parser: SLL first, LL where that fails, with a recovery of our own
// that gives up the member it stands in and goes on with the next. One of the two files that see ANTLR.
#include "compiler/syntax/tree.h"

#include <antlr4-runtime.h>

#include "WendLexer.h"
#include "WendParser.h"

namespace wend {
namespace {

constexpr size_t kErrorsMax = 20;      // for one declaration
constexpr size_t kExpectedMax = 300;   // more than there are token types

class Recovery : public antlr4::DefaultErrorStrategy {
 public:
  explicit Recovery(std::vector<SyntaxError>& errors) : errors_(errors) {}

  // Called before each turn of a loop. Where a separator or the end of the block should stand and something else
  // does, the rest of the member is given up here; returning from the rule would give up the rest of the block.
  void sync(antlr4::Parser* parser) override {
    if (inErrorRecoveryMode(parser)) return;
    const antlr4::atn::ATN& atn = parser->getATN();
    const antlr4::misc::IntervalSet next = atn.nextTokens(atn.states[parser->getState()]);
    const size_t type = parser->getTokenStream()->LA(1);
    if (!next.contains(static_cast<size_t>(WendLexer::NL)) || next.contains(static_cast<size_t>(antlr4::Token::EPSILON)) || next.contains(type)) return;
    reportError(parser, antlr4::InputMismatchException(parser));
    recover(parser, nullptr);
  }

  antlr4::Token* recoverInline(antlr4::Parser* parser) override { throw antlr4::InputMismatchException(parser); }

  void reportError(antlr4::Parser* parser, const antlr4::RecognitionException& error) override {
    if (inErrorRecoveryMode(parser)) return;
    beginErrorCondition(parser);
    if (errors_.size() >= kErrorsMax) return;
    SyntaxError out;
    out.at = error.getOffendingToken()->getTokenIndex();
    if (!errors_.empty() && errors_.back().at >= out.at) return;
    for (antlr4::tree::ParseTree* node = error.getCtx(); node != nullptr; node = node->parent) {
      if (auto* context = dynamic_cast<antlr4::ParserRuleContext*>(node)) {
        out.rules.push_back(static_cast<int16_t>(context->getRuleIndex()));
      }
    }
    for (const ssize_t type : error.getExpectedTokens().toList()) {
      if (out.expected.size() < kExpectedMax) out.expected.push_back(type < 0 ? 0 : static_cast<uint16_t>(type));
    }
    errors_.push_back(std::move(out));
  }

  // Skips to the line end or closing brace that ends the member the error stands in. A rule that is given up (there is an
  // exception) takes the block it has opened with it, so that its `}` ends nothing around it.
  void recover(antlr4::Parser* parser, std::exception_ptr given_up) override {
    size_t depth = given_up ? open_blocks(*parser) : 0;
    for (;;) {
      const size_t type = parser->getTokenStream()->LA(1);
      if (type == antlr4::Token::EOF) return;
      if (depth == 0 && (type == WendLexer::NL || type == WendLexer::RBRACE)) return;
      if (type == WendLexer::LBRACE) ++depth;
      if (type == WendLexer::RBRACE) --depth;
      parser->consume();
    }
  }

 private:
  static size_t open_blocks(antlr4::Parser& parser) {
    antlr4::TokenStream& tokens = *parser.getTokenStream();
    if (parser.getContext()->getStart() == nullptr) return 0;
    size_t depth = 0;
    for (size_t i = parser.getContext()->getStart()->getTokenIndex(); i < tokens.index(); ++i) {
      const size_t type = tokens.get(i)->getType();
      if (type == WendLexer::LBRACE) ++depth;
      if (type == WendLexer::RBRACE && depth > 0) --depth;
    }
    return depth;
  }

  std::vector<SyntaxError>& errors_;
};

std::vector<std::unique_ptr<antlr4::Token>> to_antlr(const std::vector<Token>& tokens) {
  std::vector<std::unique_ptr<antlr4::Token>> out;
  out.reserve(tokens.size());
  for (const Token& token : tokens) {
    auto copy = std::make_unique<antlr4::CommonToken>(token.type, std::string());
    copy->setStartIndex(token.begin);
    copy->setStopIndex(token.end);
    out.push_back(std::move(copy));
  }
  return out;
}

// Copies the parse tree. Its depth is bounded by the bounds on nesting and on chains (bounds.cpp).
const Node* copy(antlr4::tree::ParseTree* from, const std::vector<Token>& tokens, std::deque<Node>& nodes) {
  Node& out = nodes.emplace_back();
  if (auto* terminal = dynamic_cast<antlr4::tree::TerminalNode*>(from)) {
    const size_t index = terminal->getSymbol()->getTokenIndex();
    if (index < tokens.size()) {
      out.type = tokens[index].type;
      out.begin = tokens[index].begin;
      out.end = tokens[index].end;
    }
    return &out;
  }
  auto* context = static_cast<antlr4::ParserRuleContext*>(from);
  out.rule = static_cast<int16_t>(context->getRuleIndex());
  out.broken = context->exception != nullptr;
  if (context->getStart() != nullptr && context->getStart()->getTokenIndex() < tokens.size()) {
    out.begin = out.end = tokens[context->getStart()->getTokenIndex()].begin;
  }
  for (antlr4::tree::ParseTree* child : context->children) {
    if (dynamic_cast<antlr4::tree::ErrorNode*>(child) != nullptr) {
      out.broken = true;
      continue;
    }
    const Node* node = copy(child, tokens, nodes);
    if (!node->present()) continue;
    out.children.push_back(node);
    out.end = std::max(out.end, node->end);
    out.broken = out.broken || node->broken;
  }
  return &out;
}

}  // namespace

ParsedUnit parse_unit(const std::vector<Token>& tokens) {
  ParsedUnit result;
  antlr4::ListTokenSource source(to_antlr(tokens));
  antlr4::CommonTokenStream stream(&source);
  WendParser parser(&stream);
  parser.removeErrorListeners();
  auto* interpreter = parser.getInterpreter<antlr4::atn::ParserATNSimulator>();

  interpreter->setPredictionMode(antlr4::atn::PredictionMode::SLL);
  parser.setErrorHandler(std::make_shared<antlr4::BailErrorStrategy>());
  try {
    result.root = copy(parser.unit(), tokens, result.nodes);
    return result;
  } catch (const antlr4::ParseCancellationException&) {
    // read again below, with prediction that looks at the whole context and errors that are kept
  }
  stream.reset();
  parser.reset();
  interpreter->setPredictionMode(antlr4::atn::PredictionMode::LL);
  parser.setErrorHandler(std::make_shared<Recovery>(result.errors));
  result.root = copy(parser.unit(), tokens, result.nodes);
  return result;
}

bool parses(const std::vector<Token>& tokens) {
  antlr4::ListTokenSource source(to_antlr(tokens));
  antlr4::CommonTokenStream stream(&source);
  WendParser parser(&stream);
  parser.removeErrorListeners();
  parser.setErrorHandler(std::make_shared<antlr4::BailErrorStrategy>());
  parser.setBuildParseTree(false);
  for (const auto mode : {antlr4::atn::PredictionMode::SLL, antlr4::atn::PredictionMode::LL}) {
    parser.getInterpreter<antlr4::atn::ParserATNSimulator>()->setPredictionMode(mode);
    try {
      parser.unit();
      return true;
    } catch (const antlr4::ParseCancellationException&) {
      stream.reset();
      parser.reset();
    }
  }
  return false;
}

}  // namespace wend
