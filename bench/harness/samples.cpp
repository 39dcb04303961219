#include "bench/harness/samples.hpp"

#include <algorithm>
#include <chrono>

namespace shardite::bench {

namespace {

int64_t Now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace

Stopwatch::Stopwatch() : started_(Now()) {}
double Stopwatch::Milliseconds() const { return static_cast<double>(Now() - started_) / 1e6; }

double Samples::Median() const {
  auto sorted = values_;
  std::sort(sorted.begin(), sorted.end());
  const size_t middle = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

double Samples::Lowest() const { return *std::min_element(values_.begin(), values_.end()); }
double Samples::Highest() const { return *std::max_element(values_.begin(), values_.end()); }

std::vector<Samples> Interleave(size_t rounds, const std::vector<std::function<double()>> &contenders) {
  for (const auto &contender : contenders) contender();
  std::vector<Samples> samples(contenders.size());
  for (size_t round = 0; round < rounds; round++) {
    for (size_t i = 0; i < contenders.size(); i++) samples[i].Add(contenders[i]());
  }
  return samples;
}

Ratio RatioOf(const Samples &numerator, const Samples &denominator) {
  Samples rounds;
  for (size_t i = 0; i < numerator.Values().size(); i++) rounds.Add(numerator.Values()[i] / denominator.Values()[i]);
  return {numerator.Median() / denominator.Median(), rounds.Lowest(), rounds.Highest()};
}

}  // namespace shardite::bench
