// What rqlite answers: a reply with status 200 and any body.

#include "remote/drivers/rqlite_codec.hpp"
#include "test/fuzz/fuzz_target.hpp"

namespace shardite::test {
namespace {

void Run(std::string_view input) {
  HttpReply reply;
  reply.status = 200;
  reply.content_type = "application/json";
  reply.body = input;
  if (const auto failure = RqliteJudge(reply)) Require(!failure->message.empty(), "a failure says why");
  const bool replaced = HasReplacedBytes(input);
  const auto page = RqliteDecode(reply.body);
  if (!page) {
    Require(!page.Error().message.empty(), "a failure says why");
    return;
  }
  Require(!replaced, "replaced bytes are no answer");
  Require(page->names.size() == page->columns.size(), "a name for every column");
  for (const auto &column : page->columns) Require(column.Size() == page->row_count, "every column has every row");
}

}  // namespace

FuzzTarget RqliteCodecTarget() {
  return {"rqlite_codec",
          Run,
          {R"({"results":[{"columns":["a","b"],"types":["integer","text"],"values":[[9007199254740993,"x"],[null,""],)"
           R"([-1,"\u00e9\u0000"]],"time":0.001}],"time":0.002})",
           R"({"results":[{"columns":["c"],"types":[""],"values":[[1.5],[1e22],[true]]}]})",
           R"({"results":[{"columns":["c"],"types":["blob"],"values":[["AP8="]]}]})",
           R"({"results":[{"columns":["c"],"types":["text"]}]})", R"({"results":[{"error":"no such table: t"}]})"},
          {"\\ufffd", "\\\\ufffd", "\"values\":[", "[[", "]]", "\"types\":[", "\"boolean\"", "\"date\"", "null",
           "1e999", "{}", "\"error\":\""}};
}

}  // namespace shardite::test
