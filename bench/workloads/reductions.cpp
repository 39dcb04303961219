// (h) and (i) The queries of two workloads, asked with the aggregates on the shards and with the rows brought here.

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>

#include "bench/harness/prepared_queries.hpp"
#include "bench/harness/query_runner.hpp"
#include "bench/workloads/workloads.hpp"
#include "demo/otel_generator.hpp"
#include "demo/tsbs_generator.hpp"
#include "fleet/slice.hpp"

namespace shardite::bench {

namespace {

constexpr int SHARDS = 24;
constexpr uint64_t ROWS_PER_SHARD = 100'000;
// A query that takes longer than this with either setting is measured once; one that takes much longer is not even run
// unmeasured before: so that the whole stays bearable.
constexpr double LONG_QUERY_MS = 2000, VERY_LONG_QUERY_MS = 8000;

/// A workload's shards, written and moved to the servers one after the other.
class Placing {
 public:
  Placing(Bench &bench, std::string name) : bench_(bench), name_(std::move(name)) {}

  void Add(const std::string &file, int64_t from, int64_t until) {
    auto &server = bench_.Sqld(number_ % SQLD_PROCESSES);
    const auto name_space = name_ + std::to_string(number_++);
    server.LoadSqliteFile(name_space, file);
    std::filesystem::remove(file);
    shards_ += "\n[[shards]]\nurl = \"" + server.Url(name_space) + "\"\nfrom = " + FormatTime(from) +
               "\nuntil = " + FormatTime(until) + "\n";
  }
  /// The fleet file.
  std::string Finish(const std::string &tables) const {
    const auto path = bench_.Path(name_ + ".toml");
    std::ofstream(path) << "name = \"" + name_ + "\"\n" + tables + shards_;
    return path;
  }

 private:
  Bench &bench_;
  const std::string name_;
  size_t number_ = 0;
  std::string shards_;
};

std::string Behind(double all, double filter, const char *unit) {
  return "all " + Number(all) + ", filter " + Number(filter) + " " + unit;
}

struct Measured {
  Samples filter_ms, all_ms, filter_bytes, all_bytes;
};

Measured MeasureQuery(QueryRunner &runner, const PreparedQuery &query, size_t rounds) {
  Measured measured;
  runner.Query(query.prepare);
  const auto run = [&](const char *pushdown, Samples &milliseconds, Samples &bytes) {
    runner.Query(std::string("SET shardite_pushdown = '") + pushdown + "'");
    const auto outcome = runner.Query(query.execute);
    milliseconds.Add(outcome.milliseconds);
    bytes.Add(static_cast<double>(outcome.statistics.bytes_received));
    return outcome.milliseconds;
  };
  const auto both = [&] {
    const double filter = run("filter", measured.filter_ms, measured.filter_bytes);
    return std::max(filter, run("all", measured.all_ms, measured.all_bytes));
  };
  const double longest = both();
  if (longest > VERY_LONG_QUERY_MS) return measured;
  measured = {};
  if (longest > LONG_QUERY_MS) rounds = 1;
  for (size_t round = 0; round < rounds; round++) both();
  return measured;
}

/// Queries in `returns_rows` have nothing to reduce: they must not be slower, that is all.
void MeasureQueries(Bench &bench, const char *part, QueryRunner &runner, const std::vector<PreparedQuery> &queries,
                    const std::set<std::string> &returns_rows) {
  for (const auto &query : queries) {
    const bool reduces = returns_rows.count(query.name) == 0;
    const auto measured = MeasureQuery(runner, query, std::min<size_t>(bench.rounds, 3));
    bench.report.AddRatio(part, query.name + (reduces ? ": wall time" : ": wall time (nothing to reduce)"),
                          RatioOf(measured.filter_ms, measured.all_ms), Target::AtLeast(reduces ? 10 : 0.95),
                          Behind(measured.all_ms.Median(), measured.filter_ms.Median(), "ms"));
    bench.report.AddRatio(part, query.name + ": bytes received", RatioOf(measured.filter_bytes, measured.all_bytes),
                          reduces ? Target::AtLeast(100) : std::nullopt,
                          Behind(measured.all_bytes.Median() / 1e6, measured.filter_bytes.Median() / 1e6, "MB"));
  }
}

std::string Replaced(std::string text, const std::string &what, const std::string &with) {
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
  return text;
}

}  // namespace

void MeasureTsbs(Bench &bench) {
  TsbsDataset dataset;
  dataset.shards = SHARDS;
  dataset.hosts = static_cast<int>(ROWS_PER_SHARD / 360) + 1;  // 360 rows of each in an hour
  Placing placing(bench, "tsbs");
  for (const auto &shard : WriteTsbsShards(dataset, bench.Path("tsbs"))) {
    placing.Add(shard.path, shard.from, shard.until);
  }
  QueryRunner runner(placing.Finish("[tables.cpu]\ntime = \"time\"\nunit = \"ns\"\ntype = \"timestamp_ns\"\n"));
  MeasureQueries(bench, "h", runner, ReadPreparedQueries(SHARDITE_SOURCE_DIR "/test/sql/tsbs.test"),
                 {"high_cpu_all", "high_cpu_1"});
}

void MeasureOtel(Bench &bench) {
  OtelDataset dataset;
  dataset.shards = SHARDS;
  dataset.spans = dataset.logs = SHARDS * ROWS_PER_SHARD;
  Placing placing(bench, "otel");
  for (const auto &shard : WriteOtelShards(dataset, bench.Path("otel"))) {
    placing.Add(shard.path, shard.from, shard.until);
  }
  std::string tables;
  for (const auto *table :
       {"otel_logs", "otel_traces", "otel_metrics_gauge", "otel_metrics_sum", "otel_metrics_histogram"}) {
    const bool metrics = std::string(table).starts_with("otel_metrics");
    tables += std::string("[tables.") + table + "]\ntime = \"" + (metrics ? "TimeUnix" : "Timestamp") +
              "\"\nunit = \"ns\"\ntype = \"timestamp_ns\"\n" + (metrics ? "" : "lateness = \"1m\"\n");
  }
  tables += "columns = { BucketCounts = \"bigint[]\", ExplicitBounds = \"double[]\" }\n";
  QueryRunner runner(placing.Finish(tables));

  // The test's windows lie in its 6 hours; here they cover the day. Its trace is another one.
  const auto trace =
      runner.Cell("SELECT TraceId FROM otel_traces WHERE \"Timestamp\" >= '2026-11-20 12:00:00' LIMIT 1");
  auto queries = ReadPreparedQueries(SHARDITE_SOURCE_DIR "/test/sql/otel.test");
  for (auto &query : queries) {
    query.execute = Replaced(query.execute, "2026-11-20 05:15:00", "2026-11-20 23:15:00");
    query.execute = Replaced(query.execute, "2026-11-20 06:00:00", "2026-11-21 00:00:00");
    query.execute = Replaced(query.execute, "b41c18c0bf86ec0939846e944b9340cc", trace);
  }
  MeasureQueries(bench, "i", runner, queries, {"q10", "q11", "q18", "q23"});
}

}  // namespace shardite::bench
