#pragma once
// What functions of JSON are given: a document, and a key or path into it. Nothing of it is SQLite's until the path is
// spelled so that all its versions read the same.

#include <optional>
#include <string>

#include "engine/translate/scope.hpp"

namespace shardite {

/// The subject of every witness that counts documents which SQLite and DuckDB do not understand alike.
inline constexpr const char *READ_DIFFERENTLY = "JSON that SQLite and DuckDB read differently";

/// The document, which is TEXT on the shard. A cast to JSON falls away: whatever it refuses is malformed for the
/// function too.
std::optional<Translation> JsonDocument(Scope &scope, const duckdb::Expression &expr);

/// DuckDB's key or path as a SQLite path with every key quoted ('$."http.route"[0]'): SQLite before 3.41 splits an
/// unquoted key at its dots. nullopt for pointers, wildcards, negative indexes and keys with quotes or backslashes.
std::optional<std::string> SqliteJsonPath(const duckdb::Value &key);

}  // namespace shardite
