// Parsing of shard urls; see ShardUrl in fleet_spec.hpp. No message repeats a url that may hold a secret.

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "base/error.hpp"
#include "fleet/fleet_spec.hpp"
#include "fleet/suggestion.hpp"

namespace shardite {

namespace {

const std::vector<std::string> KNOWN_SCHEMES = {"sqlite", "libsql", "libsql+http", "rqlite", "rqlite+http"};

std::string SchemeOf(const std::string &text) {
  const size_t colon = text.find(':');
  std::string scheme = colon == std::string::npos ? "" : text.substr(0, colon);
  const bool well_formed =
      !scheme.empty() && scheme[0] >= 'a' && scheme[0] <= 'z' && std::all_of(scheme.begin(), scheme.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
      });
  if (!well_formed) {
    throw FleetError("\"" + text + "\" is no shard url: a file is written as \"sqlite:" + text +
                     "\", a server as libsql://host or rqlite://host");
  }
  return scheme;
}

void RefuseForeignScheme(const std::string &scheme) {
  if (scheme == "http" || scheme == "https" || scheme == "ws" || scheme == "wss") {
    throw FleetError("the url's scheme \"" + scheme + "\" does not say what the server speaks: use libsql:// or " +
                     "rqlite:// with TLS, libsql+http:// or rqlite+http:// without");
  }
  if (scheme == "file") throw FleetError("a file is written as sqlite:PATH, not file:PATH");
}

void ParsePort(const std::string &text, ShardUrl &url) {
  int port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port < 1 || port > 65535) {
    throw FleetError("the port of \"" + url.text + "\" must be a number from 1 to 65535");
  }
  url.port = static_cast<uint16_t>(port);
}

void ParseAuthority(const std::string &authority, ShardUrl &url) {
  size_t port_colon = authority.find(':');
  if (!authority.empty() && authority[0] == '[') {  // IPv6, kept with its brackets as HTTP wants it
    const size_t bracket = authority.find(']');
    if (bracket == std::string::npos) throw FleetError("\"" + url.text + "\" lacks the ] after its IPv6 address");
    port_colon = bracket + 1 < authority.size() ? bracket + 1 : std::string::npos;
    if (port_colon != std::string::npos && authority[port_colon] != ':') {
      throw FleetError("\"" + url.text + "\" has something other than a port after its IPv6 address");
    }
  }
  url.host = LowerName(authority.substr(0, port_colon));
  if (port_colon != std::string::npos) ParsePort(authority.substr(port_colon + 1), url);
  const bool printable = std::all_of(url.host.begin(), url.host.end(), [](char c) { return c > ' ' && c < 127; });
  if (url.host.empty() || !printable || url.host.find_first_of("\"'<>\\^`{|}") != std::string::npos) {
    throw FleetError("\"" + url.text + "\" has no valid host");
  }
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string PercentDecoded(const std::string &text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? HexDigit(text[i + 1]) : -1;
    const int low = high >= 0 ? HexDigit(text[i + 2]) : -1;
    if (low < 0) {
      decoded += text[i];
      continue;
    }
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return decoded;
}

// libsql: what the url's query may not hold, because it would be a secret in a file that people share.
void RefuseSecretSetting(const std::string &name) {
  const std::string lower = LowerName(name);
  for (const char *secret : {"authtoken", "auth_token", "token", "jwt", "password", "apikey", "api_key", "key"}) {
    if (lower == secret) {
      throw FleetError("a url must hold no secret (\"" + name +
                       "\"): put it in the environment: token = { env = \"..\" }");
    }
  }
}

void ParseSettings(const std::string &query, ShardUrl &url) {
  size_t at = 0;
  while (at < query.size()) {
    const size_t end = std::min(query.find('&', at), query.size());
    const std::string pair = query.substr(at, end - at);
    at = end + 1;
    if (pair.empty()) continue;
    const size_t equals = pair.find('=');
    const std::string name = PercentDecoded(pair.substr(0, equals));
    RefuseSecretSetting(name);
    const std::string value = equals == std::string::npos ? "" : PercentDecoded(pair.substr(equals + 1));
    if (name.empty() || value.empty() || !url.settings.emplace(name, value).second) {
      throw FleetError("\"" + url.text + "\": every setting after ? must be name=value, each name once");
    }
  }
}

void CheckSettings(const ShardUrl &url) {
  const bool rqlite = url.scheme.rfind("rqlite", 0) == 0;
  if (!rqlite && url.scheme.rfind("libsql", 0) != 0) return;  // another driver knows its own
  const std::vector<std::string> known =
      rqlite ? std::vector<std::string>{"level", "freshness", "freshness_strict"} : std::vector<std::string>{};
  for (const auto &[name, value] : url.settings) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      throw FleetError("\"" + url.text + "\": unknown setting \"" + name + "\"" + DidYouMean(name, known));
    }
    // The server takes an unknown level silently as weak.
    const std::vector<std::string> levels = {"none", "weak", "strong", "linearizable", "auto"};
    if (name == "level" && std::find(levels.begin(), levels.end(), value) == levels.end()) {
      throw FleetError("\"" + url.text + "\": level must be none, weak, strong, linearizable or auto" +
                       DidYouMean(value, levels));
    }
  }
}

