// (d) Waiting costs nothing: a thousand shards that each answer after 100 ms are asked at once.

#include <fstream>
#include <iostream>
#include <map>

#include "bench/fakes/fake_shards.hpp"
#include "bench/harness/child_process.hpp"
#include "bench/harness/query_runner.hpp"
#include "bench/workloads/workloads.hpp"

namespace shardite::bench {

namespace {

constexpr size_t SHARDS = 1000;
constexpr size_t ROWS = 2000;
constexpr auto DELAY = std::chrono::milliseconds(100);
constexpr const char *SQL =
    "SELECT service, severity, count(*), sum(dur), max(dur) FROM events GROUP BY service, severity ORDER BY ALL";

}  // namespace

void ManyShardsChild(const std::string &directory, size_t rounds) {
  const auto drivers = FakeDrivers(directory + "/many.db", DELAY);
  const Stopwatch attaching;
  QueryRunner runner(directory + "/many.toml", drivers);
  std::cout << "attach " << attaching.Milliseconds() << "\n";
  for (size_t round = 0; round < rounds; round++) {
    const auto outcome = runner.Query(SQL);
    if (outcome.statistics.shards_queried != SHARDS) throw std::runtime_error("not every fake shard was asked");
    std::cout << "query " << outcome.milliseconds << "\n";
  }
  std::cout << "memory " << PeakMegabytes() << "\n";
}

void MeasureManyShards(Bench &bench) {
  WriteEventShard(bench.Path("many.db"), 0, ROWS);
  std::vector<PlacedShard> shards;
  for (size_t i = 0; i < SHARDS; i++) shards.push_back({"fake://shard-" + std::to_string(i), i});
  WriteFleetFile(bench.Path("many.toml"), shards);
  const auto output = bench.Path("many.out");
  std::map<std::string, Samples> measured;
  for (size_t run = 0; run < 3; run++) {
    RunChild({bench.own_program, "--many-shards-child", bench.directory, "--rounds", std::to_string(bench.rounds)},
             output);
    std::ifstream lines(output);
    double value = 0;
    for (std::string name; lines >> name >> value;) measured[name].Add(value);
  }
  bench.report.AddSamples("d", "1,000 fake shards, 100 ms each: GROUP BY over all", measured["query"], "ms",
                          Target::AtMost(400));
  bench.report.AddSamples("d", "the same: peak resident memory, attach included", measured["memory"], "MB",
                          Target::AtMost(250));
  bench.report.AddSamples("d", "the same: attach (two requests to each shard, one after the other)", measured["attach"],
                          "ms", std::nullopt);
}

}  // namespace shardite::bench
