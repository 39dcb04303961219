#include "engine/scan/sample.hpp"

#include <cmath>
#include <map>
#include <mutex>

#include <duckdb/main/client_context_state.hpp>

#include "engine/scan/estimate.hpp"
#include "engine/scan/query_log.hpp"
#include "sqlite/value.hpp"

namespace shardite {

namespace {

constexpr int SAMPLED_ROWS = 5000;        // about 3 ms in SQLite
constexpr uint64_t FEWEST_PASSING = 500;  // of them: below that, those that the filters drop tell more
constexpr std::chrono::seconds PATIENCE(5);

using Numbers = std::vector<std::optional<double>>;  // one row

// Kept by shard and statement: an old answer is as good a guess as any.
class SampleCache : public duckdb::ClientContextState {
 public:
  std::optional<Numbers> Find(const std::string &key) const {
    const std::lock_guard<std::mutex> guard(mutex_);
    const auto found = answers_.find(key);
    return found == answers_.end() ? std::nullopt : std::optional<Numbers>(found->second);
  }
  void Keep(const std::string &key, Numbers answer) {
    const std::lock_guard<std::mutex> guard(mutex_);
    if (answers_.size() > 1000) answers_.clear();
    answers_[key] = std::move(answer);
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, Numbers> answers_;
};

std::optional<size_t> LargestShard(const ShardScanBindData &scan) {
  std::optional<size_t> largest;
  double most = 0;
  for (const auto shard : ChooseShards(*scan.table, scan.spec).shards) {
    if (scan.table->fleet->errors[shard]) continue;
    const double rows = EstimateRows(*scan.table, scan.spec, shard);
    if (rows <= most) continue;
    most = rows;
    largest = shard;
  }
  return largest;
}

// Of the rows' times nothing is asked: the first rows stand for those of any window.
RemoteExpr PassesFilters(const ShardScanBindData &scan) {
  const auto time = scan.table->logical.time_column;
  std::vector<RemoteExpr> filters;
  for (const auto &filter : scan.spec.filters) {
    if (!time || filter.Columns() != std::vector<size_t>{*time}) filters.push_back(filter);
  }
  return RemoteExpr::And(std::move(filters));
}

// NOT INDEXED: an index would serve the sample in its own order, where equal values lie together.
std::string SampleSql(const ShardScanBindData &scan, size_t shard, const std::vector<RemoteExpr> &exprs,
                      const std::optional<RemoteExpr> &each) {
  const auto target = TargetFor(*scan.table, shard);
  std::string columns;
  for (size_t i = 0; i < exprs.size(); i++) {
    columns += (i > 0 ? ", " : "") + exprs[i].ToSql(target.column) + " AS c" + std::to_string(i);
  }
  return "SELECT " + (columns.empty() ? "1 AS c0" : columns) + " FROM " + QuoteName(scan.table->logical.spec.name) +
         " AS t NOT INDEXED" + (each ? ", json_each(" + each->ToSql(target.column) + ") AS j" : "") + " LIMIT " +
         std::to_string(SAMPLED_ROWS);
}

std::optional<double> NumberOf(const Cell &cell) {
  if (cell.storage == StorageClass::INTEGER) return static_cast<double>(cell.integer);
  if (cell.storage == StorageClass::REAL) return cell.real;
  return std::nullopt;
}

std::optional<Numbers> Ask(duckdb::ClientContext &context, const ShardScanBindData &scan, size_t shard,
                           const std::string &sql) {
  auto &client = *scan.table->fleet->clients[shard];
  const auto cache = context.registered_state->GetOrCreate<SampleCache>("shardite_samples");
  const auto key = client.Server() + "\n" + client.ShardId() + "\n" + sql;
  if (auto known = cache->Find(key)) return known;
  CallOptions options;
  options.deadline = Deadline::After(PATIENCE);
  uint64_t bytes = 0;
  const auto page = SendAndWait(client, {sql, StatementKind::PROBE}, options, &bytes);
  const auto counters = QueryLog::Get(context)->Counters();
  counters->requests++;
  counters->bytes_received += bytes;
  if (!page || page->row_count != 1) return std::nullopt;
  Numbers answer;
  for (const auto &column : page->columns) answer.push_back(NumberOf(column.At(0)));
  cache->Keep(key, answer);
  return answer;
}

}  // namespace

std::optional<GroupSample> SampleGroups(duckdb::ClientContext &context, const ShardScanBindData &scan,
                                        const std::vector<RemoteExpr> &keys, const std::optional<RemoteExpr> &each) {
  const auto shard = LargestShard(scan);
  if (!shard) return GroupSample{};
  std::string groups;
  for (size_t i = 0; i < keys.size(); i++) groups += (i > 0 ? ", c" : "c") + std::to_string(i);
  const auto passes = "c" + std::to_string(keys.size());
  auto exprs = keys;
  exprs.push_back(PassesFilters(scan));
  const auto answer =
      Ask(context, scan, *shard,
          "SELECT coalesce(sum(n), 0), coalesce(sum(n = 1), 0), coalesce(sum(p), 0), coalesce(sum(p = 1), 0) FROM "
          "(SELECT count(*) AS n, coalesce(sum(" +
              passes + "), 0) AS p FROM (" + SampleSql(scan, *shard, exprs, each) + ")" +
              (groups.empty() ? "" : " GROUP BY " + groups) + ")");
  if (!answer || answer->size() != 4) return std::nullopt;
  std::vector<uint64_t> counts;
  for (const auto &number : *answer) {
    if (!number) return std::nullopt;
    counts.push_back(static_cast<uint64_t>(*number));
  }
  const bool enough = counts[2] >= FEWEST_PASSING;
  return GroupSample{enough ? counts[2] : counts[0], enough ? counts[3] : counts[1],
                     scan.table->fleet->spec.shards[*shard].id};
}

std::optional<double> SampleMean(duckdb::ClientContext &context, const ShardScanBindData &scan, const RemoteExpr &expr,
                                 const std::optional<RemoteExpr> &each) {
  const auto shard = LargestShard(scan);
  if (!shard) return std::nullopt;
  const auto answer = Ask(context, scan, *shard,
                          "SELECT avg(c0), min(c0), max(c0) FROM (" + SampleSql(scan, *shard, {expr}, each) + ")");
  if (!answer || answer->size() != 3 || !(*answer)[0] || !(*answer)[1] || !(*answer)[2]) return std::nullopt;
  const double mean = *(*answer)[0];
  const double range = *(*answer)[2] - *(*answer)[1];
  if (!std::isfinite(mean) || !std::isfinite(range)) return std::nullopt;
  if (range <= 0) return mean;
  const double step = std::pow(10, std::floor(std::log10(range / 20)));
  const double rounded = std::round(mean / step) * step;
  return std::isfinite(rounded) ? rounded : mean;
}

}  // namespace shardite
