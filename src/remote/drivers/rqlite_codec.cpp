#include "remote/drivers/rqlite_codec.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <vector>

#include <simdjson.h>

#include "base/json_text.hpp"

#include "remote/http_failure.hpp"
#include "remote/sqlite_errors.hpp"
#include "remote/transport.hpp"

namespace shardite {

namespace {

using simdjson::ondemand::array;
using simdjson::ondemand::object;
using simdjson::ondemand::value;

ShardError Broken(ErrorClass error_class, const std::string &message) { return {error_class, "", "", "", message}; }

Failure FailureFrom(const std::string &message) {
  const ErrorClass error_class = ClassifySqliteMessage(message);
  const bool passing = error_class == ErrorClass::OVERLOADED || error_class == ErrorClass::TRANSPORT;
  return {error_class, message, passing ? 3 : 0};
}

std::optional<Failure> JudgeStatus(const HttpReply &reply) {
  if (auto failure = StatusFailure(reply, "rqlite", "user name or password")) return failure;
  const bool is_text = reply.content_type.rfind("text/plain", 0) == 0;
  if (!is_text || reply.body.empty()) return UnreadableReply(reply, "rqlite");
  Failure failure = FailureFrom(BodySnippet(reply.body));
  if (reply.status >= 500 && failure.error_class == ErrorClass::SQL) {
    return Failure{ErrorClass::TRANSPORT, failure.message, 3};
  }
  return failure;
}

// {"results":[],"error":"stale read"}: what a node says that did not get as far as the statement.
std::optional<std::string> ErrorOfNode(const std::string &body) {
  simdjson::dom::parser parser;
  std::string_view text;
  if (parser.parse(body)["error"].get(text) || text.empty()) return std::nullopt;
  return std::string(text);
}

std::optional<Failure> JudgeBody(const std::string &body, const HttpReply &reply) {
  simdjson::ondemand::parser parser;
  const simdjson::padded_string padded(body);
  simdjson::ondemand::document document;
  object first;
  array results;
  if (parser.iterate(padded).get(document) || document["results"].get(results)) return UnreadableReply(reply, "rqlite");
  if (results.at(0).get(first)) {
    const auto error = ErrorOfNode(body);
    return error ? FailureFrom(*error) : UnreadableReply(reply, "rqlite");
  }
  std::string_view message;
  if (first["error"].get(message)) return std::nullopt;
  return FailureFrom(message.empty() ? "an error without a message" : std::string(message));
}

enum class ColumnType { AS_READ, REAL, CHANGED };

// rqlite converts by the declared type of a plain column: BOOLEAN 7 becomes true, a date text a timestamp, a blob text.
ColumnType TypeOf(std::string_view declared) {
  std::string lower(declared);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  if (lower == "boolean" || lower == "blob" || lower == "date" || lower == "datetime" || lower == "timestamp") {
    return ColumnType::CHANGED;
  }
  const auto has = [&](const char *part) { return lower.find(part) != std::string::npos; };
  if (!has("int") && (has("real") || has("floa") || has("doub"))) return ColumnType::REAL;
  return ColumnType::AS_READ;
}

bool AppendNumber(std::string_view token, ColumnType type, PageColumn &column) {
  while (!token.empty() && std::isspace(static_cast<unsigned char>(token.back()))) token.remove_suffix(1);
  const char *end = token.data() + token.size();
  int64_t integer = 0;
  const auto whole = std::from_chars(token.data(), end, integer);
  if (type != ColumnType::REAL && whole.ec == std::errc() && whole.ptr == end) {
    column.AppendInteger(integer);
    return true;
  }
  double real = 0;
  const auto read = std::from_chars(token.data(), end, real);
  if (read.ptr != end || read.ec != std::errc()) return false;
  column.AppendReal(real);
  return true;
}

bool AppendCell(value cell, ColumnType type, PageColumn &column) {
  simdjson::ondemand::json_type json_type;
  if (cell.type().get(json_type)) return false;
  std::string_view text;
  switch (json_type) {
    case simdjson::ondemand::json_type::null: column.AppendNull(); return true;
    case simdjson::ondemand::json_type::number: return AppendNumber(cell.raw_json_token(), type, column);
    case simdjson::ondemand::json_type::string:
      if (cell.get_string().get(text)) return false;
      column.AppendBytes(StorageClass::TEXT, text);
      return true;
    default: return false;  // true and false come only from columns that were refused
  }
}

bool ReadRow(array cells, const std::vector<ColumnType> &types, ResultPage &page) {
  size_t number = 0;
  for (auto cell : cells) {
    value read;
    if (number >= page.columns.size() || cell.get(read)) return false;
    if (!AppendCell(read, types[number], page.columns[number])) return false;
    number++;
  }
  page.row_count++;
  return number == page.columns.size();
}

bool ReadNames(array columns, ResultPage &page) {
  for (auto column : columns) {
    std::string_view name;
    if (column.get_string().get(name)) return false;
    page.names.emplace_back(name);
  }
  page.columns.resize(page.names.size());
  return true;
}

bool ReadTypes(array names, std::vector<ColumnType> &types) {
  for (auto name : names) {
    std::string_view text;
    if (name.get_string().get(text)) return false;
    types.push_back(TypeOf(text));
  }
  return true;
}

// Once the names and types are known; nullopt: malformed.
std::optional<ResultPage> ReadResult(object result, std::string &changed_column) {
  ResultPage page;
  array columns, names, rows;
  std::vector<ColumnType> types;
  if (result["columns"].get(columns) || !ReadNames(columns, page)) return std::nullopt;
  if (result["types"].get(names) || !ReadTypes(names, types)) return std::nullopt;
  if (types.size() != page.columns.size()) return std::nullopt;
  const auto found = result["values"].get(rows);
  if (found == simdjson::NO_SUCH_FIELD) return page;  // no rows
  if (found) return std::nullopt;
  const auto changed = std::find(types.begin(), types.end(), ColumnType::CHANGED);
  if (changed != types.end()) {
    changed_column = page.names[static_cast<size_t>(changed - types.begin())];
    return std::nullopt;
  }
  for (auto row : rows) {
    array cells;
    if (row.get_array().get(cells) || !ReadRow(cells, types, page)) return std::nullopt;
  }
  return page;
}

}  // namespace

std::string RqliteQueryBody(const std::string &sql) { return "[[" + JsonString(sql) + "]]"; }

std::optional<Failure> RqliteJudge(const HttpReply &reply) {
  if (reply.status != 200) return JudgeStatus(reply);
  if (reply.body.size() >= Exchange::INSPECTED_BODY_BYTES) return std::nullopt;
  return JudgeBody(reply.body, reply);
}

bool HasReplacedBytes(std::string_view json) {
  for (size_t at = json.find("\\ufffd"); at != std::string_view::npos; at = json.find("\\ufffd", at + 1)) {
    size_t backslashes = 1;
    while (backslashes <= at && json[at - backslashes] == '\\') backslashes++;
    if (backslashes % 2 == 1) return true;
  }
  return false;
}

Result<ResultPage> RqliteDecode(std::string &body) {
  if (HasReplacedBytes(body)) return Broken(ErrorClass::ENCODING, "a text is not UTF-8, which the server cannot send");
  body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
  simdjson::ondemand::parser parser;
  simdjson::ondemand::document document;
  array results;
  object first;
  const simdjson::padded_string_view padded(body.data(), body.size(), body.capacity());
  if (parser.iterate(padded).get(document) || document["results"].get(results) || results.at(0).get(first)) {
    return Broken(ErrorClass::TRANSPORT, "the answer is no rqlite answer");
  }
  std::string changed_column;
  if (auto page = ReadResult(first, changed_column)) return std::move(*page);
  if (!changed_column.empty()) {
    return Broken(ErrorClass::DATA, "rqlite changes the values of column \"" + changed_column +
                                        "\" by its declared type; select an expression of it, such as +\"" +
                                        changed_column + "\"");
  }
  HttpReply reply;
  reply.status = 200;
  if (auto failure = JudgeBody(body, reply)) return Broken(failure->error_class, failure->message);
  return Broken(ErrorClass::TRANSPORT, "the answer is malformed");
}

}  // namespace shardite
