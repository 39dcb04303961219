// Bad input of every kind ends in one line on stderr that says where it is (file and line, or shard and server), exit
// code 1, and nothing on stdout.

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "test/support/fake_http.hpp"
#include "test/unit/cli/program.hpp"
#include "test/unit/remote/scratch_databases.hpp"

namespace shardite::test {
namespace {

class BadInput : public ::testing::Test {
 protected:
  BadInput() : files_("bad-input") {
    files_.Run("good.db", "CREATE TABLE logs (ts INTEGER, x TEXT); INSERT INTO logs VALUES (1767225600, 'a')");
  }

  std::string Path(const std::string &name) const { return files_.Path(name); }
  void Write(const std::string &name, const std::string &content) const {
    std::ofstream(Path(name), std::ios::binary) << content;
  }

  /// What `shardite query` says of a fleet, without "shardite: " and with the directory left out.
  std::string Complaint(const std::string &fleet, const std::string &sql = "SELECT count(*) FROM logs") const {
    const auto run = RunShardite({"query", fleet, sql, "--format", "csv"});
    EXPECT_EQ(run.code, 1) << run.err;
    EXPECT_EQ(run.out, "");
    EXPECT_TRUE(run.err.starts_with("shardite: ") && run.err.ends_with("\n")) << run.err;
    EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1) << run.err;
    std::string line = run.err.substr(0, run.err.find('\n'));
    line.erase(0, std::string("shardite: ").size());
    const auto directory = Path("");
    for (size_t at = line.find(directory); at != std::string::npos; at = line.find(directory)) {
      line.erase(at, directory.size());
    }
    return line;
  }
  /// Of a fleet file; lines 1 to 3 name the table.
  std::string OfFile(const std::string &shards) const {
    Write("fleet.toml", "[tables.logs]\ntime = \"ts\"\nunit = \"s\"\n" + shards);
    return Complaint(Path("fleet.toml"));
  }
  std::string OfUrl(const std::string &url) const { return OfFile("[[shards]]\nid = \"a\"\nurl = \"" + url + "\"\n"); }
  void Expect(const std::string &complaint, const std::string &beginning) const {
    EXPECT_TRUE(complaint.starts_with(beginning)) << complaint << "\n" << beginning;
  }

