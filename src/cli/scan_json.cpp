#include "cli/scan_json.hpp"

#include <cstdio>

#include "base/json_text.hpp"

namespace shardite {

namespace {

/// "[a,b]" of what `write` makes of each item.
template <class Items, class Write>
std::string Array(const Items &items, Write write) {
  std::string out = "[";
  for (const auto &item : items) {
    if (out.size() > 1) out += ",";
    out += write(item);
  }
  return out + "]";
}

/// "{"key":value,..}", member by member.
class Object {
 public:
  Object &Raw(const char *key, const std::string &json) {
    text_ += (text_.empty() ? "{" : ",") + JsonString(key) + ":" + json;
    return *this;
  }
  Object &Text(const char *key, const std::string &value) { return Raw(key, JsonString(value)); }
  Object &Number(const char *key, uint64_t value) { return Raw(key, std::to_string(value)); }
  Object &Milliseconds(const char *key, double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.3f", value);
    return Raw(key, text);
  }
  std::string Close() const { return text_.empty() ? "{}" : text_ + "}"; }

 private:
  std::string text_;
};

std::string ToJson(const PrunedShard &pruned) {
  Object object;
  object.Text("shard", pruned.shard);
  if (!pruned.slice.empty()) object.Text("slice", pruned.slice);
  return object.Text("reason", pruned.reason).Close();
}

std::string ToJson(const RemoteStatement &statement) {
  return Object()
      .Number("shards", statement.shards)
      .Text("first_shard", statement.first_shard)
      .Text("driver", statement.driver)
      .Text("transport", statement.transport)
      .Text("sql", statement.sql)
      .Close();
}

std::string ToJson(const ScanExecution &execution) {
  const auto shard = [](const ScanExecution::Shard &slow) {
    return Object()
        .Text("shard", slow.shard)
        .Number("requests", slow.requests)
        .Milliseconds("served_ms", slow.served_ms)
        .Close();
  };
  return Object()
      .Number("shards_queried", execution.shards_queried)
      .Number("requests", execution.requests)
      .Number("retries", execution.retries)
      .Number("rows_received", execution.rows_received)
      .Number("bytes_received", execution.bytes_received)
      .Raw("slowest", Array(execution.slowest, shard))
      .Raw("runtime_filters", Array(execution.runtime_filters, JsonString))
      .Close();
}

std::string ToJson(const ScanExplanation &scan) {
  Object object;
  object.Text("table", scan.table).Number("shards_total", scan.shards_total);
  object.Raw("kept", Array(scan.kept, JsonString));
  if (!scan.visits.empty()) object.Text("visits", scan.visits);
  object.Raw("pruned", Array(scan.pruned, [](const PrunedShard &pruned) { return ToJson(pruned); }));
  object.Raw("unreachable", Array(scan.unreachable, [](const auto &shard) {
               return Object().Text("shard", shard.first).Text("error", shard.second).Close();
             }));
  object.Number("estimated_rows", scan.estimated_rows);
  object.Raw("pushed", Array(scan.pushed, JsonString)).Raw("refused", Array(scan.refused, JsonString));
  object.Raw("statements", Array(scan.statements, [](const RemoteStatement &statement) { return ToJson(statement); }));
  if (scan.execution) object.Raw("execution", ToJson(*scan.execution));
  return object.Close();
}

}  // namespace

std::string ScansToJson(const std::vector<ScanExplanation> &scans) {
  return Array(scans, [](const ScanExplanation &scan) { return ToJson(scan); });
}

}  // namespace shardite
