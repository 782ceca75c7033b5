// The data of a case becomes the parameters of a message: types follow from the JSON, members of objects get dotted names.
#include "tests/golden/golden_liquid/cases.h"

#include <algorithm>
#include <fstream>
#include <optional>
#include <sstream>

#include <nlohmann/json.hpp>

#include "compiler/diagnostics/render.h"
#include "compiler/liquid/templates.h"
#include "compiler/service/service.h"
#include "runtime/abi/context.h"
#include "runtime/abi/lists.h"
#include "runtime/abi/module.h"

namespace wend::golden_liquid {
namespace {

using Json = nlohmann::ordered_json;

Type scalar_of(const Json& json) {
  if (json.is_boolean()) return {TypeKind::boolean};
  if (json.is_number_integer()) return {TypeKind::integer};
  if (json.is_number()) return {TypeKind::number};
  if (json.is_string()) return {TypeKind::text};
  return {};
}

uint32_t list_type(Program& types, Type entry) {
  const auto found = std::find(types.item_types.begin(), types.item_types.end(), entry);
  if (found != types.item_types.end()) return static_cast<uint32_t>(found - types.item_types.begin());
  types.item_types.push_back(entry);
  return static_cast<uint32_t>(types.item_types.size() - 1);
}

// The fields of all objects of a list; one that some lack, or that is null, may be unknown. Nothing where one has two types.
std::optional<RecordType> record_of(const Json& list) {
  RecordType record;
  for (const Json& object : list)
    for (const auto& [key, value] : object.items()) {
      const Type type = value.is_null() ? Type{TypeKind::text, true} : scalar_of(value);
      if (type.kind == TypeKind::error) return std::nullopt;
      const auto known = std::find_if(record.fields.begin(), record.fields.end(), [&, name = key](const RecordField& f) { return f.name == name; });
      if (known == record.fields.end()) record.fields.push_back({key, type});
      else if (!value.is_null() && known->type.known() != type) return std::nullopt;
    }
  for (RecordField& field : record.fields)
    for (const Json& object : list) field.type.optional = field.type.optional || !object.contains(field.name) || object[field.name].is_null();
  return record;
}

Type type_of(const Json& json, Program& types) {
  if (!json.is_array()) return json.is_null() ? Type{TypeKind::text, true} : scalar_of(json);
  if (json.empty()) return {TypeKind::list, false, list_type(types, {TypeKind::text})};
  const bool objects = std::all_of(json.begin(), json.end(), [](const Json& entry) { return entry.is_object() && !entry.empty(); });
  if (objects) {
    const auto record = record_of(json);
    if (!record) return {};
    types.records.push_back(*record);
    return {TypeKind::list, false, list_type(types, {TypeKind::record, false, static_cast<uint32_t>(types.records.size() - 1)})};
  }
  const Type entry = scalar_of(json[0]);
  const bool alike = std::all_of(json.begin(), json.end(), [&](const Json& one) { return scalar_of(one) == entry; });
  return alike && entry.kind != TypeKind::error ? Type{TypeKind::list, false, list_type(types, entry)} : Type{};
}

Value value_of(const Json& json) {
  Value value;
  if (json.is_boolean()) value.integer = json.get<bool>();
  else if (json.is_number_integer()) value.integer = json.get<int64_t>();
  else if (json.is_number()) value.number = json.get<double>();
  else if (json.is_string()) value.text = json.get<std::string>();
  else value.known = false;
  return value;
}

ValueType runtime_type(Type type) {
  ValueType out;
  out.kind = type.kind == TypeKind::boolean ? ValueKind::boolean : type.kind == TypeKind::number ? ValueKind::number
           : type.kind == TypeKind::text ? ValueKind::text : ValueKind::integer;
  return out;
}

wend_slot slot_of(const Value& value, Type type) {
  wend_slot slot{};
  if (type.kind == TypeKind::text) {
    slot.data = value.text.data();
    slot.size = static_cast<int64_t>(value.text.size());
  } else if (type.kind == TypeKind::number) {
    slot.number = value.number;
  } else {
    slot.integer = value.integer;
  }
  return slot;
}

// A list as the block that native code reads.
Value block_of(const Json& list, Type type, const Program& types) {
  const Type entry = types.item_types[type.of];
  ValueType made;
  made.kind = ValueKind::list;
  const bool record = entry.kind == TypeKind::record;
  const std::vector<RecordField> fields = record ? types.records[entry.of].fields : std::vector<RecordField>{{"", entry}};
  for (const RecordField& field : fields) made.fields.push_back({field.name, runtime_type(field.type)});
  ListBuilder builder(made);
  for (const Json& one : list) {
    builder.begin_item();
    for (uint32_t f = 0; f < fields.size(); ++f) {
      if (record && (!one.contains(fields[f].name) || one[fields[f].name].is_null())) continue;
      const Value value = value_of(record ? one[fields[f].name] : one);
      builder.put(f, slot_of(value, fields[f].type));
    }
  }
  Value out;
  out.text = builder.finish();
  return out;
}

// False when something in it has no type in Wend.
bool add_parameters(const Json& json, const std::string& name, Case& out, Program& types) {
  if (json.is_object()) {
    bool fine = true;
    for (const auto& [key, value] : json.items()) fine = add_parameters(value, name.empty() ? key : name + "." + key, out, types) && fine;
    return fine;
  }
  const Type type = type_of(json, types);
  if (type.kind == TypeKind::error) return false;
  out.parameters.push_back({name, type, json.is_array() ? block_of(json, type, types) : value_of(json)});
  return true;
}

// A program of one message a case, each with its own parameters, and one channel with one field.
Program program_of(const std::vector<Case>& cases, const Program& types) {
  Program program;
  program.project.name = "cases";
  program.project.currency = CurrencyId(0u);
  program.currencies = {"EUR"};
  program.one_ofs = types.one_ofs;
  program.item_types = types.item_types;
  program.records = types.records;
  Attribute address;
  address.name = "user_id";
  address.type = {TypeKind::text, true};
  address.default_value.known = false;
  address.identity = true;
  program.attributes.push_back(std::move(address));
  program.identities = {AttributeId(0u)};
  Channel channel;
  channel.name = "text";
  channel.reaches = AttributeId(0u);
  channel.content = {{"body", {TypeKind::text}}};
  program.channels.push_back(std::move(channel));
  program.categories.push_back({"service", false});
  for (size_t i = 0; i < cases.size(); ++i) {
    Message message;
    message.name = "case_" + std::to_string(i);
    message.category = CategoryId(0u);
    for (const Parameter& parameter : cases[i].parameters) message.parameters.push_back({parameter.name, parameter.type});
    message.contents.emplace_back().channel = ChannelId(0u);
    message.contents[0].fields.emplace_back();
    program.messages.push_back(std::move(message));
  }
  return program;
}

std::string check(const Case& one, size_t index, Program& program) {
  Sources sources;
  Diagnostics diagnostics;
  PendingTemplate pending;
  pending.message = MessageId(static_cast<uint32_t>(index));
  pending.text = one.text;
  pending.file = sources.add("template.liquid", one.text);
  std::map<std::string, uint32_t> opened;
  const ReadFile read = [&](const std::string& path) -> std::optional<uint32_t> {
    if (const auto known = opened.find(path); known != opened.end()) return known->second;
    const auto file = one.files.find(path);
    if (file == one.files.end()) return std::nullopt;
    return opened[path] = sources.add(path, file->second + "\n");
  };
  check_templates(program, {pending}, sources, read, diagnostics);
  diagnostics.finish(sources);
  return diagnostics.ok() ? "" : render_short(diagnostics, sources);
}

std::string show(const Module& module, size_t index, const Case& one, Context& context) {
  std::vector<wend_slot> slots;
  uint64_t known = 0;
  for (size_t i = 0; i < one.parameters.size(); ++i) {
    const Parameter& parameter = one.parameters[i];
    slots.push_back(slot_of(parameter.value, parameter.type.kind == TypeKind::list ? Type{TypeKind::text} : parameter.type));
    if (parameter.value.known) known |= 1ull << i;
  }
  context.parameters = slots.data();
  context.parameters_known = known;
  std::string out;
  module.messages[index].contents[0].fields[0](nullptr, &context, &out);
  context.reset_scratch();
  return out;
}

}  // namespace

std::vector<Case> read_cases(const std::string& path, Program& types) {
  std::vector<Case> cases;
  std::ifstream in(path);
  if (!in) return cases;
  const Json document = Json::parse(in);   // named: the loop must not outlive it
  for (const Json& json : document["tests"]) {
    Case one;
    one.name = json["name"];
    one.text = json["template"];
    if (json.contains("result")) one.results.push_back(json["result"]);
    if (json.contains("results"))
      for (const Json& result : json["results"]) one.results.push_back(result);
    if (json.contains("templates"))
      for (const auto& [name, text] : json["templates"].items()) one.files[name] = text;
    if (json.contains("data")) one.expressible = add_parameters(json["data"], "", one, types) && one.parameters.size() <= 64;
    cases.push_back(std::move(one));
  }
  return cases;
}

std::map<std::string, std::string> read_left_out(const std::string& path) {
  std::map<std::string, std::string> out;
  std::ifstream in(path);
  std::string reason;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("## ")) reason = line.substr(3);
    if (line.starts_with("- ")) out[line.substr(2)] = reason;
  }
  return out;
}

std::vector<Outcome> run(std::vector<Case>& cases, Program& types) {
  std::vector<Outcome> outcomes(cases.size());
  Program program = program_of(cases, types);
  for (size_t i = 0; i < cases.size(); ++i) {
    outcomes[i].text = cases[i].expressible ? check(cases[i], i, program) : "its data has no types\n";
    outcomes[i].refused = !outcomes[i].text.empty();
    if (outcomes[i].refused) program.messages[i].contents[0].fields[0].body.clear();
  }
  const std::shared_ptr<const Module> module = compile(program, Tier::fast_compile);
  Context context(*module->zone, module->windows);
  for (size_t i = 0; i < cases.size(); ++i)
    if (!outcomes[i].refused) outcomes[i].text = show(*module, i, cases[i], context);
  return outcomes;
}

}  // namespace wend::golden_liquid
