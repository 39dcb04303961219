#include "sqlite/value_list.hpp"

#include "base/json_text.hpp"

namespace shardite {
namespace {

constexpr size_t SHORT_LIST = 32;                // literals read better in EXPLAIN
constexpr size_t MOST_JSON_BYTES = 1000 * 1000;  // sqld takes no text above 10 MB

/// JSON's reals may be read one ulp off, and \u0000 ends the text for some versions.
bool FitsJson(const SqliteValue &value) {
  if (const auto *text = std::get_if<SqliteText>(&value)) return text->bytes.find('\0') == std::string::npos;
  return std::holds_alternative<int64_t>(value) || std::holds_alternative<std::monostate>(value);
}

void AppendJson(const SqliteValue &value, std::string &out) {
  if (const auto *text = std::get_if<SqliteText>(&value)) return AppendJsonString(text->bytes, out);
  const auto *integer = std::get_if<int64_t>(&value);
  out += integer != nullptr ? std::to_string(*integer) : "null";
}

/// Collects values into JSON texts of bounded size.
class JsonChunks {
 public:
  explicit JsonChunks(const RemoteExpr &operand) : operand_(operand) {}
  void Add(const SqliteValue &value) {
    json_ += json_.empty() ? '[' : ',';
    AppendJson(value, json_);
    if (json_.size() > MOST_JSON_BYTES) Finish();
  }
  std::vector<RemoteExpr> Take() {
    Finish();
    return std::move(alternatives_);
  }

 private:
  void Finish() {
    if (json_.empty()) return;
    alternatives_.push_back(RemoteExpr::InJson(operand_, json_ + "]"));
    json_.clear();
  }
  const RemoteExpr &operand_;
  std::string json_;
  std::vector<RemoteExpr> alternatives_;
};

}  // namespace

RemoteExpr InList(const RemoteExpr &operand, const std::vector<SqliteValue> &values) {
  JsonChunks chunks(operand);
  std::vector<RemoteExpr> literals, others;
  for (const auto &value : values) {
    literals.push_back(RemoteExpr::Literal(value));
    if (FitsJson(value))
      chunks.Add(value);
    else
      others.push_back(literals.back());
  }
  auto plain = RemoteExpr::In(operand, std::move(literals));
  if (values.size() <= SHORT_LIST) return plain;
  auto alternatives = chunks.Take();
  if (!others.empty()) alternatives.push_back(RemoteExpr::In(operand, std::move(others)));
  return RemoteExpr::Either(Capability::JSON_EACH, RemoteExpr::Or(std::move(alternatives)), std::move(plain));
}

size_t ListBytes(const std::vector<SqliteValue> &values) {
  size_t bytes = 0;
  for (const auto &value : values) {
    bytes += 21;  // the longest integer and its comma
    if (const auto *text = std::get_if<SqliteText>(&value)) bytes += text->bytes.size();
    if (const auto *blob = std::get_if<SqliteBlob>(&value)) bytes += 2 * blob->bytes.size();
    if (std::holds_alternative<double>(value)) bytes += 20;
  }
  return bytes;
}

}  // namespace shardite
