// What a shard says of its tables: three JSON documents, all read from the same bytes.

#include "base/error.hpp"
#include "fleet/introspection.hpp"
#include "test/fuzz/fuzz_target.hpp"

namespace shardite::test {
namespace {

void Run(std::string_view input) {
  const std::string json(input);
  const auto refuses = [](const auto &read) {
    try {
      read();
    } catch (const FleetError &error) {
      Require(std::string(error.what()).size() < 4096, "an error is short");
    }
  };
  refuses([&] { (void)ParseTableNames(json); });
  std::vector<ShardTable> tables;
  refuses([&] { tables = ParseDescribeTables(json); });
  tables.resize(tables.size() + 1);
  tables.back().name = "t";
  refuses([&] { ReadMeasures(json, {}, tables); });
}

}  // namespace

FuzzTarget IntrospectionTarget() {
  return {
      "introspection",
      Run,
      {R"(["otel_logs","a\"b","é"])",
       R"([{"name":"t","view":0,"strict":1,"without_rowid":0,"columns":[["id","INTEGER",1,1],["ts","INTEGER",0,0],)"
       R"(["x","TEXT",1,0]],"indexes":[[0,"c",["ts","x"]],[1,"pk",[null]]],"collating":"CREATE TABLE t (x COLLATE )"
       R"(\"nocase\", y /* c */ DEFAULT 'it''s', [z] -- d\n) "}])",
       R"([{"name":"t","min_rowid":1,"max_rowid":5,"rows":5,"sample":["integer","1795132800000000000"],"null_times":0,)"
       R"("cheap":1,"first":["text","323032362D31312D3230"],"last":["real","1795132800.5"]}])"},
      {"null", "[", "]", "{}", "\"name\":", "\"columns\":", "collate ", "/*", "--", "[\"integer\",\"", "[\"blob\",\"0",
       "9223372036854775808", "-1", "1e999", "\\u0000", "true"}};
}

}  // namespace shardite::test