void ParsePath(const std::string &path, ShardUrl &url) {
  const bool libsql = url.scheme.rfind("libsql", 0) == 0;
  const bool rqlite = url.scheme.rfind("rqlite", 0) == 0;
  if (path.empty() || path == "/") return;
  const std::string prefix = "/dev/";
  if (libsql && path.rfind(prefix, 0) == 0) {
    url.name_space = path.substr(prefix.size());
    if (!url.name_space.empty() && url.name_space.back() == '/') url.name_space.pop_back();
    const bool plain = std::all_of(url.name_space.begin(), url.name_space.end(), [](unsigned char c) {
      return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.' || c == '%';
    });
    if (url.name_space.empty() || !plain) throw FleetError("\"" + url.text + "\": /dev/ needs a namespace's name");
    return;
  }
  if (libsql) throw FleetError("\"" + url.text + "\": only /dev/NAMESPACE may follow the host");
  if (rqlite) throw FleetError("\"" + url.text + "\": nothing but settings may follow the host");
  url.path = path;
}

ShardUrl ParseFileUrl(ShardUrl url, const std::string &base) {
  const std::string file = url.text.substr(url.scheme.size() + 1);
  if (file.empty()) throw FleetError("\"" + url.text + "\" names no file");
  if (file == ":memory:") throw FleetError("\"" + url.text + "\": a database in memory cannot be a shard");
  const std::filesystem::path path(file);
  url.path =
      (path.is_absolute() || base.empty() ? path : std::filesystem::path(base) / path).lexically_normal().string();
  return url;
}

}  // namespace

ShardUrl ParseShardUrl(const std::string &text, const std::string &base) {
  ShardUrl url;
  // Before the text can get into any message: user:password@ is a secret.
  const size_t slashes = text.find("://");
  if (text.rfind("sqlite:", 0) != 0) {
    // Anywhere in a url with slashes, since a password that was pasted as it is may hold the other delimiters.
    const size_t end = slashes == std::string::npos ? text.find_first_of("/?#") : text.size();
    if (text.substr(0, end).find('@') != std::string::npos) {
      throw FleetError("a url must hold no user or password: use user = \"..\" and password = { env = \"..\" }");
    }
    const size_t question = text.find('?');
    if (question != std::string::npos) {
      ShardUrl nameless;
      nameless.text = text.substr(0, question);
      ParseSettings(text.substr(question + 1), nameless);
      url.settings = nameless.settings;
    }
  }
  url.text = text;
  url.scheme = SchemeOf(text);
  RefuseForeignScheme(url.scheme);
  if (url.scheme == "sqlite") return ParseFileUrl(std::move(url), base);
  if (slashes != url.scheme.size()) {
    throw FleetError("\"" + text + "\" is no shard url: a server is written as " + url.scheme + "://host" +
                     DidYouMean(url.scheme, KNOWN_SCHEMES));
  }
  if (text.find('#') != std::string::npos) throw FleetError("\"" + text + "\": a url has no #");
  const size_t begin = slashes + 3;
  const size_t authority_end = std::min(text.find_first_of("/?", begin), text.size());
  const size_t path_end = std::min(text.find('?', authority_end), text.size());
  ParseAuthority(text.substr(begin, authority_end - begin), url);
  url.tls = url.scheme == "libsql" || url.scheme == "rqlite";
  ParsePath(text.substr(authority_end, path_end - authority_end), url);
  CheckSettings(url);
  return url;
}

}  // namespace shardite
