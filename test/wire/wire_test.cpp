// Recorded exchanges (*.http beside this file: status, content type and body, as the servers sent them) through the
// codecs, and every way to cut them short.
#include <fstream>
#include <sstream>

#include "base/json_text.hpp"
#include "remote/drivers/base64.hpp"
#include "remote/drivers/hrana_codec.hpp"
#include "remote/drivers/rqlite_codec.hpp"
#include "remote/drivers/utf8.hpp"
#include "test/unit/remote/remote_test_support.hpp"

namespace shardite::test {
namespace {

// First line "200 application/json", then the body up to the file's last newline.
HttpReply Recorded(const std::string &name) {
  std::ifstream file(std::string(SHARDITE_SOURCE_DIR) + "/test/wire/" + name + ".http", std::ios::binary);
  EXPECT_TRUE(file.is_open()) << name;
  HttpReply reply;
  file >> reply.status >> std::ws;
  std::getline(file, reply.content_type);
  std::ostringstream body;
  body << file.rdbuf();
  reply.body = body.str();
  if (!reply.body.empty() && reply.body.back() == '\n') reply.body.pop_back();
  return reply;
}

std::string Judged(const std::optional<Failure> &failure) {
  return failure ? std::string(ErrorClassName(failure->error_class)) + ": " + failure->message : "an answer";
}

std::string Decoded(Result<ResultPage> (*decode)(std::string &), std::string body) {
  const auto page = decode(body);
  return page.Ok() ? PageText(page)
                   : std::string(ErrorClassName(page.Error().error_class)) + ": " + page.Error().message;
}

TEST(HranaWire, Values) {
  const HttpReply reply = Recorded("hrana_values");
  EXPECT_EQ(Judged(HranaJudge(reply)), "an answer");
  EXPECT_EQ(Decoded(HranaDecode, reply.body), "'3.45.1', 9007199254740993, 1.5r, NULL, x'', x'00ff', '" +
                                                  std::string("a\0b", 3) +
                                                  "', 2r, 1e+22r, -0r, 4.9406564584124654e-324r");
}

TEST(HranaWire, Failures) {
  const auto judged = [](const char *name) { return Judged(HranaJudge(Recorded(name))); };
  EXPECT_EQ(Decoded(HranaDecode, Recorded("hrana_infinity").body),
            "encoding: a value is infinite, which the server cannot send");
  EXPECT_EQ(judged("hrana_error_in_batch"), "schema: SQLite error: no such table: nope");
  EXPECT_EQ(judged("hrana_no_such_function"),
            "capability: SQL input error: no such function: nope (at offset 7) [SQL_INPUT_ERROR]");
  EXPECT_EQ(judged("hrana_too_large"), "too large: Response is too large [RESPONSE_TOO_LARGE]");
  EXPECT_EQ(judged("hrana_not_utf8"), "encoding: invalid utf-8 sequence of 1 bytes from index 0");
  EXPECT_EQ(judged("hrana_no_namespace"), "configuration: Namespace `127` doesn't exist");
}

TEST(HranaWire, ALongErrorIsStillAnError) {
  const std::string body = R"({"results":[{"type":"error","error":{"message":"no such table: )" +
                           std::string(70000, 'x') + R"(","code":"SQLITE_UNKNOWN"}}]})";
  EXPECT_EQ(Decoded(HranaDecode, body).rfind("schema: no such table: xxx", 0), 0u);
}

TEST(HranaWire, EveryTruncationIsAnError) {
  const std::string body = Recorded("hrana_values").body;
  // Once the statement's own result is complete, what is missing is the answer to the close.
  const size_t complete = body.find("]]") + 2;
  for (size_t length = 0; length < complete; length++) {
    std::string cut = body.substr(0, length);
    EXPECT_FALSE(HranaDecode(cut).Ok()) << length;
  }
}

