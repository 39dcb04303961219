// The drivers against real servers: the same values, errors and profiles as on the wire.
#include <future>
#include <thread>

#include "remote/introspect.hpp"
#include "test/support/fake_http.hpp"
#include "test/support/servers.hpp"
#include "test/unit/remote/remote_test_support.hpp"

namespace shardite::test {
namespace {

// A throwaway key made for this test, and a read-only token signed with it.
constexpr const char *JWT_KEY = "6XAO55tTDxPgh6RUfMi130n1WZDJk13jqI_hZZMA6d4";
constexpr const char *READ_ONLY_TOKEN =
    "eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCJ9.eyJhIjoicm8ifQ.1mCen_tH5ZqCdkPWuJ0nhUI-N8_"
    "jMT5UDLTwe2XD6tSWTVLSgtYbHJl918Qx8wQWBlpits79OMmNctewY5kwCQ";

// One sqld and one rqlite node for all tests of this file, with the same two files.
class ServersTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    directory_ = std::make_unique<ServerDirectory>();
    file_ = directory_->Path() + "/v.db";
    WriteDatabase(file_, DIFFICULT_VALUES);
    WriteDatabase(file_,
                  "CREATE TABLE logs (ts INTEGER, body TEXT); CREATE INDEX by_ts ON logs (ts); "
                  "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 999) "
                  "INSERT INTO logs SELECT 1760000000000000000 + i, 'body ' || i FROM n");
    sqld_ = std::make_unique<SqldServer>();
    sqld_->LoadSqliteFile("values", file_);
    rqlite_ = std::make_unique<RqliteNode>();
    rqlite_->LoadSqliteFile(file_);
    clients_ = {ClientAt("sqlite:" + file_), ClientAt(sqld_->Url("values")), ClientAt(rqlite_->Url())};
  }
  static void TearDownTestSuite() {
    clients_.clear();
    sqld_.reset();
    rqlite_.reset();
    directory_.reset();
  }
  static ShardClient &Sqld() { return *clients_[1]; }
  static ShardClient &Rqlite() { return *clients_[2]; }
  // The error's class when sqld and rqlite agree on it.
  static ErrorClass ClassOnServers(const std::string &sql) {
    const auto sqld = Ask(Sqld(), sql), rqlite = Ask(Rqlite(), sql);
    EXPECT_FALSE(sqld.Ok()) << sql;
    EXPECT_FALSE(rqlite.Ok()) << sql;
    if (sqld.Ok() || rqlite.Ok()) return ErrorClass::SESSION;
    EXPECT_EQ(sqld.Error().error_class, rqlite.Error().error_class)
        << sqld.Error().message << "; " << rqlite.Error().message;
    return sqld.Error().error_class;
  }

  static std::unique_ptr<ServerDirectory> directory_;
  static std::string file_;
  static std::unique_ptr<SqldServer> sqld_;
  static std::unique_ptr<RqliteNode> rqlite_;
  static std::vector<std::shared_ptr<ShardClient>> clients_;  // file, sqld, rqlite
};
std::unique_ptr<ServerDirectory> ServersTest::directory_;
std::string ServersTest::file_;
std::unique_ptr<SqldServer> ServersTest::sqld_;
std::unique_ptr<RqliteNode> ServersTest::rqlite_;
std::vector<std::shared_ptr<ShardClient>> ServersTest::clients_;

TEST_F(ServersTest, LoadedFilesAreTheSameByteForByte) {
  const char *sql =
      "SELECT group_concat(id || typeof(value) || hex(value) || quote(value)) FROM v WHERE id <> 6";  // quote() of
                                                                                                      // DBL_MAX differs
                                                                                                      // by version
  const std::string expected = PageText(Ask(*clients_[0], sql));
  EXPECT_EQ(PageText(Ask(Sqld(), sql)), expected);
  EXPECT_EQ(PageText(Ask(Rqlite(), sql)), expected);
  const char *schema =
      "SELECT group_concat(sql, ';') FROM sqlite_schema WHERE name IN ('v', 'by_value', 'logs', 'by_ts')";
  EXPECT_EQ(PageText(Ask(Sqld(), schema)), PageText(Ask(*clients_[0], schema)));
  EXPECT_EQ(PageText(Ask(Rqlite(), schema)), PageText(Ask(*clients_[0], schema)));
}

