// A fleet file. What is wrong with one is said in one line, and what is read can be written and read again.

#include <algorithm>

#include "base/error.hpp"
#include "fleet/fleet_reader.hpp"
#include "fleet/fleet_writer.hpp"
#include "test/fuzz/fuzz_target.hpp"

namespace shardite::test {
namespace {

constexpr int64_t NOW = 1795132800000000000;  // 2026-11-20

std::vector<Slice> SlicesOf(const FleetSpec &fleet) {
  std::vector<Slice> slices;
  for (const auto &shard : fleet.shards) slices.push_back(shard.slice);
  return slices;
}

void Run(std::string_view input) {
  FleetSpec fleet;
  try {
    fleet = ParseFleetAt(std::string(input), "fuzz.toml", NOW);
  } catch (const FleetError &error) {
    const std::string line = error.what();
    Require(line.starts_with("fuzz.toml:"), "an error names the file");
    Require(line.find('\n') == std::string::npos, "an error is one line");
    return;
  }
  Require(!fleet.shards.empty(), "a fleet has shards");
  std::vector<std::string> ids;
  for (const auto &shard : fleet.shards) ids.push_back(shard.id);
  std::sort(ids.begin(), ids.end());
  Require(std::adjacent_find(ids.begin(), ids.end()) == ids.end(), "ids are unique");
  if (fleet.shards.size() > 100) return;
  const auto again = ParseFleetAt(WriteFleetFile(fleet, ""), "fuzz.toml", NOW);
  Require(SlicesOf(again) == SlicesOf(fleet), "what was written reads the same");
}

}  // namespace

FuzzTarget FleetFileTarget() {
  return {
      "fleet_file",
      Run,
      {"name = \"otel\"\noverlap = true\n[tables.otel_logs]\ntime = \"Timestamp\"\nunit = \"ns\"\nlateness = "
       "\"10m\"\ncolumns = { a = \"BIGINT[]\" }\nlookup = { table = \"times\", key = \"k\", first = \"a\", last = "
       "\"b\", "
       "unit = \"s\" }\n[tables.times]\n[[shards]]\nid = \"a\"\nurl = \"sqlite:a.db\"\nfrom = "
       "2026-01-01T00:00:00Z\nuntil = 2026-01-02\n[[shards]]\nurl = \"libsql+http://10.0.0.7:8080/dev/x\"\ntoken = "
       "{ env = \"T\" }\nreplicas = [\"libsql://b.example.com\"]\n[server]\ntimeout = \"30s\"\nmax_in_flight = 8\n",
       "[[shards]]\nurl = \"sqlite:otel-{yyyy}-{MM}-{dd}.db\"\nevery = \"1d\"\nfrom = 2026-11-01\nuntil = "
       "2026-11-20\n[[shards]]\nid = \"live\"\nurl = \"rqlite+http://10.0.0.7:4001?level=none&freshness=1s\"\nuser = "
       "\"u\"\npassword = { file = \"p\" }\nfrom = 2026-11-20\n"},
      {"\"",
       "'''",
       "\n[[shards]]\nurl = \"sqlite:b.db\"\n",
       "every = \"1mo\"\n",
       "from = 1678-01-01\n",
       "until = 2261-12-31\n",
       "{HH}",
       "{mm}",
       "{",
       "= {}",
       "[tables.\"\"]\n",
       "\\u0000",
       "9223372036854775808",
       "1979-05-27T07:32:00-07:00",
       "nan",
       "?level=none",
       "//",
       ":0",
       ":65536",
       "%00",
       "%zz"}};
}

}  // namespace shardite::test
