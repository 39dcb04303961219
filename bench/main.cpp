// The benchmark program; bench/run starts it. Measures ratios within one run and prints them beside their targets.
//   shardite_bench [--only LETTERS] [--rounds N] [--json FILE]
// Exit code 0 when everything could be measured, whether or not the targets are met; 1 otherwise.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <stdexcept>

#include "bench/workloads/workloads.hpp"
#include "test/support/process.hpp"

namespace shardite::bench {

test::SqldServer &Bench::Sqld(size_t number) {
  while (sqld.size() <= number) sqld.push_back(std::make_unique<test::SqldServer>());
  return *sqld[number];
}

std::string Bench::PlaceEventShards(const std::string &name, size_t shards, size_t rows_per_shard) {
  std::vector<PlacedShard> placed;
  for (size_t i = 0; i < shards; i++) {
    const auto file = Path(name + ".db");
    WriteEventShard(file, i, rows_per_shard);
    auto &server = Sqld(i % SQLD_PROCESSES);
    const auto name_space = name + std::to_string(i);
    server.LoadSqliteFile(name_space, file);
    std::filesystem::remove(file);
    placed.push_back({server.Url(name_space), i});
  }
  const auto fleet = Path(name + ".toml");
  WriteFleetFile(fleet, placed);
  return fleet;
}

namespace {

struct Workload {
  char part;
  void (*measure)(Bench &bench);
};

// What needs no server comes first.
constexpr Workload WORKLOADS[] = {{'g', MeasurePruning},   {'e', MeasurePlanning}, {'d', MeasureManyShards},
                                  {'a', MeasureFanOut},    {'b', MeasurePushdown}, {'c', MeasureRawScan},
                                  {'f', MeasureCsvExport}, {'h', MeasureTsbs},     {'i', MeasureOtel}};

struct Arguments {
  std::string only = "abcdefghi";
  std::string json;
  std::string child_directory;
  size_t rounds = 5;
};

Arguments ReadArguments(int argc, char **argv) {
  Arguments arguments;
  for (int i = 1; i < argc; i += 2) {
    const std::string option = argv[i];
    if (i + 1 == argc) throw std::runtime_error("a value is missing after " + option);
    const std::string value = argv[i + 1];
    if (option == "--only") {
      arguments.only = value;
    } else if (option == "--rounds") {
      arguments.rounds = std::max(1ul, std::stoul(value));
    } else if (option == "--json") {
      arguments.json = value;
    } else if (option == "--many-shards-child") {
      arguments.child_directory = value;
    } else {
      throw std::runtime_error("unknown option " + option + "; known: --only LETTERS, --rounds N, --json FILE");
    }
  }
  return arguments;
}

void Run(const Arguments &arguments) {
  if (!arguments.child_directory.empty()) return ManyShardsChild(arguments.child_directory, arguments.rounds);
  const test::ServerDirectory directory;
  Bench bench;
  bench.directory = directory.Path();
  bench.own_program = std::filesystem::read_symlink("/proc/self/exe");
  bench.rounds = arguments.rounds;
  const Stopwatch stopwatch;
  for (const auto &workload : WORKLOADS) {
    if (arguments.only.find(workload.part) != std::string::npos) workload.measure(bench);
  }
  std::cout << bench.report.Table() << "(" SHARDITE_BUILD_TYPE " build, " << Number(stopwatch.Milliseconds() / 1000)
            << " s)\n";
  if (arguments.json.empty()) return;
  std::ofstream file(arguments.json);
  file << bench.report.Json();
  if (!file.flush()) throw std::runtime_error("cannot write " + arguments.json);
}

}  // namespace

}  // namespace shardite::bench

int main(int argc, char **argv) {
  try {
    shardite::bench::Run(shardite::bench::ReadArguments(argc, argv));
    return 0;
  } catch (const std::exception &error) {
    std::cerr << "bench: " << error.what() << "\n";
    return 1;
  }
}
