#pragma once
// Measuring contenders side by side: A B A B ..., so that whatever else the machine does meets all of them alike.

#include <functional>
#include <string>
#include <vector>

namespace shardite::bench {

/// Milliseconds that have passed since it was made.
class Stopwatch {
 public:
  Stopwatch();
  double Milliseconds() const;

 private:
  int64_t started_;  // ns of the steady clock
};

class Samples {
 public:
  void Add(double value) { values_.push_back(value); }
  const std::vector<double> &Values() const { return values_; }
  double Median() const;
  double Lowest() const;
  double Highest() const;

 private:
  std::vector<double> values_;
};

/// Runs each contender once unmeasured, then all of them in turn, `rounds` times. A contender returns what it measured
/// in itself, e.g. milliseconds. One Samples per contender, in their order.
std::vector<Samples> Interleave(size_t rounds, const std::vector<std::function<double()>> &contenders);

struct Ratio {
  double value = 0;                // of the medians
  double lowest = 0, highest = 0;  // of the rounds
};
/// Both must come from one Interleave().
Ratio RatioOf(const Samples &numerator, const Samples &denominator);

}  // namespace shardite::bench
