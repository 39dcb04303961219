#include "remote/http_failure.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <curl/curl.h>

namespace shardite {

namespace {

// For a certificate that is sound but signed by nobody known: "unable to get local issuer certificate",
// "self-signed certificate in certificate chain".
std::string Advice(const std::string &detail) {
  const bool unknown_signer =
      detail.find("issuer") != std::string::npos || detail.find("self-signed") != std::string::npos;
  return unknown_signer ? "; \"ca\" of [server] in the fleet file, or SSL_CERT_FILE, names a private authority" : "";
}

// Of the UTF-8 character that the text begins with; 0 where it begins with none, or with a control character beyond
// ASCII, which terminals obey.
size_t CharacterLength(std::string_view text) {
  const auto byte = [&](size_t at) { return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U; };
  const size_t length = byte(0) < 0x80 ? 1 : byte(0) < 0xc2 ? 0 : byte(0) < 0xe0 ? 2 : byte(0) < 0xf0 ? 3 : 4;
  if (byte(0) > 0xf4 || (byte(0) == 0xc2 && byte(1) < 0xa0)) return 0;
  const bool out_of_range = (byte(0) == 0xe0 && byte(1) < 0xa0) || (byte(0) == 0xed && byte(1) > 0x9f) ||
                            (byte(0) == 0xf0 && byte(1) < 0x90) || (byte(0) == 0xf4 && byte(1) > 0x8f);
  if (out_of_range) return 0;
  for (size_t i = 1; i < length; i++) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  return length;
}

// "https://user:word@host/path?key=1" as "https://host/path".
std::string WithoutSecrets(std::string url) {
  url.erase(std::min(url.find_first_of("?#"), url.size()));
  const size_t slashes = url.find("//");
  const size_t host = slashes == std::string::npos ? 0 : slashes + 2;
  const size_t at = url.rfind('@', url.find('/', host));
  if (at != std::string::npos && at > host) url.erase(host, at + 1 - host);
  return url;
}

// libcurl quotes a proxy's address as the environment has it: "'http://user:word@proxy:1'" as "'http://proxy:1'".
std::string WithoutLogin(std::string text) {
  const size_t slashes = text.find("//");
  const size_t at = text.rfind('@');  // a word may hold any character
  if (slashes != std::string::npos && at != std::string::npos && at > slashes)
    text.erase(slashes + 2, at - slashes - 1);
  return text;
}

// "Failed to connect to proxy port 3128 after ..", where the server is another host.
std::string ThroughProxy(const std::string &detail, const std::string &server) {
  const std::string host = server.substr(0, server.rfind(':'));
  const bool other = detail.starts_with("Failed to connect to ") && detail.find(host) == std::string::npos;
  return other ? " through the proxy of the environment (" + detail + ")" : "";
}

bool IsCutOffJson(const std::string &body) {
  const size_t last = body.find_last_not_of(" \t\r\n");
  return body.starts_with('{') && body[last] != '}';
}

}  // namespace

Failure TransferFailure(int curl_code, long os_error, const std::string &curl_text, const std::string &server) {
  const std::string detail =
      WithoutLogin(curl_text.empty() ? curl_easy_strerror(static_cast<CURLcode>(curl_code)) : curl_text);
  switch (curl_code) {
    case CURLE_COULDNT_CONNECT:
      if (os_error == ECONNREFUSED)
        return {ErrorClass::TRANSPORT, "connection refused to " + server + ThroughProxy(detail, server), 3};
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
      return {ErrorClass::CONFIG,
              "the TLS certificate of " + server + " is not trusted (" + detail + ")" + Advice(detail), 0};
    case CURLE_SSL_CACERT_BADFILE:
      return {ErrorClass::CONFIG, "the authorities that \"ca\" or SSL_CERT_FILE names cannot be read (" + detail + ")",
              0};
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

std::string OneLine(std::string_view text, size_t limit) {
  std::string line;
  while (!text.empty()) {
    if (line.size() >= limit) return line + "...";
    const size_t length = CharacterLength(text);
    const auto byte = static_cast<unsigned char>(text.front());
    const bool blank = length == 1 && (byte <= ' ' || byte == 0x7f);
    if (length == 0) {
      line += '?';
    } else if (!blank) {
      line += text.substr(0, length);
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
    text.remove_prefix(std::max<size_t>(length, 1));
  }
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

std::string BodySnippet(const std::string &body) { return OneLine(body, 160); }

Failure WrongServer(const HttpReply &reply, const std::string &server_kind) {
  std::string message =
      "this is no " + server_kind + " server: it answered with status " + std::to_string(reply.status);
  if (!reply.content_type.empty()) message += ", " + reply.content_type;
  const std::string snippet = BodySnippet(reply.body);
  if (!snippet.empty()) message += ": " + snippet;
  return {ErrorClass::CONFIG, message, 0};
}

Failure UnreadableReply(const HttpReply &reply, const std::string &server_kind) {
  if (reply.status >= 500) {
    const std::string snippet = BodySnippet(reply.body);
    return {ErrorClass::TRANSPORT, "status " + std::to_string(reply.status) + (snippet.empty() ? "" : ", " + snippet),
            3};
  }
  if (reply.status == 200 && IsCutOffJson(reply.body)) return {ErrorClass::TRANSPORT, "the answer was cut off", 3};
  return WrongServer(reply, server_kind);
}

std::optional<Failure> StatusFailure(const HttpReply &reply, const std::string &server_kind,
                                     const std::string &credentials) {
  const std::string snippet = BodySnippet(reply.body);
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
    return Failure{ErrorClass::CONFIG,
                   "the server redirects to " + WithoutSecrets(reply.location) + "; name that address instead", 0};
  }
  if (reply.status == 404 || reply.status == 405) return WrongServer(reply, server_kind);
  return std::nullopt;
}

}  // namespace shardite
