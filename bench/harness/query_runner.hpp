#pragma once
// One session on a fleet, as the benchmarks use it: runs a query, reads every row and drops it.

#include <memory>
#include <string>
#include <vector>

#include "engine/statistics.hpp"
#include "remote/driver_registry.hpp"

namespace shardite::bench {

class QueryRunner {
 public:
  explicit QueryRunner(const std::string &fleet, std::shared_ptr<DriverRegistry> drivers = DefaultDrivers());
  ~QueryRunner();

  struct Outcome {
    double milliseconds = 0;
    uint64_t rows = 0;
    FanOutStatistics statistics;
  };
  /// Streams the result, as the command line does. Throws FleetError when the query fails.
  Outcome Query(const std::string &sql);
  /// The first cell of the result, as text.
  std::string Cell(const std::string &sql);
  /// Milliseconds to parse, bind, optimize and plan, without executing.
  double Plan(const std::string &sql);
  /// Of the last statement that was planned.
  std::vector<ScanExplanation> Explanation() const;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace shardite::bench
