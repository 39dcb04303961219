#pragma once
// The certificates that held when the fleet was attached, and whether they still do: each page that relies on one is
// confirmed after it has been read. So rows that changed since attaching cost one more request, never a wrong answer;
// what a server cannot tell, docs/fleet-file.md names. Safe from any thread once attached.

#include <atomic>
#include <memory>
#include <optional>
#include <unordered_map>

#include "fleet/certificate.hpp"
#include "remote/introspect.hpp"
#include "remote/result_page.hpp"

namespace shardite {

class Certificates {
 public:
  Certificates() = default;
  /// Reads the fleet's state and marks the columns of `schemas` (by shard) for which a certificate holds. Throws
  /// FleetError for a state that cannot be understood.
  Certificates(const FleetSpec &spec, std::vector<ShardSchema> &schemas);

  /// The variant to ask a shard by: its own, or, once its certificate has turned out void, that without certificates.
  size_t VariantOf(const LogicalTable &table, size_t shard) const;

  /// Whether a page that relies on a certificate could: takes from a packed page what tells so (RemoteQuery). False
  /// makes the shard's certificates void.
  bool Confirm(const ShardTable &table, size_t shard, bool packed, ResultPage &page) const;

 private:
  struct Held {
    std::string path;               // of a file
    std::optional<FileState> file;  // absent: a server
    std::atomic<bool> is_void{false};
  };
  bool StillHolds(const Held &held, const ShardTable &table, bool packed, ResultPage &page) const;

  std::unordered_map<size_t, std::unique_ptr<Held>> held_;  // by shard
};

}  // namespace shardite
