#include "cli/scan_report.hpp"

#include <algorithm>
#include <cstdio>
#include <map>

#include "base/json_text.hpp"
#include "cli/sql_layout.hpp"

namespace shardite {

namespace {

constexpr size_t NAMED = 4;         // shards that are named before "and 20 more"
constexpr size_t LABEL_WIDTH = 11;  // of "  refused  "

std::string NameSome(const std::vector<std::string> &names) {
  std::string text;
  const size_t shown = names.size() <= NAMED + 1 ? names.size() : NAMED;
  for (size_t i = 0; i < shown; i++) text += (i ? ", " : "") + names[i];
  if (shown < names.size()) text += " and " + WithThousands(names.size() - shown) + " more";
  return text;
}

/// A reason without the shard's own slice, so that shards dropped for the same reason come together:
/// "slice 2026-11-20T00:00:00Z..2026-11-20T01:00:00Z ends before the window ..." -> "ends before the window ...".
std::string SharedReason(const std::string &reason) {
  constexpr std::string_view PREFIX = "slice ";
  if (!reason.starts_with(PREFIX)) return reason;
  const size_t space = reason.find(' ', PREFIX.size());
  return space == std::string::npos ? reason : reason.substr(space + 1);
}

void AddLine(const char *label, const std::string &text, std::string &out) {
  std::string start = "  " + std::string(label);
  start.resize(LABEL_WIDTH, ' ');
  out += start + text + "\n";
}

std::string JsonList(const std::vector<std::string> &texts) {
  std::string out = "[";
  for (const auto &text : texts) out += (&text == &texts.front() ? "" : ",") + JsonString(text);
  return out + "]";
}

}  // namespace

std::string WithThousands(uint64_t number) {
  auto text = std::to_string(number);
  for (size_t at = text.size(); at > 3;) {
    at -= 3;
    text.insert(at, ",");
  }
  return text;
}

std::string ReadableBytes(uint64_t bytes) {
  constexpr const char *UNITS[] = {"kB", "MB", "GB", "TB"};
  if (bytes < 1000) return std::to_string(bytes) + " B";
  double amount = static_cast<double>(bytes) / 1000;
  size_t unit = 0;
  while (amount >= 999.5 && unit + 1 < std::size(UNITS)) {
    amount /= 1000;
    unit++;
  }
  char text[32];
  std::snprintf(text, sizeof text, amount < 10 ? "%.1f %s" : "%.0f %s", amount, UNITS[unit]);
  return text;
}

std::string DescribeFanOut(const FanOutStatistics &statistics) {
  std::string text = WithThousands(statistics.shards_queried) + " of " + WithThousands(statistics.shards_total) +
                     " shards asked (" + WithThousands(statistics.shards_pruned) + " pruned), " +
                     WithThousands(statistics.requests) + " requests, ";
  if (statistics.retries > 0) text += WithThousands(statistics.retries) + " retries, ";
  char elapsed[32];
  std::snprintf(elapsed, sizeof elapsed, statistics.elapsed_ms < 10 ? "%.1f ms" : "%.0f ms", statistics.elapsed_ms);
  return text + WithThousands(statistics.rows_received) + " rows and " + ReadableBytes(statistics.bytes_received) +
         " received, " + elapsed;
}

std::string DescribeScan(const ScanExplanation &scan) {
  std::string out = scan.table + ": " + WithThousands(scan.kept.size()) + " of " + WithThousands(scan.shards_total) +
                    " shards kept, " + WithThousands(scan.pruned.size()) + " pruned\n";
  if (!scan.kept.empty()) AddLine("kept", NameSome(scan.kept), out);
  std::map<std::string, std::vector<std::string>> by_reason;
  for (const auto &[shard, reason] : scan.pruned) by_reason[SharedReason(reason)].push_back(shard);
  const char *label = "pruned";
  for (const auto &[reason, shards] : by_reason) {
    AddLine(label, WithThousands(shards.size()) + ": " + reason, out);
    AddLine("", "   " + NameSome(shards), out);
    label = "";
  }
  std::string pushed;
  for (const auto &what : scan.pushed) pushed += (pushed.empty() ? "" : ", ") + what;
  AddLine("pushed", pushed.empty() ? "nothing but the columns" : pushed, out);
  label = "local";
  for (const auto &what : scan.refused) {
    AddLine(label, what, out);
    label = "";
  }
  if (!scan.remote_sql.empty()) AddLine("sends", LayOutSql(scan.remote_sql, LABEL_WIDTH), out);
  return out;
}

std::string ScansToJson(const std::vector<ScanExplanation> &scans) {
  std::string out = "[";
  for (const auto &scan : scans) {
    if (&scan != &scans.front()) out += ",";
    out += "{\"table\":" + JsonString(scan.table) + ",\"shards_total\":" + std::to_string(scan.shards_total) +
           ",\"kept\":" + JsonList(scan.kept) + ",\"pruned\":[";
    for (const auto &pruned : scan.pruned) {
      out += (&pruned == &scan.pruned.front() ? "{" : ",{");
      out += "\"shard\":" + JsonString(pruned.first) + ",\"reason\":" + JsonString(pruned.second) + "}";
    }
    out += "],\"remote_sql\":" + JsonString(scan.remote_sql) + ",\"pushed\":" + JsonList(scan.pushed) +
           ",\"refused\":" + JsonList(scan.refused) + "}";
  }
  return out + "]";
}

}  // namespace shardite