TEST_F(ServersTest, SqldValuesComeBackExactly) {
  const std::string nul("'a\0b'", 5);
  EXPECT_EQ(PageText(Ask(Sqld(), "SELECT value FROM v ORDER BY id")),
            DIFFICULT_VALUES_TEXT + nul + " | 'quote \" back \\ slash' | x'' | x'00ff'");
}

TEST_F(ServersTest, RqliteValuesComeBackExactly) {
  const std::string nul("'a\0b'", 5);
  // rqlite's JSON has no type for 2.0, 1e22 and -0.0 in a column whose first value is an integer; packed pages quote.
  EXPECT_EQ(PageText(Ask(Rqlite(), "SELECT value FROM v WHERE typeof(value) IN ('integer', 'text') ORDER BY id")),
            "9007199254740993 | 9223372036854775807 | -9223372036854775808 | '' | '\xC3\xA9 \xF0\x9F\x98\x80' | " +
                nul + " | 'quote \" back \\ slash'");
  EXPECT_EQ(PageText(Ask(Rqlite(), "SELECT value FROM v WHERE typeof(value) = 'real' ORDER BY id")),
            "0.10000000000000001r | 4.9406564584124654e-324r | 1.7976931348623157e+308r | -0r | 1e+22r | 2r");
  EXPECT_EQ(PageText(Ask(Rqlite(), "SELECT group_concat(quote(value)) FROM v WHERE typeof(value) = 'blob'")),
            "'X'',X'00FF''");
}

TEST_F(ServersTest, WhatAServerCannotEncodeIsSaid) {
  EXPECT_EQ(ClassOnServers("SELECT CAST(x'ff41' AS TEXT)"), ErrorClass::ENCODING);
  EXPECT_EQ(ClassOnServers("SELECT 9e999"), ErrorClass::ENCODING);
  EXPECT_EQ(Ask(Rqlite(), "SELECT x'00ff'").Error().error_class, ErrorClass::ENCODING);
  // The replacement character itself and its escape as text are no replaced bytes.
  EXPECT_EQ(PageText(Ask(Rqlite(), "SELECT '\xEF\xBF\xBD', '\\ufffd', json_group_array('\\ufffd')")),
            "'\xEF\xBF\xBD', '\\ufffd', '[\"\\\\ufffd\"]'");
}

TEST_F(ServersTest, ErrorsAreSortedByWhatToDo) {
  EXPECT_EQ(ClassOnServers("SELECT nope(1)"), ErrorClass::CAPABILITY);
  EXPECT_EQ(ClassOnServers("SELECT abs(1, 2, 3)"), ErrorClass::CAPABILITY);
  EXPECT_EQ(ClassOnServers("SELEC"), ErrorClass::CAPABILITY);
  EXPECT_EQ(ClassOnServers("SELECT 'open"), ErrorClass::CAPABILITY);
  EXPECT_EQ(ClassOnServers("SELECT * FROM nope"), ErrorClass::SCHEMA);
  EXPECT_EQ(ClassOnServers("SELECT v.nope FROM v"), ErrorClass::SCHEMA);
  EXPECT_EQ(ClassOnServers("SELECT abs(-9223372036854775807 - 1)"), ErrorClass::SUM_OVERFLOW);
  EXPECT_EQ(ClassOnServers("SELECT sum(9223372036854775807) FROM logs"), ErrorClass::SUM_OVERFLOW);
  EXPECT_EQ(ClassOnServers("SELECT zeroblob(2000000000)"), ErrorClass::TOO_LARGE);
  const auto large = Ask(Sqld(),
                         "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30) "
                         "SELECT hex(zeroblob(500000)) FROM n");
  EXPECT_EQ(large.Error().error_class, ErrorClass::TOO_LARGE);
  const auto broken = Ask(Sqld(), "SELECT '\xff'");
  EXPECT_EQ(broken.Error().error_class, ErrorClass::CAPABILITY);
}

TEST_F(ServersTest, RqliteDatesAndBooleansAreRefusedUnlessSelectedAsExpressions) {
  RqliteNode node;
  const std::string path = directory_->Path() + "/typed.db";
  WriteDatabase(path,
                "CREATE TABLE t (b BOOLEAN, d DATETIME, r REAL, x BLOB); INSERT INTO t VALUES (7, 'noon', 2, x'ff')");
  node.LoadSqliteFile(path);
  const auto client = ClientAt(node.Url());
  for (const char *column : {"b", "d", "x"}) {
    const auto page = Ask(*client, std::string("SELECT ") + column + " FROM t");
    ASSERT_FALSE(page.Ok()) << column;
    EXPECT_EQ(page.Error().error_class, ErrorClass::DATA) << page.Error().message;
  }
  EXPECT_EQ(PageText(Ask(*client, "SELECT +b, +d, r, hex(x) FROM t")), "7, 'noon', 2r, 'FF'");
}

