#pragma once
// Hrana 3 over HTTP in JSON, as sqld and Turso speak it: requests as text, answers as pages or failures. The format:
// https://github.com/tursodatabase/libsql/blob/main/docs/HRANA_3_SPEC.md. Pure functions, safe on any thread.

#include <optional>
#include <string>

#include "base/result.hpp"
#include "remote/http_client.hpp"
#include "remote/result_page.hpp"

namespace shardite {

/// The body that runs one statement and closes its stream (a stream left open holds one of the server's permits).
std::string HranaExecuteBody(const std::string &sql);
/// The body that asks what a statement is, without running it.
std::string HranaDescribeBody(const std::string &sql);

/// What is wrong with a reply, if anything is: its status, or for bodies short enough to be an error, what they say.
std::optional<Failure> HranaJudge(const HttpReply &reply);

/// The rows in a reply that HranaJudge let pass. Integers are exact; +-Inf, which JSON loses, is ENCODING.
/// On failure only error_class and message are set. `body` may be changed.
Result<ResultPage> HranaDecode(std::string &body);

/// From the answer to HranaDescribeBody: true when the statement only reads; nullopt when it is no such answer.
std::optional<bool> HranaIsReadOnly(const std::string &body);

}  // namespace shardite
