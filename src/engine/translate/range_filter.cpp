#include "engine/translate/range_filter.hpp"

#include <algorithm>

#include <duckdb/common/types/date.hpp>

#include "engine/translate/comparisons.hpp"
#include "engine/translate/constants.hpp"
#include "engine/translate/time_arithmetic.hpp"
#include "sqlite/value_list.hpp"

namespace shardite {

using duckdb::ExpressionType;

namespace {

/// A bound of a time in nanoseconds since 1970, as the column stores it, moved outward by a margin.
RemoteExpr SecondsBound(long double nanoseconds, bool lower) {
  // Doubles near 1.7e9 are 2.4e-7 apart, and the shown value is rounded to microseconds.
  const auto seconds = static_cast<double>(nanoseconds / 1e9L);
  const double margin = 0.001 + std::abs(seconds) * 1e-12;
  return RemoteExpr::Literal(seconds + (lower ? -margin : margin));
}

/// The day before or after next as text: what follows the date (T or blank, zone, fraction) then does not matter.
std::optional<RemoteExpr> DateBound(long double nanoseconds, bool lower) {
  const auto days = static_cast<int64_t>(nanoseconds / 86400e9L) + (lower ? -2 : 2);
  if (days < -719528 || days > 2932896) return std::nullopt;  // years 0 to 9999, where text sorts like time
  return RemoteExpr::Text(duckdb::Date::ToString(duckdb::date_t(static_cast<int32_t>(days))));
}

/// Ranges are of the shown value, whose unit is `unit` nanoseconds.
std::optional<RemoteExpr> StoredTimeRanges(const MonotoneColumn &monotone, const std::vector<IntegerRange> &ranges,
                                           long double unit, const RemoteExpr &column) {
  const bool text = monotone.StoredAs() == Encoding::ISO8601;
  std::vector<RemoteExpr> alternatives;
  for (const auto &range : ranges) {
    std::vector<RemoteExpr> bounds;
    const bool open_below = range.low <= IntegerRange::LOWEST + 2;
    const bool open_above = range.high >= IntegerRange::HIGHEST - 1;
    if (!open_below) {
      auto low = text ? DateBound(range.low * unit, true) : SecondsBound(range.low * unit, true);
      if (low) bounds.push_back(RemoteExpr::Infix(">=", column, std::move(*low)));
    }
    if (!open_above) {
      auto high = text ? DateBound(range.high * unit, false) : SecondsBound(range.high * unit, false);
      if (high) bounds.push_back(RemoteExpr::Infix("<=", column, std::move(*high)));
    }
    if (bounds.empty()) return std::nullopt;
    alternatives.push_back(RemoteExpr::And(std::move(bounds)));
  }
  return RemoteExpr::Or(std::move(alternatives));
}

}  // namespace

std::optional<FilterTranslation> RangeFilter(Scope &scope, ExpressionType op, const duckdb::Expression &left,
                                             const duckdb::Expression &right) {
  if (op == ExpressionType::COMPARE_NOT_DISTINCT_FROM) op = ExpressionType::COMPARE_EQUAL;  // the constant is not NULL
  const auto constant = ConstantOf(right);
  if (!constant || constant->IsNull()) return std::nullopt;
  auto monotone = MonotoneColumn::Of(scope, left);
  const bool in_any_zone = !monotone;
  if (in_any_zone) monotone = MonotoneColumn::InAnyZone(scope, left);
  if (!monotone) return std::nullopt;
  const auto ranges = monotone->Satisfying(op, *constant);
  if (!ranges) return std::nullopt;
  const auto translated = scope.Column(monotone->Column());
  const auto column = RemoteExpr::Column(monotone->Column());
  if (monotone->StoredAs() != Encoding::REAL_SECONDS && monotone->StoredAs() != Encoding::ISO8601) {
    if (in_any_zone) {
      scope.reason = "it depends on the session's time zone: the shard's condition has a margin of a day";
      return FilterTranslation{InRanges(column, *ranges), false, {}};
    }
    if (monotone->IsIdentity()) return std::nullopt;  // plain comparisons read better
    return FilterTranslation{InRanges(column, *ranges), true, {}};
  }
  const auto shown = ComputedEncoding(SqlTypeOf(scope.table, monotone->Column()));
  auto condition = StoredTimeRanges(*monotone, *ranges, *NanosecondsPerTick(*shown), translated.expr);
  scope.reason = "the time is stored as REAL or TEXT: the shard's condition has a margin";
  if (!condition) return std::nullopt;
  return FilterTranslation{std::move(*condition), false, {}};
}

std::optional<FilterTranslation> LongListFilter(Scope &scope, const duckdb::Expression &expr) {
  if (expr.type != ExpressionType::COMPARE_IN) return std::nullopt;
  const auto &children = expr.Cast<duckdb::BoundOperatorExpression>().children;
  if (children.size() < 2) return std::nullopt;
  std::vector<duckdb::Value> constants;
  std::vector<SqliteValue> stored;
  for (size_t i = 1; i < children.size(); i++) {
    auto constant = ConstantOf(*children[i]);
    auto value = constant ? SqliteConstant(*constant) : std::nullopt;
    if (!value) return std::nullopt;
    if (constant->IsNull()) continue;  // found or not: never true
    constants.push_back(std::move(*constant));
    stored.push_back(std::move(*value));
  }
  if (ListBytes(stored) <= MOST_LIST_BYTES) return std::nullopt;
  const auto [least, greatest] = std::minmax_element(
      constants.begin(), constants.end(), [](const duckdb::Value &a, const duckdb::Value &b) { return a < b; });
  auto from = Compare(scope, ExpressionType::COMPARE_GREATERTHANOREQUALTO, *children[0],
                      duckdb::BoundConstantExpression(*least));
  if (!from) return std::nullopt;
  auto until = Compare(scope, ExpressionType::COMPARE_LESSTHANOREQUALTO, *children[0],
                       duckdb::BoundConstantExpression(*greatest));
  if (!until || !from->witnesses.empty() || !until->witnesses.empty()) return std::nullopt;
  scope.reason = "a list too long for one statement: the shard looks between its ends";
  return FilterTranslation{RemoteExpr::And({std::move(from->expr), std::move(until->expr)}), false, {}};
}

}  // namespace shardite
