#include "test/differential/differential.hpp"

#include <algorithm>
#include <fstream>
#include <memory>

#include "demo/random.hpp"
#include "test/differential/metamorphic.hpp"
#include "test/differential/shrink.hpp"

namespace shardite::test {
namespace {

constexpr size_t RELATION_EVERY = 10;

/// The number of a fleet and of a query in it: with the seed and the driver they fix the case.
struct CaseNumber {
  size_t fleet = 0, query = 0;
};

class DifferentialRun {
 public:
  DifferentialRun(const DifferentialOptions &options, Driver driver)
      : options_(options), bed_(driver), shrink_bed_(driver) {}

  DifferentialReport Run() {
    for (size_t fleet = 0; report_.asked < options_.queries && !IsOver(); ++fleet) {
      const size_t queries = std::min(options_.queries_per_fleet, options_.queries - report_.asked);
      try {
        RunFleet(fleet, queries);
      } catch (const std::exception &error) {
        report_.failures.push_back(Headline({fleet, 0}) + "the fleet cannot be opened: " + error.what() + "\n" +
                                   fleet_.Definition().ToText());
        report_.asked += queries;
      }
    }
    return std::move(report_);
  }

 private:
  bool IsOver() const { return report_.failures.size() >= options_.most_failures; }

  void RunFleet(size_t number, size_t queries) {
    const uint64_t seed = Mix(options_.seed, static_cast<uint64_t>(bed_.Kind()), number);
    fleet_ = MakeRandomFleet(seed, bed_.Kind() == Driver::FILE ? 50 : 6);
    Judge judge(fleet_, bed_);
    for (size_t query = 0; query < queries && !IsOver(); ++query) {
      ++report_.asked;
      if (query % RELATION_EVERY == 0) Relate(judge, Mix(seed, query + 1), {number, query});
      AskOne(judge, MakeRandomQuery(fleet_, Mix(seed, query + 1)), {number, query});
    }
  }

  void Relate(Judge &judge, uint64_t seed, CaseNumber number) {
    if (const auto failed = FailedRelation(judge, fleet_, seed))
      report_.failures.push_back(Headline(number) + "a relation does not hold\n" + *failed + "over\n" +
                                 fleet_.Definition().ToText());
  }

  void AskOne(Judge &judge, const RandomQuery &query, CaseNumber number) {
    // Less pushdown is asked less often; a failure is looked at in every mode.
    auto verdict = judge.Of(query, number.query % 4 == 0   ? Judge::EVERY_MODE
                                   : number.query % 2 == 0 ? Judge::ALL_AND_FILTER
                                                           : Judge::ALL_ONLY);
    if (verdict.kind == Verdict::DIFFERS) {
      if (auto again = judge.Of(query); again.kind == Verdict::DIFFERS) verdict = std::move(again);
    }
    switch (verdict.kind) {
      case Verdict::AGREES: return;
      case Verdict::REFUSED_BY_DUCKDB: ++report_.refused_by_duckdb; return;
      case Verdict::ANSWERED_ALONE: ++report_.answered_alone; return;
      case Verdict::DOCUMENTED_REFUSAL: ++report_.documented_refusals; return;
      case Verdict::DIFFERS: Fail(number, query, verdict); return;
    }
  }

  std::string Headline(CaseNumber number) const {
    return "seed " + std::to_string(options_.seed) + ", " + DriverName(bed_.Kind()) + ", fleet " +
           std::to_string(number.fleet) + ", query " + std::to_string(number.query) + ": ";
  }

  void Fail(CaseNumber number, const RandomQuery &query, const Verdict &verdict) {
    const std::string path = options_.report_directory + "/differential-" + std::to_string(options_.seed) + "-" +
                             DriverName(bed_.Kind()) + "-" + std::to_string(number.fleet) + "-" +
                             std::to_string(number.query) + ".test";
    const FailingCase failing{fleet_, query, verdict};
    const auto small = Shrink(failing, shrink_bed_, options_.shrink_patience);
    const std::string headline = Headline(number) + "pushdown " + verdict.mode;
    const std::string test = small.ToTest(headline);
    std::ofstream(path) << test;
    std::ofstream(path + ".whole") << failing.ToTest(headline);
    report_.failures.push_back(headline + "\n" + query.sql + "\n" + verdict.difference + "\nmade small:\n" + test +
                               small.verdict.difference + "\nsql_tests " + path + " runs it (.whole: as it was found)");
  }

  DifferentialOptions options_;
  TestBed bed_;
  TestBed shrink_bed_;  // the fleet at hand stays where it is
  RandomFleet fleet_;
  DifferentialReport report_;
};

}  // namespace

DifferentialReport RunDifferential(const DifferentialOptions &options, Driver driver) {
  return DifferentialRun(options, driver).Run();
}

}  // namespace shardite::test
