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

void MeasureCsvExport(Bench &bench) {
  const auto file = bench.Path("csv-0.db");
  WriteEventShard(file, 0, ROWS_PER_SHARD, EventBody::NONE);
  std::vector<PlacedShard> files = {{"sqlite:csv-0.db", 0}}, namespaces;
  for (size_t i = 0; i < SHARDS; i++) {
    // One file under twenty names: its rows are read and sent each time.
    const std::string link = "csv-" + std::to_string(i) + ".db";
    if (i > 0) {
      std::filesystem::create_hard_link(file, bench.Path(link));
      files.push_back({"sqlite:" + link, 0});
    }
    auto &sqld = bench.Sqld(i % SQLD_PROCESSES);
    const std::string name = "csv" + std::to_string(i);
    sqld.LoadSqliteFile(name, file);
    namespaces.push_back({sqld.Url(name), 0});
  }
  Export(bench, "SQLite files", files);
  Export(bench, "sqld", namespaces);
}

}  // namespace shardite::bench
