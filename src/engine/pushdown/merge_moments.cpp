#include "engine/pushdown/merge_moments.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include <duckdb/function/aggregate_function.hpp>
#include <duckdb/planner/expression/bound_aggregate_expression.hpp>

namespace shardite {

namespace {

using duckdb::AggregateInputData;
using duckdb::idx_t;
using duckdb::Vector;

struct Moments {
  double count, mean_x, squares_x, mean_y, squares_y, products;

  void Merge(const Moments &other) {
    if (other.count == 0) return;
    if (count == 0) {
      *this = other;
      return;
    }
    const double total = count + other.count;
    const double delta_x = other.mean_x - mean_x;
    const double delta_y = other.mean_y - mean_y;
    const double weight = count * other.count / total;
    squares_x += other.squares_x + delta_x * delta_x * weight;
    squares_y += other.squares_y + delta_y * delta_y * weight;
    products += other.products + delta_x * delta_y * weight;
    mean_x = std::fma(other.count / total, delta_x, mean_x);
    mean_y = std::fma(other.count / total, delta_y, mean_y);
    count = total;
  }
};

double Finite(double value, const char *what) {
  if (!std::isfinite(value)) throw duckdb::OutOfRangeException("%s is out of range!", what);
  return value;
}

double PopulationVariance(const Moments &m, double squares, const char *what) {
  return Finite(m.count > 1 ? squares / m.count : 0, what);
}

using Result = std::optional<double>;  // nullopt: NULL
using Formula = Result (*)(const Moments &);

constexpr double NOT_A_NUMBER = std::numeric_limits<double>::quiet_NaN();

double Correlation(const Moments &m) {
  const double x = Finite(m.count > 1 ? std::sqrt(m.squares_x / m.count) : 0, "STDDEV_POP for X");
  const double y = Finite(m.count > 1 ? std::sqrt(m.squares_y / m.count) : 0, "STDDEV_POP for Y");
  return x * y != 0 ? m.products / m.count / (x * y) : NOT_A_NUMBER;
}

double Slope(const Moments &m) {
  const double variance = PopulationVariance(m, m.squares_x, "VARPOP");
  return variance != 0 ? m.products / m.count / variance : NOT_A_NUMBER;
}

Result StandardDeviation(const Moments &m) {
  if (m.count <= 1) return std::nullopt;
  return Finite(std::sqrt(m.squares_x / (m.count - 1)), "STDDEV_SAMP");
}

Result Variance(const Moments &m) {
  if (m.count <= 1) return std::nullopt;
  return Finite(m.squares_x / (m.count - 1), "VARSAMP");
}

Result Intercept(const Moments &m) {
  const double slope = Slope(m);
  if (std::isnan(slope)) return std::nullopt;
  return m.mean_y - slope * m.mean_x;
}

Result Determination(const Moments &m) {
  if (PopulationVariance(m, m.squares_x, "VARPOP(X)") == 0) return std::nullopt;
  if (PopulationVariance(m, m.squares_y, "VARPOP(Y)") == 0) return 1;
  return std::pow(Correlation(m), 2);
}

struct FormulaRow {
  const char *name;
  Formula formula;  // of at least one row
};

constexpr FormulaRow FORMULAS[] = {
    {"stddev", StandardDeviation},
    {"stddev_samp", StandardDeviation},
    {"stddev_pop",
     [](const Moments &m) { return Result(Finite(m.count > 1 ? std::sqrt(m.squares_x / m.count) : 0, "STDDEV_POP")); }},
    {"variance", Variance},
    {"var_samp", Variance},
    {"var_pop", [](const Moments &m) { return Result(PopulationVariance(m, m.squares_x, "VARPOP")); }},
    {"sem",
     [](const Moments &m) { return Result(Finite(std::sqrt(m.squares_x / m.count) / std::sqrt(m.count), "SEM")); }},
    {"covar_samp", [](const Moments &m) { return m.count < 2 ? Result() : Result(m.products / (m.count - 1)); }},
    {"covar_pop", [](const Moments &m) { return Result(m.products / m.count); }},
    {"corr", [](const Moments &m) { return Result(Correlation(m)); }},
    {"regr_avgx", [](const Moments &m) { return Result(m.mean_x); }},
    {"regr_avgy", [](const Moments &m) { return Result(m.mean_y); }},
    {"regr_sxx", [](const Moments &m) { return Result(m.count * PopulationVariance(m, m.squares_x, "VARPOP")); }},
    {"regr_syy", [](const Moments &m) { return Result(m.count * PopulationVariance(m, m.squares_y, "VARPOP")); }},
    {"regr_sxy", [](const Moments &m) { return Result(m.products); }},
    {"regr_slope", [](const Moments &m) { return Result(Slope(m)); }},
    {"regr_intercept", Intercept},
    {"regr_r2", Determination},
};

struct MomentsData : duckdb::FunctionData {
  MomentsData(Formula chosen, MomentPivots relative_to) : formula(chosen), pivots(relative_to) {}
  duckdb::unique_ptr<duckdb::FunctionData> Copy() const override {
    return duckdb::make_uniq<MomentsData>(formula, pivots);
  }
  bool Equals(const duckdb::FunctionData &other) const override {
    const auto &that = other.Cast<MomentsData>();
    return formula == that.formula && pivots.x == that.pivots.x && pivots.y == that.pivots.y;
  }
  Formula formula;
  MomentPivots pivots;
};

idx_t StateSize(const duckdb::AggregateFunction &) { return sizeof(Moments); }

void Initialize(const duckdb::AggregateFunction &, duckdb::data_ptr_t state) {
  *reinterpret_cast<Moments *>(state) = Moments{};
}

// One row of partials.
class PartialRow {
 public:
  PartialRow(Vector inputs[], idx_t input_count, idx_t count) : columns_(input_count) {
    for (idx_t i = 0; i < input_count; i++) inputs[i].ToUnifiedFormat(count, columns_[i]);
  }
  void MoveTo(idx_t row) { row_ = row; }
  double Count() const {
    const auto at = columns_[0].sel->get_index(row_);
    const bool is_there = columns_[0].validity.RowIsValid(at);
    return is_there ? static_cast<double>(duckdb::UnifiedVectorFormat::GetData<int64_t>(columns_[0])[at]) : 0;
  }
  double Real(idx_t column) const {
    const auto at = columns_[column].sel->get_index(row_);
    const bool is_there = columns_[column].validity.RowIsValid(at);
    return is_there ? duckdb::UnifiedVectorFormat::GetData<double>(columns_[column])[at] : 0;
  }

