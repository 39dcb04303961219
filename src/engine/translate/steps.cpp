#include "engine/translate/steps.hpp"

#include <algorithm>
#include <cmath>

#include "engine/translate/comparisons.hpp"
#include "engine/translate/constants.hpp"

namespace shardite {

using duckdb::ExpressionType;

namespace {

/// floor(8 * log2(x)) of positive numbers has 505, in a statement of 25 KB. A row costs some nine comparisons: 0.2 us
/// with 64 pieces and 0.35 us with 504 (SQLite 3.40).
constexpr size_t MOST_STEPS = 512;

/// Branches of one CASE: fewer bytes than a tree of two, and hardly more comparisons.
constexpr size_t BRANCHES = 4;

using Pieces = std::vector<Curve::Piece>;

class StepTree {
 public:
  StepTree(RemoteExpr column, Encoding encoding, const Curve::Pieces &steps)
      : column_(std::move(column)), encoding_(encoding), pieces_(steps.pieces), at_null_(steps.at_null) {}

  /// NULL takes no branch of the root.
  RemoteExpr Root() const {
    auto otherwise = at_null_ ? Literal(*at_null_) : RemoteExpr::Null();
    if (pieces_.size() == 1) {
      return RemoteExpr::Case(
          {RemoteExpr::Postfix(column_, "IS NOT NULL"), Literal(pieces_[0].value), std::move(otherwise)});
    }
    const auto middle = pieces_.size() / 2;
    const auto at = RemoteExpr::Integer(pieces_[middle].from);
    return RemoteExpr::Case({RemoteExpr::Infix("<", column_, at), Part(0, middle), RemoteExpr::Infix(">=", column_, at),
                             Part(middle, pieces_.size()), std::move(otherwise)});
  }

 private:
  RemoteExpr Literal(long double value) const {
    if (encoding_ == Encoding::REAL) return RemoteExpr::Literal(static_cast<double>(value));
    return RemoteExpr::Integer(static_cast<int64_t>(value));
  }

  RemoteExpr Part(size_t first, size_t last) const {
    if (last - first == 1) return Literal(pieces_[first].value);
    std::vector<RemoteExpr> branches;
    const bool few = last - first <= BRANCHES;
    const auto width = few ? 1 : (last - first + 1) / 2;
    for (auto at = first + width; at < last; at += width) {
      branches.push_back(RemoteExpr::Infix("<", column_, RemoteExpr::Integer(pieces_[at].from)));
      branches.push_back(Part(at - width, at));
      if (!few) break;
    }
    branches.push_back(few ? Literal(pieces_[last - 1].value) : Part(first + width, last));
    return RemoteExpr::Case(std::move(branches));
  }

