// A project as a git revision has it.
#include <catch2/catch.hpp>

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "compiler/service/revision.h"
#include "compiler/service/service.h"

namespace fs = std::filesystem;
using wend::read_revision;
using wend::RevisionFault;

namespace {

const char* const kProject = "project p { time zone \"UTC\" }\nprofile { identity user_id, email }\nchannel mail { reaches email, content { body html } }\n"
                             "message hello { category service, mail { body file \"texts/hello.liquid\" } }\nprotect all { categories service, at most 1 message in 1 day }\n";

class Repository {
 public:
  Repository() : folder_((fs::temp_directory_path() / "wend_revision_XXXXXX").string()) {
    REQUIRE(mkdtemp(folder_.data()) != nullptr);
    git("init -q");
  }
  ~Repository() {
    std::error_code error;
    fs::remove_all(folder_, error);
  }
  void git(const std::string& words) const {
    const std::string command = "git -C '" + folder_ + "' -c user.name=t -c user.email=t@example.org -c commit.gpgsign=false " + words + " >/dev/null 2>&1";
    INFO(command);
    REQUIRE(std::system(command.c_str()) == 0);
  }
  void write(const std::string& path, const std::string& text) const {
    fs::create_directories(fs::path(folder_ + "/" + path).parent_path());
    std::ofstream(folder_ + "/" + path, std::ios::binary) << text;
  }
  void commit(const std::string& message) const {
    git("add -A");
    git("commit -q -m " + message);
  }
  const std::string& folder() const { return folder_; }

 private:
  std::string folder_;
};

std::string text_of(const wend::Revision& revision, const std::string& path) {
  for (const auto& [name, text] : revision.files)
    if (name == path) return text;
  return "none";
}

}  // namespace

TEST_CASE("a revision gives a project as it was, with the texts its messages name, and nothing else of the repository") {
  const Repository repository;
  repository.write("shop/project.wend", kProject);
  repository.write("shop/texts/hello.liquid", "<p>one\n\n</p>\n");
  repository.write("shop/a name with spaces \"and quotes\".wend", "# nothing\n");
  repository.write("shop/.hidden/other.wend", "oops {\n");
  repository.write("shop/data.csv", std::string(1000, 'x'));
  repository.write("elsewhere/other.wend", "oops {\n");
  repository.commit("one");
  repository.write("shop/texts/hello.liquid", "<p>two</p>\n");
  repository.commit("two");
  repository.write("shop/project.wend", "oops {\n");

  RevisionFault fault;
  const auto before = read_revision(repository.folder() + "/shop", "HEAD~1", fault), now = read_revision(repository.folder() + "/shop", "HEAD", fault);
  REQUIRE(before);
  REQUIRE(now);
  CHECK(before->commit.size() == 40);
  CHECK(before->files.size() == 3);
  CHECK(text_of(*before, "project.wend") == kProject);
  CHECK(text_of(*before, "texts/hello.liquid") == "<p>one\n\n</p>\n");
  CHECK(text_of(*before, "a name with spaces \"and quotes\".wend") == "# nothing\n");
  CHECK(text_of(*now, "texts/hello.liquid") == "<p>two</p>\n");
  CHECK(wend::Project::from_texts(before->files).ok());
}

TEST_CASE("what git calls no commit is told as such, and never taken for an option") {
  const Repository repository;
  repository.write("project.wend", kProject);
  repository.commit("one");
  for (const char* revision : {"nope", "--help", "-h", "HEAD~7", "HEAD:project.wend", "", "a b", "$(touch /tmp/never)", "\xff"}) {
    INFO(revision);
    RevisionFault fault;
    CHECK(!read_revision(repository.folder(), revision, fault));
    CHECK(fault.unknown);
    CHECK(fault.message.starts_with("there is no revision `"));
  }
}

TEST_CASE("a folder that had no project then, a folder without git and a shallow clone say so") {
  const Repository repository;
  repository.write("readme.txt", "x");
  repository.commit("one");
  repository.write("shop/project.wend", kProject);
  repository.commit("two");
  RevisionFault fault;
  CHECK(!read_revision(repository.folder() + "/shop", "HEAD~1", fault));
  CHECK(fault.message.find("there is no `project.wend` in this folder then") != std::string::npos);

  const std::string shallow = repository.folder() + "/clone";
  repository.git("clone -q --depth 1 file://" + repository.folder() + " " + shallow);
  CHECK(!read_revision(shallow + "/shop", "HEAD~1", fault));
  CHECK(!fault.unknown);
  CHECK(fault.message.find("fetch-depth: 0") != std::string::npos);

  const std::string plain = (fs::temp_directory_path() / ("wend_no_git_" + std::to_string(::getpid()))).string();
  fs::create_directories(plain);
  CHECK(!read_revision(plain, "HEAD", fault));
  CHECK(fault.message.find("is not in a git repository") != std::string::npos);
  fs::remove_all(plain);
}

