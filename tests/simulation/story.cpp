// See story.h.
#include "tests/simulation/story.h"

#include <algorithm>
#include <regex>

#include "tests/differential/generate.h"
#include "tests/differential/random.h"
#include "tests/reference/clock.h"

namespace wend::simulation {

using differential::Random;
using reference::kDay;
using reference::kHour;
using reference::kMinute;
using reference::kSecond;

std::string word_at(const std::string& line, const std::string& key) {
  size_t at = line.find("\"" + key + "\":\"");
  if (at == std::string::npos) return "";
  at += key.size() + 4;
  return line.substr(at, line.find('"', at) - at);
}

std::string with_word(std::string line, const std::string& key, const std::string& word) {
  size_t at = line.find("\"" + key + "\":\"");
  if (at == std::string::npos) return line;
  at += key.size() + 4;
  return line.replace(at, line.find('"', at) - at, word);
}

namespace {

// The same project in other words, under other names, or with a comment; what people are in must not be lost.
std::string another_version(const std::string& text, Random& random) {
  switch (random.between(0, 2)) {
    case 0: return text + "\n# another\n";
    case 1: return std::regex_replace(text, std::regex("(step step_\\d+ \\{)"), "$1 split \"nothing\" { 50% { } 50% { } },");
    default: {
      std::string out = std::regex_replace(text, std::regex("journey (j\\d+)( closed| paused|) \\{"), "journey $1_now$2 renamed from $1 {");
      out = std::regex_replace(out, std::regex("step (step_\\d+) \\{"), "step $1_now renamed from $1 {");
      return std::regex_replace(out, std::regex("go to (step_\\d+)"), "go to $1_now");
    }
  }
}

Story generated_story(uint64_t seed) {
  Random random(seed * 31 + 5);
  differential::Size size = differential::size_of_seed(static_cast<uint64_t>(random.between(1, 500)));
  size.users = std::min(size.users, 9);
  size.days = std::min(size.days, 60);
  size.events = std::min(size.events, 30);
  const differential::Case made = differential::generate(seed, size);
  Story story;
  story.project = made.text();
  story.joins = story.project.find("anonymous_id") != std::string::npos;
  for (const std::string& event : made.events) {
    const std::string received = word_at(event, "receivedAt");
    std::string line = event;
    if (!received.empty()) line.erase(1, std::string("\"receivedAt\":\"\",").size() + received.size());
    int64_t due = 0;
    if (reference::read_instant(received.empty() ? word_at(line, "timestamp") : received, *reference::Zone::find("UTC"), due)) story.lines.push_back({due, line});
  }
  return story;
}

void unsettle(Story& story, Random& random) {
  std::vector<Posted> more;
  for (size_t i = 0; i < story.lines.size(); ++i) {
    Posted& posted = story.lines[i];
    const int64_t draw = random.between(0, 99);
    if (draw < 8) posted.due += random.pick(std::vector<int64_t>{30 * kMinute, kHour, 2 * kHour, 5 * kHour, kDay, 3 * kDay});
    else if (draw < 11) posted.due -= random.pick(std::vector<int64_t>{kSecond, kMinute, 2 * kHour, kDay});   // it says it lies ahead
    else posted.due += random.between(0, 5) * kSecond;
    if (random.chance(6))
      more.push_back({posted.due + random.pick(std::vector<int64_t>{0, kSecond, kHour, 2 * kDay, 7 * kDay - kSecond, 7 * kDay, 7 * kDay + kSecond}), posted.line});
    const std::string id = word_at(posted.line, "messageId");
    if (id.empty() || !random.chance(3)) continue;   // another body under the same id
    for (size_t k = i + 1; k < std::min(story.lines.size(), i + 20); ++k) {
      if (word_at(story.lines[k].line, "userId") != word_at(posted.line, "userId") || word_at(story.lines[k].line, "messageId").empty()) continue;
      story.lines[k].line = with_word(story.lines[k].line, "messageId", id);
      break;
    }
  }
  story.lines.insert(story.lines.end(), more.begin(), more.end());
  std::stable_sort(story.lines.begin(), story.lines.end(), [](const Posted& a, const Posted& b) { return a.due < b.due; });
}

}  // namespace

Story make_story(uint64_t seed) {
  Random random(seed * 977 + 1);
  Story story = seed % 2 == 0 ? busy_story(seed) : generated_story(seed);
  if (random.chance(25)) story.next = another_version(story.project, random);
  unsettle(story, random);
  return story;
}

}  // namespace wend::simulation
