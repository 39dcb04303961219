#include "engine/translate/comparisons.hpp"
#include "engine/translate/constants.hpp"
#include "engine/translate/range_filter.hpp"
#include "engine/translate/scope.hpp"
#include "engine/translate/text_functions.hpp"

namespace shardite {

using duckdb::ExpressionClass;
using duckdb::ExpressionType;

namespace {

/// Negations are carried down to the leaves: a superset of NOT x is not the negation of a superset of x.
enum class Polarity { PLAIN, NEGATED };
Polarity Flip(Polarity polarity) { return polarity == Polarity::PLAIN ? Polarity::NEGATED : Polarity::PLAIN; }

class FilterBuilder {
 public:
  explicit FilterBuilder(Scope &scope) : scope_(scope) {}

  std::optional<FilterTranslation> Build(const duckdb::Expression &expr, Polarity polarity) {
    switch (expr.GetExpressionClass()) {
      case ExpressionClass::BOUND_CONJUNCTION:
        return Junction(expr.Cast<duckdb::BoundConjunctionExpression>(), polarity);
      case ExpressionClass::BOUND_OPERATOR:
        if (expr.type == ExpressionType::OPERATOR_NOT) {
          return Build(*expr.Cast<duckdb::BoundOperatorExpression>().children[0], Flip(polarity));
        }
        break;
      case ExpressionClass::BOUND_COMPARISON:
        return Comparison(expr.Cast<duckdb::BoundComparisonExpression>(), polarity);
      case ExpressionClass::BOUND_BETWEEN: return Between(expr.Cast<duckdb::BoundBetweenExpression>(), polarity);
      default: break;
    }
    return Leaf(expr, polarity);
  }

 private:
  /// AND keeps what translates of it; OR needs all. A negation swaps the two.
  std::optional<FilterTranslation> Junction(const duckdb::BoundConjunctionExpression &expr, Polarity polarity) {
    const bool all = (expr.type == ExpressionType::CONJUNCTION_AND) == (polarity == Polarity::PLAIN);
    FilterTranslation result{RemoteExpr::Null(), true, {}};
    std::vector<RemoteExpr> parts;
    bool proved = true;  // exact by witnesses, where not outright
    for (const auto &child : expr.children) {
      auto part = Build(*child, polarity);
      if (!part) {
        if (!all) return std::nullopt;
        result.exact = proved = false;
        continue;
      }
      Absorb(result, *part, proved);
      parts.push_back(std::move(part->expr));
    }
    if (parts.empty()) return std::nullopt;
    if (!proved) result.witnesses.clear();
    result.expr = all ? RemoteExpr::And(std::move(parts)) : RemoteExpr::Or(std::move(parts));
    return result;
  }

  /// Each part already lets the rows pass that violate its own witnesses.
  static void Absorb(FilterTranslation &result, const FilterTranslation &part, bool &proved) {
    result.exact = result.exact && part.exact;
    proved = proved && (part.exact || !part.witnesses.empty());
    result.witnesses.insert(result.witnesses.end(), part.witnesses.begin(), part.witnesses.end());
  }

  std::optional<FilterTranslation> Comparison(const duckdb::BoundComparisonExpression &expr, Polarity polarity) {
    const bool distinct =
        expr.type == ExpressionType::COMPARE_DISTINCT_FROM || expr.type == ExpressionType::COMPARE_NOT_DISTINCT_FROM;
    if (polarity == Polarity::NEGATED && distinct) return Leaf(expr, polarity);
    const auto op = polarity == Polarity::PLAIN ? expr.type : duckdb::NegateComparisonExpression(expr.type);
    return Compared(op, *expr.left, *expr.right);
  }

  std::optional<FilterTranslation> Compared(ExpressionType op, const duckdb::Expression &left,
                                            const duckdb::Expression &right) {
    if (ConstantOf(left) && !ConstantOf(right)) return Compared(duckdb::FlipComparisonExpression(op), right, left);
    if (auto range = RangeFilter(scope_, op, left, right)) return range;
    return Finish(Compare(scope_, op, left, right));
  }

  std::optional<FilterTranslation> Between(const duckdb::BoundBetweenExpression &expr, Polarity polarity) {
    const bool plain = polarity == Polarity::PLAIN;
    const auto lower_op =
        plain ? expr.LowerComparisonType() : duckdb::NegateComparisonExpression(expr.LowerComparisonType());
    const auto upper_op =
        plain ? expr.UpperComparisonType() : duckdb::NegateComparisonExpression(expr.UpperComparisonType());
    auto lower = Compared(lower_op, *expr.input, *expr.lower);
    auto upper = Compared(upper_op, *expr.input, *expr.upper);
    if (!plain && (!lower || !upper)) return std::nullopt;
    if (!lower && !upper) return std::nullopt;
    if (!lower || !upper) {
      auto half = lower ? std::move(*lower) : std::move(*upper);
      return FilterTranslation{std::move(half.expr), false, {}};
    }
    FilterTranslation result{RemoteExpr::Null(), true, {}};
    bool proved = true;
    Absorb(result, *lower, proved);
    Absorb(result, *upper, proved);
    if (!proved) result.witnesses.clear();
    result.expr = plain ? RemoteExpr::And({lower->expr, upper->expr}) : RemoteExpr::Or({lower->expr, upper->expr});
    return result;
  }

  std::optional<FilterTranslation> Leaf(const duckdb::Expression &expr, Polarity polarity) {
    if (polarity == Polarity::PLAIN) {
      if (auto range = LongListFilter(scope_, expr)) return range;
    }
    auto value = scope_.Value(expr);
    if (!value && polarity == Polarity::PLAIN && expr.GetExpressionClass() == ExpressionClass::BOUND_FUNCTION) {
      auto needed = NecessaryText(scope_, expr.Cast<duckdb::BoundFunctionExpression>());
      if (needed) return FilterTranslation{std::move(*needed), false, {}};
    }
    if (value && polarity == Polarity::NEGATED) value->expr = RemoteExpr::Prefix("NOT", value->expr);
    return Finish(std::move(value));
  }

  std::optional<FilterTranslation> Finish(std::optional<Translation> value) {
    if (!value) return std::nullopt;
    FilterTranslation result{value->expr, value->witnesses.empty(), std::move(value->witnesses)};
    return result.exact ? result : Watched(std::move(result));
  }

  /// Lets every row pass that violates a witness: then the witnesses beside the rows tell whether the filter was exact.
  static FilterTranslation Watched(FilterTranslation filter) {
    std::vector<RemoteExpr> alternatives{filter.expr};
    for (const auto &witness : filter.witnesses) alternatives.push_back(witness.violated);
    filter.expr = RemoteExpr::Or(std::move(alternatives));
    filter.exact = false;
    return filter;
  }

  Scope &scope_;
};

}  // namespace

std::optional<FilterTranslation> Translator::Filter(const duckdb::Expression &expr) {
  reason_.clear();
  Scope scope{table_, resolve_, zone_, reason_, given_};
  auto result = FilterBuilder(scope).Build(expr, Polarity::PLAIN);
  if (result && result->exact) reason_.clear();
  if (result && !result->exact && reason_.empty()) {
    const auto &witnesses = result->witnesses;
    reason_ = witnesses.empty() ? "a superset on the shard" : "exact on the shard but for " + witnesses[0].subject;
  }
  return result;
}

}  // namespace shardite
