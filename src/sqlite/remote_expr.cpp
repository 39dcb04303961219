#include "sqlite/remote_expr.hpp"

#include <algorithm>

namespace shardite {

enum class NodeKind {
  COLUMN,
  MEMBER,
  LITERAL,
  INFIX,
  PREFIX,
  POSTFIX,
  CALL,
  CAST,
  CASE,
  IN,
  IN_JSON,
  JSON,
  EITHER,
  AGGREGATE,
  JUNCTION
};

/// What differs between shards.
struct RemoteExpr::Writer {
  const std::function<std::string(size_t)> &column;
  const Capabilities &capabilities;
  const std::vector<JsonPlace> &places;
};

struct RemoteExpr::Node {
  NodeKind kind;
  size_t column = 0;
  SqliteValue value;
  std::string text;  // the operator, function name, type or path
  std::vector<RemoteExpr> operands;
  std::optional<RemoteExpr> filter;  // of an aggregate
  Capability capability = {};
  JsonPart part = {};
  bool distinct = false;  // of an aggregate

  const JsonPlace *PlaceIn(const std::vector<JsonPlace> &places) const;
  std::string Json(const Writer &writer) const;
  std::string List(size_t from, const Writer &writer, const char *separator) const;
  std::string Junction(size_t from, size_t until, const Writer &writer) const;
  std::string Branches(const Writer &writer) const;
  void CollectColumns(std::vector<size_t> &columns) const;
  void CollectPlaces(std::vector<JsonPlace> &places) const;
  bool ReadsMember() const;
};

const JsonPlace *RemoteExpr::Node::PlaceIn(const std::vector<JsonPlace> &places) const {
  const auto found = std::find_if(places.begin(), places.end(), [&](const JsonPlace &place) {
    return place.path == text && place.document.Equals(operands[0]);
  });
  return found == places.end() ? nullptr : &*found;
}

std::string RemoteExpr::Node::Json(const Writer &writer) const {
  const auto *place = PlaceIn(writer.places);
  const auto document = place ? place->name : operands[0].Write(writer);
  const auto path = QuoteText(place ? "$" : text);
  switch (part) {
    case JsonPart::VALID: return place ? "(" + document + " IS NOT NULL)" : "json_valid(" + document + ")";
    case JsonPart::TYPE: return "json_type(" + document + ", " + path + ")";
    case JsonPart::VALUE: return "json_extract(" + document + ", " + path + ")";
    case JsonPart::TEXT: return place ? document : "(" + document + " -> " + path + ")";
  }
  return "";
}

std::string RemoteExpr::Node::List(size_t from, const Writer &writer, const char *separator) const {
  std::string out;
  for (size_t i = from; i < operands.size(); i++) {
    if (i > from) out += separator;
    out += operands[i].Write(writer);
  }
  return out;
}

/// Halved while it is long: SQLite parses a AND b AND c as a left-deep tree and stops at a depth of 1000.
std::string RemoteExpr::Node::Junction(size_t from, size_t until, const Writer &writer) const {
  static constexpr size_t FLAT = 16;
  if (until - from == 1) return operands[from].Write(writer);
  std::string out = "(";
  if (until - from > FLAT) {
    const size_t middle = from + (until - from) / 2;
    out += Junction(from, middle, writer) + " " + text + " " + Junction(middle, until, writer);
  } else {
    for (size_t i = from; i < until; i++) {
      if (i > from) out += " " + text + " ";
      out += operands[i].Write(writer);
    }
  }
  return out + ")";
}

std::string RemoteExpr::Node::Branches(const Writer &writer) const {
  std::string out = "CASE";
  for (size_t i = 0; i + 1 < operands.size(); i += 2) {
    out += " WHEN " + operands[i].Write(writer) + " THEN " + operands[i + 1].Write(writer);
  }
  return out + " ELSE " + operands.back().Write(writer) + " END";
}

void RemoteExpr::Node::CollectColumns(std::vector<size_t> &columns) const {
  if (kind == NodeKind::COLUMN) columns.push_back(column);
  for (const auto &operand : operands) operand.node_->CollectColumns(columns);
  if (filter) filter->node_->CollectColumns(columns);
}

void RemoteExpr::Node::CollectPlaces(std::vector<JsonPlace> &places) const {
  if (kind == NodeKind::JSON && !PlaceIn(places)) places.push_back({operands[0], text, {}});
  for (const auto &operand : operands) operand.node_->CollectPlaces(places);
  if (filter) filter->node_->CollectPlaces(places);
}

RemoteExpr RemoteExpr::Column(size_t logical_column) {
  return RemoteExpr(std::make_shared<Node>(Node{NodeKind::COLUMN, logical_column, {}, {}, {}, {}, {}}));
}

bool RemoteExpr::Node::ReadsMember() const {
  const auto reads = [](const RemoteExpr &operand) { return operand.node_->ReadsMember(); };
  return kind == NodeKind::MEMBER || std::any_of(operands.begin(), operands.end(), reads) || (filter && reads(*filter));
}

RemoteExpr RemoteExpr::Member(MemberPart part) {
  const char *name = part == MemberPart::KEY ? "key" : part == MemberPart::VALUE ? "value" : "type";
  return RemoteExpr(std::make_shared<Node>(Node{NodeKind::MEMBER, 0, {}, name, {}, {}, {}}));
}

RemoteExpr RemoteExpr::Literal(SqliteValue value) {
  return RemoteExpr(std::make_shared<Node>(Node{NodeKind::LITERAL, 0, std::move(value), {}, {}, {}, {}}));
}

RemoteExpr RemoteExpr::Infix(std::string op, RemoteExpr left, RemoteExpr right) {
  return RemoteExpr(
      std::make_shared<Node>(Node{NodeKind::INFIX, 0, {}, std::move(op), {std::move(left), std::move(right)}, {}, {}}));
}

RemoteExpr RemoteExpr::Prefix(std::string op, RemoteExpr operand) {
  return RemoteExpr(std::make_shared<Node>(Node{NodeKind::PREFIX, 0, {}, std::move(op), {std::move(operand)}, {}, {}}));
}

RemoteExpr RemoteExpr::Postfix(RemoteExpr operand, std::string op) {
  return RemoteExpr(
      std::make_shared<Node>(Node{NodeKind::POSTFIX, 0, {}, std::move(op), {std::move(operand)}, {}, {}}));
}

RemoteExpr RemoteExpr::Call(std::string name, std::vector<RemoteExpr> arguments) {
  return RemoteExpr(std::make_shared<Node>(Node{NodeKind::CALL, 0, {}, std::move(name), std::move(arguments), {}, {}}));
}

RemoteExpr RemoteExpr::Cast(RemoteExpr operand, std::string type) {
  return RemoteExpr(std::make_shared<Node>(Node{NodeKind::CAST, 0, {}, std::move(type), {std::move(operand)}, {}, {}}));
}

RemoteExpr RemoteExpr::Case(std::vector<RemoteExpr> branches) {
  if (branches.size() == 1) return branches[0];
  return RemoteExpr(std::make_shared<Node>(Node{NodeKind::CASE, 0, {}, {}, std::move(branches), {}, {}}));
}

RemoteExpr RemoteExpr::In(RemoteExpr operand, std::vector<RemoteExpr> list) {
  list.insert(list.begin(), std::move(operand));
  return RemoteExpr(std::make_shared<Node>(Node{NodeKind::IN, 0, {}, {}, std::move(list), {}, {}}));
}

RemoteExpr RemoteExpr::InJson(RemoteExpr operand, std::string json) {
  return RemoteExpr(std::make_shared<Node>(
      Node{NodeKind::IN_JSON, 0, SqliteText{std::move(json)}, {}, {std::move(operand)}, {}, {}}));
}

RemoteExpr RemoteExpr::Json(JsonPart part, RemoteExpr document, std::string path) {
  Node node{NodeKind::JSON, 0, {}, std::move(path), {std::move(document)}, {}, {}};
  node.part = part;
  return RemoteExpr(std::make_shared<Node>(std::move(node)));
}

RemoteExpr RemoteExpr::Either(Capability capability, RemoteExpr with, RemoteExpr without) {
  return RemoteExpr(
      std::make_shared<Node>(Node{NodeKind::EITHER, 0, {}, {}, {std::move(with), std::move(without)}, {}, capability}));
}

RemoteExpr RemoteExpr::Aggregate(std::string name, std::vector<RemoteExpr> arguments,
                                 std::optional<RemoteExpr> filter) {
  return RemoteExpr(std::make_shared<Node>(
      Node{NodeKind::AGGREGATE, 0, {}, std::move(name), std::move(arguments), std::move(filter), {}}));
}

RemoteExpr RemoteExpr::CountDistinct(RemoteExpr argument) {
  Node node{NodeKind::AGGREGATE, 0, {}, "count", {std::move(argument)}, {}, {}};
  node.distinct = true;
  return RemoteExpr(std::make_shared<Node>(std::move(node)));
}

RemoteExpr RemoteExpr::And(std::vector<RemoteExpr> operands) {
  if (operands.empty()) return Integer(1);
  if (operands.size() == 1) return operands[0];
  return RemoteExpr(std::make_shared<Node>(Node{NodeKind::JUNCTION, 0, {}, "AND", std::move(operands), {}, {}}));
}

RemoteExpr RemoteExpr::Or(std::vector<RemoteExpr> operands) {
  if (operands.empty()) return Integer(0);
  if (operands.size() == 1) return operands[0];
  return RemoteExpr(std::make_shared<Node>(Node{NodeKind::JUNCTION, 0, {}, "OR", std::move(operands), {}, {}}));
}

std::string RemoteExpr::ToSql(const std::function<std::string(size_t)> &column,
                              const Capabilities &capabilities) const {
  return ToSql(column, capabilities, {});
}

std::string RemoteExpr::ToSql(const std::function<std::string(size_t)> &column, const Capabilities &capabilities,
                              const std::vector<JsonPlace> &places) const {
  return Write({column, capabilities, places});
}

std::string RemoteExpr::Write(const Writer &writer) const {
  const Node &node = *node_;
  switch (node.kind) {
    case NodeKind::COLUMN: return writer.column(node.column);
    case NodeKind::MEMBER: return "j." + node.text;
    case NodeKind::LITERAL: return QuoteValue(node.value);
    case NodeKind::INFIX:
      return "(" + node.operands[0].Write(writer) + " " + node.text + " " + node.operands[1].Write(writer) + ")";
    case NodeKind::PREFIX: return "(" + node.text + " " + node.operands[0].Write(writer) + ")";
    case NodeKind::POSTFIX: return "(" + node.operands[0].Write(writer) + " " + node.text + ")";
    case NodeKind::CALL: return node.text + "(" + node.List(0, writer, ", ") + ")";
    case NodeKind::CAST: return "CAST(" + node.operands[0].Write(writer) + " AS " + node.text + ")";
    case NodeKind::CASE: return node.Branches(writer);
    case NodeKind::IN: return "(" + node.operands[0].Write(writer) + " IN (" + node.List(1, writer, ", ") + "))";
    case NodeKind::IN_JSON:
      return "(" + node.operands[0].Write(writer) + " IN (SELECT value FROM json_each(" + QuoteValue(node.value) +
             ")))";
    case NodeKind::JSON: return node.Json(writer);
    case NodeKind::EITHER: return node.operands[writer.capabilities.Have(node.capability) ? 0 : 1].Write(writer);
    case NodeKind::JUNCTION: return node.Junction(0, node.operands.size(), writer);
    case NodeKind::AGGREGATE: {
      auto out = node.text + (node.distinct ? "(DISTINCT " : "(") +
                 (node.operands.empty() ? "*" : node.List(0, writer, ", ")) + ")";
      if (node.filter) out += " FILTER (WHERE " + node.filter->Write(writer) + ")";
      return out;
    }
  }
  return "";
}

bool RemoteExpr::IsColumn() const { return node_->kind == NodeKind::COLUMN; }

bool RemoteExpr::ReadsMember() const { return node_->ReadsMember(); }

bool RemoteExpr::IsLiteral() const { return node_->kind == NodeKind::LITERAL; }

bool RemoteExpr::PassesColumnThrough() const {
  if (node_->kind == NodeKind::POSTFIX) return node_->operands[0].IsColumn();
  return IsColumn() || node_->kind == NodeKind::AGGREGATE;
}

std::optional<size_t> RemoteExpr::ColumnNumber() const {
  if (!IsColumn()) return std::nullopt;
  return node_->column;
}

std::vector<size_t> RemoteExpr::Columns() const {
  std::vector<size_t> columns;
  node_->CollectColumns(columns);
  std::sort(columns.begin(), columns.end());
  columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
  return columns;
}

std::vector<JsonPlace> RemoteExpr::JsonPlaces() const {
  std::vector<JsonPlace> places;
  node_->CollectPlaces(places);
  return places;
}

bool RemoteExpr::ReadsOnly(const std::vector<JsonPlace> &places) const {
  if (node_->kind == NodeKind::COLUMN || node_->kind == NodeKind::MEMBER) return false;
  if (node_->kind == NodeKind::JSON) return node_->PlaceIn(places) != nullptr;
  const auto &operands = node_->operands;
  return (!node_->filter || node_->filter->ReadsOnly(places)) &&
         std::all_of(operands.begin(), operands.end(), [&](const RemoteExpr &each) { return each.ReadsOnly(places); });
}

bool RemoteExpr::IsConstant() const { return Columns().empty() && !ReadsMember(); }

RemoteExpr RemoteExpr::With(size_t logical_column, const RemoteExpr &in_its_place) const {
  if (node_->kind == NodeKind::COLUMN) return node_->column == logical_column ? in_its_place : *this;
  Node node = *node_;
  for (auto &operand : node.operands) operand = operand.With(logical_column, in_its_place);
  if (node.filter) node.filter = node.filter->With(logical_column, in_its_place);
  return RemoteExpr(std::make_shared<Node>(std::move(node)));
}

std::optional<std::string> RemoteExpr::Merging() const {
  if (node_->kind != NodeKind::AGGREGATE || node_->distinct) return std::nullopt;
  if (node_->text == "count" || node_->text == "sum") return "sum";
  if (node_->text == "min" || node_->text == "max") return node_->text;
  return std::nullopt;
}

bool RemoteExpr::Equals(const RemoteExpr &other) const {
  if (node_ == other.node_) return true;
  const Node &a = *node_;
  const Node &b = *other.node_;
  const auto same = [](const RemoteExpr &x, const RemoteExpr &y) { return x.Equals(y); };
  if (a.kind != b.kind || a.column != b.column || a.text != b.text || a.value != b.value) return false;
  if (a.distinct != b.distinct) return false;
  if (a.capability != b.capability || a.part != b.part) return false;
  if (a.filter.has_value() != b.filter.has_value() || (a.filter && !a.filter->Equals(*b.filter))) return false;
  return std::equal(a.operands.begin(), a.operands.end(), b.operands.begin(), b.operands.end(), same);
}

}  // namespace shardite
