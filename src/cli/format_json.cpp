#include <duckdb/common/types/value.hpp>

#include "base/json_check.hpp"
#include "base/json_text.hpp"
#include "cli/result_printer.hpp"
#include "cli/text_columns.hpp"

namespace shardite {

namespace {

using duckdb::LogicalTypeId;

/// How the values of a type stand in JSON.
enum class JsonForm {
  TEXT,      // in quotes
  VERBATIM,  // DuckDB's text is JSON already: integers, decimals, booleans
  DOCUMENT,  // a JSON column: verbatim on one line, or as text where it is no JSON, which no shard has checked
  FLOAT,     // the same, but for infinities and NaN
  NESTED,    // member by member
};

JsonForm FormOf(const duckdb::LogicalType &type) {
  if (type.IsJSONType()) return JsonForm::DOCUMENT;
  switch (type.id()) {
    case LogicalTypeId::BOOLEAN:
    case LogicalTypeId::TINYINT:
    case LogicalTypeId::SMALLINT:
    case LogicalTypeId::INTEGER:
    case LogicalTypeId::BIGINT:
    case LogicalTypeId::HUGEINT:
    case LogicalTypeId::UTINYINT:
    case LogicalTypeId::USMALLINT:
    case LogicalTypeId::UINTEGER:
    case LogicalTypeId::UBIGINT:
    case LogicalTypeId::UHUGEINT:
    case LogicalTypeId::DECIMAL: return JsonForm::VERBATIM;
    case LogicalTypeId::FLOAT:
    case LogicalTypeId::DOUBLE: return JsonForm::FLOAT;
    case LogicalTypeId::LIST:
    case LogicalTypeId::ARRAY:
    case LogicalTypeId::STRUCT:
    case LogicalTypeId::MAP:
    case LogicalTypeId::UNION: return JsonForm::NESTED;
    default: return JsonForm::TEXT;
  }
}

void AppendDocument(std::string_view text, std::string &out) {
  if (!IsJson(text)) {
    AppendJsonString(text, out);
    return;
  }
  // Line breaks stand between its parts, never within a string.
  for (const char byte : text) out += byte == '\n' || byte == '\r' ? ' ' : byte;
}

void AppendScalar(JsonForm form, std::string_view text, std::string &out) {
  if (form == JsonForm::DOCUMENT) {
    AppendDocument(text, out);
    return;
  }
  // "inf", "-inf" and "nan" are the only texts of a float that hold an n.
  const bool quote = form == JsonForm::TEXT || (form == JsonForm::FLOAT && text.find('n') != std::string_view::npos);
  if (quote) {
    AppendJsonString(text, out);
  } else {
    out += text;
  }
}

class JsonPrinter : public ResultPrinter {
 public:
  JsonPrinter(JsonLayout layout, duckdb::ClientContext &context, Output &output)
      : layout_(layout), context_(context), output_(output) {}

  void Begin(const duckdb::vector<duckdb::string> &names, const duckdb::vector<duckdb::LogicalType> &types) override {
    std::vector<bool> scalar;
    for (size_t i = 0; i < names.size(); i++) {
      keys_.push_back((i ? "," : "{") + JsonString(names[i]) + ":");
      forms_.push_back(FormOf(types[i]));
      scalar.push_back(forms_.back() != JsonForm::NESTED);
    }
    columns_ = std::make_unique<TextColumns>(context_, types, scalar);
    if (layout_ == JsonLayout::ARRAY) output_.Write("[");
  }

  bool Rows(duckdb::DataChunk &chunk) override {
    columns_->Read(chunk);
    auto &out = output_.Pending();
    for (size_t row = 0; row < chunk.size(); row++) {
      if (layout_ == JsonLayout::ARRAY && !first_) out += ",\n";
      first_ = false;
      for (size_t i = 0; i < forms_.size(); i++) {
        out += keys_[i];
        if (forms_[i] == JsonForm::NESTED) {
          AppendValue(chunk.GetValue(i, row), out);
        } else if (columns_->IsNull(i, row)) {
          out += "null";
        } else {
          AppendScalar(forms_[i], columns_->At(i, row), out);
        }
      }
      out += layout_ == JsonLayout::LINES ? "}\n" : "}";
    }
    output_.EndOfChunk();
    return true;
  }

  void End() override {
    if (layout_ == JsonLayout::ARRAY) output_.Write("]\n");
  }

 private:
  void AppendValue(const duckdb::Value &value, std::string &out);
  void AppendStruct(const duckdb::Value &value, std::string &out);
  void AppendMap(const duckdb::Value &value, std::string &out);
  void AppendList(const duckdb::vector<duckdb::Value> &values, std::string &out);
  std::string TextOf(const duckdb::Value &value) {
    return value.CastAs(context_, duckdb::LogicalType::VARCHAR).GetValue<std::string>();
  }

  const JsonLayout layout_;
  duckdb::ClientContext &context_;
  Output &output_;
  std::vector<std::string> keys_;  // `{"a":`, then `,"b":`
  std::vector<JsonForm> forms_;
  std::unique_ptr<TextColumns> columns_;
  bool first_ = true;
};

void JsonPrinter::AppendValue(const duckdb::Value &value, std::string &out) {
  if (value.IsNull()) {
    out += "null";
    return;
  }
  switch (value.type().id()) {
    case LogicalTypeId::LIST: AppendList(duckdb::ListValue::GetChildren(value), out); return;
    case LogicalTypeId::ARRAY: AppendList(duckdb::ArrayValue::GetChildren(value), out); return;
    case LogicalTypeId::STRUCT: AppendStruct(value, out); return;
    case LogicalTypeId::MAP: AppendMap(value, out); return;
    case LogicalTypeId::UNION: AppendValue(duckdb::UnionValue::GetValue(value), out); return;
    default: AppendScalar(FormOf(value.type()), TextOf(value), out);
  }
}

void JsonPrinter::AppendList(const duckdb::vector<duckdb::Value> &values, std::string &out) {
  out += '[';
  for (size_t i = 0; i < values.size(); i++) {
    if (i > 0) out += ',';
    AppendValue(values[i], out);
  }
  out += ']';
}

void JsonPrinter::AppendStruct(const duckdb::Value &value, std::string &out) {
  const auto &members = duckdb::StructValue::GetChildren(value);
  if (duckdb::StructType::IsUnnamed(value.type())) {
    AppendList(members, out);
    return;
  }
  out += '{';
  for (size_t i = 0; i < members.size(); i++) {
    if (i > 0) out += ',';
    AppendJsonString(duckdb::StructType::GetChildName(value.type(), i), out);
    out += ':';
    AppendValue(members[i], out);
  }
  out += '}';
}

void JsonPrinter::AppendMap(const duckdb::Value &value, std::string &out) {
  out += '{';
  bool first = true;
  for (const auto &entry : duckdb::MapValue::GetChildren(value)) {
    const auto &pair = duckdb::StructValue::GetChildren(entry);
    if (!first) out += ',';
    first = false;
    AppendJsonString(TextOf(pair[0]), out);
    out += ':';
    AppendValue(pair[1], out);
  }
  out += '}';
}

}  // namespace

std::unique_ptr<ResultPrinter> MakeJsonPrinter(JsonLayout layout, duckdb::ClientContext &context, Output &output) {
  return std::make_unique<JsonPrinter>(layout, context, output);
}

}  // namespace shardite
