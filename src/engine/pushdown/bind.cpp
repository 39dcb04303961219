#include "engine/pushdown/bind.hpp"

#include <duckdb/catalog/catalog_entry/aggregate_function_catalog_entry.hpp>
#include <duckdb/common/types/hugeint.hpp>
#include <duckdb/common/vector_operations/binary_executor.hpp>
#include <duckdb/function/function_binder.hpp>
#include <duckdb/function/scalar_function.hpp>
#include <duckdb/planner/expression/bound_aggregate_expression.hpp>
#include <duckdb/planner/expression/bound_case_expression.hpp>
#include <duckdb/planner/expression/bound_cast_expression.hpp>
#include <duckdb/planner/expression/bound_constant_expression.hpp>
#include <duckdb/planner/expression/bound_function_expression.hpp>
#include <duckdb/planner/expression/bound_operator_expression.hpp>

namespace shardite {

using duckdb::Expression;
using duckdb::LogicalType;
using Expressions = duckdb::vector<duckdb::unique_ptr<Expression>>;

duckdb::unique_ptr<Expression> Constant(duckdb::Value value) {
  return duckdb::make_uniq<duckdb::BoundConstantExpression>(std::move(value));
}

duckdb::unique_ptr<Expression> CastTo(duckdb::ClientContext &context, duckdb::unique_ptr<Expression> expr,
                                      const LogicalType &type) {
  return duckdb::BoundCastExpression::AddCastToType(context, std::move(expr), type);
}

duckdb::unique_ptr<Expression> Coalesce(Expressions arguments) {
  auto coalesce = duckdb::make_uniq<duckdb::BoundOperatorExpression>(duckdb::ExpressionType::OPERATOR_COALESCE,
                                                                     arguments[0]->return_type);
  coalesce->children = std::move(arguments);
  return coalesce;
}

duckdb::unique_ptr<Expression> IsNotNull(duckdb::unique_ptr<Expression> expr) {
  auto is_not_null = duckdb::make_uniq<duckdb::BoundOperatorExpression>(duckdb::ExpressionType::OPERATOR_IS_NOT_NULL,
                                                                        LogicalType::BOOLEAN);
  is_not_null->children.push_back(std::move(expr));
  return is_not_null;
}

duckdb::unique_ptr<Expression> Case(duckdb::unique_ptr<Expression> condition, duckdb::unique_ptr<Expression> value,
                                    duckdb::unique_ptr<Expression> otherwise) {
  return duckdb::make_uniq<duckdb::BoundCaseExpression>(std::move(condition), std::move(value), std::move(otherwise));
}

duckdb::unique_ptr<Expression> Call(duckdb::ClientContext &context, const std::string &name,
                                    duckdb::unique_ptr<Expression> left, duckdb::unique_ptr<Expression> right) {
  Expressions arguments;
  arguments.push_back(std::move(left));
  arguments.push_back(std::move(right));
  duckdb::ErrorData error;
  duckdb::FunctionBinder binder(context);
  auto call = binder.BindScalarFunction(DEFAULT_SCHEMA, name, std::move(arguments), error, true);
  if (!call) error.Throw();
  return call;
}

duckdb::unique_ptr<Expression> Aggregate(duckdb::ClientContext &context, const std::string &name,
                                         duckdb::unique_ptr<Expression> argument) {
  auto &entry = duckdb::Catalog::GetSystemCatalog(context).GetEntry<duckdb::AggregateFunctionCatalogEntry>(
      context, DEFAULT_SCHEMA, name);
  auto function = entry.functions.GetFunctionByArguments(context, {argument->return_type});
  Expressions arguments;
  arguments.push_back(std::move(argument));
  return duckdb::FunctionBinder(context).BindAggregateFunction(std::move(function), std::move(arguments));
}

namespace {

void AverageOfIntegers(duckdb::DataChunk &arguments, duckdb::ExpressionState &, duckdb::Vector &result) {
  duckdb::BinaryExecutor::ExecuteWithNulls<duckdb::hugeint_t, duckdb::hugeint_t, double>(
      arguments.data[0], arguments.data[1], result, arguments.size(),
      [](duckdb::hugeint_t sum, duckdb::hugeint_t count, duckdb::ValidityMask &validity, duckdb::idx_t row) {
        const auto divisor = duckdb::Hugeint::Cast<uint64_t>(count);
        if (divisor == 0) {
          validity.SetInvalid(row);
          return 0.0;
        }
        return static_cast<double>(duckdb::Hugeint::Cast<long double>(sum) / static_cast<long double>(divisor));
      });
}

void AverageOfDoubles(duckdb::DataChunk &arguments, duckdb::ExpressionState &, duckdb::Vector &result) {
  duckdb::BinaryExecutor::ExecuteWithNulls<double, duckdb::hugeint_t, double>(
      arguments.data[0], arguments.data[1], result, arguments.size(),
      [](double sum, duckdb::hugeint_t count, duckdb::ValidityMask &validity, duckdb::idx_t row) {
        const auto divisor = duckdb::Hugeint::Cast<uint64_t>(count);
        if (divisor == 0) {
          validity.SetInvalid(row);
          return 0.0;
        }
        return sum / static_cast<double>(divisor);
      });
}

}  // namespace

duckdb::unique_ptr<Expression> Average(duckdb::unique_ptr<Expression> sum, duckdb::unique_ptr<Expression> count) {
  const bool integers = sum->return_type == LogicalType::HUGEINT;
  duckdb::ScalarFunction function("shardite_average", {sum->return_type, LogicalType::HUGEINT}, LogicalType::DOUBLE,
                                  integers ? AverageOfIntegers : AverageOfDoubles);
  Expressions arguments;
  arguments.push_back(std::move(sum));
  arguments.push_back(std::move(count));
  return duckdb::make_uniq<duckdb::BoundFunctionExpression>(LogicalType::DOUBLE, std::move(function),
                                                            std::move(arguments), nullptr);
}

}  // namespace shardite
