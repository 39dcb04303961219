// differential_tests: random queries on every driver, as GoogleTest tests OnFile.Random, OnSqld.Random,
// OnRqlite.Random.
//   differential_tests [--count N] [--seed S] [--driver file|sqld|rqlite] [--failures N] [GoogleTest's own options]
// Without --seed the run is the one that `make test` makes, the same every time; --seed new draws one from the clock.

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <stdexcept>

#include "test/differential/differential.hpp"

namespace shardite::test {
namespace {

struct Settings {
  uint64_t seed = 20261120;
  size_t count = 20000;
  size_t most_failures = 5;
};
Settings settings;

/// Files are asked half of the queries: they are the quickest, and every driver shares the engine.
size_t ShareOf(Driver driver) {
  switch (driver) {
    case Driver::FILE: return settings.count - settings.count * 3 / 10 - settings.count * 2 / 10;
    case Driver::SQLD: return settings.count * 3 / 10;
    case Driver::RQLITE: return settings.count * 2 / 10;
  }
  return 0;
}

void AskRandomQueries(Driver driver) {
  DifferentialOptions options;
  options.seed = settings.seed;
  options.queries = ShareOf(driver);
  options.queries_per_fleet = 100;
  options.most_failures = settings.most_failures;
  options.report_directory = testing::TempDir();
  std::cout << "seed " << options.seed << ": " << options.queries << " queries on " << DriverName(driver) << std::endl;
  const auto report = RunDifferential(options, driver);
  for (const auto &failure : report.failures) ADD_FAILURE() << failure;
  std::cout << report.asked << " queries; DuckDB itself refuses " << report.refused_by_duckdb << ", is refused alone "
            << report.answered_alone << ", documented refusals " << report.documented_refusals << std::endl;
  EXPECT_LE(report.documented_refusals * 100, report.asked + 100) << "too many answers are refusals";
  EXPECT_LE(report.answered_alone * 50, report.asked + 200) << "too many errors stay away";
  EXPECT_LT(report.refused_by_duckdb * 5, report.asked) << "too few queries have an answer to compare with";
}

TEST(OnFile, Random) { AskRandomQueries(Driver::FILE); }
TEST(OnSqld, Random) { AskRandomQueries(Driver::SQLD); }
TEST(OnRqlite, Random) { AskRandomQueries(Driver::RQLITE); }

void ReadSettings(int argc, char **argv) {
  for (int i = 1; i < argc; i += 2) {
    const std::string option = argv[i], value = i + 1 < argc ? argv[i + 1] : "";
    if (option == "--seed") {
      settings.seed = value == "new"
                          ? static_cast<uint64_t>(std::chrono::system_clock::now().time_since_epoch().count())
                          : std::stoull(value);
    } else if (option == "--count") {
      settings.count = std::stoull(value);
    } else if (option == "--failures") {
      settings.most_failures = std::stoull(value);
    } else if (option == "--driver" && (value == "file" || value == "sqld" || value == "rqlite")) {
      const std::string suite = value == "file" ? "OnFile" : value == "sqld" ? "OnSqld" : "OnRqlite";
      testing::GTEST_FLAG(filter) = suite + ".*";
    } else {
      throw std::runtime_error(
          "usage: differential_tests [--count N] [--seed S|new] [--driver file|sqld|rqlite] [--failures N]");
    }
  }
}

}  // namespace
}  // namespace shardite::test

int main(int argc, char **argv) {
  testing::InitGoogleTest(&argc, argv);
  try {
    shardite::test::ReadSettings(argc, argv);
  } catch (const std::exception &error) {
    std::cerr << error.what() << "\n";
    return 2;
  }
  return RUN_ALL_TESTS();
}
