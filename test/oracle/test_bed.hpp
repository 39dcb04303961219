#pragma once
// Brings a fleet definition to life on one kind of shard: SQLite files, namespaces of an sqld, or rqlite nodes. The
// servers are started once per test program and stopped with it. Without a server's program the test fails: it is never
// skipped.

#include <memory>
#include <string>
#include <vector>

#include "fleet/fleet_spec.hpp"
#include "test/oracle/fleet_definition.hpp"
#include "test/oracle/shard_files.hpp"

namespace shardite::test {

enum class Driver { FILE, SQLD, RQLITE };
constexpr Driver ALL_DRIVERS[] = {Driver::FILE, Driver::SQLD, Driver::RQLITE};
const char *DriverName(Driver driver);  // "file", "sqld", "rqlite"

/// The servers behind one driver.
class ShardHost {
 public:
  virtual ~ShardHost() = default;
  /// Serves the files as shards and gives their urls, in order. What was placed before may be gone after.
  virtual std::vector<std::string> Place(const std::vector<std::string> &files) = 0;
};

/// Throws std::runtime_error when a server's program is missing or does not start.
std::unique_ptr<ShardHost> StartHost(Driver driver);

/// One fleet, placed: valid until the test bed places the next.
struct PlacedFleet {
  std::vector<std::string> files;  // the SQLite files that the shards were filled from
  std::string fleet_file;          // what a Session attaches
  FleetSpec spec;                  // the same, read
};

class TestBed {
 public:
  explicit TestBed(Driver driver) : driver_(driver) {}
  Driver Kind() const { return driver_; }
  /// Places a fleet; one that stands already is left as it is, so that tests on the same data are quick.
  const PlacedFleet &Place(const FleetDefinition &fleet);

 private:
  Driver driver_;
  std::unique_ptr<ShardHost> host_;
  std::unique_ptr<TemporaryDirectory> directory_;
  std::string placed_text_;
  PlacedFleet placed_;
};

}  // namespace shardite::test
