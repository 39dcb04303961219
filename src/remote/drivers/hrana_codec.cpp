#include "remote/drivers/hrana_codec.hpp"

#include <charconv>

#include <simdjson.h>

#include "base/json_text.hpp"
#include "remote/drivers/base64.hpp"

#include "remote/http_failure.hpp"
#include "remote/sqlite_errors.hpp"
#include "remote/transport.hpp"

namespace shardite {

namespace {

using simdjson::ondemand::array;
using simdjson::ondemand::object;
using simdjson::ondemand::value;

constexpr const char *CREDENTIALS = "token";

ShardError Broken(ErrorClass error_class, const std::string &message) { return {error_class, "", "", "", message}; }

// Codes that say what the message does not; everything else goes by the words.
ErrorClass ClassOf(std::string_view code, const std::string &message) {
  if (code == "RESPONSE_TOO_LARGE" || code == "SQLITE_TOOBIG") return ErrorClass::TOO_LARGE;
  if (code == "SQLITE_BUSY" || code == "SQLITE_LOCKED") return ErrorClass::OVERLOADED;
  if (code == "STREAM_EXPIRED" || code == "BATON_EXPIRED") return ErrorClass::SESSION;
  if (code == "SQL_PARSE_ERROR") return ErrorClass::CAPABILITY;
  if (code == "SQLITE_NOTADB" || code == "SQLITE_CORRUPT") return ErrorClass::CONFIG;
  if (code == "SQLITE_AUTH" || code == "AUTH_FAILED" || code == "BLOCKED") return ErrorClass::CONFIG;
  return ClassifySqliteMessage(message);
}

int RetriesFor(ErrorClass error_class) {
  return error_class == ErrorClass::OVERLOADED || error_class == ErrorClass::TRANSPORT ? 3 : 0;
}

std::optional<Failure> FailureFrom(std::string_view code, const std::string &message) {
  const ErrorClass error_class = ClassOf(code, message);
  std::string line = message;
  if (!code.empty() && code != "SQLITE_UNKNOWN") line += " [" + std::string(code) + "]";
  return Failure{error_class, line, RetriesFor(error_class)};
}

// {"error":"..."}: what sqld answers when it does not get as far as the pipeline.
std::optional<std::string> ErrorMember(const HttpReply &reply) {
  simdjson::dom::parser parser;
  std::string_view text;
  if (parser.parse(reply.body)["error"].get(text)) return std::nullopt;
  return std::string(text);
}

std::optional<Failure> JudgeStatus(const HttpReply &reply) {
  const auto error = ErrorMember(reply);
  if (reply.status == 404 && error) return Failure{ErrorClass::CONFIG, *error, 0};
  if (auto failure = StatusFailure(reply, "sqld", CREDENTIALS)) return failure;
  if (error) {
    auto failure = FailureFrom("", *error);
    // A server error that nothing is known of may be a passing one.
    if (reply.status >= 500 && failure->error_class == ErrorClass::SQL) {
      return Failure{ErrorClass::TRANSPORT, *error, 3};
    }
    return failure;
  }
  return UnreadableReply(reply, "sqld");
}

std::optional<Failure> JudgeBody(const HttpReply &reply) {
  simdjson::dom::parser parser;
  simdjson::dom::array results;
  if (parser.parse(reply.body)["results"].get(results)) return UnreadableReply(reply, "sqld");
  simdjson::dom::element first;
  if (results.at(0).get(first)) return UnreadableReply(reply, "sqld");
  std::string_view type;
  if (first["type"].get(type)) return UnreadableReply(reply, "sqld");
  if (type != "error") return std::nullopt;
  std::string_view message, code;
  if (first["error"]["message"].get(message) || message.empty()) message = "an error without a message";
  if (first["error"]["code"].get(code)) code = "";
  return FailureFrom(code, std::string(message));
}

template <class Number>
bool ReadWhole(std::string_view text, Number &number) {
  const auto end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  return read.ec == std::errc() && read.ptr == end;
}

enum class Cells { GOOD, MALFORMED, UNENCODABLE };

// {"type":"integer","value":"5"}; members in any order would need a second pass: sqld and Turso write type first.
Cells AppendCell(object cell, PageColumn &column, std::string &scratch) {
  std::string_view type, text;
  if (cell["type"].get(type)) return Cells::MALFORMED;
  if (type == "null") {
    column.AppendNull();
    return Cells::GOOD;
  }
  if (type == "text") {
    if (cell["value"].get(text)) return Cells::MALFORMED;
    column.AppendBytes(StorageClass::TEXT, text);
    return Cells::GOOD;
  }
  if (type == "integer") {
    int64_t integer = 0;
    if (cell["value"].get(text) || !ReadWhole(text, integer)) return Cells::MALFORMED;
    column.AppendInteger(integer);
    return Cells::GOOD;
  }
  if (type == "float") {
    value number;
    if (cell["value"].get(number)) return Cells::MALFORMED;
    const std::string_view token = number.raw_json_token();
    if (token.rfind("null", 0) == 0) return Cells::UNENCODABLE;
    double real = 0;
    const auto read = std::from_chars(token.data(), token.data() + token.size(), real);
    // A subnormal may report underflow although it was read right.
    if (read.ptr == token.data() || read.ec == std::errc::invalid_argument) return Cells::MALFORMED;
    if (read.ec == std::errc::result_out_of_range && number.get_double().get(real)) return Cells::MALFORMED;
    column.AppendReal(real);
    return Cells::GOOD;
  }
  if (type == "blob") {
    scratch.clear();
    if (cell["base64"].get(text) || !DecodeBase64(text, scratch)) return Cells::MALFORMED;
    column.AppendBytes(StorageClass::BLOB, scratch);
    return Cells::GOOD;
  }
  return Cells::MALFORMED;
}

Cells ReadRows(array rows, ResultPage &page) {
  std::string scratch;
  for (auto row : rows) {
    array cells;
    if (row.get_array().get(cells)) return Cells::MALFORMED;
    size_t number = 0;
    for (auto cell : cells) {
      object parts;
      if (number >= page.columns.size() || cell.get_object().get(parts)) return Cells::MALFORMED;
      const Cells read = AppendCell(parts, page.columns[number++], scratch);
      if (read != Cells::GOOD) return read;
    }
    if (number != page.columns.size()) return Cells::MALFORMED;
    page.row_count++;
  }
  return Cells::GOOD;
}

Cells ReadResult(object result, ResultPage &page) {
  array columns, rows;
  if (result["cols"].get(columns)) return Cells::MALFORMED;
  for (auto column : columns) {
    object parts;
    std::string_view name;
    if (column.get_object().get(parts)) return Cells::MALFORMED;
    const auto error = parts["name"].get(name);
    if (error == simdjson::NO_SUCH_FIELD || error == simdjson::INCORRECT_TYPE) {
      name = "";  // a column may have no name
    } else if (error) {
      return Cells::MALFORMED;  // simdjson must not read on behind broken JSON
    }
    page.names.emplace_back(name);
  }
  page.columns.resize(page.names.size());
  if (result["rows"].get(rows)) return Cells::MALFORMED;
  return ReadRows(rows, page);
}

std::string PipelineBody(const char *type, const std::string &member) {
  return std::string(R"({"baton":null,"requests":[{"type":")") + type + "\"," + member + R"(},{"type":"close"}]})";
}

}  // namespace

std::string HranaExecuteBody(const std::string &sql) {
  return PipelineBody("execute", R"("stmt":{"sql":)" + JsonString(sql) + R"(,"want_rows":true})");
}

std::string HranaDescribeBody(const std::string &sql) {
  return PipelineBody("describe", R"("sql":)" + JsonString(sql));
}

std::optional<Failure> HranaJudge(const HttpReply &reply) {
  if (reply.status != 200) return JudgeStatus(reply);
  if (reply.body.size() >= Exchange::INSPECTED_BODY_BYTES) return std::nullopt;
  return JudgeBody(reply);
}

std::optional<bool> HranaIsReadOnly(const std::string &body) {
  simdjson::dom::parser parser;
  bool read_only = false;
  if (parser.parse(body)["results"].at(0)["response"]["result"]["is_readonly"].get(read_only)) return std::nullopt;
  return read_only;
}

Result<ResultPage> HranaDecode(std::string &body) {
  body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
  simdjson::ondemand::parser parser;
  simdjson::ondemand::document document;
  array results;
  ResultPage page;
  const simdjson::padded_string_view padded(body.data(), body.size(), body.capacity());
  const auto parsed = parser.iterate(padded).get(document);
  if (parsed == simdjson::UTF8_ERROR) return Broken(ErrorClass::ENCODING, "the answer is not UTF-8");
  if (parsed || document["results"].get(results)) {
    return Broken(ErrorClass::TRANSPORT, "the answer is no Hrana pipeline answer");
  }
  for (auto entry : results) {  // the first is the statement, the second the close
    object parts, result;
    if (entry.get_object().get(parts) || parts["response"]["result"].get(result)) break;
    const Cells read = ReadResult(result, page);
    if (read == Cells::GOOD) return page;
    if (read == Cells::UNENCODABLE) {
      return Broken(ErrorClass::ENCODING, "a value is infinite, which the server cannot send");
    }
    break;
  }
  HttpReply reply;
  reply.status = 200;
  reply.body = std::move(body);
  if (auto failure = JudgeBody(reply)) return Broken(failure->error_class, failure->message);
  return Broken(ErrorClass::TRANSPORT, "the answer is malformed");
}

}  // namespace shardite
