// plan_tests: every .plan and .counts file, as GoogleTest tests Plan.<name> and Counts.<name>. `plan_tests --write`
// rewrites what they expect.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>

#include "test/plan/counts_file.hpp"
#include "test/plan/plan_file.hpp"

namespace shardite::test {
namespace {

using Paths = std::vector<std::filesystem::path>;

Paths FindFiles(const std::string &extension) {
  Paths found;
  for (const auto &entry : std::filesystem::directory_iterator(SHARDITE_SOURCE_DIR "/test/plan")) {
    if (entry.path().extension() == extension) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

/// One per driver and program, so that servers start once.
TestBed &BedOf(Driver driver) {
  static std::map<Driver, TestBed> beds;
  return beds.try_emplace(driver, driver).first->second;
}

template <class File>
class GoldenTest : public testing::Test {
 public:
  explicit GoldenTest(std::string path) : path_(std::move(path)) {}
  void TestBody() override {
    const File file(path_);
    for (const auto &failure : file.Run(BedOf(file.Kind())).failures) ADD_FAILURE() << failure;
  }

 private:
  std::string path_;
};

template <class File>
void Write(const std::string &extension) {
  for (const auto &path : FindFiles(extension)) {
    const File file(path);
    const auto result = file.Run(BedOf(file.Kind()));
    if (!result.failures.empty()) std::ofstream(path) << result.text;
    std::cout << path.filename().string() << ": " << result.failures.size() << " changed\n";
  }
}

template <class File>
void Register(const char *suite, const std::string &extension) {
  for (const auto &path : FindFiles(extension)) {
    testing::RegisterTest(suite, path.stem().c_str(), nullptr, nullptr, path.c_str(), 1,
                          [=]() -> testing::Test * { return new GoldenTest<File>(path); });
  }
}

}  // namespace
}  // namespace shardite::test

int main(int argc, char **argv) {
  using namespace shardite::test;  // NOLINT(google-build-using-namespace)
  testing::InitGoogleTest(&argc, argv);
  try {
    if (argc == 2 && std::string(argv[1]) == "--write") {
      Write<PlanFile>(".plan");
      Write<CountsFile>(".counts");
      return 0;
    }
  } catch (const std::exception &error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
  Register<PlanFile>("Plan", ".plan");
  Register<CountsFile>("Counts", ".counts");
  return RUN_ALL_TESTS();
}
