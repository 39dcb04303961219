#include "test/differential/judge.hpp"

#include <stdexcept>

#include "test/differential/refusals.hpp"
#include "test/oracle/answer.hpp"

namespace shardite::test {
namespace {

// The least first: a failure names the least pushdown that has it.
constexpr const char *PUSHDOWN_MODES[] = {"none", "filter", "all"};

/// Centred moments depend on the order of addition more than a sum does.
constexpr double MOMENT_TOLERANCE = 1e-9;

}  // namespace

Judge::Judge(const RandomFleet &fleet, TestBed &bed, std::shared_ptr<DriverRegistry> drivers)
    : Judge(fleet, bed.Place(fleet.Definition()), std::move(drivers)) {}

Judge::Judge(const RandomFleet &fleet, const PlacedFleet &placed, std::shared_ptr<DriverRegistry> drivers)
    : oracle_(placed.spec, placed.files), session_(placed.fleet_file, std::move(drivers)) {
  for (const auto &sql : fleet.local_tables) {
    for (const auto &answer : {Ask(oracle_.Connection(), sql), Ask(session_, sql)}) {
      if (!answer.Ok()) throw std::runtime_error(sql + ": " + answer.error);
    }
  }
}

Verdict Judge::Of(const RandomQuery &query) {
  const auto expected = Ask(oracle_.Connection(), query.sql);
  Comparison comparison;
  comparison.ordered = FixesOrder(query.plain);
  comparison.floating_sums = query.approximate;
  comparison.tolerance = comparison.around_zero = MOMENT_TOLERANCE;
  Verdict verdict;
  if (!expected.Ok()) verdict.kind = Verdict::REFUSED_BY_DUCKDB;
  for (const char *mode : PUSHDOWN_MODES) {
    Ask(session_, std::string("SET shardite_pushdown = '") + mode + "'");
    const auto got = Ask(session_, query.sql);
    if (!expected.Ok()) {  // asked all the same: it must not bring us down, nor be answered where it cannot be planned
      if (got.Ok() && IsPlanningError(expected.error))
        return {Verdict::DIFFERS, mode, "expected an error: " + expected.error + "\ngot " + got.ToString()};
      continue;
    }
    if (!got.Ok() && IsDocumentedRefusal(got.error)) {
      verdict.kind = Verdict::DOCUMENTED_REFUSAL;
      continue;
    }
    const auto difference =
        got.Ok() ? Difference(expected, got, comparison) : "error: " + got.error + "\nexpected " + expected.ToString();
    if (difference) return {Verdict::DIFFERS, mode, *difference};
  }
  return verdict;
}

}  // namespace shardite::test
