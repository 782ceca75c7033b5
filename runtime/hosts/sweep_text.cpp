// What a sweep found, for people, for spreadsheets and for programs.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "runtime/hosts/summary_table.h"
#include "runtime/hosts/sweep.h"
#include "runtime/hosts/value_text.h"

namespace wend {
namespace {

std::string count_of(uint64_t count) { return count == 0 ? "0" : with_separators(count); }

// `held` and what follows from it is empty where the population does not say who was in it.
std::vector<std::string> cells(const std::string& name, const wend_set_count& count, bool held) {
  if (!held) return {name, count_of(count.users), "", "", ""};
  return {name, count_of(count.users), count_of(count.held), count_of(count.users - count.both), count_of(count.held - count.both)};
}

SummaryTable table_of(const std::string& heading) { return SummaryTable({{heading, SummaryTable::Align::left}, {"users"}, {"held"}, {"come"}, {"go"}}); }

void append_csv(std::string& out, const char* kind, const std::string& name, const std::string& state, const wend_set_count& count, bool held) {
  out += kind;
  out += ',';
  append_csv_cell(out, name);
  out += ',';
  append_csv_cell(out, state);
  out += held ? fmt::format(",{},{},{},{}\r\n", count.users, count.held, count.users - count.both, count.held - count.both) : fmt::format(",{},,,\r\n", count.users);
}

nlohmann::ordered_json json_of(const char* key, const std::string& name, const wend_set_count& count, bool held) {
  nlohmann::ordered_json out = {{key, name}, {"users", count.users}, {"held", nullptr}, {"come", nullptr}, {"go", nullptr}};
  if (!held) return out;
  out["held"] = count.held;
  out["come"] = count.users - count.both;
  out["go"] = count.held - count.both;
  return out;
}

}  // namespace

std::string render_sweep_text(const BatchModule& batch, const SweepResult& result) {
  std::string out;
  SummaryTable audiences = table_of("audience");
  for (const BatchModule::Audience& audience : batch.audiences) audiences.row(cells(audience.name, result.counts[audience.set], audience.held));
  if (!audiences.empty()) audiences.append(out, 0);
  for (const BatchModule::States& states : batch.states) {
    if (!out.empty()) out += '\n';
    SummaryTable table = table_of(states.name);
    for (size_t i = 0; i < states.names.size(); ++i) table.row(cells(states.names[i], result.counts[states.first_set + i], states.held));
    table.append(out, 0);
  }
  return out;
}

std::string render_sweep_csv(const BatchModule& batch, const SweepResult& result) {
  std::string out = "kind,name,state,users,held,come,go\r\n";
  for (const BatchModule::Audience& audience : batch.audiences) append_csv(out, "audience", audience.name, "", result.counts[audience.set], audience.held);
  for (const BatchModule::States& states : batch.states)
    for (size_t i = 0; i < states.names.size(); ++i) append_csv(out, "state", states.name, states.names[i], result.counts[states.first_set + i], states.held);
  return out;
}

std::string render_sweep_json(const PopulationLayout& layout, const BatchModule& batch, const SweepResult& result) {
  nlohmann::ordered_json audiences = nlohmann::ordered_json::array(), blocks = nlohmann::ordered_json::array();
  for (const BatchModule::Audience& audience : batch.audiences) audiences.push_back(json_of("audience", audience.name, result.counts[audience.set], audience.held));
  for (const BatchModule::States& states : batch.states) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (size_t i = 0; i < states.names.size(); ++i) list.push_back(json_of("state", states.names[i], result.counts[states.first_set + i], states.held));
    blocks.push_back({{"states", states.name}, {"in", std::move(list)}});
  }
  const nlohmann::ordered_json all = {{"at", format_instant(layout.at)}, {"users", result.users}, {"audiences", std::move(audiences)}, {"states", std::move(blocks)}};
  return all.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace wend
