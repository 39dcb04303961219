#include "fleet/fleet_writer.hpp"

#include <gtest/gtest.h>

namespace shardite {
namespace {

constexpr const char *FLEET = R"(name = "my \"fleet\""
overlap = true

[tables.otel_logs]
time = "Timestamp"
unit = "ns"
type = "timestamptz"
lateness = "10m"
lookup = { table = "times", key = "TraceId", first = "Start", last = "End", unit = "s" }
columns = { "Bounds.x" = "DOUBLE[]", plain = "JSON" }

[tables.times]

[tables."a \"b\" é"]

[[shards]]
id = "day"
url = "sqlite:data/otel.db"
from = 2026-11-20T00:00:00.000000001Z
until = 2026-11-21T00:00:00Z

[[shards]]
id = "ns"
url = "libsql+http://127.0.0.1:8080/dev/ns"
token = { env = "SHARD_TOKEN" }
replicas = ["libsql://other.example.com"]

[[shards]]
id = "node"
url = "rqlite+http://10.0.0.7:4001?level=none"
from = 2026-11-20T00:00:00Z
user = "reader"
password = { env = "NODE_PASSWORD" }

[server]
timeout = "30s"

[servers."10.0.0.7:4001"]
max_in_flight = 8
ca = "our-ca.pem"
)";

TEST(FleetWriterTest, WritesWhatItReads) {
  EXPECT_EQ(WriteFleetFile(ParseFleet(FLEET, "dir/fleet.toml"), "dir"), FLEET);
}

TEST(FleetWriterTest, ASeriesComesBackAsItsShards) {
  const FleetSpec series =
      ParseFleet("[[shards]]\nurl='rqlite+http://h:1'\nevery='1d'\nfrom=2026-01-01\nuntil=2026-01-04\n", "fleet.toml");
  const FleetSpec again = ParseFleet(WriteFleetFile(series, ""), "fleet.toml");
  ASSERT_EQ(again.shards.size(), 3u);
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(again.shards[i].id, series.shards[i].id);
    EXPECT_EQ(again.shards[i].slice, series.shards[i].slice);
    EXPECT_TRUE(again.shards[i].clamp);
  }
}

TEST(FleetWriterTest, PathsAreRelativeToTheFileNearby) {
  const auto url_line = [](const std::string &url, const std::string &base) {
    FleetSpec fleet;
    fleet.name = "f";
    fleet.shards.resize(1);
    fleet.shards[0].id = "s";
    fleet.shards[0].url = ParseShardUrl(url, "");
    const std::string toml = WriteFleetFile(fleet, base);
    const size_t at = toml.find("url = ");
    return toml.substr(at, toml.find('\n', at) - at);
  };
  EXPECT_EQ(url_line("sqlite:/data/logs/a.db", "/data"), "url = \"sqlite:logs/a.db\"");
  EXPECT_EQ(url_line("sqlite:/data/a.db", "/data/fleets"), "url = \"sqlite:../a.db\"");
  EXPECT_EQ(url_line("sqlite:/elsewhere/a.db", "/data/fleets/mine/now"), "url = \"sqlite:/elsewhere/a.db\"");
  EXPECT_EQ(url_line("sqlite:a.db", ""), "url = \"sqlite:a.db\"");
}

TEST(FleetWriterTest, CommentsStandAboveAndNeverBreakOut) {
  FleetSpec fleet = ParseFleet("[tables.t]\n[[shards]]\nurl='sqlite:a.db'\n", "fleet.toml");
  FleetComments comments;
  comments.top = {"first\nname = \"evil\""};
  comments.tables["t"] = {"of the table"};
  std::string words;
  for (int i = 0; i < 30; ++i) words += "word" + std::to_string(i) + " ";
  comments.shards["a"] = {"of the shard", words};
  const std::string toml = WriteFleetFile(fleet, "", comments);
  EXPECT_NE(toml.find("# first name = \"evil\"\n"), std::string::npos);
  EXPECT_NE(toml.find("# of the table\n[tables.t]"), std::string::npos);
  EXPECT_NE(toml.find("\n# of the shard\n# word0 "), std::string::npos);
  for (size_t at = 0; at < toml.size();) {
    const size_t end = toml.find('\n', at);
    EXPECT_LE(end - at, 102u);
    at = end + 1;
  }
  EXPECT_EQ(ParseFleet(toml, "fleet.toml").name, "fleet");
}

}  // namespace
}  // namespace shardite
