#include "engine/scan/certificates.hpp"

#include <string_view>

#include "base/error.hpp"
#include "remote/file_state.hpp"

namespace shardite {

Certificates::Certificates(const FleetSpec &spec, std::vector<ShardSchema> &schemas) {
  if (spec.state_path.empty()) return;
  const auto state = ReadFleetState(spec.state_path);
  std::unordered_map<std::string_view, const ShardCertificate *> by_url;
  for (const auto &certificate : state.shards) by_url.emplace(certificate.url, &certificate);
  if (by_url.empty()) return;
  for (size_t shard = 0; shard < schemas.size(); shard++) {
    const auto &url = spec.shards[shard].url;
    const auto found = by_url.find(CertifiedUrl(url));
    if (found == by_url.end()) continue;
    auto held = std::make_unique<Held>();
    if (found->second->file) {
      held->path = url.path;
      held->file = ReadFileState(url.path);
      if (!held->file) continue;
    }
    if (ApplyCertificate(*found->second, held->file, schemas[shard].tables)) held_.emplace(shard, std::move(held));
  }
}

size_t Certificates::VariantOf(const LogicalTable &table, size_t shard) const {
  const auto variant = table.variant_of_shard[shard];
  const auto held = held_.find(shard);
  return held != held_.end() && held->second->is_void ? table.uncertified[variant] : variant;
}

namespace {

// NULL where the table has no rows.
std::optional<int64_t> TakeLast(ResultPage &page) {
  const Cell cell = page.columns.back().At(0);
  const auto number = cell.storage == StorageClass::INTEGER ? std::make_optional(cell.integer) : std::nullopt;
  page.columns.pop_back();
  return number;
}

}  // namespace

bool Certificates::StillHolds(const Held &held, const ShardTable &table, bool packed, ResultPage &page) const {
  bool same_rows = held.file.has_value();
  if (packed) {
    if (page.row_count != 1 || page.columns.size() < 2) return true;  // damaged: the decoder says so
    const auto max = TakeLast(page), min = TakeLast(page);
    same_rows = min == table.min_rowid && max == table.max_rowid;
  }
  // Only now: what was read lies before this, and the file has not changed until now.
  return same_rows && (!held.file || held.file == ReadFileState(held.path));
}

bool Certificates::Confirm(const ShardTable &table, size_t shard, bool packed, ResultPage &page) const {
  const auto held = held_.find(shard);
  if (held == held_.end()) return false;
  if (StillHolds(*held->second, table, packed, page)) return true;
  held->second->is_void = true;
  return false;
}

}  // namespace shardite
