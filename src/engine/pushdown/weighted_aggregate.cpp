#include "engine/pushdown/weighted_aggregate.hpp"

#include <algorithm>

#include <duckdb/common/vector_operations/vector_operations.hpp>
#include <duckdb/function/aggregate_function.hpp>

namespace shardite {

namespace {

using duckdb::AggregateInputData;
using duckdb::idx_t;
using duckdb::Vector;

struct WeightedData : duckdb::FunctionData {
  WeightedData(duckdb::AggregateFunction aggregate, duckdb::unique_ptr<duckdb::FunctionData> aggregate_data)
      : function(std::move(aggregate)), data(std::move(aggregate_data)) {}
  duckdb::unique_ptr<duckdb::FunctionData> Copy() const override {
    return duckdb::make_uniq<WeightedData>(function, data ? data->Copy() : nullptr);
  }
  bool Equals(const duckdb::FunctionData &other) const override {
    const auto &that = other.Cast<WeightedData>();
    if (function != that.function || !data != !that.data) return false;
    return !data || data->Equals(*that.data);
  }

  duckdb::AggregateFunction function;
  duckdb::unique_ptr<duckdb::FunctionData> data;
};

const WeightedData &DataOf(const AggregateInputData &input) { return input.bind_data->Cast<WeightedData>(); }

AggregateInputData Inner(AggregateInputData &input) {
  return {DataOf(input).data.get(), input.allocator, input.combine_type};
}

// Rows waiting for the aggregate, a vector full at a time: which input row, and to which state.
class Repeater {
 public:
  Repeater(Vector inputs[], idx_t input_count, AggregateInputData &input)
      : inputs_(inputs), input_count_(input_count), function_(DataOf(input).function), input_(Inner(input)) {}

  void Add(idx_t row, duckdb::data_ptr_t state, int64_t times) {
    while (times >= STANDARD_VECTOR_SIZE) {
      UpdateWithConstants(row, state);
      times -= STANDARD_VECTOR_SIZE;
    }
    while (times > 0) {
      const auto taken = std::min<idx_t>(static_cast<idx_t>(times), STANDARD_VECTOR_SIZE - filled_);
      for (idx_t i = 0; i < taken; i++) {
        rows_.set_index(filled_ + i, row);
        states_[filled_ + i] = state;
      }
      filled_ += taken;
      times -= static_cast<int64_t>(taken);
      if (filled_ == STANDARD_VECTOR_SIZE) Flush();
    }
  }

  void Flush() {
    if (filled_ == 0) return;
    duckdb::vector<Vector> sliced;
    for (idx_t i = 0; i < input_count_; i++) sliced.emplace_back(inputs_[i], rows_, filled_);
    Vector states(duckdb::LogicalType::POINTER, duckdb::data_ptr_cast(states_.data()));
    function_.update(sliced.data(), input_, input_count_, states, filled_);
    filled_ = 0;
  }

 private:
  void UpdateWithConstants(idx_t row, duckdb::data_ptr_t state) {
    duckdb::vector<Vector> constants;
    for (idx_t i = 0; i < input_count_; i++) {
      constants.emplace_back(inputs_[i].GetType());
      duckdb::ConstantVector::Reference(constants.back(), inputs_[i], row, row + 1);
    }
    std::fill(states_.begin(), states_.end(), state);
    Vector states(duckdb::LogicalType::POINTER, duckdb::data_ptr_cast(states_.data()));
    function_.update(constants.data(), input_, input_count_, states, STANDARD_VECTOR_SIZE);
  }

  Vector *inputs_;
  idx_t input_count_;
  const duckdb::AggregateFunction &function_;
  AggregateInputData input_;
  duckdb::SelectionVector rows_{STANDARD_VECTOR_SIZE};
  std::vector<duckdb::data_ptr_t> states_ = std::vector<duckdb::data_ptr_t>(STANDARD_VECTOR_SIZE);
  idx_t filled_ = 0;
};

void Update(Vector inputs[], AggregateInputData &input, idx_t input_count, Vector &states, idx_t count) {
  duckdb::UnifiedVectorFormat weights, addresses;
  inputs[input_count - 1].ToUnifiedFormat(count, weights);
  states.ToUnifiedFormat(count, addresses);
  const auto *times = duckdb::UnifiedVectorFormat::GetData<int64_t>(weights);
  const auto *address = duckdb::UnifiedVectorFormat::GetData<duckdb::data_ptr_t>(addresses);
  Repeater repeater(inputs, input_count - 1, input);
  for (idx_t row = 0; row < count; row++) {
    const auto weight = weights.sel->get_index(row);
    if (weights.validity.RowIsValid(weight)) repeater.Add(row, address[addresses.sel->get_index(row)], times[weight]);
  }
  repeater.Flush();
}

void Combine(Vector &source, Vector &target, AggregateInputData &input, idx_t count) {
  auto inner = Inner(input);
  DataOf(input).function.combine(source, target, inner, count);
}

void Finalize(Vector &states, AggregateInputData &input, Vector &result, idx_t count, idx_t offset) {
  auto inner = Inner(input);
  DataOf(input).function.finalize(states, inner, result, count, offset);
}

void Destroy(Vector &states, AggregateInputData &input, idx_t count) {
  auto inner = Inner(input);
  DataOf(input).function.destructor(states, inner, count);
}

}  // namespace

duckdb::unique_ptr<duckdb::Expression> Weighted(duckdb::unique_ptr<duckdb::BoundAggregateExpression> aggregate,
                                                duckdb::unique_ptr<duckdb::Expression> weight) {
  auto function = aggregate->function;  // keeps how a state is sized and made
  function.name += "_weighted";
  function.arguments.push_back(duckdb::LogicalType::BIGINT);
  function.update = Update;
  function.simple_update = nullptr;
  function.combine = Combine;
  function.finalize = Finalize;
  if (function.destructor != nullptr) function.destructor = Destroy;
  function.window = nullptr;
  function.window_init = nullptr;
  function.statistics = nullptr;
  function.bind = nullptr;
  function.serialize = nullptr;
  function.deserialize = nullptr;
  auto data = duckdb::make_uniq<WeightedData>(aggregate->function, std::move(aggregate->bind_info));
  auto children = std::move(aggregate->children);
  children.push_back(std::move(weight));
  return duckdb::make_uniq<duckdb::BoundAggregateExpression>(std::move(function), std::move(children),
                                                             std::move(aggregate->filter), std::move(data),
                                                             duckdb::AggregateType::NON_DISTINCT);
}

}  // namespace shardite
