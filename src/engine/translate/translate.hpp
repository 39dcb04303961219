#pragma once
// DuckDB's bound expressions to SQLite's, or not at all. Every translation is exact, or (filters only) a superset, or
// refused with a reason; design: semantics.md. Gate on the bound expression, never on a name alone.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <duckdb.hpp>
#include <duckdb/planner/expression.hpp>

#include "fleet/schema.hpp"
#include "fleet/slice.hpp"
#include "sqlite/remote_query.hpp"

namespace shardite {

/// How SQLite holds a value of a DuckDB type, in a column or as the result of an expression. Ticks become the column's
/// type as DuckDB's casts between its timestamp types would: finer ones are divided toward zero, coarser ones
/// multiplied (an overflow is an error), and +-(2^63-1) is +-infinity in every unit.
enum class Encoding {
  INTEGER,  // every integer type up to 64 bits
  BOOLEAN,  // INTEGER 0 or 1
  REAL,     // DOUBLE (never NaN)
  TEXT,     // VARCHAR
  BLOB,     // BLOB
  TICKS_NS,
  TICKS_US,
  TICKS_MS,
  TICKS_S,       // TIMESTAMP_NS / TIMESTAMP / TIMESTAMPTZ as INTEGER since 1970
  REAL_SECONDS,  // the same as REAL seconds
  ISO8601,       // the same as TEXT
  DAYS,          // DATE as INTEGER days since 1970
  ANY_TEXT,      // VARCHAR from any storage class: the value's own text
  CAST_TEXT,     // any other DuckDB type, cast from JSON text on arrival (lists, structs, ...)
};

/// How a logical column is stored and shown.
Encoding EncodingOf(const LogicalTable &table, size_t column);
duckdb::LogicalType SqlTypeOf(const LogicalTable &table, size_t column);

/// The packing that keeps values of this encoding unchanged.
Packing PackingOf(Encoding encoding);

struct Translation {
  RemoteExpr expr;
  duckdb::LogicalType type;
  Encoding encoding = Encoding::INTEGER;
  /// What must hold on every row for the value to be exact, beyond the storage classes of its columns (overflow, ...).
  std::vector<RemoteQuery::Witness> witnesses;
  /// |value| never exceeds it; 0: not known. Saves witnesses against overflow.
  int64_t bound = 0;
};

struct FilterTranslation {
  RemoteExpr expr;
  bool exact = false;  // false: a superset, the local filter must stay
  /// Not empty: exact after all in a query that carries these, because `expr` lets every row pass that violates one.
  std::vector<RemoteQuery::Witness> witnesses;
};

/// What is known of the session's time zone: casts between TIMESTAMP and TIMESTAMPTZ depend on it.
enum class SessionZone { UNKNOWN, UTC };

/// What the shards go through for an UNNEST: see RemoteQuery::each.
struct JsonMembers {
  RemoteExpr document;
  Translation element;         // the value that the UNNEST gives
  RemoteQuery::Witness stray;  // holds of the one member that stands in for a document not to be read by SQLite
  /// Of the positions in a list column, range(1, len(list) + 1): the column, and what list[element] is.
  std::optional<size_t> list = std::nullopt;
  std::optional<Translation> value = std::nullopt;
};

class Translator {
 public:
  /// `resolve` maps a column reference to a logical column; nullopt for anything else (a virtual column).
  /// What servers may lack is no matter here: RemoteExpr::Either offers both forms.
  using Resolve = std::function<std::optional<size_t>(const duckdb::Expression &)>;
  /// What else is a value on the shards, such as the members that an UNNEST gives; nullopt for anything unknown.
  using Given = std::function<std::optional<Translation>(const duckdb::Expression &)>;
  Translator(const LogicalTable &table, Resolve resolve, SessionZone zone = SessionZone::UNKNOWN, Given given = {})
      : table_(table), resolve_(std::move(resolve)), zone_(zone), given_(std::move(given)) {}

  /// The same value, type and NULLs for every row; nullopt, with a reason recorded, when that is not certain.
  std::optional<Translation> Value(const duckdb::Expression &expr);
  /// The members that UNNEST(list) gives; nullopt with a reason.
  std::optional<JsonMembers> Members(const duckdb::Expression &list);
  /// A condition for WHERE: true wherever `expr` is true; exact when also never true elsewhere.
  std::optional<FilterTranslation> Filter(const duckdb::Expression &expr);
  /// Every instant of the time column at which `filter` can be true (rows with a NULL time never satisfy a bounded
  /// set). All() when the filter says nothing of time.
  TimeSet Times(const duckdb::Expression &filter);
  /// For an expression that never falls while the time column rises, such as a bucket of time: the slice of all
  /// instants that have a value in common with an instant of the given one. nullopt for any other expression.
  using Widening = std::function<Slice(const Slice &)>;
  std::optional<Widening> WideningOf(const duckdb::Expression &expr);

  /// Why the last Value or Filter was refused or only a superset: "upper(): Unicode rules differ from SQLite's ASCII".
  const std::string &Reason() const { return reason_; }

 private:
  const LogicalTable &table_;
  Resolve resolve_;
  SessionZone zone_;
  Given given_;
  std::string reason_;
};

}  // namespace shardite
