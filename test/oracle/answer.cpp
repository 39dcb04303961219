#include "test/oracle/answer.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include <duckdb/parser/parser.hpp>
#include <duckdb/parser/query_node.hpp>
#include <duckdb/parser/statement/select_statement.hpp>

namespace shardite::test {
namespace {

using duckdb::LogicalTypeId;
using duckdb::Value;
using Row = duckdb::vector<Value>;

/// DuckDB appends a stack trace to internal errors.
std::string WithoutStackTrace(const std::string &error) { return error.substr(0, error.find("\n\nStack Trace")); }

Answer Collect(duckdb::QueryResult &result) {
  Answer answer;
  if (result.HasError()) {
    answer.error = WithoutStackTrace(result.GetError());
    return answer;
  }
  answer.names = result.names;
  answer.types = result.types;
  duckdb::ErrorData error;
  duckdb::unique_ptr<duckdb::DataChunk> chunk;
  while (result.TryFetch(chunk, error) && chunk && chunk->size() > 0) {
    for (duckdb::idx_t row = 0; row < chunk->size(); ++row) {
      Row values;
      for (duckdb::idx_t column = 0; column < chunk->ColumnCount(); ++column)
        values.push_back(chunk->GetValue(column, row));
      answer.rows.push_back(std::move(values));
    }
  }
  if (error.HasError()) answer.error = WithoutStackTrace(error.Message());
  return answer;
}

template <class Run>
Answer AskWith(Run run) {
  Answer answer;
  try {
    const auto result = run();
    return Collect(*result);
  } catch (const std::exception &error) {
    answer.error = error.what();
  }
  if (answer.error.empty()) answer.error = "an exception without a message";
  return answer;
}

/// Without a tolerance (nullptr) to the bit.
bool SameDouble(double expected, double got, const Comparison *tolerance) {
  if (expected == got || (std::isnan(expected) && std::isnan(got))) return true;
  if (!tolerance || !std::isfinite(expected) || !std::isfinite(got)) return false;
  const double relative = tolerance->tolerance * std::max(std::abs(expected), std::abs(got));
  return std::abs(expected - got) <= std::max(relative, tolerance->around_zero);
}

bool SameValue(const Value &expected, const Value &got, const Comparison *tolerance) {
  if (expected.IsNull() || got.IsNull()) return expected.IsNull() && got.IsNull();
  switch (expected.type().id()) {
    case LogicalTypeId::DOUBLE: return SameDouble(expected.GetValue<double>(), got.GetValue<double>(), tolerance);
    case LogicalTypeId::FLOAT: return SameDouble(expected.GetValue<float>(), got.GetValue<float>(), tolerance);
    case LogicalTypeId::LIST: {
      const auto &left = duckdb::ListValue::GetChildren(expected);
      const auto &right = duckdb::ListValue::GetChildren(got);
      return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                        [&](const Value &a, const Value &b) { return SameValue(a, b, tolerance); });
    }
    case LogicalTypeId::STRUCT: {
      const auto &left = duckdb::StructValue::GetChildren(expected);
      const auto &right = duckdb::StructValue::GetChildren(got);
      return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                        [&](const Value &a, const Value &b) { return SameValue(a, b, tolerance); });
    }
    default: return Value::NotDistinctFrom(expected, got);
  }
}

bool IsSum(const Comparison &comparison, size_t column) {
  return column < comparison.floating_sums.size() && comparison.floating_sums[column];
}

/// Text to sort unordered rows by: exact columns first, then sums by the digits that they certainly share.
std::string SortKey(const Row &row, const Comparison &comparison) {
  std::string exact, sums;
  for (size_t column = 0; column < row.size(); ++column) {
    if (row[column].IsNull()) {
      exact += "\x01";
    } else if (IsSum(comparison, column) && row[column].type().id() == LogicalTypeId::DOUBLE) {
      char digits[32];
      std::snprintf(digits, sizeof digits, "%.6e\x02", row[column].GetValue<double>());
      sums += digits;
    } else {
      const std::string text = row[column].ToString();
      exact += (text == "-0.0" ? "0.0" : text) + "\x02";  // the sign of zero is no difference
    }
  }
  return exact + sums;
}

std::vector<Row> Sorted(const Answer &answer, const Comparison &comparison) {
  std::vector<std::pair<std::string, size_t>> keys;
  for (size_t i = 0; i < answer.rows.size(); ++i) keys.emplace_back(SortKey(answer.rows[i], comparison), i);
  std::sort(keys.begin(), keys.end());
  std::vector<Row> rows;
  for (const auto &[key, i] : keys) rows.push_back(answer.rows[i]);
  return rows;
}

std::string RowText(const Row &row) {
  std::string text;
  for (const auto &value : row) text += (text.empty() ? "" : " | ") + value.ToSQLString();
  return text;
}

std::string HeaderText(const Answer &answer) {
  std::string text;
  for (size_t i = 0; i < answer.names.size(); ++i) {
    text += (i ? ", " : "") + answer.names[i] + " " + answer.types[i].ToString();
  }
  return text;
}

}  // namespace

std::string Answer::ToString(size_t limit) const {
  if (!Ok()) return "error: " + error + "\n";
  std::string text = "(" + HeaderText(*this) + "), " + std::to_string(rows.size()) + " rows\n";
  for (size_t i = 0; i < rows.size() && i < limit; ++i) text += "  " + RowText(rows[i]) + "\n";
  if (rows.size() > limit) text += "  ...\n";
  return text;
}

Answer Ask(duckdb::Connection &connection, const std::string &sql) {
  return AskWith([&] { return connection.Query(sql); });
}

Answer Ask(Session &session, const std::string &sql) {
  return AskWith([&] { return session.Run(sql); });
}

std::optional<std::string> Difference(const Answer &expected, const Answer &got, const Comparison &comparison) {
  if (expected.names != got.names || expected.types != got.types) {
    return "columns: expected (" + HeaderText(expected) + ")\n         got      (" + HeaderText(got) + ")";
  }
  if (expected.rows.size() != got.rows.size()) {
    return "expected " + expected.ToString() + "got " + got.ToString();
  }
  const auto left = comparison.ordered ? expected.rows : Sorted(expected, comparison);
  const auto right = comparison.ordered ? got.rows : Sorted(got, comparison);
  for (size_t row = 0; row < left.size(); ++row) {
    for (size_t column = 0; column < left[row].size(); ++column) {
      const auto *tolerance = IsSum(comparison, column) ? &comparison : nullptr;
      if (SameValue(left[row][column], right[row][column], tolerance)) continue;
      return "row " + std::to_string(row + 1) + " of " + std::to_string(left.size()) +
             (comparison.ordered ? "" : " (sorted)") + ", column " + expected.names[column] + ":\n  expected " +
             RowText(left[row]) + "\n  got      " + RowText(right[row]);
    }
  }
  return std::nullopt;
}

bool FixesOrder(const std::string &sql) {
  try {
    duckdb::Parser parser;
    parser.ParseQuery(sql);
    if (parser.statements.empty()) return false;
    const auto &last = *parser.statements.back();
    if (last.type != duckdb::StatementType::SELECT_STATEMENT) return false;
    for (const auto &modifier : last.Cast<duckdb::SelectStatement>().node->modifiers) {
      if (modifier->type == duckdb::ResultModifierType::ORDER_MODIFIER) return true;
    }
  } catch (const std::exception &) {
    return false;  // what does not parse has no order; whoever runs it gets the error
  }
  return false;
}

}  // namespace shardite::test
