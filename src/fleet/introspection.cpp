// The first request: what tables a shard has and how they are made.

#include "fleet/introspection.hpp"

#include <algorithm>

#include <simdjson.h>

#include "base/error.hpp"
#include "fleet/suggestion.hpp"

namespace shardite {

namespace {

// pragma_table_list knows what sqlite_schema does not say: STRICT, WITHOUT ROWID, virtual and shadow tables. Its ncol
// is 0 for a view that does not resolve, whose pragma_table_xinfo would fail the whole statement.
constexpr const char *FROM_TABLES =
    " FROM sqlite_schema s JOIN pragma_table_list l ON l.schema = 'main' AND l.name = s.name"
    " WHERE s.type IN ('table', 'view') AND l.type IN ('table', 'view') AND l.ncol > 0"
    " AND substr(lower(s.name), 1, 7) NOT IN ('sqlite_', 'libsql_', '_rqlite')"
    " AND substr(lower(s.name), 1, 11) <> '_litestream'";

// The SQL that made the table; of a view, with that of every collation, since its columns may come from any table. In
// hex where it is not plain ASCII, so that it survives every server's JSON.
constexpr const char *DECLARATION =
    "(SELECT CASE WHEN d.d GLOB '*[^' || char(9, 10, 13) || ' -~]*' THEN hex(d.d) ELSE d.d END FROM (SELECT s.sql ||"
    " CASE s.type WHEN 'view' THEN coalesce((SELECT group_concat(z.sql, char(10)) FROM sqlite_schema z"
    " WHERE instr(lower(z.sql), 'collate') > 0), '') ELSE '' END AS d) d)";

// Collations are not in any pragma: the SQL of what declares one travels, which is rare. A view may take columns from
// any table.
constexpr const char *DESCRIBE_ONE =
    "'name', s.name, 'view', l.type = 'view', 'strict', l.strict, 'without_rowid', l.wr,"
    " 'columns', json((SELECT json_group_array(json_array(c.name, c.type, c.\"notnull\", c.pk))"
    " FROM pragma_table_xinfo(s.name) c WHERE c.hidden <> 1)),"
    " 'indexes', json((SELECT json_group_array(json_array(i.partial, i.origin, json((SELECT json_group_array("
    "CASE WHEN x.coll = 'BINARY' THEN x.name END) FROM pragma_index_xinfo(i.name) x WHERE x.key))))"
    " FROM pragma_index_list(s.name) i)),"
    " 'collating', CASE WHEN l.type = 'view'"
    " THEN (SELECT group_concat(z.sql, char(10)) FROM sqlite_schema z WHERE instr(lower(z.sql), 'collate') > 0)"
    " WHEN instr(lower(s.sql), 'collate') > 0 THEN s.sql END";

// The tokens of SQL text that are words, in lower case; strings, quoted names and comments are skipped, except that a
// quoted name directly after a word is kept, because COLLATE "nocase" is allowed.
class WordReader {
 public:
  explicit WordReader(const std::string &sql) : sql_(sql) {}

  // False at the end of the text. `quoted` tells COLLATE from a column called "collate".
  bool Next(std::string &word, bool &quoted) {
    while (at_ < sql_.size()) {
      const char c = sql_[at_];
      if (c == '-' && Follows("-")) {
        at_ = std::min(sql_.find('\n', at_), sql_.size());
      } else if (c == '/' && Follows("*")) {
        const size_t end = sql_.find("*/", at_ + 2);
        at_ = end == std::string::npos ? sql_.size() : end + 2;
      } else if (c == '\'' || c == '"' || c == '`' || c == '[') {
        word = LowerName(TakeQuoted(c == '[' ? ']' : c));
        return quoted = true;
      } else if (IsWordCharacter(c)) {
        const size_t begin = at_;
        while (at_ < sql_.size() && IsWordCharacter(sql_[at_])) ++at_;
        word = LowerName(sql_.substr(begin, at_ - begin));
        quoted = false;
        return true;
      } else {
        ++at_;
      }
    }
    return false;
  }

 private:
  static bool IsWordCharacter(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c < 0; }
  bool Follows(const char *next) const { return at_ + 1 < sql_.size() && sql_[at_ + 1] == *next; }
  std::string TakeQuoted(char end) {
    std::string name;
    for (++at_; at_ < sql_.size(); ++at_) {
      if (sql_[at_] == end) {
        const bool doubled = end != ']' && at_ + 1 < sql_.size() && sql_[at_ + 1] == end;
        if (!doubled) break;
        ++at_;
      }
      name += sql_[at_];
    }
    ++at_;
    return name;
  }

