#pragma once
// An expression that a shard evaluates, as a value type: built by engine/translate, written as SQL by Deparse. Columns
// are numbers of the logical table; how a shard spells one (or that it lacks it) is known only when it is rendered.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sqlite/capabilities.hpp"
#include "sqlite/value.hpp"

namespace shardite {

class RemoteExpr;

/// What can be asked of a place in a JSON document. The document must be valid where another part than VALID is asked;
/// without a value there, those are NULL.
enum class JsonPart {
  VALID,  // whether the document is; asked only to guard the others
  TYPE,   // json_type()
  VALUE,  // json_extract()
  TEXT,   // the value as JSON, by the operator ->
};

/// A place in JSON documents, and a name for its TEXT (NULL without one) where that has been computed.
struct JsonPlace;

/// What json_each() tells of a member of an object or an array.
enum class MemberPart {
  KEY,    // TEXT in an object; in an array the INTEGER position, from 0
  VALUE,  // as SQLite reads it: a REAL for an integer beyond 64 bits, text for what is nested
  TYPE,   // as json_type() calls it
};

class RemoteExpr {
 public:
  static RemoteExpr Column(size_t logical_column);
  /// Of a query that goes through the members of a JSON document: see RemoteQuery::each.
  static RemoteExpr Member(MemberPart part);
  static RemoteExpr Literal(SqliteValue value);
  static RemoteExpr Integer(int64_t value) { return Literal(value); }
  static RemoteExpr Text(std::string value) { return Literal(SqliteText{std::move(value)}); }
  static RemoteExpr Null() { return Literal(std::monostate{}); }
  /// (left op right); op is SQL text such as "+", "<=", "IS NOT", "AND", "GLOB".
  static RemoteExpr Infix(std::string op, RemoteExpr left, RemoteExpr right);
  /// (op operand): "NOT", "-", "~".
  static RemoteExpr Prefix(std::string op, RemoteExpr operand);
  /// (operand op): "IS NULL", "COLLATE BINARY".
  static RemoteExpr Postfix(RemoteExpr operand, std::string op);
  /// name(arguments); the name is one of ours, never a user's.
  static RemoteExpr Call(std::string name, std::vector<RemoteExpr> arguments);
  /// CAST(operand AS type).
  static RemoteExpr Cast(RemoteExpr operand, std::string type);
  /// CASE WHEN c1 THEN r1 ... ELSE e END; branches alternate condition and result, the last is ELSE (may be Null()).
  static RemoteExpr Case(std::vector<RemoteExpr> branches);
  /// operand IN (list).
  static RemoteExpr In(RemoteExpr operand, std::vector<RemoteExpr> list);
  /// operand IN (SELECT value FROM json_each('json')), json an array: see value_list.hpp.
  static RemoteExpr InJson(RemoteExpr operand, std::string json);
  /// One part of what the document has at the path.
  static RemoteExpr Json(JsonPart part, RemoteExpr document, std::string path);
  /// `with` on servers that have the capability, `without` on the others. Both mean the same.
  static RemoteExpr Either(Capability capability, RemoteExpr with, RemoteExpr without);
  /// name([DISTINCT] arguments) [FILTER (WHERE filter)]; no arguments: name(*).
  static RemoteExpr Aggregate(std::string name, std::vector<RemoteExpr> arguments,
                              std::optional<RemoteExpr> filter = std::nullopt);
  /// count(DISTINCT argument).
  static RemoteExpr CountDistinct(RemoteExpr argument);
  /// All joined by AND / OR; the neutral literal 1 / 0 for an empty list.
  static RemoteExpr And(std::vector<RemoteExpr> operands);
  static RemoteExpr Or(std::vector<RemoteExpr> operands);

  /// SQL text for a server. `column` writes a logical column, already quoted. Parts of `places` go by their names.
  std::string ToSql(const std::function<std::string(size_t)> &column, const Capabilities &capabilities,
                    const std::vector<JsonPlace> &places) const;
  std::string ToSql(const std::function<std::string(size_t)> &column, const Capabilities &capabilities = {}) const;

  bool IsColumn() const;
  /// A literal; in ORDER BY an integer literal would mean a position.
  bool IsLiteral() const;
  std::optional<size_t> ColumnNumber() const;
  /// A column (also under an operator such as COLLATE) or an aggregate: its storage class is the data's, not ours.
  bool PassesColumnThrough() const;
  /// The logical columns it reads, each once, ascending.
  std::vector<size_t> Columns() const;
  /// The places in JSON documents that it reads, without names, each once.
  std::vector<JsonPlace> JsonPlaces() const;
  /// Whether it reads nothing but these.
  bool ReadsOnly(const std::vector<JsonPlace> &places) const;
  /// Whether it is the same on every row: it reads no column and no member.
  bool IsConstant() const;
  /// Of an aggregate: the one that makes a group's value of its parts' values ("sum" of counts); nullopt: none does.
  std::optional<std::string> Merging() const;
  /// The same with another expression in the column's place.
  RemoteExpr With(size_t logical_column, const RemoteExpr &in_its_place) const;
  /// Whether it speaks of the members that RemoteQuery::each goes through.
  bool ReadsMember() const;
  /// Equal trees; used to share select items.
  bool Equals(const RemoteExpr &other) const;

 private:
  struct Node;
  struct Writer;
  std::string Write(const Writer &writer) const;
  explicit RemoteExpr(std::shared_ptr<const Node> node) : node_(std::move(node)) {}
  std::shared_ptr<const Node> node_;
};

struct JsonPlace {
  RemoteExpr document;
  std::string path;
  std::string name;
};

}  // namespace shardite