TEST(RqliteWire, Values) {
  const HttpReply reply = Recorded("rqlite_values");
  EXPECT_EQ(Judged(RqliteJudge(reply)), "an answer");
  EXPECT_EQ(Decoded(RqliteDecode, reply.body), "'3.45.1', 9007199254740993, 1.5r, 2r, NULL, '', '" +
                                                   std::string("a\0b", 3) + "', 1e+20r, 4.9406564584124654e-324r");
}

TEST(RqliteWire, NoRows) {
  HttpReply reply = Recorded("rqlite_no_rows");
  EXPECT_EQ(Judged(RqliteJudge(reply)), "an answer");
  const auto page = RqliteDecode(reply.body);
  ASSERT_TRUE(page.Ok());
  EXPECT_EQ(page->row_count, 0u);
  EXPECT_EQ(page->columns.size(), 1u);
}

TEST(RqliteWire, Failures) {
  const auto judged = [](const char *name) { return Judged(RqliteJudge(Recorded(name))); };
  EXPECT_EQ(judged("rqlite_infinity"),
            "encoding: json: error calling MarshalJSON for type *http.DBResults: json: unsupported value: +Inf");
  EXPECT_EQ(judged("rqlite_no_such_function"), "capability: no such function: nope");
  EXPECT_EQ(judged("rqlite_timeout"), "deadline: query timeout");
  EXPECT_EQ(judged("rqlite_stale"), "transport: stale read");
  EXPECT_EQ(judged("rqlite_starting"), "overloaded: store not open");
  EXPECT_EQ(judged("rqlite_unauthorized"), "configuration: the user name or password was refused (status 401)");
  EXPECT_EQ(Decoded(RqliteDecode, Recorded("rqlite_not_utf8").body),
            "encoding: a text is not UTF-8, which the server cannot send");
}

TEST(RqliteWire, EveryTruncationIsAnError) {
  const std::string body = Recorded("rqlite_values").body;
  for (size_t length = 0; length < body.size() - 4; length++) {  // the last four close what is complete
    std::string cut = body.substr(0, length);
    EXPECT_FALSE(RqliteDecode(cut).Ok()) << length;
  }
}

TEST(RqliteWire, ReplacedBytesAreToldFromText) {
  EXPECT_TRUE(HasReplacedBytes(R"("a\ufffd")"));
  EXPECT_TRUE(HasReplacedBytes(R"("\\\ufffd")"));
  EXPECT_FALSE(HasReplacedBytes(R"("\\ufffd")"));
  EXPECT_FALSE(HasReplacedBytes(R"("\\\\ufffd")"));
  EXPECT_TRUE(HasReplacedBytes(R"("\\ufffd \ufffd")"));
}

TEST(Codecs, RequestBodies) {
  EXPECT_EQ(
      HranaExecuteBody("SELECT \"a\"\n"),
      R"({"baton":null,"requests":[{"type":"execute","stmt":{"sql":"SELECT \"a\"\n","want_rows":true}},{"type":"close"}]})");
  EXPECT_EQ(RqliteQueryBody("SELECT 'a\\'"), R"([["SELECT 'a\\'"]])");
  EXPECT_EQ(JsonString(std::string_view("\0\x1f", 2)), R"("\u0000\u001f")");
  EXPECT_TRUE(IsUtf8("\xC3\xA9"));
  EXPECT_FALSE(IsUtf8("\xC3"));
}

TEST(Codecs, Base64) {
  for (size_t length = 0; length < 40; length++) {
    std::string bytes;
    for (size_t i = 0; i < length; i++) bytes += static_cast<char>(i * 37 + length);
    std::string text = EncodeBase64(bytes), back;
    EXPECT_TRUE(DecodeBase64(text, back));
    EXPECT_EQ(back, bytes);
    while (!text.empty() && text.back() == '=') text.pop_back();
    back.clear();
    EXPECT_TRUE(DecodeBase64(text, back));
    EXPECT_EQ(back, bytes);
  }
  std::string out;
  EXPECT_FALSE(DecodeBase64("a", out));
  EXPECT_FALSE(DecodeBase64("ab!d", out));
  EXPECT_EQ(EncodeBase64("user:pass"), "dXNlcjpwYXNz");
}

}  // namespace
}  // namespace shardite::test
