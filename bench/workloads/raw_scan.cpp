// (c) The cost of decoding: every row reaches DuckDB, against pages that nobody reads.

#include <filesystem>
#include <stdexcept>

#include "bench/harness/query_runner.hpp"
#include "bench/peers/http_peer.hpp"
#include "bench/workloads/workloads.hpp"

namespace shardite::bench {

namespace {

constexpr size_t ROWS = 1'000'000;
constexpr const char *SQL = "SELECT ts, service, severity, dur FROM events";

struct Server {
  const char *name;
  size_t in_flight;  // shardite's own limit
  std::string url;
};

void MeasureServer(Bench &bench, const Server &server) {
  const auto fleet = bench.Path(std::string("raw-scan-") + server.name + ".toml");
  WriteFleetFile(fleet, {{server.url, 0}});
  const auto log = std::make_shared<StatementLog>();
  QueryRunner shardite(fleet, RecordingDrivers(log));
  HttpPeer peer(server.in_flight);

  std::vector<PeerRequest> requests;
  double megabytes = 0;
  const auto run_shardite = [&] {
    const auto outcome = shardite.Query(SQL);
    if (outcome.rows != ROWS) throw std::runtime_error("the raw scan lost rows");
    // Pages adapt to their size from one scan to the next, so the peer follows.
    requests = PeerRequestsFor(log->Take());
    megabytes = static_cast<double>(outcome.statistics.bytes_received) / 1e6;
    return outcome.milliseconds;
  };
  const auto run_peer = [&] {
    const Stopwatch stopwatch;
    peer.Fetch(requests, [](std::string_view) {});
    return stopwatch.Milliseconds();
  };
  const auto samples = Interleave(2 * bench.rounds, {run_shardite, run_peer});
  bench.report.AddRatio("c",
                        std::string("1 M rows x 4 columns from ") + server.name + ": shardite against pages dropped",
                        RatioOf(samples[0], samples[1]), Target::AtMost(1.3),
                        Number(samples[0].Median()) + " against " + Number(samples[1].Median()) + " ms, " +
                            Number(megabytes) + " MB in " + std::to_string(requests.size()) + " pages");
}

}  // namespace

void MeasureRawScan(Bench &bench) {
  const auto file = bench.Path("raw-scan.db");
  WriteEventShard(file, 0, ROWS);
  auto &sqld = bench.Sqld(0);
  sqld.LoadSqliteFile("raw", file);
  MeasureServer(bench, {"sqld", 2, sqld.Url("raw")});
  test::RqliteNode rqlite;
  rqlite.LoadSqliteFile(file);
  MeasureServer(bench, {"rqlite", 4, rqlite.Url()});
  std::filesystem::remove(file);
}

}  // namespace shardite::bench
