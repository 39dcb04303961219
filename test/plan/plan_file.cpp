#include "test/plan/plan_file.hpp"

#include <fstream>
#include <stdexcept>

#include "test/oracle/answer.hpp"
#include "test/oracle/data_sets.hpp"

namespace shardite::test {
namespace {

std::string Joined(const std::vector<std::string> &words, const char *separator) {
  std::string text;
  for (const auto &word : words) text += (text.empty() ? "" : separator) + word;
  return text;
}

std::string Lines(const std::vector<std::string> &lines) {
  std::string text;
  for (const auto &line : lines) text += "  " + line + "\n";
  return text;
}

void DescribeScan(const ScanExplanation &scan, std::vector<std::string> &lines) {
  const std::string total = std::to_string(scan.shards_total);
  if (scan.kept.size() == scan.shards_total) {
    lines.push_back(scan.table + ": all " + total + " shards");
  } else {
    lines.push_back(scan.table + ": " + std::to_string(scan.kept.size()) + " of " + total + " shards" +
                    (scan.kept.empty() ? "" : ": " + Joined(scan.kept, " ")));
  }
  for (const auto &pruned : scan.pruned) {
    const auto slice = pruned.slice.empty() ? "" : "slice " + pruned.slice + " ";
    lines.push_back("pruned " + pruned.shard + ": " + slice + pruned.reason);
  }
  if (!scan.pushed.empty()) lines.push_back("pushed: " + Joined(scan.pushed, ", "));
  for (const auto &reason : scan.refused) lines.push_back("local: " + reason);
  if (!scan.visits.empty()) lines.push_back("visits: " + scan.visits);
  const bool several = scan.statements.size() > 1;
  for (const auto &statement : scan.statements) {
    lines.push_back(
        (several ? "sql of " + std::to_string(statement.shards) + " like " + statement.first_shard : "sql") + ": " +
        statement.sql);
  }
}

}  // namespace

std::vector<std::string> DescribeScans(const std::vector<ScanExplanation> &scans) {
  std::vector<std::string> lines;
  for (const auto &scan : scans) DescribeScan(scan, lines);
  if (lines.empty()) lines.push_back("no scan");
  return lines;
}

PlanFile::PlanFile(const std::string &path) : path_(path) {
  std::ifstream in(path);
  if (!in) throw std::runtime_error("cannot read " + path);
  for (std::string line; std::getline(in, line);) lines_.push_back(line);
  for (size_t i = 0; i < lines_.size(); ++i) {
    const auto &line = lines_[i];
    if (line.rfind("fleet ", 0) == 0) fleet_ = DataSet(line.substr(6));
    if (line == "driver sqld") driver_ = Driver::SQLD;
    if (line == "driver rqlite") driver_ = Driver::RQLITE;
    if (line != "plan") continue;
    Block block;
    block.first_line = i + 1;
    size_t at = i + 1;
    for (; at < lines_.size() && !lines_[at].empty() && lines_[at] != "----"; ++at) {
      block.sql += (block.sql.empty() ? "" : "\n") + lines_[at];
    }
    if (at < lines_.size() && lines_[at] == "----") {
      for (++at; at < lines_.size() && !lines_[at].empty(); ++at) block.expected.push_back(lines_[at]);
    }
    block.last_line = at;
    blocks_.push_back(block);
    i = at;
  }
  if (fleet_.shards.empty() || blocks_.empty()) throw std::runtime_error(path + ": no fleet, or no plan");
}

PlanFile::Result PlanFile::Run(TestBed &bed) const {
  Result result;
  Session session(bed.Place(fleet_).fleet_file);
  size_t written = 0;
  for (const auto &block : blocks_) {
    const auto answer = Ask(session, block.sql);
    const auto got = answer.Ok() ? DescribeScans(session.LastExplanation()) : std::vector{"error: " + answer.error};
    if (got != block.expected) {
      result.failures.push_back(path_ + ":" + std::to_string(block.first_line) + "\n" + block.sql + "\nexpected\n" +
                                Lines(block.expected) + "got\n" + Lines(got) + "(make golden rewrites it)");
    }
    for (; written < block.first_line; ++written) result.text += lines_[written] + "\n";
    result.text += block.sql + "\n----\n";
    for (const auto &line : got) result.text += line + "\n";
    written = block.last_line;
  }
  for (; written < lines_.size(); ++written) result.text += lines_[written] + "\n";
  return result;
}

}  // namespace shardite::test
