#include "engine/translate/comparisons.hpp"
#include "engine/translate/constants.hpp"
#include "engine/translate/monotone.hpp"
#include "engine/translate/scope.hpp"
#include "engine/translate/time_arithmetic.hpp"

namespace shardite {

using duckdb::ExpressionClass;
using duckdb::ExpressionType;

namespace {

constexpr int64_t MARGIN_NS = 1000000;  // for times stored as REAL or TEXT

/// Nanoseconds in one tick of the time column; text tells nanoseconds.
int64_t TickOf(const LogicalTable &table, Encoding stored) {
  return NanosecondsPerTick(stored).value_or(std::max<int64_t>(NanosecondsPerUnit(table.spec.unit), 1));
}

class TimeReader {
 public:
  explicit TimeReader(Scope &scope) : scope_(scope) {}

  TimeSet Read(const duckdb::Expression &expr, bool negated) {
    switch (expr.GetExpressionClass()) {
      case ExpressionClass::BOUND_CONJUNCTION:
        return Junction(expr.Cast<duckdb::BoundConjunctionExpression>(), negated);
      case ExpressionClass::BOUND_COMPARISON: {
        const auto &comparison = expr.Cast<duckdb::BoundComparisonExpression>();
        return Comparison(expr.type, *comparison.left, *comparison.right, negated);
      }
      case ExpressionClass::BOUND_BETWEEN: return Between(expr.Cast<duckdb::BoundBetweenExpression>(), negated);
      case ExpressionClass::BOUND_OPERATOR: return Operator(expr.Cast<duckdb::BoundOperatorExpression>(), negated);
      case ExpressionClass::BOUND_CONSTANT:
        return Constant(expr.Cast<duckdb::BoundConstantExpression>().value, negated);
      default: return TimeSet::All();
    }
  }

 private:
  TimeSet Junction(const duckdb::BoundConjunctionExpression &expr, bool negated) {
    const bool all = (expr.type == ExpressionType::CONJUNCTION_AND) != negated;
    auto result = all ? TimeSet::All() : TimeSet::None();
    for (const auto &child : expr.children) {
      const auto times = Read(*child, negated);
      result = all ? result.And(times) : result.Or(times);
    }
    return result;
  }

  TimeSet Constant(const duckdb::Value &value, bool negated) {
    if (value.type().id() != duckdb::LogicalTypeId::BOOLEAN) return TimeSet::All();
    const bool holds = !value.IsNull() && duckdb::BooleanValue::Get(value) != negated;
    return holds ? TimeSet::All() : TimeSet::None();
  }

  TimeSet Comparison(ExpressionType op, const duckdb::Expression &left, const duckdb::Expression &right, bool negated) {
    if (op == ExpressionType::COMPARE_DISTINCT_FROM || op == ExpressionType::COMPARE_NOT_DISTINCT_FROM) {
      if ((op == ExpressionType::COMPARE_DISTINCT_FROM) != negated) return TimeSet::All();  // NULL times qualify
      op = ExpressionType::COMPARE_EQUAL;
    } else if (negated) {
      op = duckdb::NegateComparisonExpression(op);
    }
    if (const auto constant = ConstantOf(right)) return Against(op, left, *constant);
    if (const auto constant = ConstantOf(left)) return Against(duckdb::FlipComparisonExpression(op), right, *constant);
    return TimeSet::All();
  }

  TimeSet Against(ExpressionType op, const duckdb::Expression &operand, const duckdb::Value &constant) {
    auto monotone = MonotoneColumn::Of(scope_, operand);
    if (!monotone) monotone = MonotoneColumn::InAnyZone(scope_, operand);
    if (!monotone || monotone->Column() != scope_.table.time_column) return TimeSet::All();
    if (constant.IsNull()) return TimeSet::None();
    const auto ranges = monotone->Satisfying(op, constant);
    if (!ranges) return TimeSet::All();
    std::vector<Slice> slices;
    for (const auto &range : *ranges) slices.push_back(SliceOf(*monotone, range));
    return TimeSet::Of(std::move(slices));
  }

