// The program from outside: what it prints where, and its exit codes.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "test/unit/cli/program.hpp"

namespace shardite::test {
namespace {

ProgramRun Query(const std::string &sql, std::vector<std::string> options = {}) {
  std::vector<std::string> arguments = {"query", DemoFleet(), sql};
  arguments.insert(arguments.end(), options.begin(), options.end());
  return RunShardite(arguments);
}

TEST(Program, SaysItsVersion) {
  const auto run = RunShardite({"--version"});
  EXPECT_EQ(run.code, 0);
  EXPECT_TRUE(run.out.starts_with("shardite ")) << run.out;
}

TEST(Program, HelpHasExamples) {
  const auto run = RunShardite({"--help"});
  EXPECT_EQ(run.code, 0);
  EXPECT_NE(run.out.find("shardite demo"), std::string::npos);
}

TEST(Program, WrongUsageIsTwo) {
  const std::vector<std::vector<std::string>> wrong = {{},
                                                       {"frob"},
                                                       {"query"},
                                                       {"query", "fleet.toml"},
                                                       {"query", "fleet.toml", "SELECT 1", "--format", "xml"},
                                                       {"query", "fleet.toml", "SELECT 1", "--pushdown", "some"},
                                                       {"query", "fleet.toml", "SELECT 1", "--max-rows", "-3"},
                                                       {"explain", "fleet.toml", "SELECT 1", "--format", "csv"}};
  for (const auto &arguments : wrong) {
    const auto run = RunShardite(arguments);
    EXPECT_EQ(run.code, 2);
    EXPECT_EQ(run.out, "");
    EXPECT_TRUE(run.err.starts_with("shardite: ")) << run.err;
  }
}

TEST(Program, PrintsInEveryFormat) {
  const std::string sql = "SELECT count(*) AS n, '' AS empty, NULL AS nothing FROM otel_traces";
  EXPECT_EQ(Query(sql, {"--format", "csv"}).out, "n,empty,nothing\n2000,\"\",\n");
  EXPECT_EQ(Query(sql, {"--format", "json"}).out, "[{\"n\":2000,\"empty\":\"\",\"nothing\":null}]\n");
  EXPECT_EQ(Query(sql, {"--format", "ndjson"}).out, "{\"n\":2000,\"empty\":\"\",\"nothing\":null}\n");
  const auto table = Query(sql);
  EXPECT_NE(table.out.find("│  2000 │"), std::string::npos) << table.out;
  EXPECT_EQ(table.err, "");
}

TEST(Program, PrintsAllRowsOfATableIntoAPipe) {
  const auto run = Query("SELECT 'row ' || range AS r FROM range(100)");
  EXPECT_NE(run.out.find("row 50"), std::string::npos);
  const auto few = Query("SELECT 'row ' || range AS r FROM range(100)", {"--max-rows", "10"});
  EXPECT_EQ(few.out.find("row 50"), std::string::npos);
  EXPECT_NE(few.out.find("row 99"), std::string::npos);
}

TEST(Program, RunsStatementsInOrder) {
  const auto run =
      Query("CREATE TEMP TABLE t AS SELECT 7 AS a; SELECT a FROM t; SELECT a + 1 AS b FROM t", {"--format", "csv"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(run.out, "a\n7\nb\n8\n");
}

TEST(Program, ReadsStatementsFromStdinAndFiles) {
  EXPECT_EQ(RunShardite({"query", DemoFleet(), "-", "--format", "csv"}, "SELECT 1 AS a").out, "a\n1\n");
  const auto file = DemoDirectory() + "/q.sql";
  std::ofstream(file) << "SELECT 2 AS a;\n";
  EXPECT_EQ(RunShardite({"query", DemoFleet(), "-f", file, "--format", "csv"}).out, "a\n2\n");
  const std::string endless = "SET shardite_timeout = 9223372036854775807; SELECT count(*) > 0 AS a FROM otel_logs";
  EXPECT_EQ(RunShardite({"query", DemoFleet(), endless, "--format", "csv"}).out, "a\ntrue\n");
  const auto missing = RunShardite({"query", DemoFleet(), "-f", file + "x"});
  EXPECT_EQ(missing.code, 1);
  EXPECT_EQ(missing.err, "shardite: " + file + "x: cannot be read\n");
}

TEST(Program, SqlIsWholeOrRefused) {
  EXPECT_EQ(RunShardite({"query", DemoFleet(), "-f", "-", "--format", "csv"}, "SELECT 1 AS a").out, "a\n1\n");
  EXPECT_EQ(RunShardite({"query", DemoFleet(), "-f", DemoDirectory()}).err,
            "shardite: " + DemoDirectory() + ": is a directory\n");
  const auto nul = RunShardite({"query", DemoFleet(), "-"}, std::string("SELECT 1\n, 2\0 , 3", 17));
  EXPECT_EQ(nul.err, "shardite: stdin:2: holds a NUL byte; SQL is UTF-8 text\n");
  EXPECT_EQ(nul.code, 1);
}

TEST(Program, WithoutStdoutItFails) {
  // Without care the first file or socket that is opened would be number 1, and get the result.
  const auto error = DemoDirectory() + "/closed.err";
  const auto command = std::string(SHARDITE_PROGRAM) + " query " + DemoFleet() + " 'SELECT 1' >&- 2>" + error;
  EXPECT_NE(std::system(command.c_str()), 0);
  std::ifstream said(error);
  std::string line;
  std::getline(said, line);
  EXPECT_EQ(line, "shardite: cannot write the result: Bad file descriptor");
}

TEST(Program, AFailingQueryPrintsNothing) {
  for (const auto *format : {"table", "csv", "json", "ndjson"}) {
    // The error comes after ten thousand good rows.
    const auto run = Query("SELECT CASE WHEN range > 10000 THEN error('too far') ELSE range END AS r FROM range(20000)",
                           {"--format", format});
    EXPECT_EQ(run.code, 1);
    EXPECT_EQ(run.out, "") << format;
    EXPECT_EQ(run.err, "shardite: too far\n");
  }
}

TEST(Program, ASyntaxErrorAnywherePrintsNothing) {
  const auto run = Query("SELECT 1; SELEKT 2");
  EXPECT_EQ(run.code, 1);
  EXPECT_EQ(run.out, "");
  EXPECT_NE(run.err.find("SELEKT"), std::string::npos);
}

TEST(Program, StatsGoToStderrAsOneLine) {
  const auto run = Query(
      "SELECT count(*) FROM otel_traces WHERE \"Timestamp\" >= '2026-11-20 02:10:00' AND "
      "\"Timestamp\" < '2026-11-20 02:20:00'",
      {"--stats"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1);
  for (const auto *key : {"\"shards_total\":4", "\"shards_pruned\":3", "\"shards_queried\":1", "requests", "retries",
                          "bytes_received", "rows_received", "elapsed_ms"}) {
    EXPECT_NE(run.err.find(key), std::string::npos) << key << " in " << run.err;
  }
}

TEST(Program, WritesAreRefused) {
  for (const auto *sql : {"INSERT INTO otel_logs (Body) VALUES ('x')", "UPDATE otel_logs SET Body = 'x'",
                          "DELETE FROM otel_logs", "CREATE TABLE t (a INT)", "DROP TABLE otel_logs"}) {
    const auto run = Query(sql);
    EXPECT_EQ(run.code, 1) << sql;
    EXPECT_EQ(run.out, "") << sql;
    EXPECT_NE(run.err.find("read-only"), std::string::npos) << run.err;
  }
}

TEST(Program, BadFleetsAreOneClearLine) {
  const auto text = DemoDirectory() + "/text.db";
  std::ofstream(text) << std::string(5000, 'x');
  const auto unknown_key = DemoDirectory() + "/unknown.toml";
  std::ofstream(unknown_key) << "name = \"x\"\nshrads = 1\n";
  for (const auto &fleet : {DemoDirectory() + "/none.toml", DemoDirectory() + "/none*.db", text, unknown_key}) {
    const auto run = RunShardite({"query", fleet, "SELECT 1"});
    EXPECT_EQ(run.code, 1) << fleet;
    EXPECT_EQ(run.out, "");
    EXPECT_TRUE(run.err.starts_with("shardite: ")) << run.err;
    EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1) << run.err;
  }
}

TEST(Program, ExplainNamesShardsAndRemoteSql) {
  const std::string sql =
      "SELECT ServiceName, count(*) FROM otel_traces WHERE \"Timestamp\" >= '2026-11-20 02:10:00' AND \"Timestamp\" < "
      "'2026-11-20 02:20:00' GROUP BY ALL";
  const auto text = RunShardite({"explain", DemoFleet(), sql});
  EXPECT_EQ(text.code, 0) << text.err;
  EXPECT_NE(text.out.find("otel_traces: 1 of 4 shards kept, 3 pruned"), std::string::npos) << text.out;
  EXPECT_NE(text.out.find("GROUP BY"), std::string::npos);
  const auto analyzed = RunShardite({"explain", "--analyze", DemoFleet(), sql});
  EXPECT_NE(analyzed.out.find("fan-out: 1 of 4 shards asked (3 pruned)"), std::string::npos) << analyzed.out;
  const auto json = RunShardite({"explain", DemoFleet(), sql, "--format", "json"});
  EXPECT_NE(json.out.find("\"shards_total\":4"), std::string::npos) << json.out;
  EXPECT_EQ(json.out.find("\"execution\""), std::string::npos) << json.out;
  EXPECT_NE(analyzed.out.find("\n  took     1 request, "), std::string::npos) << analyzed.out;
  EXPECT_NE(analyzed.out.find("\n  slowest  "), std::string::npos) << analyzed.out;
  const auto in_sql = Query("EXPLAIN " + sql);
  EXPECT_NE(in_sql.out.find("otel_traces: 1 of 4 shards kept, 3 pruned"), std::string::npos) << in_sql.out;
  EXPECT_EQ(RunShardite({"explain", DemoFleet(), "SELECT 1; SELECT 2"}).code, 1);
}

TEST(Program, ListsShards) {
  const auto run = RunShardite({"shards", DemoFleet(), "--format", "csv"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(std::count(run.out.begin(), run.out.end(), '\n'), 5);
  EXPECT_NE(run.out.find("2026-11-20T01:00:00Z,2026-11-20T02:00:00Z"), std::string::npos) << run.out;
  const auto probed = RunShardite({"shards", "--probe", DemoFleet(), "--format", "csv"});
  EXPECT_EQ(probed.code, 0) << probed.out;
  EXPECT_NE(probed.out.find("ok"), std::string::npos);
}

TEST(Program, ChecksADemoFleet) {
  const auto run = RunShardite({"check", DemoFleet()});
  EXPECT_EQ(run.code, 0) << run.out << run.err;
  EXPECT_NE(run.out.find("4 shards checked: 0 errors"), std::string::npos) << run.out;
}

TEST(Program, DiscoverKeepsAnExistingFile) {
  const auto glob = DemoDirectory() + "/otel-*.db";
  const auto target = DemoDirectory() + "/found.toml";
  std::filesystem::remove(target);
  EXPECT_EQ(RunShardite({"discover", glob, "-o", target}).code, 0);
  const auto again = RunShardite({"discover", glob, "-o", target});
  EXPECT_EQ(again.code, 1);
  EXPECT_NE(again.err.find("exists already"), std::string::npos);
  EXPECT_EQ(RunShardite({"discover", glob, "-o", target, "--force"}).code, 0);
  EXPECT_EQ(RunShardite({"query", target, "SELECT count(*) AS n FROM otel_logs", "--format", "csv"}).out, "n\n2000\n");
  const auto printed = RunShardite({"discover", glob});
  EXPECT_NE(printed.out.find("[tables.otel_logs]"), std::string::npos);
}

TEST(Program, DemoReusesItsData) {
  const auto run =
      RunShardite({"demo", "--dir", DemoDirectory(), "--shards", "4", "--spans", "2000", "--logs", "2000"});
  DemoFleet();
  EXPECT_EQ(run.code, 0) << run.err;
  const auto again =
      RunShardite({"demo", "--dir", DemoDirectory(), "--shards", "4", "--spans", "2000", "--logs", "2000"});
  EXPECT_NE(again.out.find("holds the data already"), std::string::npos);
  EXPECT_NE(again.out.find("shards asked"), std::string::npos);
  EXPECT_NE(again.out.find("Type next:"), std::string::npos);
}

TEST(Program, ShellRunsAScript) {
  const auto run =
      RunShardite({"shell", DemoFleet(), "--format", "csv"},
                  "SELECT 1 AS a,\n  ';' AS b; -- a comment; with semicolons\n.mode ndjson\nSELECT 2 AS a");
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(run.out, "a,b\n1,;\n{\"a\":2}\n");
}

TEST(Program, ShellScriptStopsAtTheFirstError) {
  const auto run = RunShardite({"shell", DemoFleet(), "--format", "csv"}, "SELECT 1 AS a;\nSELECT nope;\nSELECT 3;\n");
  EXPECT_EQ(run.code, 1);
  EXPECT_EQ(run.out, "a\n1\n");
}

TEST(Program, ShellDotCommands) {
  const auto run = RunShardite({"shell", DemoFleet(), "--format", "csv"}, ".tables\n.schema otel_traces_trace_id_ts\n");
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_NE(run.out.find("otel_logs,16"), std::string::npos) << run.out;
  EXPECT_NE(run.out.find("TraceId,VARCHAR"), std::string::npos) << run.out;
  EXPECT_EQ(RunShardite({"shell", DemoFleet()}, ".nope\n").code, 1);
  EXPECT_NE(RunShardite({"shell", DemoFleet()}, ".help\n").out.find(".tables"), std::string::npos);
}

}  // namespace
}  // namespace shardite::test
