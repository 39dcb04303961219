#include "engine/scan/explain.hpp"

#include <algorithm>
#include <cstdio>

#include "engine/scan/estimate.hpp"
#include "engine/scan/one_bucket.hpp"
#include "engine/scan/row_fallback.hpp"
#include "engine/scan/row_order.hpp"
#include "engine/scan/weigh.hpp"
#include "fleet/time_text.hpp"

namespace shardite {

namespace {

std::string Join(const std::vector<std::string> &items, const char *separator) {
  std::string joined;
  for (const auto &item : items) joined += (joined.empty() ? "" : separator) + item;
  return joined;
}

const char *TransportName(PageForm form) {
  switch (form) {
    case PageForm::ROWS: return "rows";
    case PageForm::PACKED: return "packed pages";
  }
  return "";
}

// A shard that pruning keeps and that is not asked all the same has no such table.
PrunedShard WhyNotAsked(const TableSnapshot &table, const ScanSpec &spec, const ScanTargets &targets, size_t shard) {
  const auto &id = table.fleet->spec.shards[shard].id;
  const auto &kept = targets.pruning.kept;
  if (std::binary_search(kept.begin(), kept.end(), shard)) return {id, "", "has no such table"};
  const auto &slice = table.slices.Slices()[shard];
  return {id, spec.times.IsNone() ? "" : FormatSlice(slice), PruneReason(slice, spec.times)};
}

ScanExplanation ExplainShards(const ShardScanBindData &bind_data, const ScanTargets &targets) {
  const auto &table = *bind_data.table;
  const auto &shards = table.fleet->spec.shards;
  ScanExplanation explanation;
  explanation.table = table.logical.spec.name;
  explanation.shards_total = targets.pruning.total;
  std::vector<bool> asked(shards.size());
  for (const auto shard : targets.shards) {
    asked[shard] = true;
    explanation.kept.push_back(shards[shard].id);
    const auto &error = table.fleet->errors[shard];
    if (error) explanation.unreachable.emplace_back(shards[shard].id, error->ToString());
  }
  for (size_t shard = 0; shard < shards.size(); shard++) {
    if (!asked[shard]) explanation.pruned.push_back(WhyNotAsked(table, bind_data.spec, targets, shard));
  }
  return explanation;
}

// One statement for every schema variant, for whole groups and for parts of groups, for shards of one bucket (each of
// its own), for those whose rows the window holds, and for every kind of server: what decides how it is written. What
// makes no difference to this scan is put together.
std::vector<RemoteStatement> ExplainStatements(const ShardScanBindData &bind_data, const std::vector<size_t> &selected,
                                               const ScanTargets &targets) {
  const auto &table = *bind_data.table;
  std::vector<RemoteStatement> statements;
  struct Kind {
    size_t variant;
    Groups groups;
    bool as_rows, one_bucket, window_holds_rows;
    Capabilities capabilities;
    bool operator==(const Kind &) const = default;
  };
  std::vector<Kind> kinds;  // of each statement
  for (size_t i = 0; i < targets.shards.size(); i++) {
    const auto shard = targets.shards[i];
    if (table.fleet->errors[shard]) continue;
    const auto one_bucket = InOneBucket(table, bind_data.spec, shard);
    const auto &spec = one_bucket ? *one_bucket : bind_data.spec;
    const Kind kind{table.fleet->certificates.VariantOf(table.logical, shard),
                    targets.groups[i],
                    BetterAsRows(table, spec, shard, targets.groups[i]),
                    one_bucket.has_value(),
                    WindowHoldsRows(table, spec.times, shard),
                    table.fleet->capabilities[shard]};
    const auto &client = *table.fleet->clients[shard];
    size_t at = 0;
    while (at < statements.size() && (kinds[at] != kind || statements[at].driver != client.Driver())) at++;
    if (at == statements.size()) {
      const auto query = kind.as_rows ? RowFallback(table, bind_data.spec, selected).Query(kind.variant)
                                      : QueryFor(table, spec, selected, kind.variant, kind.groups);
      const auto *transport = kind.as_rows ? "rows to be grouped here" : TransportName(client.Shape().form);
      auto target = TargetFor(table, shard);
      target.in_row_order = BetterInRowOrder(table, spec.times, query, shard);
      statements.push_back({0, client.ShardId(), client.Driver(), transport, Deparse(query, target)});
      kinds.push_back(kind);
    }
    statements[at].shards++;
  }
  std::vector<RemoteStatement> distinct;
  for (auto &statement : statements) {
    const auto same = std::find_if(distinct.begin(), distinct.end(), [&](const RemoteStatement &other) {
      return other.sql == statement.sql && other.driver == statement.driver && other.transport == statement.transport;
    });
    if (same == distinct.end()) {
      distinct.push_back(std::move(statement));
    } else {
      same->shards += statement.shards;
    }
  }
  return distinct;
}

std::string Milliseconds(double amount) {
  char text[32];
  std::snprintf(text, sizeof text, amount < 10 ? "%.1f ms" : "%.0f ms", amount);
  return text;
}

}  // namespace

duckdb::InsertionOrderPreservingMap<std::string> DescribeScan(duckdb::TableFunctionToStringInput &input) {
  const auto &bind_data = input.bind_data->Cast<ShardScanBindData>();
  const auto targets = ChooseShards(*bind_data.table, bind_data.spec);
  const auto shards = ExplainShards(bind_data, targets);
  duckdb::InsertionOrderPreservingMap<std::string> description;
  description["Table"] = shards.table;
  description["Shards"] = std::to_string(shards.kept.size()) + " of " + std::to_string(shards.shards_total);
  std::vector<std::string> pruned, asked;
  for (const auto &[reason, ids] : shards.PrunedByReason()) {
    pruned.push_back(std::to_string(ids.size()) + ": " + reason);
  }
  if (!pruned.empty()) description["Pruned"] = Join(pruned, "\n");
  for (const auto &statement : ExplainStatements(bind_data, {}, targets)) {
    asked.push_back(std::to_string(statement.shards) + ": " + statement.driver + ", " + statement.transport);
  }
  if (!asked.empty()) description["Asked"] = Join(asked, "\n");
  if (!bind_data.spec.pushed.empty()) description["Pushed"] = Join(bind_data.spec.pushed, ", ");
  if (!bind_data.spec.refused.empty()) description["Stays local"] = Join(bind_data.spec.refused, "\n");
  return description;
}

duckdb::InsertionOrderPreservingMap<std::string> DescribeExecution(const ScanTally &tally) {
  duckdb::InsertionOrderPreservingMap<std::string> description;
  const auto report = tally.Report();
  if (!report) return description;
  description["Requests"] = std::to_string(report->requests);
  if (report->retries > 0) description["Retries"] = std::to_string(report->retries);
  description["Rows received"] = std::to_string(report->rows_received);
  description["Bytes received"] = std::to_string(report->bytes_received);
  std::vector<std::string> slowest;
  for (const auto &shard : report->slowest) slowest.push_back(shard.shard + ": " + Milliseconds(shard.served_ms));
  if (!slowest.empty()) description["Slowest shards"] = Join(slowest, "\n");
  return description;
}

ScanExplanation ExplainScan(const ShardScanBindData &bind_data, const duckdb::vector<duckdb::column_t> &column_ids) {
  const auto &spec = bind_data.spec;
  const auto targets = ChooseShards(*bind_data.table, spec);
  auto explanation = ExplainShards(bind_data, targets);
  std::vector<size_t> selected;
  for (const auto column : column_ids) {
    if (!duckdb::IsVirtualColumn(column)) selected.push_back(column);
  }
  explanation.statements = ExplainStatements(bind_data, selected, targets);
  explanation.pushed = spec.pushed;
  explanation.refused = spec.refused;
  if (spec.visit == VisitOrder::NEWEST_FIRST) explanation.visits = "newest first";
  if (spec.visit == VisitOrder::OLDEST_FIRST) explanation.visits = "oldest first";
  explanation.estimated_rows = EstimateRows(*bind_data.table, spec);
  if (bind_data.tally) explanation.execution = bind_data.tally->Report();
  return explanation;
}

}  // namespace shardite
