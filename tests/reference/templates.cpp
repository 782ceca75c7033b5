// Templates shown node by node.
#include <algorithm>
#include <fmt/format.h>

#include "tests/reference/evaluate.h"

namespace wend::reference {
namespace {

enum class Ending { ran, next_turn, end_loop };

int64_t clamped(int64_t value, int64_t least, int64_t most) { return value < least ? least : value > most ? most : value; }

class Shower {
 public:
  Shower(const Scene& scene, std::string& out) : scene_(scene), frame_(*scene.frame), out_(out) {}

  Ending body(const TemplateBody& body) {
    for (const TemplateNode& node : body)
      if (Ending ending = show(node); ending != Ending::ran) return ending;
    return Ending::ran;
  }

 private:
  void write(const std::string& text) {
    if (out_.size() + text.size() <= static_cast<size_t>(kFieldBytesMax)) out_ += text;
  }

  void write(const Expr& expr, Escape escape) {
    write(escaped(value_text(scene_.world.program, expr.type, evaluate(expr, scene_)), escape));
  }

  Ending show(const TemplateNode& node) {
    switch (node.kind) {
      case TemplateNode::Kind::text: write(node.text); break;
      case TemplateNode::Kind::output: write(*node.value, node.escape); break;
      case TemplateNode::Kind::branches:
        for (const TemplateBranch& branch : node.branches)
          if (!branch.condition || holds(*branch.condition, scene_)) return body(branch.body);
        break;
      case TemplateNode::Kind::assign: {
        Value value = evaluate(*node.value, scene_);
        if (value.known) frame_.locals[node.local] = value;
        else frame_.locals.erase(node.local);
        break;
      }
      case TemplateNode::Kind::capture: {
        std::string captured;
        Shower(scene_, captured).body(node.branches[0].body);
        Value value;
        value.text = bounded_text(std::move(captured), scene_);
        frame_.locals[node.local] = value;
        break;
      }
      case TemplateNode::Kind::loop: return loop(node);
      case TemplateNode::Kind::leave: return node.flag ? Ending::end_loop : Ending::next_turn;
      case TemplateNode::Kind::count: {
        int64_t& counter = frame_.counters[node.local];
        write(fmt::format("{}", node.flag ? --counter : counter++));
        break;
      }
      case TemplateNode::Kind::cycle: {
        int64_t& counter = frame_.counters[node.local];
        auto size = static_cast<int64_t>(node.args.size());
        if (counter < size) write(*node.args[static_cast<size_t>(counter)], node.escape);
        counter = counter + 1 >= size ? 0 : counter + 1;
        break;
      }
    }
    return Ending::ran;
  }

  std::vector<Value> entries(const TemplateNode& node) {
    std::vector<Value> all;
    if (node.value) return part_of(evaluate(*node.value, scene_).items, node);
    int64_t from = evaluate(*node.args[0], scene_).integer, to = evaluate(*node.args[1], scene_).integer;
    for (__int128 n = from; n <= to && static_cast<int64_t>(all.size()) < kRangeMax; ++n) all.push_back(integer_value(static_cast<int64_t>(n)));
    return part_of(std::move(all), node);
  }

  std::vector<Value> part_of(std::vector<Value> all, const TemplateNode& node) {
    auto size = static_cast<int64_t>(all.size());
    int64_t offset = node.args[2] ? clamped(evaluate(*node.args[2], scene_).integer, 0, size) : 0;
    int64_t limit = node.args[3] ? clamped(evaluate(*node.args[3], scene_).integer, 0, size - offset) : size - offset;
    std::vector<Value> part(all.begin() + offset, all.begin() + offset + limit);
    if (node.flag) std::reverse(part.begin(), part.end());
    return part;
  }

  Ending loop(const TemplateNode& node) {
    std::vector<Value> part = entries(node);
    if (part.empty()) return node.branches.size() > 1 ? body(node.branches[1].body) : Ending::ran;
    for (size_t i = 0; i < part.size(); ++i) {
      if (++frame_.turns > kTurnsMax) break;
      frame_.locals[node.local] = part[i];
      frame_.loops[node.loop] = {static_cast<int64_t>(i), static_cast<int64_t>(part.size())};
      if (body(node.branches[0].body) == Ending::end_loop) break;
    }
    return Ending::ran;
  }

  const Scene& scene_;
  TemplateFrame& frame_;
  std::string& out_;
};

}  // namespace

std::string bounded_text(std::string text, const Scene& scene) {
  if (static_cast<int64_t>(text.size()) > kTextBytesMax) {
    size_t size = static_cast<size_t>(kTextBytesMax);
    while (size > 0 && (text[size] & 0xc0) == 0x80) --size;
    text.resize(size);
  }
  if (!scene.frame) return text;
  scene.frame->made_bytes += static_cast<int64_t>(text.size());
  return scene.frame->made_bytes > kMadeBytesMax ? "" : text;
}

Value bounded_list(std::vector<Value> entries, bool records, const Scene& scene) {
  if (static_cast<int64_t>(entries.size()) > kRangeMax) entries.resize(static_cast<size_t>(kRangeMax));
  Value list;
  if (entries.empty()) return list;
  size_t fields = records ? entries[0].items.size() : 1, bytes = 8 + entries.size() * (8 + 16 * fields);
  for (const Value& entry : entries) {
    bytes += records ? 0 : entry.text.size();
    for (const Value& field : entry.items) bytes += records && field.known ? field.text.size() : 0;
  }
  if (scene.frame) {
    scene.frame->made_bytes += static_cast<int64_t>(bytes);
    if (scene.frame->made_bytes > kMadeBytesMax) return list;
  }
  list.items = std::move(entries);
  return list;
}

std::string render(const TemplateBody& body, const Scene& scene) {
  TemplateFrame frame;
  Scene inside{scene.world, scene.user, scene.now, scene.event, scene.instance, scene.parameters, &frame};
  std::string out;
  Shower(inside, out).body(body);
  return out;
}

}  // namespace wend::reference
