#include "demo/tsbs_generator.hpp"

#include <algorithm>
#include <filesystem>

#include "base/error.hpp"
#include "demo/random.hpp"
#include "demo/sqlite_writer.hpp"

namespace shardite {

namespace {

// A walk has steps of a standard deviation of 1, in hundredths so that it is the same everywhere.
constexpr int64_t HUNDREDTHS = 100, MOST = 100 * HUNDREDTHS, WIDEST_STEP = 173;

struct Host {
  std::array<std::string, TSBS_TAGS.size()> tags;
  std::array<int64_t, TSBS_METRICS.size()> walks;  // hundredths
};

template <size_t SIZE>
const char *Pick(Random &random, const std::array<const char *, SIZE> &from) {
  return from[random.Below(SIZE)];
}

Host MakeHost(int number, Random &random) {
  constexpr std::array REGIONS = {"us-east-1",      "us-west-1",      "us-west-2",      "eu-west-1", "eu-central-1",
                                  "ap-southeast-1", "ap-southeast-2", "ap-northeast-1", "sa-east-1"};
  constexpr std::array ZONES = {"a", "b", "c"};
  constexpr std::array SYSTEMS = {"Ubuntu16.10", "Ubuntu16.04LTS", "Ubuntu15.10"};
  constexpr std::array ARCHITECTURES = {"x64", "x86"};
  constexpr std::array TEAMS = {"SF", "NYC", "LON", "CHI"};
  constexpr std::array ENVIRONMENTS = {"production", "staging", "test"};
  Host host;
  const std::string region = Pick(random, REGIONS);
  host.tags = {"host_" + std::to_string(number),
               region,
               region + Pick(random, ZONES),
               std::to_string(random.Below(100)),
               Pick(random, SYSTEMS),
               Pick(random, ARCHITECTURES),
               Pick(random, TEAMS),
               std::to_string(random.Below(20)),
               std::to_string(random.Below(2)),
               Pick(random, ENVIRONMENTS)};
  for (auto &walk : host.walks) walk = random.Between(0, MOST);
  return host;
}

void Step(Host &host, Random &random) {
  for (auto &walk : host.walks) {
    walk = std::clamp(walk + random.Between(-WIDEST_STEP, WIDEST_STEP), int64_t{0}, MOST);
  }
}

std::string CreateSql(const TsbsDataset &dataset) {
  std::string sql = "CREATE TABLE cpu (time INTEGER NOT NULL";
  for (const auto *tag : TSBS_TAGS) sql += std::string(", ") + tag + " TEXT";
  for (const auto *metric : TSBS_METRICS) sql += std::string(", ") + metric + " INTEGER";
  return sql + ")" + (dataset.strict ? " STRICT" : "");
}

std::string InsertSql() {
  std::string sql = "INSERT INTO cpu VALUES (?";
  for (size_t i = 0; i < TSBS_TAGS.size() + TSBS_METRICS.size(); i++) sql += ",?";
  return sql + ")";
}

TsbsShard WriteShard(const TsbsDataset &dataset, int number, const std::string &directory, std::vector<Host> &hosts,
                     Random &random) {
  TsbsShard shard;
  shard.path = (std::filesystem::path(directory) / ("cpu-" + std::to_string(number) + ".db")).string();
  shard.from = dataset.start + dataset.slice * number;
  shard.until = shard.from + dataset.slice;
  SqliteWriter file(shard.path);
  file.Execute(CreateSql(dataset));
  {
    SqliteWriter::Inserter insert(file, InsertSql());
    for (int64_t time = shard.from; time < shard.until; time += dataset.interval) {
      for (auto &host : hosts) {
        insert.Integer(time);
        for (const auto &tag : host.tags) insert.Text(tag);
        for (const auto walk : host.walks) insert.Integer(walk / HUNDREDTHS);
        insert.Insert();
        Step(host, random);
        shard.rows++;
      }
    }
  }
  file.Execute("CREATE INDEX cpu_hostname_time ON cpu (hostname, time)");
  file.Execute("CREATE INDEX cpu_time ON cpu (time)");
  file.Finish();
  return shard;
}

}  // namespace

std::vector<TsbsShard> WriteTsbsShards(const TsbsDataset &dataset, const std::string &directory) {
  const auto require = [](bool holds, const char *message) {
    if (!holds) throw FleetError(std::string("TSBS data: ") + message);
  };
  require(dataset.shards >= 1 && dataset.shards <= 100'000, "shards must be between 1 and 100000");
  require(dataset.hosts >= 1 && dataset.hosts <= 100'000, "hosts must be between 1 and 100000");
  require(dataset.interval >= 1 && dataset.slice >= 1 && dataset.slice % dataset.interval == 0,
          "the interval must divide the slice");
  std::error_code failed;
  std::filesystem::create_directories(directory, failed);
  if (failed) throw FleetError(directory + ": " + failed.message());

  Random random(Mix(dataset.seed));
  std::vector<Host> hosts;
  hosts.reserve(static_cast<size_t>(dataset.hosts));
  for (int i = 0; i < dataset.hosts; i++) hosts.push_back(MakeHost(i, random));
  std::vector<TsbsShard> shards;
  shards.reserve(static_cast<size_t>(dataset.shards));
  for (int i = 0; i < dataset.shards; i++) shards.push_back(WriteShard(dataset, i, directory, hosts, random));
  return shards;
}

}  // namespace shardite