  ScratchDatabases files_;
};

TEST_F(BadInput, FleetFilesNameFileAndLine) {
  const std::string good = "[[shards]]\nurl = \"sqlite:good.db\"\n";
  Expect(OfFile(good + "form = 2026-01-01\n"), "fleet.toml:6: unknown key \"form\"; did you mean \"from\"?");
  Expect(OfFile(good + "id = 7\n"), "fleet.toml:6: \"id\" must be a string, not an integer");
  Expect(OfFile(good + "from = 2026-01-02\nuntil = 2026-01-01\n"),
         "fleet.toml:7: \"until\" (2026-01-01T00:00:00Z) must");
  Expect(OfFile(good + "id = \"a\"\nuntil = 2026-01-01\n" + good + "id = \"a\"\nfrom = 2026-01-01\n"),
         "fleet.toml:8: duplicate id \"a\", also of the shard at line 4");
  Expect(OfFile("[[shards]\n"), "fleet.toml:4: ");
  Expect(OfFile(good + "token = \"hunter2\"\n"), "fleet.toml:6: \"token\" must not stand in the file");
  Expect(OfFile("[server]\nmax_in_flight = 0\n" + good), "fleet.toml:5: \"max_in_flight\" must be from 1 to 1024");
  Expect(OfFile(""), "fleet.toml:1: the fleet has no shard");
}

TEST_F(BadInput, FilesThatAreNoDatabaseNameTheirShard) {
  files_.Run("whole.db",
             "CREATE TABLE logs (ts INTEGER, x TEXT); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i "
             "+ 1 FROM n WHERE i < 2000) INSERT INTO logs SELECT i, printf('%100d', i) FROM n");
  std::ifstream whole(Path("whole.db"), std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(whole), {}};
  Write("text.db", "this is only text, and long enough to be read as a header, or so one might think; not so.");
  Write("cut.db", bytes.substr(0, bytes.size() / 2));
  Write("empty.db", "");
  std::filesystem::create_directory(Path("folder.db"));
  Expect(OfUrl("sqlite:missing.db"), "shard \"a\" (missing.db), schema: configuration: no such file");
  Expect(OfUrl("sqlite:text.db"),
         "shard \"a\" (text.db), schema: configuration: this is no SQLite database, or an encr");
  Expect(OfUrl("sqlite:cut.db"), "shard \"a\" (cut.db), schema: configuration: the database is damaged or cut off");
  Expect(OfUrl("sqlite:empty.db"), "shard \"a\" (empty.db), schema: configuration: the file is empty");
  Expect(OfUrl("sqlite:folder.db"), "shard \"a\" (folder.db), schema: configuration: this is a directory");
  Expect(Complaint(Path("no*.db")), "no file matches \"no*.db\"");
  Expect(Complaint(Path("no.toml")), "no.toml: no such file");
}

TEST_F(BadInput, APipeIsNoFleetFile) {
  ASSERT_EQ(mkfifo(Path("pipe.toml").c_str(), 0600), 0);
  Expect(Complaint(Path("pipe.toml")), "pipe.toml: is not a regular file");
}

TEST_F(BadInput, NamesThatLookLikeSomethingElse) {
  for (const std::string name : {"a[1].db", "{b,c}.db", "d*.db", "file:e.db", "f%20?mode=x#g.db"}) {
    files_.Run(name.starts_with("file:") ? "./" + name : name, "CREATE TABLE logs (ts INTEGER)");
    const auto run = RunShardite({"query", Path(name), "SELECT count(*) AS n FROM logs", "--format", "csv"});
    EXPECT_EQ(run.out, "n\n0\n") << name << ": " << run.err;
  }
}

TEST_F(BadInput, ColumnsShownAsJsonPrintAsJson) {
  files_.Run(
      "json.db",
      "CREATE TABLE t (i INTEGER, j TEXT); INSERT INTO t VALUES (1, '{\"a\":' || char(10) || '1}'), (2, 'no \"json\"'),"
      "(3, '')");
  Write("json.toml", "[tables.t]\ncolumns = { j = \"JSON\" }\n[[shards]]\nurl = \"sqlite:json.db\"\n");
  const auto run =
      RunShardite({"query", Path("json.toml"), "SELECT j, [j] AS l FROM t ORDER BY i", "--format", "ndjson"});
  EXPECT_EQ(run.out, R"({"j":{"a": 1},"l":[{"a": 1}]}
{"j":"no \"json\"","l":["no \"json\""]}
{"j":"","l":[""]}
)");
}

TEST_F(BadInput, TablesThatDoNotFitNameTheirShards) {
  files_.Run("timeless.db", "CREATE TABLE logs (x TEXT)");
  files_.Run("other.db", "CREATE TABLE logs (ts INTEGER, x INTEGER); INSERT INTO logs VALUES (1767312000, 7)");
  Expect(OfUrl("sqlite:timeless.db"), "table \"logs\": shard \"a\" has no time column \"ts\"");
  Expect(OfFile("[[shards]]\nurl = \"sqlite:good.db\"\nuntil = 2026-01-02\n"
                "[[shards]]\nurl = \"sqlite:other.db\"\nfrom = 2026-01-02\n"),
         "table \"logs\": column \"x\" has type INTEGER on shard \"other\" but TEXT on shard \"good\"");
}

TEST_F(BadInput, ServersAreNamed) {
  FakeHttpServer page({FakeReply::Status(200, "<html><h1>It works</h1></html>", "text/html")});
  FakeHttpServer refusing({FakeReply::Status(401, "no")});
  for (const std::string driver : {"libsql", "rqlite"}) {
    const auto at = [&](const std::string &server) { return "shard \"a\" (" + server + "), schema: "; };
    Expect(OfUrl(driver + "+http://127.0.0.1:1"), at("127.0.0.1:1") + "transport: connection refused");
    Expect(OfUrl(driver + "+http://no-such-host.invalid:1"), at("no-such-host.invalid:1") + "transport: unknown host");
    const std::string server = driver == "libsql" ? "sqld" : "rqlite";
    Expect(OfUrl(driver + "+http://" + page.Server()), at(page.Server()) + "configuration: this is no " + server);
    Expect(OfUrl(driver + "+http://" + refusing.Server()), at(refusing.Server()) + "configuration: the ");
  }
}

TEST_F(BadInput, MissingSecretsNameShardAndServer) {
  const std::string token = "[[shards]]\nid = \"a\"\nurl = \"libsql+http://127.0.0.1:1\"\ntoken = ";
  const std::string at = "shard \"a\" (127.0.0.1:1), connect: configuration: ";
  Expect(OfFile(token + "{ env = \"SHARDITE_TEST_UNSET\" }\n"), at + "the environment variable SHARDITE_TEST_UNSET is");
  Expect(OfFile(token + "{ file = \"nothing\" }\n"), at + "the secret file nothing cannot be read");
  Expect(OfFile("[[shards]]\nid = \"a\"\nurl = \"rqlite+http://127.0.0.1:1\"\nuser = \"u\"\n"
                "password = { env = \"SHARDITE_TEST_UNSET\" }\n"),
         at + "the environment variable SHARDITE_TEST_UNSET is");
}

TEST_F(BadInput, Statements) {
  const auto of = [&](const std::string &sql) { return Complaint(Path("good.db"), sql); };
  Expect(of("INSERT INTO logs VALUES ([1], 2)"), "Cannot execute INSERT: the fleet \"fleet\" is read-only");
  Expect(of("UPDATE logs SET x = 1"), "Cannot execute UPDATE: the fleet \"fleet\" is read-only");
  Expect(of("CREATE TABLE more (x INTEGER)"), "Cannot execute CREATE TABLE: the fleet \"fleet\" is read-only");
  Expect(of("ATTACH '" + Path("good.db") + "' AS more (TYPE shardite, colour 'red')"),
         "ATTACH (TYPE shardite) has no option \"colour\"");
}

}  // namespace
}  // namespace shardite::test
