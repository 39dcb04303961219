#include <cmath>
#include <iterator>

#include "engine/translate/constants.hpp"
#include "engine/translate/curve.hpp"

namespace shardite {

using duckdb::LogicalTypeId;

namespace {

enum class Exactness {
  EXACT,    // rounded correctly, and so never out of order
  INEXACT,  // of the C library: off by a few units in the last place, and SQLite's may be another
  LACKING,  // exact, but not every server has it
};

enum class Constants { NONE, EITHER_SIDE, RIGHT_NOT_ZERO, NOT_ZERO, BASE };

struct CurveRule {
  const char *name;
  Constants constants;
  Exactness exactness = Exactness::EXACT;
};

constexpr CurveRule RULES[] = {
    {"+", Constants::NONE},
    {"-", Constants::NONE},
    {"floor", Constants::NONE},
    {"ceil", Constants::NONE},
    {"ceiling", Constants::NONE},
    {"round", Constants::NONE},
    {"trunc", Constants::NONE},
    {"sqrt", Constants::NONE, Exactness::LACKING},
    {"cbrt", Constants::NONE, Exactness::INEXACT},
    {"exp", Constants::NONE, Exactness::INEXACT},
    {"ln", Constants::NONE, Exactness::INEXACT},
    {"log", Constants::NONE, Exactness::INEXACT},
    {"log10", Constants::NONE, Exactness::INEXACT},
    {"log2", Constants::NONE, Exactness::INEXACT},
    {"log", Constants::BASE, Exactness::INEXACT},
    {"+", Constants::EITHER_SIDE},
    {"add", Constants::EITHER_SIDE},
    {"-", Constants::EITHER_SIDE},
    {"subtract", Constants::EITHER_SIDE},
    {"*", Constants::NOT_ZERO},
    {"multiply", Constants::NOT_ZERO},
    {"/", Constants::RIGHT_NOT_ZERO},
    {"//", Constants::RIGHT_NOT_ZERO},
    {"divide", Constants::RIGHT_NOT_ZERO},
    {"greatest", Constants::EITHER_SIDE},
    {"least", Constants::EITHER_SIDE},
};

bool IsNumber(const duckdb::LogicalType &type) {
  return LimitsOf(type).has_value() || type.id() == LogicalTypeId::DOUBLE;
}

const CurveRule *FindRule(const std::string &name, size_t arguments) {
  for (const auto &rule : RULES) {
    if (name == rule.name && (rule.constants == Constants::NONE) == (arguments == 1)) return &rule;
  }
  return nullptr;
}

/// Finite; nullopt for NULL too.
std::optional<double> FiniteConstant(const duckdb::Expression &expr) {
  const auto constant = ConstantOf(expr);
  if (!constant || constant->IsNull() || constant->type() != expr.return_type) return std::nullopt;
  if (constant->type().id() != LogicalTypeId::DOUBLE) {
    const auto integer = ConstantInteger(*constant);
    return integer ? std::optional(static_cast<double>(*integer)) : std::nullopt;
  }
  const double real = duckdb::DoubleValue::Get(*constant);
  return std::isfinite(real) ? std::optional(real) : std::nullopt;
}

bool Allows(const CurveRule &rule, double constant, size_t varies) {
  switch (rule.constants) {
    case Constants::NONE: return false;
    case Constants::EITHER_SIDE: return true;
    case Constants::NOT_ZERO: return constant != 0;
    case Constants::RIGHT_NOT_ZERO: return constant != 0 && varies == 0;
    case Constants::BASE: return constant > 1 && varies == 1;
  }
  return false;
}

}  // namespace

/// Walks from the expression down to its column, appending the steps on the way back up.
struct CurveBuilder {
  const Scope &scope;
  Curve &curve;
  bool lacking = false;  // SQLite has no such function

  bool Add(const duckdb::Expression &expr) {
    if (!IsNumber(expr.return_type) || expr.return_type.HasAlias()) return false;
    switch (expr.GetExpressionClass()) {
      case duckdb::ExpressionClass::BOUND_CAST: return AddCast(expr.Cast<duckdb::BoundCastExpression>());
      case duckdb::ExpressionClass::BOUND_FUNCTION: return AddCall(expr.Cast<duckdb::BoundFunctionExpression>());
      default: return AddColumn(expr);
    }
  }

  bool AddColumn(const duckdb::Expression &expr) {
    const auto column = scope.resolve(expr);
    if (!column || EncodingOf(scope.table, *column) != Encoding::INTEGER || !LimitsOf(expr.return_type)) return false;
    curve.column_ = *column;
    curve.type_ = expr.return_type;
    return true;
  }

  bool AddCast(const duckdb::BoundCastExpression &cast) {
    if (cast.try_cast || !Add(*cast.child)) return false;
    curve.steps_.push_back({&cast});
    return true;
  }

  bool AddCall(const duckdb::BoundFunctionExpression &call) {
    const auto &arguments = call.children;
    if (arguments.empty() || arguments.size() > 2 || call.function.init_local_state) return false;
    const auto *rule = FindRule(call.function.name, arguments.size());
    if (rule == nullptr) return false;
    size_t varies = 0;
    if (arguments.size() == 2) {
      varies = ConstantOf(*arguments[0]) ? 1 : 0;
      const auto constant = FiniteConstant(*arguments[1 - varies]);
      if (!constant || !Allows(*rule, *constant, varies)) return false;
    }
    if (!Add(*arguments[varies])) return false;
    lacking = lacking || rule->exactness != Exactness::EXACT;
    if (rule->exactness == Exactness::INEXACT) {
      if (curve.inexact_) return false;  // what the two may do together is not known
      curve.inexact_ = curve.steps_.size();
    }
    curve.steps_.push_back({&call, varies});
    return true;
  }
};

std::optional<Curve> Curve::Of(const Scope &scope, const duckdb::Expression &expr) {
  Curve curve;
  CurveBuilder builder{scope, curve};
  if (!builder.Add(expr) || !builder.lacking) return std::nullopt;
  return curve;
}

}  // namespace shardite