  const std::string &sql_;
  size_t at_ = 0;
};

bool DeclaresOtherCollation(const std::string &sql) {
  WordReader reader(sql);
  std::string word;
  bool quoted = false, after_collate = false;
  while (reader.Next(word, quoted)) {
    if (after_collate && word != "binary") return true;
    after_collate = word == "collate" && !quoted;
  }
  return false;
}

std::string TextOf(const simdjson::dom::element &element) {
  std::string_view text;
  return element.get(text) == simdjson::SUCCESS ? std::string(text) : "";
}

int64_t NumberOf(const simdjson::dom::element &element) {
  int64_t number = 0;
  return element.get(number) == simdjson::SUCCESS ? number : 0;
}

void ReadColumns(const simdjson::dom::array &columns, ShardTable &table) {
  std::vector<std::pair<int64_t, std::string>> key;
  for (const auto each : columns) {
    const simdjson::dom::array parts = each;
    ShardColumn column;
    column.name = TextOf(parts.at(0));
    column.declared_type = TextOf(parts.at(1));
    column.kind = KindOfDeclaredType(column.declared_type);
    column.not_null = NumberOf(parts.at(2)) != 0;
    if (const int64_t position = NumberOf(parts.at(3)); position > 0) key.emplace_back(position, column.name);
    table.columns.push_back(std::move(column));
  }
  std::sort(key.begin(), key.end());
  for (auto &[position, name] : key) table.primary_key.push_back(std::move(name));
}

// True when one of them is the primary key's: then that key is no alias of the rowid.
bool ReadIndexes(const simdjson::dom::array &indexes, ShardTable &table) {
  bool has_primary = false;
  for (const auto each : indexes) {
    const simdjson::dom::array parts = each;
    ShardIndex index;
    index.partial = NumberOf(parts.at(0)) != 0;
    has_primary = has_primary || TextOf(parts.at(1)) == "pk";
    const simdjson::dom::array columns = parts.at(2);
    for (const auto column : columns) index.columns.push_back(TextOf(column));
    table.indexes.push_back(std::move(index));
  }
  return has_primary;
}

ShardTable ReadTableDescription(const simdjson::dom::element &object) {
  ShardTable table;
  table.name = TextOf(object["name"]);
  table.is_view = NumberOf(object["view"]) != 0;
  table.strict = NumberOf(object["strict"]) != 0;
  const bool without_rowid = NumberOf(object["without_rowid"]) != 0;
  ReadColumns(object["columns"], table);
  const bool has_primary_index = ReadIndexes(object["indexes"], table);
  const std::string collating = TextOf(object["collating"]);
  table.binary_collation = !DeclaresOtherCollation(collating);
  table.declaration = TextOf(object["declaration"]);

  const bool aliases_rowid = !table.is_view && !without_rowid && !has_primary_index && table.primary_key.size() == 1;
  if (aliases_rowid) table.indexes.push_back({table.primary_key, false});
  table.keeps_rowids = aliases_rowid;
  table.has_rowid = !table.is_view && !without_rowid;
  // Since 3.41, SQLite calls what a view computes BLOB where it knows no type.
  for (ShardColumn &column : table.columns) {
    if (table.is_view && column.kind == ColumnKind::BLOB) column.kind = ColumnKind::ANY;
  }
  for (const ShardColumn &column : table.columns) {
    const bool is_alias = aliases_rowid && column.name == table.primary_key[0];
    if (LowerName(column.name) == "rowid" && !is_alias) table.has_rowid = false;
  }
  return table;
}

}  // namespace

std::string TableNamesSql() { return std::string("SELECT json_group_array(s.name)") + FROM_TABLES; }

std::vector<std::string> ParseTableNames(const std::string &json) {
  try {
    simdjson::dom::parser parser;
    std::vector<std::string> names;
    for (const auto name : simdjson::dom::array(parser.parse(json))) names.emplace_back(std::string_view(name));
    return names;
  } catch (const simdjson::simdjson_error &) {
    throw FleetError("the answer is no list of table names");
  }
}

std::string DescribeTablesSql(const std::vector<std::string> &tables) {
  std::string sql = std::string("SELECT json_group_array(json(json_object(") + DESCRIBE_ONE + ", 'declaration', " +
                    DECLARATION + ")))" + FROM_TABLES;
  if (tables.empty()) return sql;
  std::string names;
  for (const std::string &table : tables) names += (names.empty() ? "" : ", ") + QuoteText(LowerName(table));
  return sql + " AND lower(s.name) IN (" + names + ")";
}

std::string StructureSql(const ShardTable &table) {
  if (table.declaration.empty()) return "";
  return std::string(
             "SELECT v.schema_version FROM sqlite_schema s, pragma_schema_version v WHERE s.type IN ('table', ") +
         "'view') AND s.name = " + QuoteText(table.name) + " AND " + DECLARATION + " = " + QuoteText(table.declaration);
}

std::vector<ShardTable> ParseDescribeTables(const std::string &json) {
  try {
    simdjson::dom::parser parser;
    std::vector<ShardTable> tables;
    for (const auto object : simdjson::dom::array(parser.parse(json))) tables.push_back(ReadTableDescription(object));
    return tables;
  } catch (const simdjson::simdjson_error &) {
    throw FleetError("the answer is no description of tables");
  }
}

}  // namespace shardite