  /// Never empty for a range that is not: a time beyond the nanoseconds of int64 lies at an open end.
  Slice SliceOf(const MonotoneColumn &monotone, const IntegerRange &range) const {
    const auto stored = monotone.StoredAs();
    const bool exact = stored != Encoding::REAL_SECONDS && stored != Encoding::ISO8601;
    const auto encoding = exact ? stored : *ComputedEncoding(SqlTypeOf(scope_.table, monotone.Column()));
    const int64_t unit = TickOf(scope_.table, encoding);
    const int64_t margin = exact ? 0 : MARGIN_NS;
    Slice slice;
    if (range.low > IntegerRange::LOWEST + 2) slice.from = SaturatingAdd(SaturatingMultiply(range.low, unit), -margin);
    if (range.high < IntegerRange::HIGHEST - 1) {
      slice.until = SaturatingAdd(SaturatingMultiply(range.high + 1, unit), margin);
    }
    return slice;
  }

  TimeSet Between(const duckdb::BoundBetweenExpression &expr, bool negated) {
    const auto lower = Comparison(expr.LowerComparisonType(), *expr.input, *expr.lower, negated);
    const auto upper = Comparison(expr.UpperComparisonType(), *expr.input, *expr.upper, negated);
    return negated ? lower.Or(upper) : lower.And(upper);
  }

  TimeSet Operator(const duckdb::BoundOperatorExpression &expr, bool negated) {
    if (expr.type == ExpressionType::OPERATOR_NOT) return Read(*expr.children[0], !negated);
    const bool in = expr.type == ExpressionType::COMPARE_IN;
    if (!in && expr.type != ExpressionType::COMPARE_NOT_IN) return TimeSet::All();
    if (in == negated) return TimeSet::All();  // NOT IN leaves out points only
    std::vector<Slice> slices;
    for (size_t i = 1; i < expr.children.size(); i++) {
      const auto constant = ConstantOf(*expr.children[i]);
      if (!constant) return TimeSet::All();
      const auto times = Against(ExpressionType::COMPARE_EQUAL, *expr.children[0], *constant);
      slices.insert(slices.end(), times.Slices().begin(), times.Slices().end());
    }
    return TimeSet::Of(std::move(slices));
  }

  Scope &scope_;
};

int64_t FloorDivide(int64_t value, int64_t by) { return value / by - (value % by < 0 ? 1 : 0); }

Slice Widened(const MonotoneColumn &bucket, int64_t unit, const Slice &slice) {
  Slice wide;
  if (slice.from != Slice::OPEN_FROM) {
    const auto low = bucket.SharingValue(FloorDivide(slice.from, unit)).low;
    if (low > IntegerRange::LOWEST + 2) wide.from = SaturatingMultiply(low, unit);
  }
  if (slice.until != Slice::OPEN_UNTIL) {
    const auto high = bucket.SharingValue(FloorDivide(slice.until - 1, unit)).high;
    if (high < IntegerRange::HIGHEST - 1) wide.until = SaturatingMultiply(high + 1, unit);
  }
  return wide;
}

}  // namespace

std::optional<Translator::Widening> Translator::WideningOf(const duckdb::Expression &expr) {
  if (!table_.time_column) return std::nullopt;
  std::string unused;
  const Scope scope{table_, resolve_, zone_, unused, given_};
  const auto bucket = MonotoneColumn::Of(scope, expr);
  if (!bucket || bucket->Column() != table_.time_column) return std::nullopt;
  const auto stored = bucket->StoredAs();
  // The times of REAL and TEXT columns are known to a margin only.
  if (stored == Encoding::REAL_SECONDS || stored == Encoding::ISO8601) return std::nullopt;
  const int64_t unit = TickOf(table_, stored);
  return [bucket = *bucket, unit](const Slice &slice) { return Widened(bucket, unit, slice); };
}

TimeSet Translator::Times(const duckdb::Expression &filter) {
  if (!table_.time_column) return TimeSet::All();
  std::string unused;
  Scope scope{table_, resolve_, zone_, unused, given_};
  return TimeReader(scope).Read(filter, false);
}

}  // namespace shardite
