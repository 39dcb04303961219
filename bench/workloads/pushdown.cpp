// (b) What is gained when the aggregate travels to the rows, and not the rows to the aggregate.

#include "bench/harness/query_runner.hpp"
#include "bench/workloads/workloads.hpp"

namespace shardite::bench {

namespace {

constexpr size_t SHARDS = 24;
constexpr size_t ROWS_PER_SHARD = 100'000;

struct Question {
  const char *name;
  const char *sql;
};

constexpr Question QUESTIONS[] = {
    {"count, avg, max per service and hour",
     "SELECT service, time_bucket(INTERVAL '1 hour', ts) h, count(*), avg(dur), max(dur) FROM events "
     "WHERE ts >= '2026-11-20' AND ts < '2026-11-21' GROUP BY ALL ORDER BY ALL"},
    {"the newest 100 rows", "SELECT ts, service, severity, dur, body FROM events ORDER BY ts DESC LIMIT 100"},
    {"first and last time, number of rows", "SELECT min(ts), max(ts), count(*) FROM events"},
};

std::string Behind(double all, double filter, const char *unit) {
  return "all " + Number(all) + ", filter " + Number(filter) + " " + unit;
}

}  // namespace

void MeasurePushdown(Bench &bench) {
  QueryRunner runner(bench.PlaceEventShards("push", SHARDS, ROWS_PER_SHARD));
  for (const auto &question : QUESTIONS) {
    Samples bytes_all, bytes_filter;
    const auto run = [&](const char *pushdown, Samples &bytes) {
      runner.Query(std::string("SET shardite_pushdown = '") + pushdown + "'");
      const auto outcome = runner.Query(question.sql);
      bytes.Add(static_cast<double>(outcome.statistics.bytes_received));
      return outcome.milliseconds;
    };
    const auto samples =
        Interleave(bench.rounds, {[&] { return run("filter", bytes_filter); }, [&] { return run("all", bytes_all); }});
    const std::string what = question.name;
    bench.report.AddRatio("b", what + ": wall time of pushdown filter against all", RatioOf(samples[0], samples[1]),
                          Target::AtLeast(20), Behind(samples[1].Median(), samples[0].Median(), "ms"));
    bench.report.AddRatio("b", what + ": bytes received", RatioOf(bytes_filter, bytes_all), Target::AtLeast(500),
                          Behind(bytes_all.Median() / 1e6, bytes_filter.Median() / 1e6, "MB"));
  }
}

}  // namespace shardite::bench
