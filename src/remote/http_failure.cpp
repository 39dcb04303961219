#include "remote/http_failure.hpp"

#include <cerrno>
#include <cstring>

#include <curl/curl.h>

namespace shardite {

Failure TransferFailure(int curl_code, long os_error, const std::string &curl_text, const std::string &server) {
  const std::string detail = curl_text.empty() ? curl_easy_strerror(static_cast<CURLcode>(curl_code)) : curl_text;
  switch (curl_code) {
    case CURLE_COULDNT_CONNECT:
      if (os_error == ECONNREFUSED) return {ErrorClass::TRANSPORT, "connection refused to " + server, 3};
      if (os_error == ENETUNREACH || os_error == EHOSTUNREACH) {
        return {ErrorClass::TRANSPORT, "no route to " + server, 1};
      }
      return {ErrorClass::TRANSPORT, "cannot connect to " + server + " (" + detail + ")", 1};
    case CURLE_COULDNT_RESOLVE_HOST: return {ErrorClass::TRANSPORT, "unknown host: " + server, 1};
    case CURLE_COULDNT_RESOLVE_PROXY: return {ErrorClass::CONFIG, "unknown proxy host (" + detail + ")", 0};
    case CURLE_OPERATION_TIMEDOUT:  // only the connect timeout is libcurl's
      return {ErrorClass::TRANSPORT, "no connection to " + server + " within 5 s", 1};
    case CURLE_PARTIAL_FILE: return {ErrorClass::TRANSPORT, "the answer of " + server + " was cut off", 3};
    case CURLE_GOT_NOTHING: return {ErrorClass::TRANSPORT, server + " closed the connection without an answer", 3};
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR: return {ErrorClass::TRANSPORT, "the connection to " + server + " was reset", 3};
    case CURLE_PEER_FAILED_VERIFICATION:
      return {ErrorClass::CONFIG, "the TLS certificate of " + server + " is not trusted (" + detail + ")", 0};
    case CURLE_SSL_CONNECT_ERROR:
      return {ErrorClass::CONFIG,
              "no TLS connection to " + server + " (" + detail + "); without TLS the url says +http", 0};
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return {ErrorClass::CONFIG, server + " does not answer in HTTP (" + detail + ")", 0};
    case CURLE_URL_MALFORMAT: return {ErrorClass::CONFIG, "not a usable address: " + server + " (" + detail + ")", 0};
    default: break;
  }
  return {ErrorClass::TRANSPORT, detail + " (" + server + ")", 3};
}

std::string BodySnippet(const std::string &body) {
  constexpr size_t LIMIT = 160;
  std::string text;
  for (const char c : body) {
    if (text.size() >= LIMIT) return text + "...";
    const bool blank = static_cast<unsigned char>(c) <= ' ';
    if (blank && (text.empty() || text.back() == ' ')) continue;
    text += blank || c == 0x7f ? ' ' : c;
  }
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

Failure WrongServer(const HttpReply &reply, const std::string &server_kind) {
  std::string message =
      "this is no " + server_kind + " server: it answered with status " + std::to_string(reply.status);
  if (!reply.content_type.empty()) message += ", " + reply.content_type;
  const std::string snippet = BodySnippet(reply.body.substr(0, 400));
  if (!snippet.empty()) message += ": " + snippet;
  return {ErrorClass::CONFIG, message, 0};
}

std::optional<Failure> StatusFailure(const HttpReply &reply, const std::string &server_kind,
                                     const std::string &credentials) {
  const std::string snippet = BodySnippet(reply.body.substr(0, 400));
  const std::string status = "status " + std::to_string(reply.status);
  const std::string said = snippet.empty() ? status : status + ", " + snippet;
  switch (reply.status) {
    case 401:
    case 403: return Failure{ErrorClass::CONFIG, "the " + credentials + " was refused (" + said + ")", 0};
    case 407: return Failure{ErrorClass::CONFIG, "the proxy wants credentials (" + said + ")", 0};
    case 408:
    case 502:
    case 504: return Failure{ErrorClass::TRANSPORT, said, 3};
    case 413: return Failure{ErrorClass::CAPABILITY, "the statement is too long for the server (" + said + ")", 0};
    case 429:
    case 503: return Failure{ErrorClass::OVERLOADED, "the server is overloaded (" + said + ")", 3};
    default: break;
  }
  if (reply.status >= 300 && reply.status < 400) {
    return Failure{ErrorClass::CONFIG, "the server redirects to " + reply.location + "; name that address instead", 0};
  }
  if (reply.status == 404 || reply.status == 405) return WrongServer(reply, server_kind);
  return std::nullopt;
}

}  // namespace shardite
