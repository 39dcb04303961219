// (e) What a fleet of 1,000 shards adds to the planning of a query: binding, pruning, translation, the rules, and the
// explanation that the session keeps.

#include <stdexcept>

#include "bench/fakes/fake_shards.hpp"
#include "bench/harness/query_runner.hpp"
#include "bench/workloads/workloads.hpp"
#include "demo/sqlite_writer.hpp"

namespace shardite::bench {

namespace {

constexpr size_t SHARDS = 1000;
constexpr size_t PLANS_PER_SAMPLE = 20;  // of which the median counts

struct Question {
  const char *name;
  const char *sql;  // with TABLE for the table
};

constexpr Question QUESTIONS[] = {
    {"GROUP BY, one day of 1,000 hours",
     "SELECT service, time_bucket(INTERVAL '1 hour', ts) h, count(*), avg(dur), max(dur) FROM TABLE "
     "WHERE ts >= '2026-11-21' AND ts < '2026-11-22' GROUP BY ALL ORDER BY ALL"},
    {"GROUP BY, all shards", "SELECT service, severity, count(*), sum(dur) FROM TABLE GROUP BY ALL"},
    {"newest 100 rows of a service", "SELECT * FROM TABLE WHERE service = 'cart' ORDER BY ts DESC LIMIT 100"},
};

std::string Over(const char *sql, const std::string &table) {
  std::string text = sql;
  return text.replace(text.find("TABLE"), 5, table);
}

double MedianPlan(QueryRunner &runner, const std::string &sql) {
  Samples samples;
  for (size_t i = 0; i < PLANS_PER_SAMPLE; i++) samples.Add(runner.Plan(sql));
  return samples.Median();
}

// All fake shards hold the same rows. Rowids far apart and no index keep their times from being measured at attach,
// which would widen every slice to hold them.
void WriteSparseShard(const std::string &path) {
  SqliteWriter writer(path);
  writer.Execute(CREATE_EVENTS);
  writer.Execute(
      "INSERT INTO events (rowid, ts, service, severity, dur) VALUES (1, 1, 'cart', 9, 5), (500000, 2, 'ads', 9, 5)");
  writer.Finish();
}

}  // namespace

void MeasurePlanning(Bench &bench) {
  WriteSparseShard(bench.Path("planning.db"));
  std::vector<PlacedShard> shards;
  for (size_t i = 0; i < SHARDS; i++) shards.push_back({"fake://shard-" + std::to_string(i), i});
  const auto fleet = bench.Path("planning.toml");
  WriteFleetFile(fleet, shards);
  const auto drivers = FakeDrivers(bench.Path("planning.db"), std::chrono::milliseconds(0));
  QueryRunner runner(fleet, drivers);
  runner.Query(
      "CREATE TABLE memory.main.events (ts TIMESTAMP_NS, service VARCHAR, severity BIGINT, dur BIGINT, body VARCHAR)");
  for (const auto &question : QUESTIONS) {
    runner.Plan(Over(question.sql, "events"));
    const auto scans = runner.Explanation();
    if (scans.size() != 1 || scans[0].statements.empty())
      throw std::runtime_error("the fleet's plan has no shard scan");
    const auto samples =
        Interleave(2 * bench.rounds, {[&] { return MedianPlan(runner, Over(question.sql, "events")); },
                                      [&] { return MedianPlan(runner, Over(question.sql, "memory.main.events")); }});
    Samples added;
    for (size_t i = 0; i < samples[0].Values().size(); i++) {
      added.Add(samples[0].Values()[i] - samples[1].Values()[i]);
    }
    bench.report.AddSamples("e", std::string("planning at 1,000 shards, added to DuckDB's own: ") + question.name,
                            added, "ms", Target::AtMost(2),
                            Number(samples[0].Median()) + " against " + Number(samples[1].Median()) + " ms, " +
                                std::to_string(scans[0].kept.size()) + " shards kept");
  }
}

}  // namespace shardite::bench
