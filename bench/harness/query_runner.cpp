#include "bench/harness/query_runner.hpp"

#include "bench/harness/samples.hpp"
#include "engine/session.hpp"

namespace shardite::bench {

struct QueryRunner::Implementation {
  Session session;
};

namespace {

void Check(const duckdb::ErrorData &error) {
  if (error.HasError()) throw FleetError(error.RawMessage());
}

}  // namespace

QueryRunner::QueryRunner(const std::string &fleet, std::shared_ptr<DriverRegistry> drivers)
    : implementation_(new Implementation{Session(fleet, std::move(drivers))}) {}
QueryRunner::~QueryRunner() = default;

QueryRunner::Outcome QueryRunner::Query(const std::string &sql) {
  auto &session = implementation_->session;
  Outcome outcome;
  const Stopwatch stopwatch;
  {
    const auto result = session.Run(sql);
    if (result->HasError()) Check(result->GetErrorObject());
    while (true) {
      duckdb::unique_ptr<duckdb::DataChunk> chunk;
      duckdb::ErrorData error;
      if (!result->TryFetch(chunk, error)) Check(error);
      if (!chunk || chunk->size() == 0) break;
      outcome.rows += chunk->size();
    }
  }
  outcome.milliseconds = stopwatch.Milliseconds();
  outcome.statistics = session.LastStatistics();
  return outcome;
}

std::string QueryRunner::Cell(const std::string &sql) {
  const auto result = implementation_->session.Run(sql);
  if (result->HasError()) Check(result->GetErrorObject());
  const auto chunk = result->Fetch();
  return chunk && chunk->size() > 0 ? chunk->GetValue(0, 0).ToString() : "";
}

double QueryRunner::Plan(const std::string &sql) {
  const Stopwatch stopwatch;
  const auto prepared = implementation_->session.Connection().Prepare(sql);
  const double milliseconds = stopwatch.Milliseconds();
  if (prepared->HasError()) Check(prepared->error);
  return milliseconds;
}

std::vector<ScanExplanation> QueryRunner::Explanation() const { return implementation_->session.LastExplanation(); }

}  // namespace shardite::bench
