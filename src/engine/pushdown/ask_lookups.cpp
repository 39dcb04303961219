// Before:  SCAN traces                   After:  SHARDITE_LOOKUP TraceId
//            WHERE TraceId = 'x'                   SCAN traces
//                                                    WHERE TraceId = 'x' AND Timestamp BETWEEN the times found
//                                                  SCAN trace_times: TraceId, Start, End
//                                                    WHERE TraceId = 'x'
//
// A filter by key tells nothing of time, so every shard would be asked. Where the fleet file declares a look-up, its
// table is read first, and only the slices that meet the time of the keys are asked; within a shard the time narrows
// the search as well. Nothing is asked while planning. The operator gives the scan's rows unchanged, whatever it is a
// part of: this comes last, so that aggregates, TopN and joins have taken their form before.
//
// Safe by the fleet file's promise, which `shardite check` verifies: rows of a key that the look-up knows lie within
// its time. A key that it does not know, or not when, leaves all shards to be asked. Only rows that the filter wants
// are affected: every row that passes has one of the keys.

#include <algorithm>

#include <duckdb/planner/expression/bound_comparison_expression.hpp>
#include <duckdb/planner/expression/bound_constant_expression.hpp>
#include <duckdb/planner/expression/bound_operator_expression.hpp>
#include <duckdb/planner/expression/bound_reference_expression.hpp>
#include <duckdb/planner/operator/logical_get.hpp>

#include "base/counted.hpp"
#include "engine/pushdown/filters.hpp"
#include "engine/pushdown/rules.hpp"
#include "engine/pushdown/scan_chain.hpp"
#include "engine/scan/lookup_operator.hpp"
#include "engine/scan/shard_scan.hpp"

namespace shardite {

namespace {

using duckdb::LogicalOperatorType;
using duckdb::LogicalType;

// Every shard finds rows by the key without reading them all.
bool IsIndexed(const LogicalTable &table, const std::vector<size_t> &shards, size_t column) {
  return std::all_of(shards.begin(), shards.end(), [&](size_t shard) {
    const auto number = table.variant_of_shard[shard];
    if (number == LogicalTable::NO_VARIANT) return true;
    return table.variants[number].BeginsAnIndex(column);
  });
}

// The column as it is stored: what SQL shows may be something else.
ScanColumn StoredColumn(const LogicalTable &table, size_t column) {
  const auto &[name, kind, type] = table.columns[column];
  const auto expr = RemoteExpr::Column(column);
  switch (kind) {
    case ColumnKind::REAL: return {name, {expr, LogicalType::DOUBLE, Encoding::REAL, {}}, nullptr};
    case ColumnKind::TEXT: return {name, {expr, LogicalType::VARCHAR, Encoding::TEXT, {}}, nullptr};
    default: return {name, {expr, LogicalType::BIGINT, Encoding::INTEGER, {}}, nullptr};
  }
}

duckdb::unique_ptr<duckdb::Expression> IsOneOf(size_t column, const std::vector<duckdb::Value> &keys) {
  using duckdb::BoundConstantExpression;
  auto reference = duckdb::make_uniq<duckdb::BoundReferenceExpression>(keys[0].type(), column);
  if (keys.size() == 1) {
    return duckdb::make_uniq<duckdb::BoundComparisonExpression>(duckdb::ExpressionType::COMPARE_EQUAL,
                                                                std::move(reference),
                                                                duckdb::make_uniq<BoundConstantExpression>(keys[0]));
  }
  auto in =
      duckdb::make_uniq<duckdb::BoundOperatorExpression>(duckdb::ExpressionType::COMPARE_IN, LogicalType::BOOLEAN);
  in->children.push_back(std::move(reference));
  for (const auto &key : keys) in->children.push_back(duckdb::make_uniq<BoundConstantExpression>(key));
  return in;
}

class LookupPlanner {
 public:
  LookupPlanner(RuleInput &input, duckdb::LogicalGet &get)
      : input_(input), scan_(get.bind_data->Cast<ShardScanBindData>()) {}

  /// `plan` is the scan; it stays as it is where there is nothing to look up, or for a reason that is noted.
  void Plan(duckdb::unique_ptr<duckdb::LogicalOperator> &plan) {
    if (!scan_.table->lookup) return;
    if (const auto reason = WhyNotAsked()) {
      if (!reason->empty()) Refuse(*reason);
      return;
    }
    auto lookup = MakeScan();
    if (!lookup) return;
    const auto windows = std::make_shared<KeyWindows>(scan_.spec.lookup.keys, scan_.table->lookup->columns.unit);
    scan_.spec.lookup.windows = windows;
    scan_.spec.pushed.push_back("look-up in " + TableName());
    plan = duckdb::make_uniq<LogicalLookup>(std::move(plan), std::move(lookup), windows,
                                            scan_.table->logical.columns[scan_.table->lookup->columns.key].name);
  }

