#include "fleet/storage_check.hpp"

namespace shardite {

namespace {

// True (1) for a value that its column's kind does not expect; never NULL, so that it can be summed.
std::string Unexpected(const std::string &column, ColumnKind kind, bool in_view) {
  const std::string type = "typeof(" + column + ")";
  switch (kind) {
    case ColumnKind::INTEGER: return type + " NOT IN ('null', 'integer')";
    case ColumnKind::TEXT: return type + " NOT IN ('null', 'text')";
    case ColumnKind::BLOB: return type + " NOT IN ('null', 'blob')";
    case ColumnKind::REAL:
      if (!in_view) return type + " NOT IN ('null', 'real')";
      return "CASE " + type + " WHEN 'null' THEN 0 WHEN 'real' THEN 0 WHEN 'integer' THEN " + column +
             " NOT BETWEEN -9007199254740992 AND 9007199254740992 ELSE 1 END";
    case ColumnKind::BOOLEAN:
      return "CASE " + type + " WHEN 'null' THEN 0 WHEN 'integer' THEN " + column + " NOT IN (0, 1) ELSE 1 END";
    case ColumnKind::ANY: break;
  }
  return "0";
}

}  // namespace

std::vector<ShardColumn> ColumnsToCertify(const ShardTable &table) {
  std::vector<ShardColumn> columns;
  if (table.strict) return columns;
  for (const ShardColumn &column : table.columns) {
    if (column.kind != ColumnKind::ANY) columns.push_back(column);
  }
  return columns;
}

std::string CountUnexpectedSql(const ShardTable &table, const std::vector<ShardColumn> &columns) {
  std::string sql = "SELECT count(*), ";
  sql += table.has_rowid ? "min(t.rowid), max(t.rowid)" : "0, 0";
  for (const ShardColumn &column : columns) {
    sql += ", coalesce(sum(" + Unexpected("t." + QuoteName(column.name), column.kind, table.is_view) + "), 0)";
  }
  return sql + " FROM " + QuoteName(table.name) + " t";
}

}  // namespace shardite
