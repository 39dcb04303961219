#pragma once
// Whether what `shardite check` has certified still holds, as far as attaching can tell: what it asks every shard
// anyway is compared with what was certified. A void certificate is not used, and nothing else: the proofs come back.

#include <optional>
#include <string>
#include <vector>

#include "fleet/fleet_state.hpp"
#include "fleet/schema.hpp"

namespace shardite {

/// A shard's url as certificates name it: as written, without the driver's settings.
std::string CertifiedUrl(const ShardUrl &url);

/// Equal for tables that are declared alike, but for their indexes: 16 hexadecimal digits.
std::string FingerprintOf(const ShardTable &table);

/// Whether a table's certificate can be found void once its rows have changed: a file tells of every change. On a
/// server the smallest and largest rowid must do, so a view or a table without rowids has none.
bool CanBeCertified(const ShardTable &table, bool in_file);

/// Marks the columns that the certificate vouches for. `file`: the shard's file as it is now; nullopt for a server, or
/// where it cannot be told. Returns whether any is marked.
bool ApplyCertificate(const ShardCertificate &certificate, const std::optional<FileState> &file,
                      std::vector<ShardTable> &tables);

}  // namespace shardite
