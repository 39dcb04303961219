#include <gtest/gtest.h>

#include "base/error.hpp"
#include "fleet/fleet_reader.hpp"

namespace shardite {
namespace {

TEST(ShardUrlTest, Files) {
  EXPECT_EQ(ParseShardUrl("sqlite:a.db", "dir").path, "dir/a.db");
  EXPECT_EQ(ParseShardUrl("sqlite:a.db", "").path, "a.db");
  EXPECT_EQ(ParseShardUrl("sqlite:/x/a b?.db", "dir").path, "/x/a b?.db");
  EXPECT_EQ(ParseShardUrl("sqlite:../a@b.db", "dir/sub").path, "dir/a@b.db");
}

TEST(ShardUrlTest, Servers) {
  const ShardUrl libsql = ParseShardUrl("libsql+http://127.0.0.1:8080/dev/Logs-1", "");
  EXPECT_EQ(libsql.scheme, "libsql+http");
  EXPECT_EQ(libsql.host, "127.0.0.1");
  EXPECT_EQ(libsql.port, 8080);
  EXPECT_EQ(libsql.name_space, "Logs-1");
  EXPECT_FALSE(libsql.tls);
  const ShardUrl tls = ParseShardUrl("libsql://Shard.Example.com/", "");
  EXPECT_TRUE(tls.tls);
  EXPECT_EQ(tls.host, "shard.example.com");
  EXPECT_EQ(tls.port, 0);
  const ShardUrl six = ParseShardUrl("rqlite://[::1]:4001?level=weak", "");
  EXPECT_EQ(six.host, "[::1]");
  EXPECT_EQ(six.port, 4001);
  EXPECT_EQ(six.settings.at("level"), "weak");
  EXPECT_EQ(ParseShardUrl("fake://a/x?delay=1%20s", "").settings.at("delay"), "1 s");
}

TEST(ShardUrlTest, NamesAndDatabases) {
  EXPECT_EQ(ShortName(ParseShardUrl("sqlite:/x/otel-01.db", "")), "otel-01");
  EXPECT_EQ(ShortName(ParseShardUrl("libsql+http://h:1/dev/ns", "")), "ns");
  EXPECT_EQ(ShortName(ParseShardUrl("rqlite://h", "")), "h");
  EXPECT_EQ(DatabaseOf(ParseShardUrl("sqlite:./a.db", "x")), DatabaseOf(ParseShardUrl("sqlite:x/a.db", "")));
  EXPECT_NE(DatabaseOf(ParseShardUrl("libsql+http://h:1/dev/a", "")),
            DatabaseOf(ParseShardUrl("libsql+http://h:1/dev/b", "")));
}

TEST(ShardUrlTest, RefusesWhatIsNoUrl) {
  for (const char *text : {"",
                           "a.db",
                           "sqlite:",
                           "sqlite::memory:",
                           "libsql:h",
                           "libsql://",
                           "libsql://:80",
                           "libsql://h:0",
                           "libsql://h:99999",
                           "libsql://h:x",
                           "libsql://h/db",
                           "libsql://h/dev/",
                           "libsql://h/dev/a/b",
                           "rqlite://h/db",
                           "http://h",
                           "https://h",
                           "file:a.db",
                           "ws://h",
                           "libsql://h#x",
                           "rqlite://h?level=sometimes",
                           "rqlite://h?lvl=weak",
                           "rqlite://h?level",
                           "rqlite://h?level=weak&level=none",
                           "libsql://h?tls=0",
                           "libsql://[::1",
                           "libsql://[::1]x",
                           "libsql://a b",
                           "UPPER://h"}) {
    EXPECT_THROW(ParseShardUrl(text, ""), FleetError) << text;
  }
}

TEST(ShardUrlTest, NeverRepeatsASecret) {
  for (const char *text : {"libsql://u:hunter2@h", "libsql://hunter2@h/dev/x", "u:hunter2@h", "https://u:hunter2@h",
                           "libsql://h?authToken=hunter2", "rqlite://h?password=hunter2", "http://h?token=hunter2",
                           "libsql://h/bad?jwt=hunter2", "libsql:u:hunter2@h", "libsql://u:a/hunter2@h"}) {
    try {
      ParseShardUrl(text, "");
      ADD_FAILURE() << "accepted " << text;
    } catch (const FleetError &error) {
      EXPECT_EQ(std::string(error.what()).find("hunter2"), std::string::npos) << error.what();
    }
  }
}

}  // namespace
}  // namespace shardite
