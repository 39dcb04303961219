#include "bench/harness/report.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <iostream>

#include "base/json_text.hpp"

namespace shardite::bench {

namespace {

constexpr size_t COLUMNS = 6;
using Row = std::array<std::string, COLUMNS>;

std::string WithUnit(double value, const std::string &unit) {
  return Number(value) + (unit == "x" || unit.empty() ? "" : " ") + unit;
}

std::string TargetText(const Finding &finding) {
  if (!finding.target) return "";
  const bool at_most = finding.target->kind == Target::Kind::AT_MOST;
  return (at_most ? "at most " : "at least ") + WithUnit(finding.target->bound, finding.unit) +
         (finding.target->IsMetBy(finding.value) ? ": met" : ": MISSED");
}

Row RowOf(const Finding &finding) {
  const std::string spread =
      finding.lowest == finding.highest ? "" : Number(finding.lowest) + " to " + Number(finding.highest);
  return {finding.part, finding.what,        WithUnit(finding.value, finding.unit),
          spread,       TargetText(finding), finding.detail};
}

}  // namespace

std::string Number(double value) {
  const double size = std::fabs(value);
  const int decimals = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  char text[64];
  if (size > 0 && size < 0.01) {
    std::snprintf(text, sizeof text, "%.2g", value);
  } else {
    std::snprintf(text, sizeof text, "%.*f", decimals, value);
  }
  return text;
}

void Report::Add(Finding finding) {
  std::cerr << "bench " << finding.part << ": " << finding.what << ": " << WithUnit(finding.value, finding.unit)
            << (finding.detail.empty() ? "" : " (" + finding.detail + ")") << std::endl;
  findings_.push_back(std::move(finding));
}

void Report::AddRatio(const std::string &part, const std::string &what, const Ratio &ratio,
                      std::optional<Target> target, const std::string &detail) {
  Add({part, what, ratio.value, "x", ratio.lowest, ratio.highest, target, detail});
}

void Report::AddSamples(const std::string &part, const std::string &what, const Samples &samples,
                        const std::string &unit, std::optional<Target> target, const std::string &detail) {
  Add({part, what, samples.Median(), unit, samples.Lowest(), samples.Highest(), target, detail});
}

std::string Report::Table() const {
  std::vector<Row> rows = {{"", "What", "Measured", "Spread", "Target", "Behind it"}};
  for (const auto &finding : findings_) rows.push_back(RowOf(finding));
  std::array<size_t, COLUMNS> widths{};
  for (const auto &row : rows) {
    for (size_t i = 0; i < COLUMNS; i++) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string table;
  for (size_t number = 0; number < rows.size(); number++) {
    for (size_t i = 0; i < COLUMNS; i++) {
      table += "| " + rows[number][i] + std::string(widths[i] - rows[number][i].size() + 1, ' ');
    }
    table += "|\n";
    if (number > 0) continue;
    for (const auto width : widths) table += "|" + std::string(width + 2, '-');
    table += "|\n";
  }
  return table;
}

std::string Report::Json() const {
  std::string json = "{\"build\":" + JsonString(SHARDITE_BUILD_TYPE) + ",\"findings\":[\n";
  for (size_t i = 0; i < findings_.size(); i++) {
    const auto &finding = findings_[i];
    char numbers[160];
    std::snprintf(numbers, sizeof numbers, "\"value\":%.6g,\"lowest\":%.6g,\"highest\":%.6g", finding.value,
                  finding.lowest, finding.highest);
    json += "{\"part\":" + JsonString(finding.part) + ",\"what\":" + JsonString(finding.what) + "," + numbers +
            ",\"unit\":" + JsonString(finding.unit);
    if (finding.target) {
      const bool at_most = finding.target->kind == Target::Kind::AT_MOST;
      std::snprintf(numbers, sizeof numbers, ",\"%s\":%.6g,\"met\":%s", at_most ? "at_most" : "at_least",
                    finding.target->bound, finding.target->IsMetBy(finding.value) ? "true" : "false");
      json += numbers;
    }
    json += ",\"detail\":" + JsonString(finding.detail) + (i + 1 < findings_.size() ? "},\n" : "}\n");
  }
  return json + "]}\n";
}

}  // namespace shardite::bench
