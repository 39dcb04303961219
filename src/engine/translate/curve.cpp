#include "engine/translate/curve.hpp"

#include <algorithm>
#include <cmath>

#include <duckdb/common/vector_operations/vector_operations.hpp>
#include <duckdb/execution/expression_executor_state.hpp>

#include "engine/translate/constants.hpp"

namespace shardite {

using duckdb::LogicalType;
using duckdb::Vector;

namespace {

constexpr size_t MOST_POINTS = 4096;  // around an edge
constexpr double UNITS = 16;  // the C library states at most 4 for each of these functions, and two for log(b, x)

void Apply(const duckdb::BoundCastExpression &cast, Vector &input, Vector &result, size_t count) {
  duckdb::CastParameters parameters(cast.bound_cast.cast_data.get(), false, nullptr, nullptr);
  cast.bound_cast.function(input, result, count, parameters);
}

void Apply(const duckdb::BoundFunctionExpression &call, size_t varies, Vector &input, Vector &result, size_t count) {
  duckdb::vector<LogicalType> types;
  for (const auto &argument : call.children) types.push_back(argument->return_type);
  duckdb::DataChunk arguments;
  arguments.InitializeEmpty(types);
  for (size_t i = 0; i < types.size(); i++) {
    if (i == varies)
      arguments.data[i].Reference(input);
    else
      arguments.data[i].Reference(*ConstantOf(*call.children[i]));
  }
  arguments.SetCardinality(count);
  duckdb::ExpressionExecutorState root;
  duckdb::ExpressionState state(call, root);
  call.function.function(arguments, state, result);
}

template <class T>
bool Read(Vector &result, size_t count, std::vector<long double> &values) {
  duckdb::UnifiedVectorFormat format;
  result.ToUnifiedFormat(count, format);
  const auto *data = duckdb::UnifiedVectorFormat::GetData<T>(format);
  for (size_t i = 0; i < count; i++) {
    const auto row = format.sel->get_index(i);
    if (!format.validity.RowIsValid(row)) return false;
    const long double value = data[row];
    if (std::isnan(value)) return false;
    values.push_back(value);
  }
  return true;
}

template <class T>
void Write(Vector &input, const std::vector<long double> &values) {
  auto *data = duckdb::FlatVector::GetData<T>(input);
  for (size_t i = 0; i < values.size(); i++) data[i] = static_cast<T>(values[i]);
}

/// How far the next double is from the larger of two.
double LastPlace(double a, double b) {
  const double most = std::max(std::abs(a), std::abs(b));
  return std::nextafter(most, std::numeric_limits<double>::infinity()) - most;
}

int64_t Middle(int64_t low, int64_t high) {
  return low + static_cast<int64_t>((static_cast<uint64_t>(high) - static_cast<uint64_t>(low)) / 2);
}

/// Many ranges are made one below and one above zero, if these keep clear of the numbers that are ordinary: a witness
/// looks through them on every row.
bool Merge(std::vector<IntegerRange> &ranges) {
  constexpr size_t FEW = 4;
  constexpr int64_t ORDINARY = int64_t{1} << 50;
  if (ranges.size() <= FEW) return true;
  std::vector<IntegerRange> merged;
  for (const auto &range : ranges) {
    if (range.high > -ORDINARY && range.low < ORDINARY) return false;
    if (!merged.empty() && (merged.back().low < 0) == (range.low < 0))
      merged.back().high = range.high;
    else
      merged.push_back(range);
  }
  ranges = std::move(merged);
  return true;
}

bool AreNeighbors(int64_t low, int64_t high) { return static_cast<uint64_t>(high) - static_cast<uint64_t>(low) <= 1; }

}  // namespace

/// Runs steps [first, last); nullopt where one raises, or one value is NULL or NaN.
std::optional<Curve::Values> Curve::RunBatch(size_t first, size_t last, const Values &inputs) const {
  const auto count = inputs.size();
  const auto type_before = [&](size_t step) { return step == 0 ? type_ : steps_[step - 1].apply->return_type; };
  const auto wide = [](const LogicalType &type) -> LogicalType {
    return type.id() == duckdb::LogicalTypeId::DOUBLE ? LogicalType::DOUBLE : LogicalType::BIGINT;
  };
  try {
    std::vector<std::unique_ptr<Vector>> stages;  // a function may give back its argument
    const auto add = [&](const LogicalType &type) -> Vector & {
      return *stages.emplace_back(std::make_unique<Vector>(type));
    };
    const auto start = type_before(first);
    auto *current = &add(wide(start));
    if (wide(start).id() == duckdb::LogicalTypeId::DOUBLE)
      Write<double>(*current, inputs);
    else
      Write<int64_t>(*current, inputs);
    const auto convert = [&](const LogicalType &type) {
      if (current->GetType() == type) return;
      auto &converted = add(type);
      duckdb::VectorOperations::DefaultCast(*current, converted, count);
      current = &converted;
    };
    convert(start);
    for (size_t i = first; i < last; i++) {
      const auto &apply = *steps_[i].apply;
      auto &result = add(apply.return_type);
      if (apply.GetExpressionClass() == duckdb::ExpressionClass::BOUND_CAST)
        Apply(apply.Cast<duckdb::BoundCastExpression>(), *current, result, count);
      else
        Apply(apply.Cast<duckdb::BoundFunctionExpression>(), steps_[i].argument, *current, result, count);
      current = &result;
    }
    const auto end = wide(type_before(last));
    convert(end);
    Values values;
    values.reserve(count);
    const bool numbers = end.id() == duckdb::LogicalTypeId::DOUBLE ? Read<double>(*current, count, values)
                                                                   : Read<int64_t>(*current, count, values);
    return numbers ? std::optional(std::move(values)) : std::nullopt;
  } catch (const duckdb::Exception &) {
    return std::nullopt;
  }
}

std::optional<Curve::Values> Curve::Run(size_t first, size_t last, const Values &inputs) const {
  Values values;
  for (size_t at = 0; at < inputs.size(); at += STANDARD_VECTOR_SIZE) {
    const auto end = std::min<size_t>(inputs.size(), at + STANDARD_VECTOR_SIZE);
    const auto batch = RunBatch(first, last, Values(inputs.begin() + at, inputs.begin() + end));
    if (!batch) return std::nullopt;
    values.insert(values.end(), batch->begin(), batch->end());
  }
  return values;
}

bool Curve::IsDefined(int64_t stored) const {
  return Run(0, steps_.size(), {static_cast<long double>(stored)}).has_value();
}

// Each step is defined on an interval and keeps the order, so all together are, too.
std::optional<IntegerRange> Curve::Domain() const {
  const auto limits = *LimitsOf(type_);
  std::vector<int64_t> probes = {limits.high, limits.low, 0};
  for (int bit = 0; bit < 63; bit++) probes.insert(probes.end(), {int64_t{1} << bit, -(int64_t{1} << bit)});
  const auto inside = std::find_if(probes.begin(), probes.end(), [&](int64_t probe) {
    return probe >= limits.low && probe <= limits.high && IsDefined(probe);
  });
  if (inside == probes.end()) return std::nullopt;
  const auto edge = [&](int64_t defined, int64_t outside) {
    if (IsDefined(outside)) return outside;
    while (!AreNeighbors(std::min(defined, outside), std::max(defined, outside))) {
      const auto middle = Middle(std::min(defined, outside), std::max(defined, outside));
      (IsDefined(middle) ? defined : outside) = middle;
    }
    return defined;
  };
  return IntegerRange{edge(*inside, limits.low), edge(*inside, limits.high)};
}

/// Most functions give NULL for NULL, greatest() and least() do not. The outer nullopt: DuckDB raises.
std::optional<std::optional<long double>> Curve::AtNull() const {
  for (size_t i = 0; i < steps_.size(); i++) {
    if (steps_[i].apply->GetExpressionClass() != duckdb::ExpressionClass::BOUND_FUNCTION) continue;
    const auto &call = steps_[i].apply->Cast<duckdb::BoundFunctionExpression>();
    const auto &name = call.function.name;
    if (name != "greatest" && name != "least") continue;
    const auto constant = ConstantOf(*call.children[1 - steps_[i].argument]);
    const bool real = constant->type().id() == duckdb::LogicalTypeId::DOUBLE;
    const long double value =
        real ? static_cast<long double>(duckdb::DoubleValue::Get(*constant)) : constant->GetValue<int64_t>();
    const auto result = Run(i + 1, steps_.size(), {value});
    if (!result) return std::nullopt;
    return std::optional(result->front());
  }
  return std::optional<long double>{};
}

/// Bisects all at once, DuckDB computing the middles of all intervals whose ends differ.
std::optional<std::vector<Curve::Edge>> Curve::Edges(const IntegerRange &domain, const Reading &reading, size_t most,
                                                     std::string &why) const {
  const auto read = [&](const Values &points) -> std::optional<Values> {
    auto values = Run(0, steps_.size(), points);
    why = "raises an error amid its values";
    for (size_t i = 0; values && i < values->size(); i++) {
      const auto meaning = reading((*values)[i]);
      why = "has a fraction or a negative zero among its values";
      if (!meaning) return std::nullopt;
      (*values)[i] = *meaning;
    }
    return values;
  };
  const auto ends = read({static_cast<long double>(domain.low), static_cast<long double>(domain.high)});
  if (!ends) return std::nullopt;
  std::vector<Edge> open, found;
  const auto sort = [&](std::vector<Edge> &into, const Edge &edge) {
    if (edge.low_value != edge.high_value) (AreNeighbors(edge.low, edge.high) ? found : into).push_back(edge);
  };
  sort(open, {domain.low, domain.high, (*ends)[0], (*ends)[1]});
  while (!open.empty()) {
    Values middles;
    for (const auto &edge : open) middles.push_back(Middle(edge.low, edge.high));
    const auto values = read(middles);
    if (!values) return std::nullopt;
    std::vector<Edge> halves;
    for (size_t i = 0; i < open.size(); i++) {
      const auto middle = static_cast<int64_t>(middles[i]);
      sort(halves, {open[i].low, middle, open[i].low_value, (*values)[i]});
      sort(halves, {middle, open[i].high, (*values)[i], open[i].high_value});
    }
    open = std::move(halves);
    if (open.size() + found.size() < most) continue;
    why = "has more than " + std::to_string(most) + " values";
    return std::nullopt;
  }
  std::sort(found.begin(), found.end(), [](const Edge &a, const Edge &b) { return a.low < b.low; });
  return found;
}

bool Curve::HasMoved(double from, double to) {
  if (!std::isfinite(from) || !std::isfinite(to)) return false;
  return std::abs(to - from) >= UNITS * LastPlace(from, to);
}

/// The integers from `start` outward, as many as it takes for the function to move; nullopt: too many.
std::optional<Curve::Values> Curve::IntegersAround(int64_t start, int64_t last) const {
  const auto height = [&](long double at) { return Run(0, *inexact_ + 1, {at}); };
  const auto from = height(start);
  if (!from) return std::nullopt;
  Values points{static_cast<long double>(start)};
  const int64_t toward = last < start ? -1 : 1;
  for (size_t wanted = 16; wanted <= MOST_POINTS; wanted *= 2) {
    while (points.size() < wanted && points.back() != last) points.push_back(points.back() + toward);
    if (points.back() == last) return points;
    const auto to = height(points.back());
    if (!to) return std::nullopt;
    if (HasMoved(static_cast<double>(from->front()), static_cast<double>(to->front()))) return points;
  }
  return std::nullopt;
}

/// The same of the function's own arguments, of which those of integers are some.
std::optional<Curve::Values> Curve::DoublesAround(double start, double toward) const {
  const auto height = [&](long double at) { return Run(*inexact_, *inexact_ + 1, {at}); };
  const auto from = height(start);
  if (!from) return std::nullopt;
  Values points{start};
  for (size_t wanted = 16; wanted <= MOST_POINTS; wanted *= 2) {
    while (points.size() < wanted) points.push_back(std::nextafter(static_cast<double>(points.back()), toward));
    const auto to = height(points.back());
    if (!to) return std::nullopt;
    if (HasMoved(static_cast<double>(from->front()), static_cast<double>(to->front()))) return points;
  }
  return std::nullopt;
}

/// From `start` to `last` values should stay where `holds`. The integer furthest from `start` up to which some do not;
/// the outer nullopt: not known. An inexact function can be out of order near the edge only: once it has moved by more
/// units in its last place than it can be wrong, it does not come back.
std::optional<std::optional<int64_t>> Curve::LastAstray(int64_t start, int64_t last, const Holds &holds) const {
  auto points = IntegersAround(start, last);
  const bool integers = points.has_value();
  double outward = 0;
  if (!integers) {
    const auto ends = Run(0, *inexact_, {static_cast<long double>(start), static_cast<long double>(last)});
    if (!ends) return std::nullopt;
    if ((*ends)[0] == (*ends)[1]) return std::optional<int64_t>();  // greatest(x, 1) up to 1: one argument, one value
    outward =
        (*ends)[1] < (*ends)[0] ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
    points = DoublesAround(static_cast<double>((*ends)[0]), outward);
  }
  const auto values = points ? Run(integers ? 0 : *inexact_, steps_.size(), *points) : std::nullopt;
  if (!values) return std::nullopt;
  const auto astray = std::find_if_not(values->rbegin(), values->rend(), holds);
  if (astray == values->rend()) return std::optional<int64_t>();
  const auto furthest = (*points)[points->size() - 1 - static_cast<size_t>(astray - values->rbegin())];
  if (integers) return std::optional(static_cast<int64_t>(furthest));
  int64_t within = start, beyond = last;
  while (!AreNeighbors(std::min(within, beyond), std::max(within, beyond))) {
    const auto middle = Middle(std::min(within, beyond), std::max(within, beyond));
    const auto argument = Run(0, *inexact_, {static_cast<long double>(middle)});
    if (!argument) return std::nullopt;
    const bool passed = outward < 0 ? argument->front() < furthest : argument->front() > furthest;
    (passed ? beyond : within) = middle;
  }
  return std::optional(beyond);
}

/// The integers around the edge whose values may be of its wrong side: empty (low > high) where it is one clean step.
std::optional<IntegerRange> Curve::Unsure(const Edge &edge, const IntegerRange &domain, const Reading &reading) const {
  IntegerRange unsure{edge.high, edge.low};
  if (!inexact_) return unsure;
  const bool rises = edge.low_value < edge.high_value;
  const auto astray = [&](int64_t start, int64_t last, long double bound, bool at_most) {
    return LastAstray(start, last, [&, bound, at_most](long double value) {
      const auto meaning = reading(value);
      return meaning && (at_most ? *meaning <= bound : *meaning >= bound);
    });
  };
  const auto below = astray(edge.low, domain.low, edge.low_value, rises);
  const auto above = astray(edge.high, domain.high, edge.high_value, !rises);
  if (!below || !above) return std::nullopt;
  if (*below) unsure = {**below, std::max(edge.low, unsure.high)};
  if (*above) unsure = {std::min(edge.high, unsure.low), **above};
  return unsure;
}

/// An end of the domain has an edge's other side nowhere: from it on values should stay between those of the two ends.
/// They do where units in the function's last place do not matter at the end itself, since no value inside passes it.
std::optional<IntegerRange> Curve::UnsureFrom(int64_t end, int64_t opposite, const Holds &holds) const {
  const IntegerRange none{1, 0};
  if (!inexact_) return none;
  const auto height = Run(0, *inexact_ + 1, {static_cast<long double>(end)});
  if (!height) return std::nullopt;
  const auto at_end = static_cast<double>(height->front());
  if (!std::isfinite(at_end)) return none;  // infinity is passed by nothing
  const auto off = UNITS * LastPlace(at_end, at_end);
  const auto near = Run(*inexact_ + 1, steps_.size(), {at_end - off, at_end + off});
  if (near && std::all_of(near->begin(), near->end(), holds)) return none;
  const auto astray = LastAstray(end, opposite, holds);
  if (!astray) return std::nullopt;
  return *astray ? IntegerRange{std::min(end, **astray), std::max(end, **astray)} : none;
}

/// Nothing raises inside the domain. What lies outside is not asked of the shards.
bool Curve::EndsCleanly(const IntegerRange &domain) const {
  if (!inexact_) return true;
  const auto limits = *LimitsOf(type_);
  const auto ends = [&](int64_t inside, int64_t outside) {
    // The argument itself, or the function's own domain, ends here: exact.
    const auto beyond = Run(0, *inexact_ + 1, {static_cast<long double>(outside)});
    if (!beyond) return true;
    const auto opposite = outside < inside ? domain.high : domain.low;
    return LastAstray(inside, opposite, [](long double) { return true; }).has_value();
  };
  return (domain.low == limits.low || ends(domain.low, domain.low - 1)) &&
         (domain.high == limits.high || ends(domain.high, domain.high + 1));
}

std::optional<Curve::Pieces> Curve::Split(const Reading &reading, size_t most, std::string &why) const {
  const auto domain = Domain();
  if (!domain) {
    why = "is defined nowhere";
    return std::nullopt;
  }
  const auto edges = Edges(*domain, reading, most, why);
  if (!edges) return std::nullopt;
  const auto at_null = AtNull();
  why = "raises an error for NULL";
  if (!at_null) return std::nullopt;
  Pieces result{*domain, {}, {}, std::nullopt};
  if (*at_null) {
    result.at_null = reading(**at_null);
    why = "has a fraction or a negative zero among its values";
    if (!result.at_null) return std::nullopt;
  }
  why = "may change back where it changes, by its last bits";
  if (!EndsCleanly(*domain)) return std::nullopt;
  const auto ends =
      Run(0, steps_.size(), {static_cast<long double>(domain->low), static_cast<long double>(domain->high)});
  const auto at_low = *reading((*ends)[0]), at_high = *reading((*ends)[1]);
  const auto between = [&](long double value) {
    const auto meaning = reading(value);
    return meaning && *meaning >= std::min(at_low, at_high) && *meaning <= std::max(at_low, at_high);
  };
  const auto add_unsure = [&](const std::optional<IntegerRange> &unsure) {
    if (unsure && unsure->low <= unsure->high) result.unsure.push_back(*unsure);
    return unsure.has_value();
  };
  if (!add_unsure(UnsureFrom(domain->low, domain->high, between))) return std::nullopt;
  result.pieces.push_back({domain->low, at_low});
  for (const auto &edge : *edges) {
    if (edge.low_value != result.pieces.back().value) return std::nullopt;
    if (!add_unsure(Unsure(edge, *domain, reading))) return std::nullopt;
    result.pieces.push_back({edge.high, edge.high_value});
  }
  if (!add_unsure(UnsureFrom(domain->high, domain->low, between))) return std::nullopt;
  if (!Merge(result.unsure)) return std::nullopt;
  why.clear();
  return result;
}

}  // namespace shardite
