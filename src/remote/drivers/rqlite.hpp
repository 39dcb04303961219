#pragma once
// The driver of rqlite:// and rqlite+http://, version 8. See docs/drivers.md.

#include <memory>

#include "remote/drivers/http_shard.hpp"
#include "remote/shard_client.hpp"

namespace shardite {

/// Throws FleetError when the password cannot be read or a setting of the url (level, freshness, freshness_strict) is
/// not valid.
std::shared_ptr<ShardClient> MakeRqliteClient(const ShardSpec &shard, const FleetSpec &fleet,
                                              const HttpDrivers &drivers);

}  // namespace shardite
