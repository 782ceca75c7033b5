// Parse nodes to the syntax tree. One object reads one file; each construct has its function, in the file named
// after its field. Broken members have been reported and are left out. Private to this folder.
#pragma once

#include <initializer_list>
#include <optional>
#include <string_view>

#include "compiler/syntax/ast.h"
#include "compiler/syntax/literals.h"

namespace wend {

class Translator {
 public:
  explicit Translator(const FrontFile& file) : file_(file), literals_{file} {}

  // The declaration of a `unit`; nothing when not even its kind and name could be read.
  std::optional<ast::Decl> declaration(const Node& unit) const;

 private:
  // translate.cpp: names, types, small things
  Span span(const Node& node) const { return literals_.span(node); }
  ast::Name name(const Node& node) const;
  ast::Name child_name(const Node& node, size_t index = 0) const;   // of the names and paths right below
  ast::Name name_after(const Node& node, tok::Token word) const;   // the name right behind a word
  ast::Name renamed(const Node& node) const { return child_name(node.child(rule::RuleRenamed)); }
  std::vector<ast::Name> names(const Node& node, size_t skip = 0) const;
  ast::Name one_value(const Node& node) const;   // of a `one of`: a word, or quoted where it is none
  ast::TypeRef type(const Node& node) const;
  ast::TypeRef item_type(const Node& node) const;
  std::vector<std::pair<ast::Name, std::unique_ptr<ast::TypeRef>>> fields(const Node& node) const;
  int64_t clock(const Node& clock, bool& user_time) const;
  static int weekday(const Node& weekday);
  std::vector<int> weekdays(const Node& node) const;
  std::vector<ast::Argument> arguments(const Node& node) const;    // every `argument` below, in order
  ast::Argument argument(const Node& node) const;
  ast::When local_time(const Node& node) const;
  // Reports a member that a block may have once; true when `seen` was false.
  bool once(bool& seen, const Node& member, std::string_view word) const;

  // translate_expressions.cpp
  ast::ExprPtr make(const Node& node, decltype(ast::Expr::node) value) const;
  ast::ExprPtr error(const Node& node) const;
  ast::ExprPtr expr(const Node& node) const;
  ast::ExprPtr operators(const Node& node, rule::Rule operand, ast::ExprPtr (Translator::*read)(const Node&) const) const;
  ast::ExprPtr disjunction(const Node& node) const;
  ast::ExprPtr conjunction(const Node& node) const;
  ast::ExprPtr negation(const Node& node) const;
  ast::ExprPtr comparison(const Node& node) const;
  ast::ExprPtr relation(const Node& whole, const Node& node, ast::ExprPtr left) const;
  ast::ExprPtr list_relation(const Node& whole, const Node& node, ast::ExprPtr left) const;
  ast::ExprPtr trigger(const Node& whole, const Node& node, ast::ExprPtr left) const;
  ast::ExprPtr fallback(const Node& node) const;
  ast::ExprPtr arith(const Node& node) const;
  ast::ExprPtr term(const Node& node) const;
  ast::ExprPtr factor(const Node& node) const;
  ast::ExprPtr postfix(const Node& node) const;
  ast::ExprPtr primary(const Node& node) const;
  ast::ExprPtr call(const Node& node) const;
  ast::ExprPtr quantifier(const Node& node) const;
  ast::ExprPtr value(const Node& node) const;
  ast::ExprPtr literal(const Node& node) const;
  ast::TextQueryPtr query(const Node& node) const;

  // translate_events.cpp: what is said about events
  ast::EventRef event_ref(const Node& node) const;
  ast::ExprPtr aggregate(const Node& node) const;
  ast::AggregateKind aggregate_kind(const Node& node) const;
  ast::SequenceHop hop(const Node& node, ast::AggregateExpr& whole) const;
  ast::Window window(const Node& node) const;
  bool offer_window(const Node& node, Diagnostic& missing) const;
  ast::ExprPtr where(const Node& node) const;                      // the `expr` behind `where`, or null
  std::optional<int64_t> up_to(const Node& node) const;

  // translate_definitions.cpp
  ast::Project project(const Node& node) const;
  ast::Profile profile(const Node& node) const;
  ast::Attribute attribute(const Node& node) const;
  ast::Event event(const Node& node) const;
  ast::Property property(const Node& node) const;
  ast::Measure measure(const Node& node) const;
  ast::Measure score(const Node& node) const;
  ast::Audience audience(const Node& node) const;
  ast::States states(const Node& node) const;
  ast::StateRule state_rule(const Node& node) const;
  ast::Cadence cadence(const Node& node) const;

  // translate_signals.cpp
  ast::Signal signal(const Node& node) const;
  ast::FollowedBy followed_by(const Node& node) const;
  ast::Hook hook(const Node& node) const;

  // translate_reports.cpp
  ast::Report report(const Node& node) const;

  // translate_messages.cpp
  ast::Channel channel(const Node& node) const;
  ast::Topic topic(const Node& node) const;
  ast::Message message(const Node& node) const;
  std::vector<ast::Parameter> parameters(const Node& node) const;
  ast::ChannelContent channel_content(const Node& node) const;

  // translate_protection.cpp
  ast::Protect protect(const Node& node) const;
  std::optional<ast::ProtectRule> protect_rule(const Node& node) const;
  ast::ProtectRule cap(const Node& node) const;
  ast::ProtectRule floor(const Node& node) const;
  ast::ThenDo then_do(const Node& node) const;

  // translate_experiments.cpp
  ast::Experiment experiment(const Node& node) const;
  void experiment_member(const Node& member, ast::Experiment& out) const;
  ast::ShareRange share_range(const Node& node) const;
  std::vector<ast::ShareRange> share_ranges(const Node& node) const;   // every `range` right below
  ast::StopRule stop_rule(const Node& node) const;

  // translate_journeys.cpp
  ast::Journey journey(const Node& node) const;
  std::optional<ast::Enter> enter(const Node& node) const;
  ast::EnterByExperiment enter_by_experiment(const Node& node) const;
  ast::ReEnter re_enter(const Node& node) const;

  // translate_statements.cpp
  ast::Block block(const Node& node) const;                        // every `statement` below
  std::optional<ast::Stmt> statement(const Node& node) const;
  ast::SendStmt send(const Node& node) const;
  void channels(const Node& node, ast::SendStmt& out) const;
  std::optional<ast::Stmt> wait(const Node& node) const;
  ast::WaitUntilDateStmt wait_date(const Node& node) const;
  void outcome(const Node& node, ast::Block& then, ast::Block& otherwise) const;
  ast::IfStmt if_statement(const Node& node, size_t branch) const;
  std::vector<ast::Arm> arms(const Node& node) const;

  // translate_modules.cpp
  ast::Module module(const Node& node) const;
  std::optional<ast::Need> need(const Node& node) const;
  ast::Use use(const Node& node) const;
  ast::Given given(const Node& node) const;

  // translate_tests.cpp
  ast::Test test(const Node& node) const;
  ast::TestBlock test_block(const Node& node) const;
  std::vector<ast::TestStatement> test_body(const Node& node) const;
  ast::TestEvent test_event(const Node& node) const;
  ast::Expectation expectation(const Node& node) const;
  ast::ExpectMessage expect_message(const Node& node) const;
  ast::ExpectDone expect_done(const Node& node) const;

  const FrontFile& file_;
  mutable bool entered_ = false;   // in what stands behind the entry of a journey: its steps, goal and exits
  Literals literals_;
};

}  // namespace wend
