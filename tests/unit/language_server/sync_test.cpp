// The text in the editor and the text here stay one, whatever is typed; and diagnostics follow it.
#include <catch2/catch.hpp>

#include <random>

#include "compiler/language_server/positions.h"
#include "tests/unit/language_server/talk.h"

using namespace wend::lsp;

namespace {

// A second reading of the protocol, by units of 16 bits from the beginning of the text.
size_t unit_at(const std::u16string& text, size_t line, size_t character) {
  size_t at = 0;
  for (; line > 0 && at < text.size(); ++at) {
    if (text[at] == u'\n' || (text[at] == u'\r' && (at + 1 == text.size() || text[at + 1] != u'\n'))) --line;
  }
  while (character-- > 0 && at < text.size() && text[at] != u'\n' && text[at] != u'\r') ++at;
  return at;
}

std::string utf8(const std::u16string& text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    uint32_t scalar = text[i];
    if (scalar >= 0xD800 && scalar < 0xDC00 && i + 1 < text.size()) scalar = 0x10000 + ((scalar - 0xD800) << 10) + (text[++i] - 0xDC00u);
    if (scalar < 0x80) out += static_cast<char>(scalar);
    else if (scalar < 0x800) (out += static_cast<char>(0xC0 | scalar >> 6)) += static_cast<char>(0x80 | (scalar & 63));
    else if (scalar < 0x10000) ((out += static_cast<char>(0xE0 | scalar >> 12)) += static_cast<char>(0x80 | (scalar >> 6 & 63))) += static_cast<char>(0x80 | (scalar & 63));
    else (((out += static_cast<char>(0xF0 | scalar >> 18)) += static_cast<char>(0x80 | (scalar >> 12 & 63))) += static_cast<char>(0x80 | (scalar >> 6 & 63))) += static_cast<char>(0x80 | (scalar & 63));
  }
  return out;
}

bool low(char16_t c) { return c >= 0xDC00 && c < 0xE000; }

Json place(size_t line, size_t character) { return object({{"line", line}, {"character", character}}); }

// 1 made, 2 changed, 3 deleted.
void watched(Talk& talk, const std::string& uri, int type) {
  talk.notify("workspace/didChangeWatchedFiles", object({{"changes", array({object({{"uri", uri}, {"type", type}})})}}));
}

}  // namespace

TEST_CASE("pieces of changes come to the same as the whole text") {
  Folder folder;
  folder.write("project.wend", kProject);
  const std::string uri = folder.uri("more.wend");
  const std::u16string words[] = {u"event ", u"x", u" { ", u"}\n", u"\r\n", u"\"", u"# é\n", u"\U0001F44D\U0001F3FD", u"e\u0301", u"語", u"measure m = count of play ever\n", u"{{ plan }}", u"\r"};
  std::mt19937 random(3);
  for (int round = 0; round < 12; ++round) {
    Talk talk;
    std::u16string text = u"event a { b text }\r\n# \U0001F600\nmeasure m = count of play ever\n";
    talk.open(uri, utf8(text));
    for (int step = 0; step < 40; ++step) {
      Json changes = array();
      for (size_t n = 1 + random() % 3; n > 0; --n) {
        size_t line = random() % 6, character = random() % 30, to_line = line + random() % 2, to_character = random() % 30;
        size_t begin = unit_at(text, line, character), end = unit_at(text, to_line, to_character);
        if (end < begin) { std::swap(begin, end); std::swap(line, to_line); std::swap(character, to_character); }
        if ((begin < text.size() && low(text[begin])) || (end < text.size() && low(text[end]))) continue;   // no editor cuts a character in two
        const std::u16string& with = words[random() % std::size(words)];
        text = text.substr(0, begin) + with + text.substr(end);
        changes.add(object({{"range", object({{"start", place(line, character)}, {"end", place(to_line, to_character)}})}, {"text", utf8(with)}}));
      }
      talk.change(uri, changes.is_null() ? array() : changes, step + 2);
    }
    Talk whole;
    whole.open(uri, utf8(text));
    INFO(utf8(text));
    CHECK(talk.diagnostics(uri).dump() == whole.diagnostics(uri).dump());
    CHECK(talk.of("textDocument/semanticTokens/full", uri).dump() == whole.of("textDocument/semanticTokens/full", uri).dump());
    CHECK(talk.of("textDocument/documentSymbol", uri).dump() == whole.of("textDocument/documentSymbol", uri).dump());
  }
}

TEST_CASE("any number of changes before a pause cost one analysis, and diagnostics carry the version") {
  Folder folder;
  folder.write("project.wend", kProject);
  const std::string uri = folder.uri("project.wend");
  Talk talk;
  talk.open(uri, kProject);
  talk.rest();
  talk.received.clear();
  for (int version = 2; version < 20; ++version)
    talk.change(uri, array({object({{"range", object({{"start", place(0, 8)}, {"end", place(0, 9)}})}, {"text", version % 2 ? "a" : "b"}})}), version);
  talk.rest();
  REQUIRE(talk.received.size() == 1);
  CHECK(talk.received[0]["params"]["version"].integer() == 19);
}

