#pragma once
// What the shards' tables look like, and how many differing ones become one logical table: columns are united by
// name, old shards lack some, types widen only without loss. Shards with equal tables share a variant, so that SQL is
// rendered once per variant.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "fleet/fleet_spec.hpp"
#include "fleet/slice.hpp"
#include "sqlite/value.hpp"

namespace shardite {

/// How a column's values are stored and read. The first four are single storage classes (or NULL), which every page
/// and partial proves unless the table is STRICT.
enum class ColumnKind {
  INTEGER,
  REAL,  // INTEGER values are allowed where they are exact as double (|x| <= 2^53)
  TEXT,
  BLOB,
  BOOLEAN,  // stored as INTEGER 0 or 1
  ANY,      // no or an ambiguous declared type (NUMERIC, DATE, ANY): shown as the value's text, never computed with
};
const char *ColumnKindName(ColumnKind kind);  // "INTEGER", "REAL", ...

/// By SQLite's affinity rules, refined: BOOL.. is BOOLEAN; NUMERIC, DECIMAL, DATE.. and no type are ANY.
ColumnKind KindOfDeclaredType(const std::string &declared_type);

/// One column as a shard has it.
struct ShardColumn {
  std::string name;
  std::string declared_type;
  ColumnKind kind = ColumnKind::ANY;
  bool not_null = false;
  bool certified = false;  // every value is NULL or of the kind's own storage class (certificate.hpp)
  bool operator==(const ShardColumn &) const = default;
};

struct ShardIndex {
  std::vector<std::string> columns;  // leading to trailing; "" for an expression or a collation other than BINARY
  bool partial = false;
  bool operator==(const ShardIndex &) const = default;
};

/// One table (or view) as a shard has it: what introspection returns.
struct ShardTable {
  std::string name;
  std::vector<ShardColumn> columns;
  bool is_view = false;
  bool strict = false;
  bool has_rowid = true;  // the name rowid means the rowid: not in WITHOUT ROWID tables, views, or where it is a column
  bool keeps_rowids = false;             // an INTEGER PRIMARY KEY; else VACUUM may number the rows anew
  bool binary_collation = true;          // false: some column is declared with another COLLATE
  std::vector<ShardIndex> indexes;       // an INTEGER PRIMARY KEY is one too
  std::vector<std::string> primary_key;  // its columns in order; empty: none declared
  std::string declaration;               // what StructureSql compares; empty: not known
  // Facts about the rows, not part of a variant:
  std::optional<int64_t> min_rowid, max_rowid;  // absent: no rowid or no rows
  std::optional<int64_t> row_count;             // only where it was counted (discover, check)
  std::optional<int64_t> min_time, max_time;    // ns since 1970; only where measured (see introspection.hpp)
  bool time_measured = false;  // false: min_time, max_time are unknown; true without them: no row has one
  bool time_is_cheap = false;  // attaching measures the time
  SqliteValue stored_min_time, stored_max_time;  // the same as stored, NULL where not measured
  SqliteValue sample_time;                       // of one recent row: shows the unit even where measuring costs much
  std::optional<int64_t> null_times;             // rows whose time is NULL; only where it was counted
};

/// A column of the logical table.
struct TableColumn {
  std::string name;
  ColumnKind kind = ColumnKind::ANY;
  std::string sql_type;  // a DuckDB type from the fleet file (or known of OpenTelemetry); "": by kind
};

/// How one group of equal shard tables supplies the logical columns.
struct SchemaVariant {
  struct Source {
    bool present = false;  // false: NULL
    std::string name;      // as the shard spells it (SQLite's names ignore case)
    ColumnKind kind = ColumnKind::ANY;
    bool has_affinity = false;  // SQLite makes new values of the kind where it can: a table's column, declared so
    bool certified = false;     // it is of the logical column's kind, and needs no proof of it
    bool operator==(const Source &) const = default;
  };
  std::vector<Source> sources;  // one per logical column
  bool Certifies(size_t column) const { return sources[column].certified; }
  bool CertifiesAny() const;
  /// Some index of all rows has the column first.
  bool BeginsAnIndex(size_t column) const;
  bool strict = false;
  bool has_rowid = true;
  bool binary_collation = true;
  std::vector<ShardIndex> indexes;
  bool operator==(const SchemaVariant &) const = default;
};

/// The table as SQL sees it, over all shards that have it.
struct LogicalTable {
  TableSpec spec;  // with unit and type filled in
  std::vector<TableColumn> columns;
  std::optional<size_t> time_column;  // index into columns
  std::vector<SchemaVariant> variants;
  std::vector<size_t> uncertified;  // of each variant: the one that is equal but for certifying nothing
  static constexpr size_t NO_VARIANT = static_cast<size_t>(-1);
  std::vector<size_t> variant_of_shard;  // by shard index in the fleet; NO_VARIANT: the shard lacks the table
};

/// The effective slice of every shard, for SliceIndex: the declared slice widened by the table's lateness and by the
/// times that were measured, so that late rows are never lost. A clamped shard keeps exactly its slice; without a time
/// column every slice is open. Rows whose time is NULL meet no bounded time filter, so they need no slice.
std::vector<Slice> EffectiveSlices(const LogicalTable &table, const std::vector<ShardSpec> &shards,
                                   const std::vector<std::optional<ShardTable>> &tables);

/// Unites the tables of all shards. `tables[i]` belongs to `shards[i]`, nullopt where the shard has no such table.
/// Throws FleetError: a type conflict (naming both shards and both types), a missing time column (naming the shard),
/// a time column whose type cannot hold the declared unit.
LogicalTable Reconcile(const TableSpec &spec, const std::vector<ShardSpec> &shards,
                       const std::vector<std::optional<ShardTable>> &tables);

}  // namespace shardite
