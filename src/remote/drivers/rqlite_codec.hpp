#pragma once
// rqlite's HTTP API (https://rqlite.io/docs/api/api/), version 8: requests as text, answers as pages or failures.
// Pure functions, safe on any thread.

#include <optional>
#include <string>

#include "base/result.hpp"
#include "remote/http_client.hpp"
#include "remote/result_page.hpp"

namespace shardite {

std::string RqliteQueryBody(const std::string &sql);

/// What is wrong with a reply, if anything is.
std::optional<Failure> RqliteJudge(const HttpReply &reply);

/// The rows in a reply that RqliteJudge let pass. Text that the server had to replace (it was not UTF-8) is ENCODING;
/// a column whose declared type makes rqlite change values (BOOLEAN, DATE, BLOB, ...) is DATA: such columns must be
/// selected as an expression (+col). On failure only error_class and message are set. `body` may be changed.
Result<ResultPage> RqliteDecode(std::string &body);

/// True when rqlite's JSON shows that it replaced bytes: the escape \ufffd, which it writes for nothing else.
bool HasReplacedBytes(std::string_view json);

}  // namespace shardite
