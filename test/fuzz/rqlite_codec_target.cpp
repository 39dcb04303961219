// What rqlite answers: a reply with status 200 and any body.

#include "remote/drivers/rqlite_codec.hpp"
#include "test/fuzz/codec_check.hpp"

namespace shardite::test {
namespace {

void Run(std::string_view input) {
  auto reply = ReplyOf(input);
  if (const auto failure = RqliteJudge(reply)) Require(!failure->message.empty(), "a failure says why");
  const bool replaced = HasReplacedBytes(input);
  const auto page = RqliteDecode(reply.body);
  RequireSound(page);
  Require(!page || !replaced, "replaced bytes are no answer");
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
