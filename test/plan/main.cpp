// plan_tests: every .plan file, as GoogleTest tests Plan.<name>. `plan_tests --write` rewrites what they expect.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>

#include "test/plan/plan_file.hpp"

namespace shardite::test {
namespace {

std::vector<std::filesystem::path> FindPlans() {
  std::vector<std::filesystem::path> found;
  for (const auto &entry : std::filesystem::directory_iterator(SHARDITE_SOURCE_DIR "/test/plan")) {
    if (entry.path().extension() == ".plan") found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

/// One per driver and program, so that servers start once.
TestBed &BedOf(Driver driver) {
  static std::map<Driver, TestBed> beds;
  return beds.try_emplace(driver, driver).first->second;
}

class PlanTest : public testing::Test {
 public:
  explicit PlanTest(std::string path) : path_(std::move(path)) {}
  void TestBody() override {
    const PlanFile file(path_);
    for (const auto &failure : file.Run(BedOf(file.Kind())).failures) ADD_FAILURE() << failure;
  }

 private:
  std::string path_;
};

int WriteAll() {
  for (const auto &path : FindPlans()) {
    const PlanFile file(path);
    const auto result = file.Run(BedOf(file.Kind()));
    if (!result.failures.empty()) std::ofstream(path) << result.text;
    std::cout << path.filename().string() << ": " << result.failures.size() << " plans changed\n";
  }
  return 0;
}

void Register() {
  for (const auto &path : FindPlans()) {
    testing::RegisterTest("Plan", path.stem().c_str(), nullptr, nullptr, path.c_str(), 1,
                          [=]() -> testing::Test * { return new PlanTest(path); });
  }
}

}  // namespace
}  // namespace shardite::test

int main(int argc, char **argv) {
  testing::InitGoogleTest(&argc, argv);
  try {
    if (argc == 2 && std::string(argv[1]) == "--write") return shardite::test::WriteAll();
  } catch (const std::exception &error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
  shardite::test::Register();
  return RUN_ALL_TESTS();
}