TEST_CASE("a mistake is told while it is there, in every file it concerns, and gone when it is mended") {
  Folder folder;
  folder.write("project.wend", kProject);
  folder.write("more.wend", "measure minutes = sum of play.played in last 7 days\n");
  const std::string main = folder.uri("project.wend"), more = folder.uri("more.wend");
  Talk talk;
  talk.open(main, kProject);
  CHECK(talk.codes(main).empty());
  std::string broken = kProject;
  broken.replace(broken.find("played duration"), 6, "heard ");
  talk.change(main, array({object({{"text", broken}})}), 2);
  CHECK(talk.codes(main).size() == 1);     // the measure in this file
  CHECK(talk.codes(more).size() == 1);     // and the one in a file that is not even open
  talk.change(main, array({object({{"text", kProject}})}), 3);
  CHECK(talk.codes(main).empty());
  CHECK(talk.codes(more).empty());
}

TEST_CASE("the disk counts where nothing is open, and again when a document is closed") {
  Folder folder;
  folder.write("project.wend", kProject);
  folder.write("more.wend", "measure twice = plays + plays\n");
  const std::string main = folder.uri("project.wend"), more = folder.uri("more.wend");
  Talk talk;
  talk.open(main, kProject);
  talk.open(more, "measure twice = playz + plays\n");
  CHECK(talk.codes(more).size() == 1);
  talk.notify("textDocument/didClose", object({{"textDocument", object({{"uri", more}})}}));
  CHECK(talk.codes(more).empty());
  folder.write("more.wend", "measure twice = playz + plays\n");
  talk.notify("workspace/didChangeWatchedFiles", object({{"changes", array({object({{"uri", more}, {"type", 2}})})}}));
  CHECK(talk.codes(more).size() == 1);
}

TEST_CASE("two projects live side by side") {
  Folder folder;
  folder.write("a/project.wend", kProject);
  folder.write("b/project.wend", kProject);
  Talk talk;
  talk.open(folder.uri("a/project.wend"), kProject);
  talk.open(folder.uri("b/project.wend"), std::string(kProject) + "measure bad = nothing\n");
  CHECK(talk.codes(folder.uri("a/project.wend")).empty());
  CHECK(talk.codes(folder.uri("b/project.wend")).size() == 1);
}

TEST_CASE("a project in a project tells of its own files, and of each file only one of them does") {
  Folder folder;
  folder.write("project.wend", kProject);
  folder.write("inner/more.wend", "measure twice = playz + plays\n");
  const std::string main = folder.uri("project.wend"), inner = folder.uri("inner/project.wend"), more = folder.uri("inner/more.wend");
  Talk talk;
  talk.open(main, kProject);
  talk.open(more, "measure twice = playz + plays\n");
  CHECK(talk.codes(more).size() == 1);
  folder.write("inner/project.wend", std::string(kProject) + "measure playz = plays\n");
  watched(talk, inner, 1);
  CHECK(talk.codes(more).empty());   // it is of the inner one now, where the name is known
  std::filesystem::remove(folder.path() + "/inner/project.wend");
  watched(talk, inner, 3);
  CHECK(talk.codes(more).size() == 1);
  CHECK(talk.codes(main).empty());
}

TEST_CASE("a folder becomes a project, and none again") {
  Folder folder;
  const std::string root = folder.uri("project.wend"), more = folder.uri("more.wend"), closed = folder.uri("closed.wend");
  Talk talk;
  talk.open(more, "measure twice = playz + plays\n");
  CHECK(talk.codes(more).empty());   // alone only its syntax means anything
  folder.write("project.wend", kProject);
  folder.write("closed.wend", "measure worse = played\n");
  watched(talk, root, 1);
  CHECK(talk.codes(more).size() == 1);
  CHECK(talk.codes(closed).size() == 1);
  std::filesystem::remove(folder.path() + "/project.wend");
  watched(talk, root, 3);
  CHECK(talk.codes(more).empty());
  CHECK(talk.codes(closed).empty());
  CHECK_FALSE(talk.diagnostics(closed).is_null());
}

