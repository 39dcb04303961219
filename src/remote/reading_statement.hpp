#pragma once
// Whether a text is one statement that only reads: for statements that a person wrote (shardite_scatter), before they
// go to servers that would carry out anything.

#include <string_view>

namespace shardite {

/// What is said of a statement that is not one.
inline constexpr const char *NOT_READING = "only single statements that read are sent to shards";

/// True for exactly one SELECT, WITH, VALUES or EXPLAIN, or a PRAGMA that describes. What follows WITH may still write:
/// the servers themselves refuse that. Comments and quoted text are skipped as SQLite does.
bool IsOneReadingStatement(std::string_view sql);

/// True for nothing but blanks, comments and semicolons.
bool IsBlankSql(std::string_view sql);

/// Pragmas that describe the database; every other one could change the connection or the file. With an argument only
/// those whose argument is a name ("table_info").
bool IsReadingPragma(std::string_view name, bool has_argument);

}  // namespace shardite
