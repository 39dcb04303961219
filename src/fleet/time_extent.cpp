#include "fleet/time_extent.hpp"

#include <algorithm>

#include "fleet/suggestion.hpp"

namespace shardite {

namespace {

constexpr const char *CHEAP_ROWID_SPAN = "100000";
constexpr size_t MOST_LEADING = 2;
constexpr int MOST_KEYS = 1000;  // each costs two look-ups in the index

// How many columns stand before `column` in the index that serves it best; nullopt: none serves.
std::optional<std::vector<std::string>> LeadingColumns(const ShardTable &table, const std::string &column) {
  std::optional<std::vector<std::string>> best;
  for (const ShardIndex &index : table.indexes) {
    const auto at = std::find_if(index.columns.begin(), index.columns.end(),
                                 [&](const std::string &name) { return LowerName(name) == LowerName(column); });
    const std::vector<std::string> leading(index.columns.begin(), at);
    const bool plain = std::none_of(leading.begin(), leading.end(), [](const auto &name) { return name.empty(); });
    if (index.partial || at == index.columns.end() || !plain || leading.size() > MOST_LEADING) continue;
    // Hopping compares keys by the column's collation, which may not be the index's. The time itself is compared by
    // bytes, as the index sorts it.
    if (!leading.empty() && !table.binary_collation) continue;
    if (!best || leading.size() < best->size()) best = leading;
  }
  return best;
}

std::string KeysName(size_t n) { return "shardite_keys_" + std::to_string(n); }
std::string KeyName(size_t n) { return "k" + std::to_string(n); }

// t.a IS keys.k1 AND t.b IS keys.k2: names are qualified, because the table may have a column k1 itself.
std::string SameKeys(const std::vector<std::string> &leading, size_t count, const std::string &keys) {
  std::string same;
  for (size_t n = 1; n <= count; ++n) {
    same += (n > 1 ? " AND t." : "t.") + QuoteName(leading[n - 1]) + " IS " + keys + "." + KeyName(n);
  }
  return same.empty() ? "1" : same;
}

// The distinct keys before the time column, found by hopping from one to the next: with keys_N(i, k1, .., kN). Step 0
// is the key NULL, which no comparison would reach; the step after the last key is NULL again and does no harm.
std::string KeysSql(const std::string &from, const std::vector<std::string> &leading) {
  std::string sql = "WITH RECURSIVE ", earlier;
  for (size_t n = 1; n <= leading.size(); ++n) {
    const std::string keys = KeysName(n), key = KeyName(n), value = "t." + QuoteName(leading[n - 1]);
    const std::string next = "SELECT min(" + value + ")" + from + " WHERE " + SameKeys(leading, n - 1, keys);
    sql += (n > 1 ? ", " : "") + keys + "(i, " + earlier + key + ") AS (SELECT 0, " + earlier + "NULL";
    if (n > 1) sql += " FROM " + KeysName(n - 1);
    sql += " UNION ALL SELECT i + 1, " + earlier + "CASE WHEN i = 0 THEN (" + next + ") ELSE (" + next + " AND " +
           value + " > " + keys + "." + key + ") END FROM " + keys + " WHERE i = 0 OR " + key + " IS NOT NULL LIMIT " +
           std::to_string(MOST_KEYS + 1) + ")";
    earlier += key + ", ";
  }
  return sql + " ";
}

std::string HoppingExtent(const std::string &from, const std::string &value, const std::vector<std::string> &leading,
                          const std::string &aggregate) {
  const std::string keys = KeysName(leading.size());
  return KeysSql(from, leading) + "SELECT " + aggregate + "((SELECT " + aggregate + "(" + value + ")" + from +
         " WHERE " + SameKeys(leading, leading.size(), keys) + ")) AS v FROM " + keys;
}

}  // namespace

TimeExtentSql MakeTimeExtentSql(const ShardTable &table, const std::string &column,
                                std::string (*pack)(const std::string &query)) {
  const std::string from = " FROM " + QuoteName(table.name) + " t";
  const std::string value = "t." + QuoteName(column) + " COLLATE BINARY";
  const std::string small = !table.has_rowid ? "0"
                                             : "coalesce((SELECT max(t.rowid)" + from + ") - (SELECT min(t.rowid)" +
                                                   from + "), 0) <= " + CHEAP_ROWID_SPAN;
  // Two queries, because SQLite answers min(x), max(x) together by a full scan even where an index would serve each.
  TimeExtentSql sql;
  sql.first = pack("SELECT min(" + value + ") AS v" + from);
  sql.last = pack("SELECT max(" + value + ") AS v" + from);
  sql.cheap = small;
  const auto leading = LeadingColumns(table, column);
  if (leading && leading->empty()) sql.cheap = "1";
  if (!leading || leading->empty()) return sql;
  const std::string few = "(" + KeysSql(from, *leading) + "SELECT count(*) FROM " + KeysName(leading->size()) +
                          ") <= " + std::to_string(MOST_KEYS);
  const auto either = [&](const std::string &scan, const char *aggregate) {
    return "CASE WHEN " + small + " THEN " + scan + " WHEN " + few + " THEN " +
           pack(HoppingExtent(from, value, *leading, aggregate)) + " ELSE " + scan + " END";
  };
  sql.first = either(sql.first, "min");
  sql.last = either(sql.last, "max");
  sql.cheap = "(" + small + " OR " + few + ")";
  return sql;
}

}  // namespace shardite
