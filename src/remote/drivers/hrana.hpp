#pragma once
// The driver of libsql:// and libsql+http://: sqld and Turso, by Hrana 3 over HTTP. See docs/drivers.md.

#include <memory>

#include "remote/drivers/http_shard.hpp"
#include "remote/shard_client.hpp"

namespace shardite {

/// Throws FleetError when the token cannot be read or the url carries settings (there are none).
std::shared_ptr<ShardClient> MakeHranaClient(const ShardSpec &shard, const FleetSpec &fleet,
                                             const HttpDrivers &drivers);

}  // namespace shardite
