#include "fleet/certificate.hpp"

#include <algorithm>
#include <cstdio>

namespace shardite {

std::string CertifiedUrl(const ShardUrl &url) {
  return url.scheme == "sqlite" ? url.text : url.text.substr(0, url.text.find('?'));
}

std::string FingerprintOf(const ShardTable &table) {
  std::string text = {table.is_view ? 'v' : 't', table.strict ? 's' : '-', table.has_rowid ? 'r' : '-'};
  for (const ShardColumn &column : table.columns) {
    text += column.name + '\x01' + column.declared_type + (column.not_null ? '\x02' : '\x03');
  }
  for (const std::string &column : table.primary_key) text += '\x04' + column;
  uint64_t hash = 0xcbf29ce484222325;  // FNV-1a
  for (const char byte : text) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
  char digits[17];
  std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(hash));
  return digits;
}

bool CanBeCertified(const ShardTable &table, bool in_file) {
  return !table.is_view && !table.strict && (in_file || table.has_rowid);
}

bool ApplyCertificate(const ShardCertificate &certificate, const std::optional<FileState> &file,
                      std::vector<ShardTable> &tables) {
  if (certificate.file != file) return false;
  bool any = false;
  for (ShardTable &table : tables) {
    const auto same = [&](const TableCertificate &each) { return each.table == table.name; };
    const auto found = std::find_if(certificate.tables.begin(), certificate.tables.end(), same);
    if (found == certificate.tables.end() || !CanBeCertified(table, file.has_value()) ||
        found->structure != FingerprintOf(table) || found->min_rowid != table.min_rowid ||
        found->max_rowid != table.max_rowid) {
      continue;
    }
    for (ShardColumn &column : table.columns) {
      const auto &certified = found->columns;
      column.certified = column.kind != ColumnKind::ANY &&
                         std::find(certified.begin(), certified.end(), column.name) != certified.end();
      any = any || column.certified;
    }
  }
  return any;
}

}  // namespace shardite
