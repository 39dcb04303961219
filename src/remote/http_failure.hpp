#pragma once
// What a failed transfer or an HTTP status means, in the classes of base/error.hpp and in words a person can act on.
// Pure functions; each driver adds what its server says in bodies.

#include <optional>
#include <string>
#include <string_view>

#include "remote/http_client.hpp"

namespace shardite {

/// A transfer that libcurl gave up: `curl_code` is its CURLcode, `os_error` the errno of the connection.
Failure TransferFailure(int curl_code, long os_error, const std::string &curl_text, const std::string &server);

/// What any server means by a status other than 200: `server_kind` is "sqld" or "rqlite", `credentials` "token" or
/// "user name or password". Statuses whose meaning lies in the body (400, 500) give nullopt.
std::optional<Failure> StatusFailure(const HttpReply &reply, const std::string &server_kind,
                                     const std::string &credentials);

/// "is no sqld server: got status 200, text/html, "<html>..."".
Failure WrongServer(const HttpReply &reply, const std::string &server_kind);

/// The same, unless it looks like a passing failure: a status from 500 on, or JSON that ends too early.
Failure UnreadableReply(const HttpReply &reply, const std::string &server_kind);

/// What a server said, for messages: on one line of about `limit` bytes at most, valid UTF-8, nothing that a terminal
/// would obey.
std::string OneLine(std::string_view text, size_t limit);
/// The beginning of a body so.
std::string BodySnippet(const std::string &body);

}  // namespace shardite
