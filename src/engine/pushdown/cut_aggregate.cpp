#include "engine/pushdown/cut_aggregate.hpp"

#include <algorithm>
#include <iterator>

#include <duckdb/planner/expression/bound_columnref_expression.hpp>
#include <duckdb/planner/expression_iterator.hpp>

namespace shardite {

namespace {

// Whether values of several aggregates may be keys of one query, whose groups are their combinations.
enum class Keys { SHARED, APART };

constexpr size_t MOST_PARTS = 6;

// nullopt with a reason; in `reason`, since the part is gone.
std::optional<AggregatePart> StartPart(RuleInput &input, const ScanChain &chain,
                                       const duckdb::LogicalAggregate &aggregate, std::string &reason) {
  AggregatePart part{std::make_unique<PartialScan>(input, chain), {}, {}};
  bool fits = part.scan->TakeConditions();
  if (!aggregate.groups.empty()) part.scan->NeedsGroups();
  for (size_t i = 0; fits && i < aggregate.groups.size(); i++) {
    auto group = chain.Inline(*aggregate.groups[i]);
    const bool of_other_side = chain.HasJoins() && !group->IsVolatile() && !chain.Reads(*group);
    part.groups.push_back(of_other_side ? std::move(group) : part.scan->OverKeys(std::move(group)));
    fits = part.groups.back() != nullptr;
  }
  for (size_t i = 0; fits && i < chain.JoinKeys().size(); i++) {
    part.join_keys.push_back(part.scan->OverKeys(chain.JoinKeys()[i]->Copy()));
    fits = part.join_keys.back() != nullptr;
  }
  if (chain.HasJoins()) part.scan->NeedFewGroups(PartialScan::BELOW_JOIN);
  reason = part.scan->Reason();
  if (!fits) return std::nullopt;
  return part;
}

enum class Placed { YES, NOT_HERE, REFUSED };

Placed Place(RuleInput &input, AggregatePart &part, const duckdb::BoundAggregateExpression &aggregate, Keys keys,
             std::vector<AggregateSplit> &splits) {
  auto &scan = *part.scan;
  const auto mark = scan.Now();
  auto split = SplitAggregate(input.context, scan, aggregate);
  if (!split) return Placed::REFUSED;
  const bool adds_keys = scan.KeyCount() > mark.keys;
  if (scan.HasAmbiguousRow() || (adds_keys && part.key_sets > 0 && keys == Keys::APART)) {
    scan.Return(mark);
    return Placed::NOT_HERE;
  }
  if (adds_keys) part.key_sets++;
  splits.push_back(std::move(*split));
  return Placed::YES;
}

std::optional<AggregatePieces> Cut(RuleInput &input, const ScanChain &chain, const duckdb::LogicalAggregate &aggregate,
                                   Keys keys, std::string &reason) {
  AggregatePieces pieces;
  const auto add_part = [&]() {
    auto part = StartPart(input, chain, aggregate, reason);
    if (part) pieces.parts.push_back(std::move(*part));
    return part.has_value();
  };
  if (!add_part()) return std::nullopt;
  for (const auto &expr : aggregate.expressions) {
    pieces.aggregates.push_back(chain.Inline(*expr));
    const auto &inlined = pieces.aggregates.back()->Cast<duckdb::BoundAggregateExpression>();
    auto placed = Placed::NOT_HERE;
    for (size_t part = 0; placed == Placed::NOT_HERE; part++) {
      if (part == pieces.parts.size()) {
        if (part == MOST_PARTS) reason = "each shard would be asked more than " + std::to_string(part) + " queries";
        if (part == MOST_PARTS || !add_part()) return std::nullopt;
      }
      placed = Place(input, pieces.parts[part], inlined, keys, pieces.splits);
      if (placed == Placed::YES) pieces.part_of.push_back(part);
      reason = pieces.parts[part].scan->Reason();
    }
    if (placed == Placed::REFUSED) return std::nullopt;
  }
  return pieces;
}

// Two parts whose values hardly repeat would send more than the rows.
std::optional<AggregatePieces> CutApart(RuleInput &input, const ScanChain &chain,
                                        const duckdb::LogicalAggregate &aggregate, std::string &reason) {
  auto pieces = Cut(input, chain, aggregate, Keys::APART, reason);
  if (!pieces) return std::nullopt;
  const auto large = std::count_if(pieces->parts.begin(), pieces->parts.end(), [&](const AggregatePart &part) {
    if (part.key_sets == 0 || part.scan->ValuesRepeat("several sets of values")) return false;
    reason = part.scan->Reason();
    return true;
  });
  return large > 1 ? std::nullopt : std::move(pieces);
}

}  // namespace

// Combinations of keys are never more than rows, but may be nearly as many where each key alone has few values.
std::optional<AggregatePieces> CutAggregate(RuleInput &input, const ScanChain &chain,
                                            const duckdb::LogicalAggregate &aggregate, std::string &reason) {
  auto pieces = Cut(input, chain, aggregate, Keys::SHARED, reason);
  if (!pieces) return std::nullopt;
  const bool too_many = std::any_of(pieces->parts.begin(), pieces->parts.end(), [](const AggregatePart &part) {
    return part.key_sets > 1 && !part.scan->ValuesRepeat("several sets of values");
  });
  if (too_many) pieces = CutApart(input, chain, aggregate, reason);
  if (!pieces) return std::nullopt;
  for (const auto &part : pieces->parts) {
    if (part.scan->HasFewGroups()) continue;
    reason = part.scan->Reason();
    return std::nullopt;
  }
  return pieces;
}

std::set<duckdb::idx_t> TablesAggregated(const ScanChain &chain, const duckdb::LogicalAggregate &aggregate) {
  std::set<duckdb::idx_t> tables;
  for (const auto &expr : aggregate.expressions) {
    duckdb::ExpressionIterator::VisitExpression<duckdb::BoundColumnRefExpression>(
        *chain.Inline(*expr),
        [&](const duckdb::BoundColumnRefExpression &column) { tables.insert(column.binding.table_index); });
  }
  return tables;
}

namespace {

// Whether a row with NULL in all columns of the scan adds nothing to an aggregate, and has no value of its own.
bool IgnoresAbsentRows(const ScanChain &chain, const duckdb::LogicalAggregate &aggregate) {
  constexpr const char *STRICT[] = {"count", "sum", "avg", "mean", "min", "max"};
  const auto is_column = [&](const duckdb::Expression &expr) {
    const auto inlined = chain.Inline(expr);
    return !chain.Reads(expr) || inlined->GetExpressionClass() == duckdb::ExpressionClass::BOUND_COLUMN_REF;
  };
  const bool plain_groups = std::all_of(aggregate.groups.begin(), aggregate.groups.end(),
                                        [&](const auto &group) { return is_column(*group); });
  return plain_groups && std::all_of(aggregate.expressions.begin(), aggregate.expressions.end(), [&](const auto &expr) {
           const auto &call = expr->template Cast<duckdb::BoundAggregateExpression>();
           const bool strict = std::any_of(std::begin(STRICT), std::end(STRICT),
                                           [&](const char *name) { return call.function.name == name; });
           return strict && !call.filter && call.children.size() == 1 && chain.Reads(*call.children[0]) &&
                  is_column(*call.children[0]);
         });
}

}  // namespace

std::optional<AggregatePieces> CutBelowJoins(RuleInput &input, const ScanChain &chain,
                                             const duckdb::LogicalAggregate &aggregate, std::string &reason) {
  reason = "it reads both sides of a join";
  if (TablesAggregated(chain, aggregate).size() > 1) return std::nullopt;
  reason = "a join chooses among the rows of a key";
  if (!chain.JoinsByKeys() || chain.JoinKeys().empty()) return std::nullopt;
  reason = "rows of a join that match none count too";
  if (chain.AbsentForOthers() && !IgnoresAbsentRows(chain, aggregate)) return std::nullopt;
  reason = "a filter compares both sides of a join";
  if (chain.FiltersAboveJoins()) return std::nullopt;
  auto pieces = CutAggregate(input, chain, aggregate, reason);
  if (!pieces || pieces->parts.size() == 1) return pieces;
  reason = "each shard would be asked several queries below a join";
  return std::nullopt;
}

}  // namespace shardite
