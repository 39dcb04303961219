#pragma once
// Remote SQL for people: one clause on each line, subqueries indented. Only white space changes.

#include <string>

namespace shardite {

/// Text and quoted names are left alone; lines behind the first begin with `indent` spaces and their own depth.
std::string LayOutSql(const std::string &sql, size_t indent);

}  // namespace shardite
