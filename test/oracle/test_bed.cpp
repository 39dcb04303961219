#include "test/oracle/test_bed.hpp"

#include <fstream>

namespace shardite::test {

const char *DriverName(Driver driver) {
  switch (driver) {
    case Driver::FILE: return "file";
    case Driver::SQLD: return "sqld";
    case Driver::RQLITE: return "rqlite";
  }
  return "unknown";
}

const PlacedFleet &TestBed::Place(const FleetDefinition &fleet) {
  std::string text = fleet.name + "\n" + fleet.ToText();
  for (const auto &shard : fleet.shards) text += shard.file;
  if (text == placed_text_) return placed_;

  placed_text_.clear();
  if (!host_) host_ = StartHost(driver_);
  directory_ = std::make_unique<TemporaryDirectory>();
  PlacedFleet placed;
  placed.files = WriteShardFiles(fleet, directory_->Path());
  placed.fleet_file = directory_->Path() + "/fleet.toml";
  const std::string toml = FleetFileText(fleet, host_->Place(placed.files));
  std::ofstream(placed.fleet_file) << toml;
  placed.spec = ParseFleet(toml, placed.fleet_file);
  placed_ = std::move(placed);
  placed_text_ = text;
  return placed_;
}

}  // namespace shardite::test
