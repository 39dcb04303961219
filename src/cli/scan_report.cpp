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

void AddLine(const char *label, const std::string &text, std::string &out) {
  std::string start = "  " + std::string(label);
  start.resize(LABEL_WIDTH, ' ');
  out += start + text + "\n";
}

/// Several lines of which only the first is labelled.
void AddLines(const char *label, const std::vector<std::string> &texts, std::string &out) {
  for (const auto &text : texts) {
    AddLine(label, text, out);
    label = "";
  }
}

std::string Milliseconds(double amount) {
  char text[32];
  std::snprintf(text, sizeof text, amount < 10 ? "%.1f ms" : "%.0f ms", amount);
  return text;
}

std::string Received(uint64_t requests, uint64_t retries, uint64_t rows, uint64_t bytes) {
  std::string text = WithThousands(requests) + (requests == 1 ? " request, " : " requests, ");
  if (retries > 0) text += WithThousands(retries) + (retries == 1 ? " retry, " : " retries, ");
  return text + WithThousands(rows) + (rows == 1 ? " row and " : " rows and ") + ReadableBytes(bytes) + " received";
}

void DescribeExecution(const ScanExecution &execution, std::string &out) {
  AddLine("took",
          Received(execution.requests, execution.retries, execution.rows_received, execution.bytes_received) +
              " from " + WithThousands(execution.shards_queried) +
              (execution.shards_queried == 1 ? " shard" : " shards"),
          out);
  std::vector<std::string> slowest;
  for (const auto &shard : execution.slowest) {
    slowest.push_back(Milliseconds(shard.served_ms) + "  " + shard.shard +
                      (shard.requests > 1 ? " (" + WithThousands(shard.requests) + " requests)" : ""));
  }
  AddLines("slowest", slowest, out);
  AddLines("found", execution.runtime_filters, out);
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
  return WithThousands(statistics.shards_queried) + " of " + WithThousands(statistics.shards_total) +
         " shards asked (" + WithThousands(statistics.shards_pruned) + " pruned), " +
         Received(statistics.requests, statistics.retries, statistics.rows_received, statistics.bytes_received) + ", " +
         Milliseconds(statistics.elapsed_ms);
}

std::string DescribeScan(const ScanExplanation &scan) {
  std::string out = scan.table + ": " + WithThousands(scan.kept.size()) + " of " + WithThousands(scan.shards_total) +
                    " shards kept, " + WithThousands(scan.pruned.size()) + " pruned\n";
  if (!scan.kept.empty()) {
    AddLine("kept", NameSome(scan.kept) + (scan.visits.empty() ? "" : ", visited " + scan.visits), out);
    AddLine("", "about " + WithThousands(scan.estimated_rows) + " rows meet the filters", out);
  }
  std::vector<std::string> lines;
  for (const auto &[reason, shards] : scan.PrunedByReason()) {
    lines.push_back(WithThousands(shards.size()) + ": " + reason);
    lines.push_back("   " + NameSome(shards));
  }
  AddLines("pruned", lines, out);
  lines.clear();
  for (const auto &[shard, error] : scan.unreachable) lines.push_back(error);
  AddLines("fails", lines, out);
  std::string pushed;
  for (const auto &what : scan.pushed) pushed += (pushed.empty() ? "" : ", ") + what;
  AddLine("pushed", pushed.empty() ? "nothing but the columns" : pushed, out);
  AddLines("local", scan.refused, out);
  for (const auto &statement : scan.statements) {
    AddLine("sends", LayOutSql(statement.sql, LABEL_WIDTH), out);
    AddLine("",
            "to " + WithThousands(statement.shards) + " " + statement.driver +
                (statement.shards == 1 ? " shard, answered in " : " shards, answered in ") + statement.transport,
            out);
  }
  if (scan.execution) DescribeExecution(*scan.execution, out);
  return out;
}

}  // namespace shardite
