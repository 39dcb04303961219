#pragma once
// What a bench run found: printed as one table (Markdown, so that it can be pasted), written as JSON.

#include <optional>
#include <string>
#include <vector>

#include "bench/harness/samples.hpp"

namespace shardite::bench {

struct Target {
  enum class Kind { AT_MOST, AT_LEAST };
  Kind kind = Kind::AT_MOST;
  double bound = 0;

  static std::optional<Target> AtMost(double bound) { return Target{Kind::AT_MOST, bound}; }
  static std::optional<Target> AtLeast(double bound) { return Target{Kind::AT_LEAST, bound}; }
  bool IsMetBy(double value) const { return kind == Kind::AT_MOST ? value <= bound : value >= bound; }
};

struct Finding {
  std::string part;  // "a", "b", ...: of the list in docs/performance.md
  std::string what;
  double value = 0;
  std::string unit;  // "x" for ratios, "ms", "MB"
  double lowest = 0, highest = 0;
  std::optional<Target> target;  // absent: for information
  std::string detail;            // the absolute figures behind a ratio
};

class Report {
 public:
  void Add(Finding finding);
  void AddRatio(const std::string &part, const std::string &what, const Ratio &ratio, std::optional<Target> target,
                const std::string &detail);
  void AddSamples(const std::string &part, const std::string &what, const Samples &samples, const std::string &unit,
                  std::optional<Target> target, const std::string &detail = "");

  std::string Table() const;
  std::string Json() const;

 private:
  std::vector<Finding> findings_;
};

/// "12.3", "0.0123": three digits that count.
std::string Number(double value);

}  // namespace shardite::bench
