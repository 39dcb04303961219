// Where a shard is. A url that was refused as one that holds a password is not repeated in the message.

#include "base/error.hpp"
#include "fleet/fleet_reader.hpp"
#include "test/fuzz/fuzz_target.hpp"

namespace shardite::test {
namespace {

void Run(std::string_view input) {
  try {
    const auto url = ParseShardUrl(std::string(input), "/base");
    Require(!url.scheme.empty(), "a url has a scheme");
    Require(url.scheme == "sqlite" || !url.host.empty(), "a server has a host");
    Require(url.host.find('@') == std::string::npos, "a host holds no credentials");
    (void)ShortName(url);
    (void)DatabaseOf(url);
  } catch (const FleetError &error) {
    const bool secret = input.find("://") != std::string_view::npos && input.find("hunter2@") != std::string_view::npos;
    const bool file = input.starts_with("sqlite:");
    Require(!secret || file || std::string(error.what()).find("hunter2") == std::string::npos, "a password is told");
  }
}

}  // namespace

FuzzTarget ShardUrlTarget() {
  return {
      "shard_url",
      Run,
      {"sqlite:a/b.db", "sqlite:/abs/olute.db", "libsql://db.example.com", "libsql+http://[::1]:8080/dev/name%20space",
       "rqlite://10.0.0.7:4001?level=none&freshness=1s&freshness_strict=true", "libsql://me:hunter2@host:1/dev/x"},
      {"://", ":", "@", "/dev/", "?", "&", "=", "%", "%2F", "[", "]", "..", "+http", "65536", "#", "\n", "\\"}};
}

}  // namespace shardite::test
