// What sqld or Turso answers: a reply with status 200 and any body.

#include "remote/drivers/hrana_codec.hpp"
#include "test/fuzz/codec_check.hpp"

namespace shardite::test {
namespace {

void Run(std::string_view input) {
  auto reply = ReplyOf(input);
  if (const auto failure = HranaJudge(reply)) Require(!failure->message.empty(), "a failure says why");
  const auto read_only = HranaIsReadOnly(reply.body);
  Require(!read_only || !*read_only || input.find("is_readonly") != std::string_view::npos, "read-only out of nothing");
  RequireSound(HranaDecode(reply.body));
}

}  // namespace

FuzzTarget HranaCodecTarget() {
  return {"hrana_codec",
          Run,
          {R"({"baton":null,"base_url":null,"results":[{"type":"ok","response":{"type":"execute","result":{"cols":[)"
           R"({"name":"a","decltype":"INTEGER"},{"name":"b","decltype":null}],"rows":[[{"type":"integer","value":)"
           R"("9007199254740993"},{"type":"text","value":"x\u00e9"}],[{"type":"null"},{"type":"blob","base64":"AP8"}],)"
           R"([{"type":"float","value":1.5},{"type":"text","value":""}]],"affected_row_count":0,)"
           R"("last_insert_rowid":null}}},{"type":"ok","response":{"type":"close"}}]})",
           R"({"results":[{"type":"error","error":{"message":"no such table: t","code":"SQLITE_UNKNOWN"}}]})",
           R"({"results":[{"type":"ok","response":{"type":"describe","result":{"params":[],"cols":[],)"
           R"("is_explain":false,"is_readonly":true}}}]})",
           R"({"error":"Namespace `x` doesn't exist"})"},
          {"\"type\":\"integer\"", "\"value\":", "\"base64\":\"", "null", "[[", "]]", "\"rows\":[", "\"cols\":[", "{}",
           "\\u0000", "1e999", "\"type\":\"error\"", "\"is_readonly\":true"}};
}

}  // namespace shardite::test
