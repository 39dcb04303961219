// (f) Memory is bounded by the window, not by the result: 20 M rows pass through the command line as CSV.

#include <filesystem>

#include "bench/harness/child_process.hpp"
#include "bench/workloads/workloads.hpp"

namespace shardite::bench {

namespace {

constexpr size_t SHARDS = 20;
constexpr size_t ROWS_PER_SHARD = 1'000'000;
constexpr const char *SQL = "SELECT ts, service, severity, dur FROM events";

void Export(Bench &bench, const std::string &name, const std::vector<PlacedShard> &shards) {
  const auto fleet = bench.Path("csv-" + name + ".toml");
  WriteFleetFile(fleet, shards, true);
  const auto outcome = RunChild({SHARDITE_PROGRAM, "query", "--format", "csv", fleet, SQL});
  const double seconds = outcome.milliseconds / 1000;
  bench.report.Add({"f", "20 M rows to CSV from " + name + ": peak resident memory", outcome.peak_megabytes, "MB",
                    outcome.peak_megabytes, outcome.peak_megabytes, Target::AtMost(400),
                    Number(seconds) + " s, " + Number(20 / seconds) + " M rows/s"});
}

}  // namespace

// The shards are one file and one namespace under many names: their rows are read and sent each time.
void MeasureCsvExport(Bench &bench) {
  const auto file = bench.Path("csv-0.db");
  WriteEventShard(file, 0, ROWS_PER_SHARD);
  std::vector<PlacedShard> files = {{"sqlite:csv-0.db", 0}}, namespaces;
  for (size_t i = 1; i < SHARDS; i++) {
    const std::string link = "csv-" + std::to_string(i) + ".db";
    std::filesystem::create_hard_link(file, bench.Path(link));
    files.push_back({"sqlite:" + link, 0});
  }
  for (size_t i = 0; i < SQLD_PROCESSES; i++) bench.Sqld(i).LoadSqliteFile("csv", file);
  for (size_t i = 0; i < SHARDS; i++) namespaces.push_back({bench.Sqld(i % SQLD_PROCESSES).Url("csv"), 0});
  Export(bench, "SQLite files", files);
  Export(bench, "sqld", namespaces);
}

}  // namespace shardite::bench
