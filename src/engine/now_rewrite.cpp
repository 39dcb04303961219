#include "engine/now_rewrite.hpp"

#include <algorithm>
#include <array>

#include <duckdb/parser/expression/between_expression.hpp>
#include <duckdb/parser/expression/columnref_expression.hpp>
#include <duckdb/parser/expression/comparison_expression.hpp>
#include <duckdb/parser/expression/constant_expression.hpp>
#include <duckdb/parser/expression/function_expression.hpp>
#include <duckdb/parser/expression/subquery_expression.hpp>
#include <duckdb/parser/parsed_data/copy_info.hpp>
#include <duckdb/parser/parsed_data/create_table_info.hpp>
#include <duckdb/parser/parsed_data/create_view_info.hpp>
#include <duckdb/parser/parsed_expression_iterator.hpp>
#include <duckdb/parser/statement/copy_statement.hpp>
#include <duckdb/parser/statement/create_statement.hpp>
#include <duckdb/parser/statement/explain_statement.hpp>
#include <duckdb/parser/statement/prepare_statement.hpp>
#include <duckdb/parser/statement/select_statement.hpp>

namespace shardite {

namespace {

using ExpressionPointer = duckdb::unique_ptr<duckdb::ParsedExpression>;

bool CallsNow(const duckdb::ParsedExpression &expr) {
  static constexpr std::array<const char *, 4> NAMES = {"now", "current_timestamp", "get_current_timestamp",
                                                        "transaction_timestamp"};
  std::string name;
  if (expr.GetExpressionClass() == duckdb::ExpressionClass::FUNCTION) {
    name = expr.Cast<duckdb::FunctionExpression>().function_name;
  } else if (expr.GetExpressionClass() == duckdb::ExpressionClass::COLUMN_REF) {
    name = expr.Cast<duckdb::ColumnRefExpression>().GetColumnName();  // current_timestamp without parentheses
  }
  if (std::find(NAMES.begin(), NAMES.end(), duckdb::StringUtil::Lower(name)) != NAMES.end()) return true;
  bool calls = false;
  duckdb::ParsedExpressionIterator::EnumerateChildren(
      expr, [&](const duckdb::ParsedExpression &child) { calls = calls || CallsNow(child); });
  return calls;
}

bool ReadInUtc(ExpressionPointer &expr) {
  if (!CallsNow(*expr)) return false;
  if (expr->GetExpressionClass() == duckdb::ExpressionClass::FUNCTION &&
      expr->Cast<duckdb::FunctionExpression>().function_name == "timezone") {
    return false;  // done before, and it did not help
  }
  duckdb::vector<ExpressionPointer> arguments;
  arguments.push_back(duckdb::make_uniq<duckdb::ConstantExpression>(duckdb::Value("UTC")));
  arguments.push_back(std::move(expr));
  expr = duckdb::make_uniq<duckdb::FunctionExpression>("timezone", std::move(arguments));
  return true;
}

// Mends the comparisons at a position of the text (any position where the error gives none).
class Mender {
 public:
  explicit Mender(duckdb::optional_idx position) : position_(position) {}
  bool Mended() const { return mended_; }

  void Visit(duckdb::SelectStatement &statement) { Visit(*statement.node); }
  void Visit(duckdb::QueryNode &node) {
    duckdb::ParsedExpressionIterator::EnumerateQueryNodeChildren(
        node, [this](ExpressionPointer &expr) { Visit(expr); }, [](duckdb::TableRef &) {});
  }

 private:
  bool Matches(const duckdb::ParsedExpression &expr) const {
    return !position_.IsValid() || expr.GetQueryLocation() == position_;
  }

  void Visit(ExpressionPointer &expr) {
    if (!expr) return;
    if (expr->GetExpressionClass() == duckdb::ExpressionClass::COMPARISON && Matches(*expr)) {
      auto &comparison = expr->Cast<duckdb::ComparisonExpression>();
      mended_ = ReadInUtc(comparison.left) || mended_;
      mended_ = ReadInUtc(comparison.right) || mended_;
    } else if (expr->GetExpressionClass() == duckdb::ExpressionClass::BETWEEN && Matches(*expr)) {
      auto &between = expr->Cast<duckdb::BetweenExpression>();
      mended_ = ReadInUtc(between.input) || mended_;
      mended_ = ReadInUtc(between.lower) || mended_;
      mended_ = ReadInUtc(between.upper) || mended_;
    } else if (expr->GetExpressionClass() == duckdb::ExpressionClass::SUBQUERY) {
      Visit(*expr->Cast<duckdb::SubqueryExpression>().subquery);
    }
    duckdb::ParsedExpressionIterator::EnumerateChildren(*expr, [this](ExpressionPointer &child) { Visit(child); });
  }

  duckdb::optional_idx position_;
  bool mended_ = false;
};

void Visit(Mender &mender, duckdb::SQLStatement &statement) {
  switch (statement.type) {
    case duckdb::StatementType::SELECT_STATEMENT: return mender.Visit(statement.Cast<duckdb::SelectStatement>());
    case duckdb::StatementType::EXPLAIN_STATEMENT:
      return Visit(mender, *statement.Cast<duckdb::ExplainStatement>().stmt);
    case duckdb::StatementType::PREPARE_STATEMENT:
      return Visit(mender, *statement.Cast<duckdb::PrepareStatement>().statement);
    case duckdb::StatementType::COPY_STATEMENT: {
      auto &info = *statement.Cast<duckdb::CopyStatement>().info;
      if (info.select_statement) mender.Visit(*info.select_statement);
      return;
    }
    case duckdb::StatementType::CREATE_STATEMENT: {
      auto &info = *statement.Cast<duckdb::CreateStatement>().info;
      if (info.type == duckdb::CatalogType::VIEW_ENTRY && info.Cast<duckdb::CreateViewInfo>().query) {
        mender.Visit(*info.Cast<duckdb::CreateViewInfo>().query);
      } else if (info.type == duckdb::CatalogType::TABLE_ENTRY && info.Cast<duckdb::CreateTableInfo>().query) {
        mender.Visit(*info.Cast<duckdb::CreateTableInfo>().query);
      }
      return;
    }
    default: return;
  }
}

}  // namespace

bool IsNowComparisonError(const duckdb::ErrorData &error) {
  const auto &message = error.RawMessage();
  return error.Type() == duckdb::ExceptionType::BINDER && message.find("TIMESTAMP_NS") != std::string::npos &&
         message.find("TIMESTAMP WITH TIME ZONE") != std::string::npos &&
         (message.find("Cannot compare values") != std::string::npos ||
          message.find("Cannot mix values") != std::string::npos);
}

bool AddUtcToNow(duckdb::SQLStatement &statement, const duckdb::ErrorData &error) {
  duckdb::optional_idx position;
  const auto found = error.ExtraInfo().find("position");
  if (found != error.ExtraInfo().end()) position = std::stoull(found->second);
  Mender mender(position);
  Visit(mender, statement);
  if (mender.Mended() || !position.IsValid()) return mender.Mended();
  Mender anywhere{duckdb::optional_idx()};
  Visit(anywhere, statement);
  return anywhere.Mended();
}

}  // namespace shardite