  RemoteExpr column_;
  Encoding encoding_;
  const Pieces &pieces_;
  std::optional<long double> at_null_;
};

void Witness(Translation &result, const RemoteExpr &column, const Curve::Pieces &steps) {
  std::vector<RemoteExpr> outside;
  if (steps.domain.low != IntegerRange::LOWEST)
    outside.push_back(RemoteExpr::Infix("<", column, RemoteExpr::Integer(steps.domain.low)));
  if (steps.domain.high != IntegerRange::HIGHEST)
    outside.push_back(RemoteExpr::Infix(">", column, RemoteExpr::Integer(steps.domain.high)));
  if (!steps.unsure.empty()) outside.push_back(InRanges(column, steps.unsure));
  if (outside.empty()) return;
  const char *subject = steps.unsure.empty() ? "a number out of domain" : "a number out of domain, or too near a step";
  result.witnesses.push_back({RemoteExpr::Or(std::move(outside)), subject});
}

/// Translation::bound; 0 where it would not fit.
int64_t Bound(const Curve::Pieces &steps) {
  long double most = std::abs(steps.at_null.value_or(0));
  for (const auto &piece : steps.pieces) most = std::max(most, std::abs(piece.value));
  return most < std::numeric_limits<int64_t>::max() ? static_cast<int64_t>(most) : 0;
}

/// Whole numbers that SQLite reads from text as they are; it has no negative zero.
std::optional<long double> WholeNumber(long double value) {
  constexpr long double EXACT = 9007199254740992.0L;
  if (value != std::trunc(value) || std::abs(value) > EXACT || (value == 0 && std::signbit(value))) return std::nullopt;
  return value;
}

bool Satisfies(ExpressionType op, long double side) {
  switch (op) {
    case ExpressionType::COMPARE_EQUAL:
    case ExpressionType::COMPARE_NOT_DISTINCT_FROM: return side == 0;
    case ExpressionType::COMPARE_NOTEQUAL:
    case ExpressionType::COMPARE_DISTINCT_FROM: return side != 0;
    case ExpressionType::COMPARE_LESSTHAN: return side < 0;
    case ExpressionType::COMPARE_LESSTHANOREQUALTO: return side <= 0;
    case ExpressionType::COMPARE_GREATERTHAN: return side > 0;
    default: return side >= 0;
  }
}

/// What the comparison gives for NULL; nullopt: NULL.
std::optional<bool> TruthAtNull(ExpressionType op, const std::optional<long double> &at_null) {
  if (at_null) return Satisfies(op, *at_null);
  if (op == ExpressionType::COMPARE_DISTINCT_FROM) return true;
  if (op == ExpressionType::COMPARE_NOT_DISTINCT_FROM) return false;
  return std::nullopt;
}

std::vector<IntegerRange> RangesWhere(ExpressionType op, const Curve::Pieces &sides) {
  std::vector<IntegerRange> ranges;
  for (size_t i = 0; i < sides.pieces.size(); i++) {
    if (!Satisfies(op, sides.pieces[i].value)) continue;
    const bool last = i + 1 == sides.pieces.size();
    const IntegerRange range{sides.pieces[i].from, last ? sides.domain.high : sides.pieces[i + 1].from - 1};
    if (!ranges.empty() && ranges.back().high == range.low - 1)
      ranges.back().high = range.high;
    else
      ranges.push_back(range);
  }
  return ranges;
}

}  // namespace

std::optional<Translation> TranslateSteps(Scope &scope, const duckdb::Expression &expr, const Curve &curve) {
  std::string why;
  const bool real = expr.return_type.id() == duckdb::LogicalTypeId::DOUBLE;
  const auto exact = [](long double value) { return std::optional(value); };
  const auto steps = curve.Split(real ? Curve::Reading(WholeNumber) : Curve::Reading(exact), MOST_STEPS, why);
  if (!steps) return scope.Refuse(expr.ToString() + ": SQLite may lack the function, and it " + why);
  const auto column = RemoteExpr::Column(curve.Column());
  const auto encoding = real ? Encoding::REAL : Encoding::INTEGER;
  Translation result{StepTree(column, encoding, *steps).Root(), expr.return_type, encoding, {}};
  Witness(result, column, *steps);
  if (!real) result.bound = Bound(*steps);
  return result;
}

std::optional<Translation> CompareSteps(Scope &scope, ExpressionType op, const duckdb::Expression &expr,
                                        const Curve &curve, const duckdb::Value &constant) {
  if (constant.IsNull()) return scope.Refuse("a comparison with NULL");
  long double bound = 0;
  if (constant.type().id() == duckdb::LogicalTypeId::DOUBLE) {
    bound = duckdb::DoubleValue::Get(constant);
    if (std::isnan(bound)) return scope.Refuse("a comparison with NaN");
  } else {
    const auto integer = ConstantInteger(constant);
    if (!integer) return scope.Refuse("a comparison with " + constant.type().ToString());
    bound = *integer;
  }
  std::string why;
  const auto side = [bound](long double value) {
    return std::optional<long double>(value < bound ? -1 : value > bound ? 1 : 0);
  };
  const auto sides = curve.Split(side, 4, why);
  if (!sides) return scope.Refuse(expr.ToString() + ": SQLite may lack the function, and it " + why);
  const auto column = RemoteExpr::Column(curve.Column());
  auto condition = InRanges(column, RangesWhere(op, *sides));
  if (const auto truth = TruthAtNull(op, sides->at_null)) {
    condition = *truth ? RemoteExpr::Or({std::move(condition), RemoteExpr::Postfix(column, "IS NULL")})
                       : RemoteExpr::And({std::move(condition), RemoteExpr::Postfix(column, "IS NOT NULL")});
  }
  Translation result{std::move(condition), duckdb::LogicalType::BOOLEAN, Encoding::BOOLEAN, {}};
  Witness(result, column, *sides);
  return result;
}

}  // namespace shardite