 private:
  std::vector<duckdb::UnifiedVectorFormat> columns_;
  idx_t row_ = 0;
};

// A variable's mean and squared deviations; its columns begin at `first`: min, max, sum(d), sum(d * d).
struct Variable {
  Variable(const PartialRow &row, idx_t first, double count, double pivot) {
    const double low = row.Real(first);
    const double sum = row.Real(first + 2);
    is_constant = low == row.Real(first + 1);
    mean = is_constant ? low : pivot + sum / count;
    squares = is_constant ? low * 0 : row.Real(first + 3) - sum * sum / count;  // not a number where it is infinite
  }
  bool is_constant;
  double mean, squares;
};

constexpr idx_t FIRST_OF_X = 1, SUM_OF_X = 3, FIRST_OF_Y = 5, SUM_OF_Y = 7, PRODUCTS = 9;

void Update(Vector inputs[], AggregateInputData &input, idx_t input_count, Vector &states, idx_t count) {
  const auto &pivots = input.bind_data->Cast<MomentsData>().pivots;
  duckdb::UnifiedVectorFormat addresses;
  states.ToUnifiedFormat(count, addresses);
  PartialRow row(inputs, input_count, count);
  for (idx_t i = 0; i < count; i++) {
    row.MoveTo(i);
    Moments part{};
    part.count = row.Count();
    if (part.count == 0) continue;
    const Variable x(row, FIRST_OF_X, part.count, pivots.x);
    part.mean_x = x.mean;
    part.squares_x = x.squares;
    if (input_count > PRODUCTS) {
      const Variable y(row, FIRST_OF_Y, part.count, pivots.y);
      part.mean_y = y.mean;
      part.squares_y = y.squares;
      part.products = x.is_constant || y.is_constant
                          ? x.squares * y.squares * 0
                          : row.Real(PRODUCTS) - row.Real(SUM_OF_X) * row.Real(SUM_OF_Y) / part.count;
    }
    duckdb::UnifiedVectorFormat::GetData<Moments *>(addresses)[addresses.sel->get_index(i)]->Merge(part);
  }
}

void Combine(Vector &source, Vector &target, AggregateInputData &, idx_t count) {
  auto **from = duckdb::FlatVector::GetData<Moments *>(source);
  auto **to = duckdb::FlatVector::GetData<Moments *>(target);
  for (idx_t i = 0; i < count; i++) to[i]->Merge(*from[i]);
}

void Finalize(Vector &states, AggregateInputData &input, Vector &result, idx_t count, idx_t offset) {
  const auto &data = input.bind_data->Cast<MomentsData>();
  duckdb::UnifiedVectorFormat addresses;
  states.ToUnifiedFormat(count, addresses);
  auto *values = duckdb::FlatVector::GetData<double>(result);
  for (idx_t i = 0; i < count; i++) {
    const auto &state = *duckdb::UnifiedVectorFormat::GetData<Moments *>(addresses)[addresses.sel->get_index(i)];
    const auto value = state.count == 0 ? Result() : data.formula(state);
    if (value) {
      values[offset + i] = *value;
    } else {
      duckdb::FlatVector::SetNull(result, offset + i, true);
    }
  }
}

}  // namespace

duckdb::unique_ptr<duckdb::Expression> MergeMoments(const std::string &name, MomentPivots pivots,
                                                    duckdb::vector<duckdb::unique_ptr<duckdb::Expression>> partials) {
  const auto *row = std::find_if(std::begin(FORMULAS), std::end(FORMULAS),
                                 [&](const FormulaRow &candidate) { return candidate.name == name; });
  if (row == std::end(FORMULAS)) throw duckdb::InternalException("%s has no formula", name);
  duckdb::vector<duckdb::LogicalType> types;
  for (const auto &partial : partials) types.push_back(partial->return_type);
  duckdb::AggregateFunction function("shardite_" + name, types, duckdb::LogicalType::DOUBLE, StateSize, Initialize,
                                     Update, Combine, Finalize, duckdb::FunctionNullHandling::DEFAULT_NULL_HANDLING);
  return duckdb::make_uniq<duckdb::BoundAggregateExpression>(std::move(function), std::move(partials), nullptr,
                                                             duckdb::make_uniq<MomentsData>(row->formula, pivots),
                                                             duckdb::AggregateType::NON_DISTINCT);
}

}  // namespace shardite
