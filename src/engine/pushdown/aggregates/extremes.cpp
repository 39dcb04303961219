// The lowest, the highest, and any value of a group. min, max, bool_and and bool_or are the same again over the
// partials. any_value is the highest (of non-NULL values any will do). first and last without an order are a bare
// column: SQLite takes it from one row of the group, and takes all of them from the same row, as DuckDB does.

#include "engine/pushdown/aggregates/split.hpp"

namespace shardite {

namespace {

using duckdb::LogicalType;

// SQLite spells bool_and and bool_or min and max of 0 and 1.
size_t AddExtreme(const SplitInput &input, const char *name) {
  const auto &argument = input.Argument();
  const auto remote = RemoteExpr::Aggregate(name, {argument.expr}, input.filter);
  input.scan.NoteExtreme(remote);
  return input.scan.AddPartial(remote, argument.type, argument.encoding, input.Witnesses(),
                               input.OfOneRow(input.LocalArgument(), duckdb::Value(argument.type)));
}

std::optional<AggregateSplit> SplitExtreme(const SplitInput &input, const char *name) {
  if (!SortsOnShards(input.Argument().encoding)) {
    return input.Refuse("text does not sort as " + input.Argument().type.ToString());
  }
  return MergedInOrder(input, input.aggregate.function.name, AddExtreme(input, name));
}

}  // namespace

bool SortsOnShards(Encoding encoding) {
  return encoding != Encoding::ISO8601 && encoding != Encoding::ANY_TEXT && encoding != Encoding::CAST_TEXT;
}

std::optional<AggregateSplit> SplitMin(const SplitInput &input) { return SplitExtreme(input, "min"); }
std::optional<AggregateSplit> SplitMax(const SplitInput &input) { return SplitExtreme(input, "max"); }

std::optional<AggregateSplit> SplitAnyValue(const SplitInput &input) {
  return MergedInOrder(input, "any_value", AddExtreme(input, "max"));
}

// With a FILTER the row must be one that passes: the bare column follows max(CASE WHEN filter THEN 1 END). Groups
// without such a row do not count, which is also true of the one row that a shard without rows sends.
std::optional<AggregateSplit> SplitFirst(const SplitInput &input) {
  const auto &argument = input.Argument();
  if (input.filter) {
    const auto passes = RemoteExpr::Case({*input.filter, RemoteExpr::Integer(1), RemoteExpr::Null()});
    const auto best = RemoteExpr::Aggregate("max", {passes});
    input.scan.NoteExtreme(best);
    input.scan.NoteBareColumn(best);
    input.scan.AddPartial(best, LogicalType::BIGINT, Encoding::INTEGER, {}, Constant(duckdb::Value::BIGINT(1)));
  }
  const auto value =
      input.scan.AddPartial(argument.expr, argument.type, argument.encoding, input.Witnesses(), input.LocalArgument());
  const auto rows = AddRowCount(input);
  return MergedBy([=]() {
    auto merge = input.aggregate.Copy();
    auto &local = merge->Cast<duckdb::BoundAggregateExpression>();
    local.children[0] = input.scan.PartialReference(value);
    local.filter = HasRows(input, rows);
    return merge;
  });
}

}  // namespace shardite
