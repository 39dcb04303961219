// sql_tests: every .test file on every driver, as GoogleTest tests OnFile.<name>, OnSqld.<name>, OnRqlite.<name>.
// `sql_tests some.test` runs one file from anywhere, as the differential tester writes them.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <vector>

#include "test/sql/run_sql_test.hpp"

namespace shardite::test {
namespace {

namespace fs = std::filesystem;

struct TestPath {
  std::string path, name;
};

const char *SuiteName(Driver driver) {
  switch (driver) {
    case Driver::FILE: return "OnFile";
    case Driver::SQLD: return "OnSqld";
    case Driver::RQLITE: return "OnRqlite";
  }
  return "?";
}

/// One per driver and program, so that servers start once.
TestBed &BedOf(Driver driver) {
  static std::map<Driver, TestBed> beds;
  return beds.try_emplace(driver, driver).first->second;
}

class SqlFileTest : public testing::Test {
 public:
  SqlFileTest(TestPath path, Driver driver) : path_(std::move(path)), driver_(driver) {}
  void TestBody() override {
    const auto test = ReadSqlTest(path_.path, path_.name);
    for (const auto &failure : RunSqlTest(test, BedOf(driver_)))
      ADD_FAILURE() << DriverName(driver_) << ": " << failure;
  }

 private:
  TestPath path_;
  Driver driver_;
};

std::vector<TestPath> FindTests() {
  const fs::path root = SHARDITE_SOURCE_DIR "/test/sql";
  std::vector<TestPath> found;
  for (const auto &entry : fs::recursive_directory_iterator(root)) {
    if (entry.path().extension() != ".test") continue;
    found.push_back({entry.path(), fs::relative(entry.path(), root).replace_extension().string()});
  }
  std::sort(found.begin(), found.end(), [](const auto &a, const auto &b) { return a.name < b.name; });
  return found;
}

void Register(const std::vector<TestPath> &tests) {
  for (const Driver driver : ALL_DRIVERS) {
    for (const auto &test : tests) {
      testing::RegisterTest(SuiteName(driver), test.name.c_str(), nullptr, nullptr, test.path.c_str(), 1,
                            [=]() -> testing::Test * { return new SqlFileTest(test, driver); });
    }
  }
}

}  // namespace
}  // namespace shardite::test

int main(int argc, char **argv) {
  testing::InitGoogleTest(&argc, argv);
  std::vector<shardite::test::TestPath> tests;
  for (int i = 1; i < argc; ++i) tests.push_back({argv[i], std::filesystem::path(argv[i]).stem()});
  shardite::test::Register(tests.empty() ? shardite::test::FindTests() : tests);
  return RUN_ALL_TESTS();
}