TEST_CASE("files come, go and take other names on the disk") {
  Folder folder;
  folder.write("project.wend", kProject);
  const std::string main = folder.uri("project.wend"), first = folder.uri("first.wend"), second = folder.uri("sub/second.wend");
  const std::string bad = "measure twice = plays + playz\n";
  Talk talk;
  talk.open(main, kProject);
  folder.write("first.wend", bad);
  watched(talk, first, 1);
  CHECK(talk.codes(first).size() == 1);
  std::filesystem::create_directories(folder.path() + "/sub");
  std::filesystem::rename(folder.path() + "/first.wend", folder.path() + "/sub/second.wend");
  talk.notify("workspace/didChangeWatchedFiles", object({{"changes", array({object({{"uri", first}, {"type", 3}}), object({{"uri", second}, {"type", 1}})})}}));
  CHECK(talk.codes(first).empty());
  CHECK(talk.codes(second).size() == 1);
  std::filesystem::remove_all(folder.path() + "/sub");
  watched(talk, second, 3);
  CHECK(talk.codes(second).empty());
  // One that is open and gone from the disk counts as the editor has it.
  folder.write("first.wend", "");
  talk.open(first, bad);
  std::filesystem::remove(folder.path() + "/first.wend");
  watched(talk, first, 3);
  CHECK(talk.codes(first).size() == 1);
  talk.notify("textDocument/didClose", object({{"textDocument", object({{"uri", first}})}}));
  CHECK(talk.codes(first).empty());
}

TEST_CASE("folders of the workspace come and go, and their projects with them") {
  Folder folder;
  folder.write("a/project.wend", kProject);
  folder.write("b/project.wend", std::string(kProject) + "measure bad = nothing\n");
  const auto changed = [&](const char* added, const char* removed) {
    const auto list = [&](const char* name) { return *name ? array({object({{"uri", folder.uri(name)}, {"name", name}})}) : array(); };
    return object({{"event", object({{"added", list(added)}, {"removed", list(removed)}})}});
  };
  Talk talk(object({{"capabilities", object()}, {"workspaceFolders", array({object({{"uri", folder.uri("a/")}, {"name", "a"}})})}}));
  const std::string b = folder.uri("b/project.wend");
  CHECK(talk.diagnostics(b).is_null());
  talk.notify("workspace/didChangeWorkspaceFolders", changed("b", ""));
  CHECK(talk.codes(b).size() == 1);
  CHECK(talk.request("workspace/symbol", object({{"query", "greet"}})).items().size() == 2);
  talk.notify("workspace/didChangeWorkspaceFolders", changed("", "b"));
  CHECK(talk.codes(b).empty());
  CHECK(talk.request("workspace/symbol", object({{"query", "greet"}})).items().size() == 1);
  talk.open(b, std::string(kProject) + "measure bad = nothing\n");   // of no folder, and open
  CHECK(talk.codes(b).size() == 1);
  talk.notify("textDocument/didClose", object({{"textDocument", object({{"uri", b}})}}));
  CHECK(talk.codes(b).empty());
}

TEST_CASE("an address may be written in more than one way: what is told and offered has the editor's own") {
  Folder folder;
  folder.write("project.wend", kProject);
  folder.write("a+b (c).wend", "measure twice = playz + plays\n");
  const std::string path = folder.path() + "/a+b (c).wend", own = "file://" + folder.path() + "/a+b%20(c).wend";
  REQUIRE(own != uri_of(path));
  Talk talk;
  talk.open(own, "measure twice = playz + plays\n");
  CHECK(talk.codes(own).size() == 1);
  CHECK(talk.diagnostics(uri_of(path)).is_null());
  const Json actions = talk.request("textDocument/codeAction", object({{"textDocument", object({{"uri", own}})}, {"range", object({{"start", place(0, 16)}, {"end", place(0, 16)}})}, {"context", object()}}));
  REQUIRE(!actions.items().empty());
  CHECK(actions.items()[0]["edit"]["changes"].has(own));
}

TEST_CASE("a file that belongs to no project is told its syntax errors, and nothing else") {
  Folder folder;
  Talk talk;
  const std::string uri = folder.uri("loose.wend");
  talk.open(uri, "measure a = b\n");
  CHECK(talk.codes(uri).empty());
  talk.change(uri, array({object({{"text", "measure a = = b\n"}})}), 2);
  CHECK(talk.codes(uri).size() == 1);
  talk.open("untitled:new", "journey {");
  CHECK(talk.codes("untitled:new").size() >= 1);
}

TEST_CASE("while a text is broken, names are known from when it was not") {
  Folder folder;
  folder.write("project.wend", kProject);
  const std::string uri = folder.uri("project.wend");
  Talk talk;
  talk.open(uri, kProject);
  talk.rest();
  std::string broken = kProject;
  const size_t at = broken.find("    send hello\n");
  broken.insert(at, "    wait for for {\n");
  talk.change(uri, array({object({{"text", broken}})}), 2);
  const Lines lines(broken);
  const Place place = lines.place(static_cast<uint32_t>(broken.find("send hello") + 6), Encoding::utf16);
  const Json hover = talk.at("textDocument/hover", uri, place.line, place.character);
  CHECK(hover["contents"]["value"].text().find("message hello") != std::string::npos);
}