TEST_F(ServersTest, AWrongNamespaceAndAServerOfAnotherKind) {
  const auto missing = Ask(*ClientAt(sqld_->Url("nowhere")), "SELECT 1");
  EXPECT_EQ(missing.Error().error_class, ErrorClass::CONFIG);
  EXPECT_NE(missing.Error().message.find("nowhere"), std::string::npos) << missing.Error().message;
  const auto not_sqld = Ask(*ClientAt("libsql+http://" + rqlite_->Server()), "SELECT 1");
  EXPECT_NE(not_sqld.Error().message.find("no sqld server"), std::string::npos) << not_sqld.Error().message;
  const auto not_rqlite = Ask(*ClientAt("rqlite+http://" + sqld_->Server()), "SELECT 1");
  EXPECT_NE(not_rqlite.Error().message.find("no rqlite server"), std::string::npos) << not_rqlite.Error().message;
  const auto no_tls = Ask(*ClientAt("libsql://" + sqld_->Server()), "SELECT 1");
  EXPECT_EQ(no_tls.Error().error_class, ErrorClass::CONFIG);
  EXPECT_NE(no_tls.Error().message.find("TLS"), std::string::npos) << no_tls.Error().message;
}

TEST_F(ServersTest, ScatterOnlyReads) {
  for (ShardClient *client : {&Sqld(), &Rqlite()}) {
    for (const char *sql : {"INSERT INTO v VALUES (99, 1)", "WITH a AS (SELECT 1) INSERT INTO v SELECT 99, 1 FROM a",
                            "ATTACH '/tmp/shardite-no.db' AS other", "PRAGMA query_only = 0", "SELECT 1; SELECT 2"}) {
      EXPECT_FALSE(Ask(*client, sql, StatementKind::SCATTER).Ok()) << sql;
    }
    EXPECT_EQ(PageText(Ask(*client, "SELECT count(*) FROM v WHERE id = 99", StatementKind::SCATTER)), "0");
  }
}

constexpr const char *ENDLESS =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

TEST_F(ServersTest, ALongQueryEndsAtItsDeadlineAndWhenCancelled) {
  for (ShardClient *client : {&Sqld(), &Rqlite()}) {
    const auto begin = Clock::now();
    EXPECT_EQ(Ask(*client, ENDLESS, StatementKind::PAGE, std::chrono::milliseconds(200)).Error().error_class,
              ErrorClass::DEADLINE);
    CallOptions options = Within(std::chrono::seconds(2));
    std::thread canceller([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      options.cancel.Cancel();
    });
    EXPECT_EQ(SendAndWait(*client, {ENDLESS, StatementKind::PAGE}, options).Error().error_class, ErrorClass::CANCELLED);
    canceller.join();
    EXPECT_LT(Clock::now() - begin, std::chrono::milliseconds(1500));
    EXPECT_EQ(PageText(Ask(*client, "SELECT 1")), "1") << "the server answers as before";
  }
}

TEST_F(ServersTest, ProfilesAreAskedOnce) {
  const auto file = ProbeServer(*clients_[0], CallOptions());
  ASSERT_TRUE(file.Ok());
  EXPECT_EQ(file->sqlite_version, sqlite3_libversion());
  for (ShardClient *client : {&Sqld(), &Rqlite()}) {
    const auto profile = ProbeServer(*client, CallOptions());
    ASSERT_TRUE(profile.Ok()) << profile.Error().ToString();
    EXPECT_EQ(profile->sqlite_version, "3.45.1");
    EXPECT_TRUE(profile->HasFunction("json_group_array"));
    EXPECT_TRUE(profile->HasFunction("QUOTE"));
    EXPECT_FALSE(profile->HasFunction("pow"));
    EXPECT_FALSE(profile->has_math_functions);
    EXPECT_TRUE(ProbeServer(*client, Within(std::chrono::milliseconds(0))).Ok()) << "kept, not asked again";
  }
}

