#include <gtest/gtest.h>

#include "base/error.hpp"
#include "fleet/fleet_reader.hpp"
#include "fleet/time_text.hpp"

namespace shardite {
namespace {

int64_t At(const std::string &text) {
  int64_t time = 0;
  EXPECT_TRUE(ParseTime(text, time)) << text;
  return time;
}

FleetSpec Read(const std::string &toml, const std::string &now = "2026-11-22T16:30:00Z") {
  return ParseFleetAt(toml, "dir/fleet.toml", At(now));
}

std::vector<std::string> Ids(const FleetSpec &fleet) {
  std::vector<std::string> ids;
  for (const ShardSpec &shard : fleet.shards) ids.push_back(shard.id);
  return ids;
}

constexpr const char *WHOLE = R"(
name = "otel"
overlap = true

[tables.otel_logs]
time = "Timestamp"
unit = "ns"
type = "timestamptz"
lateness = "10m"
columns = { Bounds = "double[]" }

[tables."order by"]

[[shards]]
id = "day"
url = "sqlite:otel.db"
from = 2026-11-20T00:00:00.000000001Z
until = "2026-11-21"

[[shards]]
url = "libsql://shard-7.example.com"
token = { env = "SHARD_TOKEN" }
replicas = ["libsql://shard-7b.example.com"]

[[shards]]
url = "rqlite+http://10.0.0.7:4001?level=none&freshness=1s"
user = "reader"
password = { file = "secret.txt" }

[server]
timeout = "30s"

[servers."10.0.0.7:4001"]
max_in_flight = 8
ca = "our-ca.pem"
)";

TEST(FleetFileTest, ReadsLookups) {
  const FleetSpec fleet = Read(
      "[tables.t]\ntime='a'\nlookup={table='Times',key='k',first='b',last='e',unit='s'}\n[tables.times]\n"
      "[[shards]]\nurl='sqlite:a'\n");
  ASSERT_TRUE(fleet.tables[0].lookup);
  const LookupSpec &lookup = *fleet.tables[0].lookup;
  EXPECT_EQ(lookup.table, "Times");
  EXPECT_EQ(lookup.key, "k");
  EXPECT_EQ(lookup.first, "b");
  EXPECT_EQ(lookup.last, "e");
  EXPECT_EQ(lookup.unit, TimeUnit::S);
  EXPECT_EQ(lookup.line, 3);
  EXPECT_FALSE(fleet.tables[1].lookup);
}

TEST(FleetFileTest, ReadsTopAndTables) {
  const FleetSpec fleet = Read(WHOLE);
  EXPECT_EQ(fleet.name, "otel");
  EXPECT_TRUE(fleet.overlap);
  ASSERT_EQ(fleet.tables.size(), 2u);
  const TableSpec &logs = fleet.tables[0];
  EXPECT_EQ(logs.name, "otel_logs");
  EXPECT_EQ(logs.time, "Timestamp");
  EXPECT_EQ(logs.unit, TimeUnit::NS);
  EXPECT_EQ(logs.type, TimeType::TIMESTAMPTZ);
  EXPECT_TRUE(logs.unit_given && logs.type_given);
  EXPECT_EQ(logs.lateness, 600'000'000'000);
  EXPECT_EQ(logs.columns.at("Bounds"), "double[]");
  EXPECT_EQ(fleet.tables[1].name, "order by");
  EXPECT_EQ(fleet.tables[1].time, "");
  EXPECT_EQ(fleet.servers.at("").timeout_ms, 30'000);
  EXPECT_EQ(fleet.servers.at("10.0.0.7:4001").max_in_flight, 8);
  EXPECT_EQ(fleet.servers.at("10.0.0.7:4001").ca, "dir/our-ca.pem");
}

TEST(FleetFileTest, ReadsShards) {
  const FleetSpec fleet = Read(WHOLE);
  EXPECT_EQ(Ids(fleet), (std::vector<std::string>{"day", "shard-7.example.com", "10.0.0.7:4001"}));
  EXPECT_EQ(fleet.shards[0].url.path, "dir/otel.db");
  EXPECT_EQ(fleet.shards[0].slice, (Slice{At("2026-11-20T00:00:00.000000001Z"), At("2026-11-21")}));
  EXPECT_EQ(fleet.shards[0].line, 14);
  EXPECT_TRUE(fleet.shards[1].url.tls);
  EXPECT_EQ(fleet.shards[1].token.environment, "SHARD_TOKEN");
  EXPECT_EQ(fleet.shards[1].replicas.at(0).host, "shard-7b.example.com");
  EXPECT_EQ(fleet.shards[2].user, "reader");
  EXPECT_EQ(fleet.shards[2].password.file, "dir/secret.txt");
  EXPECT_EQ(fleet.shards[2].url.settings.at("level"), "none");
  EXPECT_EQ(fleet.shards[2].url.settings.at("freshness"), "1s");
  EXPECT_FALSE(fleet.shards[2].clamp);
}

TEST(FleetFileTest, TypeFollowsUnitUnlessGiven) {
  const FleetSpec fleet = Read("[tables.a]\ntime='t'\nunit='ms'\n[tables.b]\ntime='t'\n[[shards]]\nurl='sqlite:x'");
  EXPECT_EQ(fleet.tables[0].type, TimeType::TIMESTAMP);
  EXPECT_FALSE(fleet.tables[0].type_given);
  EXPECT_FALSE(fleet.tables[1].unit_given);
  EXPECT_EQ(fleet.name, "fleet");  // the file's stem
}

TEST(FleetFileTest, TimesInEveryForm) {
  for (const char *from : {"2026-11-20T00:00:00Z", "2026-11-20", "2026-11-20T00:00:00", "2026-11-20T02:00:00+02:00",
                           "'2026-11-20T00:00:00Z'", "'2026-11-20'", "2026-11-19T22:30:00-01:30"}) {
    EXPECT_EQ(Read("[[shards]]\nurl='sqlite:x'\nfrom=" + std::string(from)).shards[0].slice.from, At("2026-11-20"))
        << from;
  }
}

TEST(FleetFileTest, SeriesWithPlaceholders) {
  const FleetSpec fleet = Read(
      "[[shards]]\nurl='sqlite:otel-{yyyy}-{MM}-{dd}.db'\nevery='1d'\nfrom=2026-01-30\nuntil=2026-02-02T12:00:00Z");
  EXPECT_EQ(Ids(fleet),
            (std::vector<std::string>{"otel-2026-01-30", "otel-2026-01-31", "otel-2026-02-01", "otel-2026-02-02"}));
  EXPECT_EQ(fleet.shards[2].url.path, "dir/otel-2026-02-01.db");
  EXPECT_EQ(fleet.shards[3].slice, (Slice{At("2026-02-02"), At("2026-02-02T12:00:00Z")}));
  EXPECT_FALSE(fleet.shards[0].clamp);
}

TEST(FleetFileTest, SeriesInOneDatabaseIsClamped) {
  const FleetSpec fleet =
      Read("[[shards]]\nurl='rqlite+http://10.0.0.7:4001'\nevery='12h'\nfrom=2026-01-01\nuntil=2026-01-02");
  EXPECT_EQ(Ids(fleet), (std::vector<std::string>{"10.0.0.7:4001/2026-01-01", "10.0.0.7:4001/2026-01-01T12:00"}));
  EXPECT_TRUE(fleet.shards[0].clamp && fleet.shards[1].clamp);
}

TEST(FleetFileTest, SeriesFinerThanItsPlaceholdersIsClamped) {
  const FleetSpec fleet =
      Read("[[shards]]\nurl='sqlite:{yyyy}-{MM}-{dd}.db'\nevery='12h'\nfrom=2026-01-01\nuntil=2026-01-02");
  EXPECT_EQ(Ids(fleet), (std::vector<std::string>{"2026-01-01/2026-01-01", "2026-01-01/2026-01-01T12:00"}));
  EXPECT_TRUE(fleet.shards[0].clamp && fleet.shards[1].clamp);
}

TEST(FleetFileTest, OpenSeriesEndsWithTheRunningSlice) {
  const FleetSpec fleet = Read("[[shards]]\nurl='sqlite:{yyyy}{MM}{dd}.db'\nevery='1d'\nfrom=2026-11-20");
  ASSERT_EQ(fleet.shards.size(), 3u);
  EXPECT_EQ(fleet.shards[1].slice, (Slice{At("2026-11-21"), At("2026-11-22")}));
  EXPECT_EQ(fleet.shards[2].slice, (Slice{At("2026-11-22"), Slice::OPEN_UNTIL}));
}

TEST(FleetFileTest, SeriesByMonths) {
  const FleetSpec fleet =
      Read("[[shards]]\nurl='libsql+http://h:1/dev/m{yyyy}{MM}'\nevery='1mo'\nfrom=2025-11-01\nuntil=2026-03-01");
  EXPECT_EQ(Ids(fleet), (std::vector<std::string>{"m202511", "m202512", "m202601", "m202602"}));
  EXPECT_EQ(fleet.shards[3].slice, (Slice{At("2026-02-01"), At("2026-03-01")}));
}

TEST(FleetFileTest, DerivedIdsBecomeUnique) {
  const FleetSpec fleet = Read("overlap=true\n[[shards]]\nurl='sqlite:a/x.db'\n[[shards]]\nurl='sqlite:b/x.db'");
  EXPECT_EQ(Ids(fleet), (std::vector<std::string>{"dir/a/x.db", "dir/b/x.db"}));
}

TEST(FleetFileTest, EntriesThatShareADatabaseAreClamped) {
  const FleetSpec fleet =
      Read("[[shards]]\nurl='sqlite:x.db'\nuntil=2026-01-01\n[[shards]]\nurl='sqlite:./x.db'\nfrom=2026-01-01");
  EXPECT_TRUE(fleet.shards[0].clamp && fleet.shards[1].clamp);
}

TEST(FleetFileTest, AHundredThousandShards) {
  const FleetSpec fleet =
      Read("[[shards]]\nurl='sqlite:{yyyy}{MM}{dd}{HH}.db'\nevery='1h'\nfrom=2010-01-01\nuntil=2021-06-01");
  EXPECT_EQ(fleet.shards.size(), 100'056u);
}

struct BadFile {
  const char *name, *toml, *message;
};
void PrintTo(const BadFile &bad, std::ostream *out) { *out << bad.name; }

class BadFleetFileTest : public testing::TestWithParam<BadFile> {};

TEST_P(BadFleetFileTest, SaysWhereAndWhat) {
  try {
    Read(GetParam().toml);
    FAIL() << "accepted";
  } catch (const FleetError &error) {
    EXPECT_EQ(error.what(), "dir/fleet.toml:" + std::string(GetParam().message));
  }
}

const BadFile BAD_FILES[] = {
    {"NoToml", "name = \n", "1: Error while parsing key-value pair: expected value, saw '\\n'"},
    {"UnknownTop", "name='x'\nshard=1\n", "2: unknown key \"shard\"; did you mean \"shards\"?"},
    {"UnknownInShard", "[[shards]]\nurl='sqlite:a'\nform=2026-01-01\n",
     "3: unknown key \"form\"; did you mean \"from\"?"},
    {"UnknownInTable", "[tables.t]\nzzzzz='x'\n",
     "2: unknown key \"zzzzz\"; known here: time unit type lateness columns lookup"},
    {"UnknownInServer", "[server]\ntimeouts='1s'\n[[shards]]\nurl='sqlite:a'\n",
     "2: unknown key \"timeouts\"; did you mean \"timeout\"?"},
    {"NameType", "name=5\n", "1: \"name\" must be a string, not an integer"},
    {"NameTaken", "name='temp'\n",
     "1: the fleet cannot be called \"temp\", a name of DuckDB's own: set another \"name\""},
    {"NameEmpty", "name=''\n", "1: \"name\" is empty"},
    {"OverlapType", "overlap='yes'\n", "1: \"overlap\" must be true or false, not a string"},
    {"NoShards", "name='x'\n", "1: the fleet has no shard: add a [[shards]] entry with its url"},
    {"ShardsTable", "[shards]\nurl='sqlite:a'\n", "1: \"shards\" must be an array of tables, written as [[shards]]"},
    {"ShardsOfNumbers", "shards=[1]\n", "1: \"shards\" must be an array of tables, written as [[shards]]"},
    {"NoUrl", "\n[[shards]]\nid='a'\n", "2: a shard needs a \"url\", such as \"sqlite:logs.db\""},
    {"BadUnit", "[tables.t]\ntime='a'\nunit='sec'\n",
     "3: \"unit\" is \"sec\" but must be one of ns, us, ms, s, iso8601"},
    {"BadType", "[tables.t]\ntime='a'\ntype='date'\n",
     "3: \"type\" is \"date\" but must be one of timestamp_ns, timestamp, timestamptz, bigint"},
    {"UnitWithoutTime", "[tables.t]\nunit='s'\n", "2: \"unit\" is about the time column: name it with \"time\""},
    {"TextAsNumber", "[tables.t]\ntime='a'\nunit='iso8601'\ntype='bigint'\n",
     "4: \"type\" cannot be bigint where \"unit\" is iso8601: text is no number"},
    {"LatenessNumber", "[tables.t]\ntime='a'\nlateness=10\n",
     "3: \"lateness\" must be a duration with its unit, such as \"30s\", not an integer"},
    {"LatenessText", "[tables.t]\ntime='a'\nlateness='soon'\n",
     "3: \"lateness\" is no duration: \"soon\"; write a whole number and a unit of ns us ms s m h d w, such as "
     "\"30s\""},
    {"LookupWithoutTime", "[tables.t]\nlookup={table='u',key='k',first='a',last='b'}\n[tables.u]\n",
     "2: \"lookup\" is about the time column: name it with \"time\""},
    {"LookupLacksKey", "[tables.t]\ntime='a'\nlookup={table='u',first='a',last='b'}\n[tables.u]\n",
     "3: \"lookup\" needs the key \"key\""},
    {"LookupUnknownKey", "[tables.t]\ntime='a'\nlookup={table='u',key='k',from='a',last='b'}\n[tables.u]\n",
     "3: unknown key \"from\"; known here: table key first last unit"},
    {"LookupBadUnit", "[tables.t]\ntime='a'\nlookup={table='u',key='k',first='a',last='b',unit='h'}\n[tables.u]\n",
     "3: \"unit\" is \"h\" but must be one of ns, us, ms, s, iso8601"},
    {"LookupInItself", "[tables.t]\ntime='a'\nlookup={table='T',key='k',first='a',last='b'}\n",
     "3: \"lookup\" names the table \"t\" itself"},
    {"LookupElsewhere", "[tables.t]\ntime='a'\nlookup={table='us',key='k',first='a',last='b'}\n",
     "3: \"lookup\" names the table \"us\", which is not among the file's tables: add a section for it"},
    {"LookupMistyped", "[tables.t]\ntime='a'\nlookup={table='timse',key='k',first='a',last='b'}\n[tables.times]\n",
     "3: \"lookup\" names the table \"timse\", which is not among the file's tables; did you mean \"times\"?"},
    {"SameTableTwice", "[tables.t]\n[tables.T]\n", "2: tables \"t\" and \"T\" are the same to SQLite"},
    {"ColumnType", "[tables.t]\ncolumns={a=1}\n", "2: \"a\" must be a string, not an integer"},
    {"FromType", "[[shards]]\nurl='sqlite:a'\nfrom=5\n",
     "3: \"from\" must be a time such as 2026-11-20T00:00:00Z, not an integer"},
    {"FromText", "[[shards]]\nurl='sqlite:a'\nfrom='yesterday'\n",
     "3: \"from\" is no time between the years 1678 and 2261: \"yesterday\"; write it like 2026-11-20T00:00:00Z"},
    {"FromFarAway", "[[shards]]\nurl='sqlite:a'\nfrom=3026-01-01\n",
     "3: \"from\" is no time between the years 1678 and 2261: \"3026-01-01\"; write it like 2026-11-20T00:00:00Z"},
    {"BadRange", "[[shards]]\nurl='sqlite:a'\nfrom=2026-01-02\nuntil=2026-01-02\n",
     "4: \"until\" (2026-01-02T00:00:00Z) must be after \"from\" (2026-01-02T00:00:00Z)"},
    {"DuplicateId", "overlap=true\n[[shards]]\nid='a'\nurl='sqlite:a'\n[[shards]]\nid='a'\nurl='sqlite:b'\n",
     "5: duplicate id \"a\", also of the shard at line 2: give each its own \"id\""},
    {"SameFileTwice", "overlap=true\n[[shards]]\nid='x'\nurl='sqlite:a'\n[[shards]]\nid='y'\nurl='sqlite:a'\n",
     "5: shards \"x\" (line 2, ..) and \"y\" (line 5, ..) lie in the same database and overlap: their rows would count "
     "twice"},
    {"Overlap",
     "[[shards]]\nurl='sqlite:a'\nfrom=2026-01-01\nuntil=2026-01-03\n[[shards]]\nurl='sqlite:b'\nfrom=2026-01-02\n",
     "5: shards \"a\" (line 1, 2026-01-01T00:00:00Z..2026-01-03T00:00:00Z) and \"b\" (line 5, "
     "2026-01-02T00:00:00Z..) overlap: correct \"from\" and \"until\", or declare overlap = true at the top"},
    {"TokenLiteral", "[[shards]]\nurl='libsql://h'\ntoken='abc123'\n",
     "3: \"token\" must not stand in the file: put it in the environment: token = { env = \"SHARD_SECRET\" }, or in a "
     "file: token = { file = \"..\" }"},
    {"TokenEmpty", "[[shards]]\nurl='libsql://h'\ntoken={}\n",
     "3: \"token\" needs one of env and file: token = { env = \"..\" }"},
    {"TokenForFile", "[[shards]]\nurl='sqlite:a'\ntoken={env='X'}\n", "3: \"token\" is for libsql shards"},
    {"TokenForRqlite", "[[shards]]\nurl='rqlite://a'\ntoken={env='X'}\n",
     "3: \"token\" is for libsql shards; rqlite takes user and password"},
    {"UserForLibsql", "[[shards]]\nurl='libsql://h'\nuser='u'\n",
     "3: \"user\" is for rqlite shards; libsql takes a token"},
    {"PasswordAlone", "[[shards]]\nurl='rqlite://h'\npassword={env='X'}\n", "3: \"password\" needs a \"user\""},
    {"SecretInUrl", "[[shards]]\nurl='libsql://me:secret@h'\n",
     "2: \"url\": a url must hold no user or password: use user = \"..\" and password = { env = \"..\" }"},
    {"BadReplica", "[[shards]]\nurl='libsql://h'\nreplicas=['x']\n",
     "3: \"replicas\": \"x\" is no shard url: a file is written as \"sqlite:x\", a server as libsql://host or "
     "rqlite://host"},
    {"ReplicasType", "[[shards]]\nurl='libsql://h'\nreplicas='x'\n",
     "3: \"replicas\" must be an array of strings, not a string"},
    {"PlaceholderAlone", "[[shards]]\nurl='sqlite:{yyyy}.db'\n",
     "2: \"url\" has a placeholder: it needs \"every\" and \"from\""},
    {"PlaceholderUnknown", "[[shards]]\nurl='sqlite:{year}.db'\nevery='1d'\nfrom=2026-01-01\n",
     "2: \"url\": unknown placeholder \"{year}\": there are {yyyy} {MM} {dd} {HH} {mm}"},
    {"EveryBad", "[[shards]]\nurl='sqlite:a'\nevery='daily'\nfrom=2026-01-01\n",
     "3: \"every\" is no period: \"daily\"; write a whole number and a unit of s m h d w mo y, such as \"1d\""},
    {"EveryWithoutFrom", "[[shards]]\nurl='sqlite:a'\nevery='1d'\n", "3: a series (\"every\") needs \"from\""},
    {"EveryTooFine", "[[shards]]\nurl='sqlite:a'\nevery='1s'\nfrom=2026-01-01\n",
     "3: \"every\": the series gives more than a million shards: is \"every\" right?"},
    {"SeriesInFuture", "[[shards]]\nurl='sqlite:a'\nevery='1d'\nfrom=2030-01-01\n",
     "3: \"every\": the series begins in the future (2030-01-01T00:00:00Z) and has no end: it has no shard"},
    {"MonthFrom31st", "[[shards]]\nurl='sqlite:a'\nevery='1mo'\nfrom=2026-01-31\n",
     "4: \"from\" of a series by months must lie on one of the days 1 to 28"},
    {"ServerUnknown", "[[shards]]\nurl='libsql://h:1'\n[servers.'g:1']\n",
     "3: no shard lies on the server \"g:1\" (write host:port as in the urls; [server] is for all)"},
    {"ServerInFlight", "[server]\nmax_in_flight=0\n[[shards]]\nurl='sqlite:a'\n",
     "2: \"max_in_flight\" must be from 1 to 1024"},
    {"ServerTimeout", "[server]\ntimeout='1ns'\n[[shards]]\nurl='sqlite:a'\n", "2: \"timeout\" must be at least 1ms"},
};

INSTANTIATE_TEST_SUITE_P(Every, BadFleetFileTest, testing::ValuesIn(BAD_FILES),
                         [](const auto &each) { return std::string(each.param.name); });

}  // namespace
}  // namespace shardite
