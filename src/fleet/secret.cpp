#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "base/error.hpp"
#include "fleet/fleet_spec.hpp"

namespace shardite {

std::string SecretSource::Read() const {
  std::string secret;
  std::string where;
  if (!environment.empty()) {
    where = "the environment variable " + environment;
    const char *value = std::getenv(environment.c_str());
    if (!value) throw FleetError(where + " is not set, which should hold its secret");
    secret = value;
  } else {
    where = "the secret file " + file;
    std::ifstream stream(file);
    if (!stream || !std::getline(stream, secret)) throw FleetError(where + " cannot be read or is empty");
    if (!secret.empty() && secret.back() == '\r') secret.pop_back();
  }
  if (secret.empty()) throw FleetError(where + " is empty");
  // It goes into an HTTP header: a line break there would be a second header.
  const bool clean = std::all_of(secret.begin(), secret.end(), [](unsigned char c) { return c >= ' ' && c != 127; });
  if (!clean) throw FleetError(where + " holds a control character");
  return secret;
}

}  // namespace shardite