TEST_F(ServersTest, ShardsAreIntrospectedTogether) {
  auto clients = clients_;
  clients.push_back(ClientAt("libsql+http://127.0.0.1:" + std::to_string(FreePort())));
  const auto schemas = IntrospectShards(clients, {}, CallOptions());
  ASSERT_EQ(schemas.size(), 4u);
  ASSERT_TRUE(schemas[3].error);
  EXPECT_EQ(schemas[3].error->error_class, ErrorClass::TRANSPORT);
  for (size_t shard = 0; shard < 3; shard++) {
    ASSERT_FALSE(schemas[shard].error) << schemas[shard].error->ToString();
    ASSERT_EQ(schemas[shard].tables.size(), 2u);
    for (const ShardTable &table : schemas[shard].tables) {
      if (table.name != "logs") continue;
      EXPECT_EQ(table.columns.size(), 2u);
      EXPECT_EQ(table.min_rowid, 1);
      EXPECT_EQ(table.max_rowid, 1000);
      EXPECT_TRUE(table.time_measured);
      EXPECT_EQ(table.max_time, 1760000000000000999);
    }
  }
}

// Two shards of a series: the same database under two names.
TEST(Introspection, ADatabaseIsAskedOnce) {
  FakeHttpServer server({FakeReply::Status(404)});
  const auto registry = DefaultDrivers();
  std::vector<std::shared_ptr<ShardClient>> clients;
  for (const char *id : {"day-1", "day-2"}) {
    clients.push_back(registry->Connect(ShardAt("rqlite+http://" + server.Server(), id), {}));
  }
  const auto schemas = IntrospectShards(clients, {}, CallOptions());
  EXPECT_EQ(server.Requests().size(), 1u);
  EXPECT_EQ(schemas.at(0).error.value().shard, "day-1");
  EXPECT_EQ(schemas.at(1).error.value().shard, "day-2");
}

TEST_F(ServersTest, LargePagesArriveWhole) {
  const char *sql =
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) "
      "SELECT json_group_array(i), group_concat(quote(i * 0.5)), count(*) FROM n";
  const std::string expected = PageText(Ask(*clients_[0], sql));
  ASSERT_GT(expected.size(), 2'000'000u);
  EXPECT_TRUE(PageText(Ask(Sqld(), sql)) == expected);
  EXPECT_TRUE(PageText(Ask(Rqlite(), sql)) == expected);
}

TEST(Credentials, SqldWantsItsToken) {
  SqldServer::Options options;
  options.jwt_key = JWT_KEY;
  SqldServer server(options);
  server.CreateNamespace("guarded");
  ShardSpec shard = ShardAt(server.Url("guarded"));
  EXPECT_NE(PageText(Ask(*DefaultDrivers()->Connect(shard, {}), "SELECT 1")).find("the token was refused"),
            std::string::npos);
  setenv("SHARDITE_TEST_JWT", READ_ONLY_TOKEN, 1);
  shard.token.environment = "SHARDITE_TEST_JWT";
  const auto client = DefaultDrivers()->Connect(shard, {});
  EXPECT_EQ(PageText(Ask(*client, "SELECT 1")), "1");
  EXPECT_FALSE(Ask(*client, "CREATE TABLE t (a)").Ok()) << "the token is read-only";
  unsetenv("SHARDITE_TEST_JWT");
  EXPECT_THROW(DefaultDrivers()->Connect(shard, {}), FleetError);
}

TEST(Credentials, RqliteWantsItsPassword) {
  RqliteNode::Options options;
  options.user = "reader";
  options.password = "not-a-real-password";
  RqliteNode node(options);
  ShardSpec shard = ShardAt(node.Url());
  const std::string refused = PageText(Ask(*DefaultDrivers()->Connect(shard, {}), "SELECT 1"));
  EXPECT_NE(refused.find("the user name or password was refused"), std::string::npos) << refused;
  setenv("SHARDITE_TEST_PASSWORD", "not-a-real-password", 1);
  shard.user = "reader";
  shard.password.environment = "SHARDITE_TEST_PASSWORD";
  EXPECT_EQ(PageText(Ask(*DefaultDrivers()->Connect(shard, {}), "SELECT 1")), "1");
}

TEST(Servers, AMissingProgramIsAnError) {
  EXPECT_THROW(ServerProcess("/nonexistent/sqld", {}, "/dev/null"), std::runtime_error);
}

}  // namespace
}  // namespace shardite::test
