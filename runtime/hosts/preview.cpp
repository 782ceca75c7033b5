// The user begins with an `identify` for each trait, so that values are read and refused as they are in a run.
#include "runtime/hosts/preview.h"

#include "runtime/abi/text_format.h"
#include "runtime/core/step.h"
#include "runtime/engine/event_input.h"
#include "runtime/engine/ingest.h"

namespace wend {

Preview render_preview(const Module& module, uint32_t message, const std::vector<std::pair<std::string, std::string>>& traits, int64_t now_us) {
  Preview preview;
  Intake intake(module);
  const std::string begin = R"({"type":"identify","userId":"user","timestamp":")" + format_instant(now_us) + R"(","traits":{)";
  std::vector<std::pair<std::string, std::string>> all = traits;
  if (all.empty()) all.push_back({"", "null"});   // a user all the same
  for (const auto& [name, value] : all) {
    const uint64_t bad = intake.bad_traits;
    const size_t rejected = intake.rejected.size();
    std::string line = begin;
    append_json_string(line, name);
    (void)read_text(line + ":" + value + "}}\n", "user", false, intake);
    if (intake.bad_traits > bad || intake.rejected.size() > rejected) preview.refused.push_back(name);
  }
  Context context(*module.zone, module.windows);
  Step step(module, context);
  UserState user;
  std::vector<Decision> decisions;
  for (const StoredEvent& stored : intake.log.events()) {
    std::vector<AttributeChange> changes;
    step.handle(user, input_of({now_us, stored.record}, changes, "user", now_us), decisions);
  }
  if (!user.begun()) return preview;
  step.look(user, now_us);
  for (const ModuleContent& content : module.messages[message].contents) {
    const ModuleChannel& channel = module.channels[content.channel];
    PreviewText text{channel.name, {}};
    for (size_t i = 0; i < content.fields.size(); ++i) {
      text.fields.push_back({channel.fields[i].name, std::nullopt});
      if (content.fields[i]) content.fields[i](user.bytes(), &context, &text.fields.back().second.emplace());
    }
    preview.texts.push_back(std::move(text));
  }
  return preview;
}

}  // namespace wend
