#pragma once
// What the parts of one translation share: the table, what the shards can do, and where a refusal leaves its reason.
// translate.hpp is the outside of it.

#include <optional>
#include <string>
#include <utility>

#include <duckdb.hpp>
#include <duckdb/planner/expression/list.hpp>

#include "engine/translate/translate.hpp"

namespace shardite {

struct Scope {
  const LogicalTable &table;
  const Translator::Resolve &resolve;
  SessionZone zone;
  std::string &reason;
  const Translator::Given &given;

  /// Translator::Value; see expressions.cpp.
  std::optional<Translation> Value(const duckdb::Expression &expr);
  /// A logical column as a value: bare, but for what its collation or a wider type asks for.
  Translation Column(size_t column) const;
  /// A column of any storage class as it is shown: its text.
  Translation TextOfAny(size_t column) const;
  /// Records why, and returns nothing.
  std::nullopt_t Refuse(std::string why) {
    reason = std::move(why);
    return std::nullopt;
  }
};

/// A translation whose witnesses are those of its operands.
template <class... Operands>
Translation Combine(RemoteExpr expr, duckdb::LogicalType type, Encoding encoding, const Operands &...operands) {
  Translation result{std::move(expr), std::move(type), encoding, {}};
  (result.witnesses.insert(result.witnesses.end(), operands.witnesses.begin(), operands.witnesses.end()), ...);
  return result;
}

/// Whether the encoding is a number of ticks since 1970, and then how many nanoseconds one is.
std::optional<int64_t> NanosecondsPerTick(Encoding encoding);

}  // namespace shardite
