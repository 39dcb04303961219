#pragma once
// A DuckDB of our own with one fleet attached: what every command opens. Where it stands: cli -> Session -> DuckDB ->
// engine/catalog. One session serves one query at a time; Interrupt() may come from any thread or a signal thread.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <duckdb.hpp>

#include "engine/statistics.hpp"
#include "fleet/fleet_spec.hpp"
#include "remote/driver_registry.hpp"

namespace shardite {

class Session {
 public:
  /// Opens DuckDB in memory, registers shardite, attaches the fleet under its name and makes it the default, so that
  /// its tables need no qualification. Throws FleetError when the fleet cannot be attached.
  /// `drivers`: DefaultDrivers() unless a test brings its own.
  explicit Session(const std::string &fleet, std::shared_ptr<DriverRegistry> drivers = DefaultDrivers());
  ~Session();

  /// Detaches the fleet and attaches it again: reads its file anew, and what its shards have by now. Throws FleetError;
  /// where attaching failed, the fleet is missing until this is called again.
  void AttachAgain();

  duckdb::Connection &Connection();
  /// The name under which the fleet is attached.
  const std::string &FleetName() const;
  const FleetSpec &Spec() const;

  /// The statements of a text, in order. Throws FleetError with DuckDB's message when it does not parse.
  duckdb::vector<duckdb::unique_ptr<duckdb::SQLStatement>> Parse(const std::string &sql);
  /// Runs one statement and streams its rows. Compares TIMESTAMP_NS columns with now() (see now_rewrite.hpp).
  /// Never throws: check HasError() of the result and of every fetched chunk.
  duckdb::unique_ptr<duckdb::QueryResult> Run(duckdb::unique_ptr<duckdb::SQLStatement> statement);
  /// All statements of a text, the last one's result. For commands and tests.
  duckdb::unique_ptr<duckdb::QueryResult> Run(const std::string &sql);

  void Interrupt();
  FanOutProgress Progress() const;
  /// Of the last statement that ran; complete once its result has been read to the end.
  FanOutStatistics LastStatistics() const;
  /// The scans of the last statement that was planned.
  std::vector<ScanExplanation> LastExplanation() const;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace shardite