TEST_CASE("a body that names another brings it along, and a hook's own repository is not asked") {
  const Repository repository;
  repository.write("shop/project.wend", kProject);
  repository.write("shop/texts/hello.liquid", "<p>one</p>{% render 'foot.liquid' %}\n");
  repository.write("shop/texts/foot.liquid", "<p>foot</p>\n");
  repository.write("shop/texts/unnamed.liquid", "<p>nobody</p>\n");
  repository.commit("one");
  ::setenv("GIT_DIR", "/nowhere", 1);
  RevisionFault fault;
  const auto read = read_revision(repository.folder() + "/shop", "HEAD", fault);
  ::unsetenv("GIT_DIR");
  INFO(fault.message);
  REQUIRE(read);
  CHECK(text_of(*read, "texts/foot.liquid") == "<p>foot</p>\n");
  CHECK(text_of(*read, "texts/unnamed.liquid") == "none");
}

TEST_CASE("a link is the file it leads to, and one that leads out of the revision is told") {
  const Repository repository;
  repository.write("shared/more.wend", "event order\n");
  repository.write("shared/texts/hello.liquid", "<p>linked</p>\n");
  repository.write("shop/project.wend", kProject);
  fs::create_symlink("../shared/more.wend", repository.folder() + "/shop/more.wend");
  fs::create_directory_symlink("../shared/texts", repository.folder() + "/shop/texts");
  repository.commit("one");
  RevisionFault fault;
  const auto read = read_revision(repository.folder() + "/shop", "HEAD", fault);
  INFO(fault.message);
  REQUIRE(read);
  CHECK(text_of(*read, "more.wend") == "event order\n");
  CHECK(text_of(*read, "texts/hello.liquid") == "<p>linked</p>\n");
  CHECK(wend::Project::from_texts(read->files).ok());

  fs::create_symlink("/nowhere/at/all.wend", repository.folder() + "/shop/out.wend");
  repository.commit("two");
  CHECK(!read_revision(repository.folder() + "/shop", "HEAD", fault));
  CHECK(fault.message.find("`out.wend` of `HEAD` is a link to what that revision does not have") != std::string::npos);
}

TEST_CASE("a repository inside is read at the commit it had then") {
  const Repository inner, outer;
  inner.write("more.wend", "event order\n");
  inner.write("texts/hello.liquid", "<p>inside</p>\n");
  inner.commit("one");
  outer.write("project.wend", kProject);
  outer.git("-c protocol.file.allow=always submodule add -q " + inner.folder() + " inside");
  outer.commit("one");
  outer.write("inside/more.wend", "event other\n");
  RevisionFault fault;
  auto read = read_revision(outer.folder(), "HEAD", fault);
  INFO(fault.message);
  REQUIRE(read);
  CHECK(text_of(*read, "inside/more.wend") == "event order\n");
  CHECK(text_of(*read, "inside/texts/hello.liquid") == "<p>inside</p>\n");

  fs::remove_all(outer.folder() + "/inside");   // not checked out: here it has no files either
  fs::create_directory(outer.folder() + "/inside");
  read = read_revision(outer.folder(), "HEAD", fault);
  REQUIRE(read);
  CHECK(text_of(*read, "inside/more.wend") == "none");
}

TEST_CASE("a repository without a commit is told as one") {
  const Repository repository;
  repository.write("project.wend", kProject);
  RevisionFault fault;
  CHECK(!read_revision(repository.folder(), "HEAD", fault));
  CHECK(fault.message.find("this repository has no commit yet") != std::string::npos);
}

TEST_CASE("files that git ignores are known") {
  const Repository repository;
  repository.write(".gitignore", "made/\n");
  repository.write("shop/project.wend", kProject);
  repository.write("shop/made/more.wend", "event order\n");
  repository.write("shop/fresh.wend", "event fresh\n");
  CHECK(wend::ignored_by_git(repository.folder() + "/shop") == std::vector<std::string>{"made/more.wend"});
}