 private:
  const std::string &TableName() const { return scan_.table->logical.spec.lookup->table; }
  void Refuse(const std::string &reason) { scan_.spec.refused.push_back("look-up in " + TableName() + ": " + reason); }

  // nullopt: it is asked; "": nobody would expect it to be.
  std::optional<std::string> WhyNotAsked() const {
    const auto &[table, columns] = *scan_.table->lookup;
    const auto &use = scan_.spec.lookup;
    if (use.keys.empty()) return WhyNoKeys();
    if (use.keys.size() > KeyWindows::MOST_KEYS) return "the filter names " + Counted(use.keys.size(), "key");
    if (!table) return "no shard that answered has it";
    const auto key_type = SqlTypeOf(scan_.table->logical, columns.key);
    const bool comparable = key_type == LogicalType::VARCHAR || key_type == LogicalType::BLOB || key_type.IsIntegral();
    if (!comparable || SqlTypeOf(table->logical, columns.lookup_key) != key_type) {
      return "keys of type " + key_type.ToString() + " are not looked up";
    }
    const auto asked = ChooseShards(*scan_.table, scan_.spec).shards;
    const auto there = ChooseShards(*table, {}).shards;
    for (const auto shard : there) {
      if (table->fleet->errors[shard]) return "shard " + table->fleet->spec.shards[shard].id + " did not answer";
    }
    if (asked.empty()) return "";
    // Then one round of requests finds the rows, and a look-up would be another before it.
    if (there.size() >= asked.size() && IsIndexed(scan_.table->logical, asked, columns.key)) {
      return "it lies on " + Counted(there.size(), "shard") + ", and " +
             (asked.size() == 1 ? "the one" : "the " + std::to_string(asked.size())) + " to be asked " +
             (asked.size() == 1 ? "has" : "have") + " an index on " + scan_.table->logical.columns[columns.key].name;
    }
    return std::nullopt;
  }

  std::string WhyNoKeys() const {
    const auto &spec = scan_.spec;
    const auto key = scan_.table->lookup->columns.key;
    if (std::any_of(spec.join_keys.begin(), spec.join_keys.end(),
                    [&](const JoinKeySource &source) { return source.column == key; })) {
      return "it is asked for keys that the query names, not for those of a join";
    }
    if (!spec.lookup.no_keys.empty()) return "the filter " + spec.lookup.no_keys + " does not name keys";
    return "";
  }

  duckdb::unique_ptr<duckdb::LogicalOperator> MakeScan() {
    const auto &[table, columns] = *scan_.table->lookup;
    auto bind_data = BindShardScan(input_.context, table->fleet->Share(*table));
    auto &spec = bind_data->spec;
    const auto &logical = table->logical;
    spec.columns.push_back({logical.columns[columns.lookup_key].name,
                            {RemoteExpr::Column(columns.lookup_key),
                             SqlTypeOf(logical, columns.lookup_key),
                             EncodingOf(logical, columns.lookup_key),
                             {}},
                            nullptr});
    spec.columns.push_back(StoredColumn(logical, columns.first));
    spec.columns.push_back(StoredColumn(logical, columns.last));
    const auto resolve = [](const duckdb::Expression &expr) -> std::optional<size_t> {
      if (expr.GetExpressionClass() != duckdb::ExpressionClass::BOUND_REF) return std::nullopt;
      return expr.Cast<duckdb::BoundReferenceExpression>().index;
    };
    Translator translator(logical, resolve, bind_data->zone);
    // Rows of other keys would do no harm, but all of them would come.
    if (PushFilter(spec, translator, *IsOneOf(columns.lookup_key, scan_.spec.lookup.keys)) == FilterPush::REFUSED) {
      Refuse(translator.Reason());
      return nullptr;
    }
    auto get = ScanOf(input_.binder.GenerateTableIndex(), std::move(bind_data));
    get->SetEstimatedCardinality(scan_.spec.lookup.keys.size());
    return get;
  }

  RuleInput &input_;
  ShardScanBindData &scan_;
};

}  // namespace

// Not inside a recursive CTE, where the same operators run again.
void AskLookups(RuleInput &input, duckdb::unique_ptr<duckdb::LogicalOperator> &plan) {
  if (plan->type == LogicalOperatorType::LOGICAL_RECURSIVE_CTE) return;
  for (auto &child : plan->children) AskLookups(input, child);
  if (IsShardScan(*plan)) LookupPlanner(input, plan->Cast<duckdb::LogicalGet>()).Plan(plan);
}

}  // namespace shardite
