// (a) The cost of shardite around the servers' own work.

#include <stdexcept>

#include "bench/harness/query_runner.hpp"
#include "bench/peers/add_partials.hpp"
#include "bench/peers/http_peer.hpp"
#include "bench/workloads/workloads.hpp"

namespace shardite::bench {

namespace {

constexpr size_t SHARDS = 64;
constexpr size_t ROWS_PER_SHARD = 30'000;
constexpr size_t IN_FLIGHT = 2;  // to each sqld: shardite's own limit
constexpr const char *SQL =
    "SELECT service, severity, count(*), sum(dur), min(dur), max(dur) FROM events GROUP BY service, severity";

// The columns of the partial as shardite asks for them: two keys, count, the two limbs of the sum, min, max.
std::vector<Merge> PartialColumns() {
  return {Merge::KEY, Merge::KEY, Merge::SUM, Merge::SUM, Merge::SUM, Merge::MIN, Merge::MAX};
}

void CheckAnswer(const PartialAdder &adder, uint64_t groups_of_shardite) {
  int64_t rows = 0;
  for (const auto &[key, group] : adder.Groups()) rows += group.values.at(0);
  if (adder.Groups().size() == groups_of_shardite && rows == static_cast<int64_t>(SHARDS * ROWS_PER_SHARD)) return;
  throw std::runtime_error("the fan-out's peer has another answer than shardite: " +
                           std::to_string(adder.Groups().size()) + " groups of " + std::to_string(rows) + " rows");
}

}  // namespace

void MeasureFanOut(Bench &bench) {
  const auto fleet = bench.PlaceEventShards("fan", SHARDS, ROWS_PER_SHARD);
  const auto log = std::make_shared<StatementLog>();
  QueryRunner shardite(fleet, RecordingDrivers(log));
  const auto first = shardite.Query(SQL);
  const auto statements = log->Take();
  const auto requests = PeerRequestsFor(statements);
  HttpPeer peer(IN_FLIGHT);

  const auto run_shardite = [&] {
    const double milliseconds = shardite.Query(SQL).milliseconds;
    log->Take();
    return milliseconds;
  };
  const auto run_peer = [&] {
    PartialAdder adder(PartialColumns());
    const Stopwatch stopwatch;
    peer.Fetch(requests, [&](std::string_view body) { adder.Add(body); });
    const double milliseconds = stopwatch.Milliseconds();
    CheckAnswer(adder, first.rows);
    return milliseconds;
  };
  const auto samples = Interleave(2 * bench.rounds, {run_shardite, run_peer});
  bench.report.AddRatio("a", "GROUP BY over 64 shards on 4 sqld: shardite against libcurl by hand",
                        RatioOf(samples[0], samples[1]), Target::AtMost(1.25),
                        Number(samples[0].Median()) + " against " + Number(samples[1].Median()) + " ms, " +
                            std::to_string(statements.size()) + " requests, " + std::to_string(SHARDS) + " x " +
                            std::to_string(ROWS_PER_SHARD) + " rows");
}

}  // namespace shardite::bench
