// The tester tested: every fault of fault.cpp must make it fail, within a bounded number of queries in which the fault
// shows.

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>

#include "demo/random.hpp"
#include "test/differential/fault.hpp"
#include "test/differential/judge.hpp"

namespace shardite::test {
namespace {

constexpr uint64_t SEED = 5;
constexpr size_t MOST_FLEETS = 400, QUERIES_PER_FLEET = 40;
/// A fault may hide (a witness is there for rare data), but not for longer.
constexpr size_t MOST_UNNOTICED = 1500;

struct Hunt {
  const Fault *fault;
  size_t unnoticed = 0;  // queries in which the fault showed, and the answer was right
};

/// Removes the faults that this query catches.
void AskWithFaults(Judge &judge, FaultSwitch &chosen, const RandomQuery &query, std::vector<Hunt> &hunts) {
  const auto expected = judge.Expected(query);
  chosen.Choose(nullptr);
  if (judge.OfMode("all", query, expected).kind != Verdict::AGREES) return;  // no answer that a fault could change
  std::vector<const Fault *> showing;
  for (const auto &hunt : hunts) {
    if (chosen.CanShow(*hunt.fault)) showing.push_back(hunt.fault);
  }
  for (auto hunt = hunts.begin(); hunt != hunts.end();) {
    if (std::find(showing.begin(), showing.end(), hunt->fault) == showing.end()) {
      ++hunt;
      continue;
    }
    chosen.Choose(hunt->fault);
    const auto verdict = judge.OfMode("all", query, expected);
    if (verdict.kind == Verdict::DIFFERS) {
      std::cout << "caught after hiding in " << hunt->unnoticed << " queries: " << hunt->fault->name << std::endl;
      hunt = hunts.erase(hunt);
    } else {
      hunt->unnoticed += chosen.HasShown();
      ++hunt;
    }
  }
  chosen.Choose(nullptr);
}

TEST(Mutations, EachIsCaught) {
  std::vector<Hunt> hunts;
  for (const auto &fault : Faults()) hunts.push_back({&fault});
  ASSERT_GE(hunts.size(), 20u);
  TestBed bed(Driver::FILE);
  const auto chosen = std::make_shared<FaultSwitch>();
  size_t asked = 0;
  for (size_t number = 0; number < MOST_FLEETS && !hunts.empty(); ++number) {
    const auto fleet = MakeRandomFleet(Mix(SEED, number));
    Judge judge(fleet, bed, FaultyDrivers(chosen));
    for (size_t query = 0; query < QUERIES_PER_FLEET && !hunts.empty(); ++query, ++asked) {
      AskWithFaults(judge, *chosen, MakeRandomQuery(fleet, Mix(SEED, number, query)), hunts);
      for (const auto &hunt : hunts) ASSERT_LE(hunt.unnoticed, MOST_UNNOTICED) << hunt.fault->name;
    }
  }
  for (const auto &hunt : hunts)
    ADD_FAILURE() << "not caught: " << hunt.fault->name << ", which showed in " << hunt.unnoticed << " queries";
  std::cout << Faults().size() << " faults caught in " << asked << " queries" << std::endl;
}

}  // namespace
}  // namespace shardite::test
