#include "test/differential/differential.hpp"

#include <algorithm>
#include <fstream>
#include <memory>

#include "demo/random.hpp"
#include "engine/session.hpp"
#include "test/differential/random_fleet.hpp"
#include "test/differential/random_query.hpp"
#include "test/differential/refusals.hpp"
#include "test/oracle/answer.hpp"
#include "test/oracle/oracle.hpp"

namespace shardite::test {
namespace {

constexpr const char *PUSHDOWN_MODES[] = {"all", "filter", "none"};

/// The number of a fleet and of a query in it: with the seed and the driver they fix the case.
struct CaseNumber {
  size_t fleet = 0, query = 0;
};

class DifferentialRun {
 public:
  DifferentialRun(const DifferentialOptions &options, Driver driver) : options_(options), bed_(driver) {}

  DifferentialReport Run() {
    for (size_t fleet = 0; report_.asked < options_.queries && !IsOver(); ++fleet) {
      const size_t queries = std::min(options_.queries_per_fleet, options_.queries - report_.asked);
      try {
        RunFleet(fleet, queries);
      } catch (const std::exception &error) {
        report_.failures.push_back(Headline({fleet, 0}) + "the fleet cannot be opened: " + error.what() + "\n" +
                                   fleet_.definition.ToText());
        report_.asked += queries;
      }
    }
    return std::move(report_);
  }

 private:
  bool IsOver() const { return report_.failures.size() >= options_.most_failures; }

  void RunFleet(size_t number, size_t queries) {
    const uint64_t seed = Mix(options_.seed, static_cast<uint64_t>(bed_.Kind()), number);
    fleet_ = MakeRandomFleet(seed);
    const auto &placed = bed_.Place(fleet_.definition);
    Oracle oracle(placed.spec, placed.files);
    Session session(placed.fleet_file);
    for (size_t query = 0; query < queries && !IsOver(); ++query) {
      ++report_.asked;
      AskOne(oracle, session, MakeRandomQuery(fleet_, Mix(seed, query + 1)), {number, query});
    }
  }

  void AskOne(Oracle &oracle, Session &session, const std::string &sql, CaseNumber number) {
    const auto expected = Ask(oracle.Connection(), sql);
    if (!expected.Ok()) ++report_.refused_by_duckdb;
    Comparison comparison;
    comparison.ordered = FixesOrder(sql);
    for (const char *mode : PUSHDOWN_MODES) {
      Ask(session, std::string("SET shardite_pushdown = '") + mode + "'");
      const auto got = Ask(session, sql);
      if (!expected.Ok()) continue;  // asked all the same: it must not bring us down
      if (!got.Ok() && IsDocumentedRefusal(got.error)) {
        ++report_.documented_refusals;
        continue;
      }
      const auto difference = got.Ok() ? Difference(expected, got, comparison)
                                       : "error: " + got.error + "\nexpected " + expected.ToString();
      if (!difference) continue;
      Fail(number, mode, sql, *difference);
      return;
    }
  }

  std::string Headline(CaseNumber number) const {
    return "seed " + std::to_string(options_.seed) + ", " + DriverName(bed_.Kind()) + ", fleet " +
           std::to_string(number.fleet) + ", query " + std::to_string(number.query) + ": ";
  }

  void Fail(CaseNumber number, const std::string &mode, const std::string &sql, const std::string &difference) {
    const std::string path = options_.report_directory + "/differential-" + std::to_string(options_.seed) + "-" +
                             DriverName(bed_.Kind()) + "-" + std::to_string(number.fleet) + "-" +
                             std::to_string(number.query) + ".test";
    // The letters only count the columns; the oracle says the rest.
    std::ofstream(path) << "# " << Headline(number) << "pushdown " << mode << "\n\n"
                        << fleet_.definition.ToText() << "query *\n"
                        << sql << "\n";
    report_.failures.push_back(Headline(number) + "pushdown " + mode + "\n" + sql + "\n" + difference +
                               "\nthe whole case: sql_tests " + path);
  }

  DifferentialOptions options_;
  TestBed bed_;
  RandomFleet fleet_;
  DifferentialReport report_;
};

}  // namespace

DifferentialReport RunDifferential(const DifferentialOptions &options, Driver driver) {
  return DifferentialRun(options, driver).Run();
}

}  // namespace shardite::test
