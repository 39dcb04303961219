#include "test/differential/judge.hpp"

#include <functional>
#include <stdexcept>

#include "test/differential/refusals.hpp"

namespace shardite::test {
namespace {

const std::vector<const char *> &Names(Judge::Modes modes) {
  static const std::vector<const char *> EVERY = {"none", "filter", "all"}, TWO = {"filter", "all"}, ALL = {"all"};
  return modes == Judge::EVERY_MODE ? EVERY : modes == Judge::ALL_AND_FILTER ? TWO : ALL;
}

/// Centred moments depend on the order of addition more than a sum does.
constexpr double MOMENT_TOLERANCE = 1e-9;

bool NamesStrayValue(const std::string &error) {
  return error.find("(find such rows with typeof())") != std::string::npos ||
         error.find("some values are not what the column's type promises") != std::string::npos;
}

void MakeLocalTables(const RandomFleet &fleet, const std::function<Answer(const std::string &)> &ask) {
  for (const auto &sql : fleet.local_tables) {
    const auto answer = ask(sql);
    if (!answer.Ok()) throw std::runtime_error(sql + ": " + answer.error);
  }
}

}  // namespace

Judge::Judge(const RandomFleet &fleet, TestBed &bed, std::shared_ptr<DriverRegistry> drivers)
    : Judge(fleet, bed.Place(fleet.Definition()), std::move(drivers)) {}

Judge::Judge(const RandomFleet &fleet, const PlacedFleet &placed, std::shared_ptr<DriverRegistry> drivers)
    : session_(placed.fleet_file, std::move(drivers)) {
  if (fleet.HasStrays()) {
    for (size_t choice = 0; choice < 2; ++choice) {
      const TemporaryDirectory directory;
      const auto files = WriteShardFiles(fleet.WithProperValues(choice).Definition(), directory.Path());
      oracles_.push_back(std::make_unique<Oracle>(placed.spec, files));
    }
  } else {
    oracles_.push_back(std::make_unique<Oracle>(placed.spec, placed.files));
  }
  // Threads that wait for each other cost more than such queries do; some fleets keep them for the sake of their order.
  // A server's answers are waited for: DuckDB's only thread would look for them late.
  const bool on_files = placed.spec.shards[0].url.scheme == "sqlite";
  if (fleet.few_threads && on_files) Ask(session_, "SET threads = 1");
  for (auto &oracle : oracles_) Ask(oracle->Connection(), "SET threads = 1");
  MakeLocalTables(fleet, [&](const std::string &sql) { return Ask(session_, sql); });
  for (auto &oracle : oracles_)
    MakeLocalTables(fleet, [&](const std::string &sql) { return Ask(oracle->Connection(), sql); });
}

std::vector<Answer> Judge::Expected(const RandomQuery &query) {
  std::vector<Answer> answers;
  for (auto &oracle : oracles_) answers.push_back(Ask(oracle->Connection(), query.sql));
  return answers;
}

Verdict Judge::OfMode(const char *mode, const RandomQuery &query, const std::vector<Answer> &expected) {
  SetMode(mode);
  const auto got = Ask(session_, query.sql);
  for (const auto &answer : expected) {
    if (answer.Ok()) continue;
    // Asked all the same: it must not bring us down, nor be answered where it cannot be planned.
    if (!got.Ok()) return {Verdict::REFUSED_BY_DUCKDB, mode, answer.error};
    if (!IsPlanningError(answer.error)) return {Verdict::ANSWERED_ALONE, mode, answer.error};
    return {Verdict::DIFFERS, mode, "expected an error: " + answer.error + "\ngot " + got.ToString()};
  }
  if (!got.Ok() && IsDocumentedRefusal(got.error)) return {Verdict::DOCUMENTED_REFUSAL, mode, got.error};
  if (!got.Ok() && expected.size() > 1 && NamesStrayValue(got.error)) return {};
  if (!got.Ok()) return {Verdict::DIFFERS, mode, "error: " + got.error + "\nexpected " + expected[0].ToString()};
  Comparison comparison;
  comparison.ordered = FixesOrder(query.plain);
  comparison.floating_sums = query.approximate;
  comparison.tolerance = comparison.around_zero = MOMENT_TOLERANCE;
  for (const auto &answer : expected) {
    if (const auto difference = Difference(answer, got, comparison)) return {Verdict::DIFFERS, mode, *difference};
  }
  return {};
}

void Judge::SetMode(const std::string &mode) {
  if (mode != mode_) Ask(session_, "SET shardite_pushdown = '" + mode + "'");
  mode_ = mode;
}

Verdict Judge::Of(const RandomQuery &query, Modes modes) {
  const auto expected = Expected(query);
  Verdict worst;
  for (const char *mode : Names(modes)) {
    auto verdict = OfMode(mode, query, expected);
    if (verdict.kind == Verdict::DIFFERS) return verdict;
    if (verdict.kind != Verdict::AGREES) worst = std::move(verdict);
  }
  return worst;
}

}  // namespace shardite::test
