#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <map>

#include "cli/commands.hpp"
#include "cli/interrupt.hpp"
#include "cli/local_table.hpp"
#include "cli/scan_report.hpp"
#include "remote/check.hpp"

namespace shardite {

namespace {

/// What findings of the same kind share: the message without its times and numbers.
std::string KindOf(const Finding &finding) {
  std::string kind = std::string(SeverityName(finding.severity)) + finding.table + ":";
  bool in_number = false;
  for (const char byte : finding.message) {
    const auto letter = static_cast<unsigned char>(byte);
    if (std::isspace(letter)) in_number = false;
    if (std::isdigit(letter)) in_number = true;
    if (!in_number) kind += byte;
  }
  return kind;
}

std::string LineOf(const Finding &finding) {
  std::string line = SeverityName(finding.severity);
  line.resize(9, ' ');
  if (!finding.shard.empty()) line += finding.shard + ": ";
  if (!finding.table.empty()) line += finding.table + ": ";
  return line + finding.message;
}

/// One line for each finding that is worth a look; of warnings that many shards share only the first, unless all are
/// wanted. Errors are all named.
std::string AsText(const std::vector<Finding> &findings, size_t shards, bool all) {
  std::map<std::string, uint64_t> kinds;
  for (const auto &finding : findings) kinds[KindOf(finding)]++;
  std::string text;
  uint64_t warnings = 0, errors = 0;
  for (const auto &finding : findings) {
    warnings += finding.severity == Severity::WARNING;
    errors += finding.severity == Severity::ERROR;
    if (finding.severity == Severity::OK && !all) continue;
    const bool sum_up = finding.severity == Severity::WARNING && !all;
    auto &count = kinds[KindOf(finding)];
    if (sum_up && count == 0) continue;  // told already
    text += LineOf(finding);
    if (sum_up && count > 1) text += " (the same on " + WithThousands(count - 1) + " more; --all names them)";
    if (sum_up) count = 0;
    text += "\n";
  }
  text +=
      WithThousands(shards) + " shards checked: " + WithThousands(errors) + (errors == 1 ? " error, " : " errors, ");
  return text + WithThousands(warnings) + (warnings == 1 ? " warning\n" : " warnings\n");
}

/// Where the fleet's state is, and what is in it now.
Finding Record(const FleetSpec &fleet, const FleetState &certified) {
  if (fleet.state_path.empty()) {
    return {Severity::OK, "", "", "nothing recorded: only a fleet file has a place for it beside itself"};
  }
  const std::string why = WriteFleetState(fleet.state_path, certified);
  if (!why.empty()) return {Severity::WARNING, "", "", fleet.state_path + ": cannot be written: " + why};
  if (certified.shards.empty()) return {Severity::OK, "", "", "nothing recorded: there is nothing to certify"};
  const auto columns = certified.ColumnCount();
  return {Severity::OK, "", "",
          WithThousands(columns) + (columns == 1 ? " column" : " columns") + " certified on " +
              WithThousands(certified.shards.size()) + (certified.shards.size() == 1 ? " shard" : " shards") +
              ", recorded in " + fleet.state_path};
}

struct Arguments {
  std::string fleet;
  bool all = false;
  bool no_record = false;
};

int Check(const Arguments &arguments, const GlobalOptions &options) {
  InterruptWatcher interrupts;
  const auto fleet = OpenFleet(arguments.fleet);
  const auto drivers = DefaultDrivers();
  CallOptions call;
  call.deadline = Deadline::After(WHOLE_SHARD_DEADLINE);
  auto [findings, certified] = CheckFleet(fleet, *drivers, call);
  std::optional<Finding> record;
  if (!arguments.no_record) record = Record(fleet, certified);
  if (record && record->severity == Severity::WARNING) findings.push_back(*record);
  Output output;
  if (options.format == OutputFormat::TABLE) {
    output.Write(AsText(findings, fleet.shards.size(), arguments.all));
    if (record && record->severity == Severity::OK) output.Write(record->message + "\n");
    output.Flush();
  } else {
    const auto or_null = [](const std::string &text) {
      return text.empty() ? duckdb::Value(duckdb::LogicalType::VARCHAR) : duckdb::Value(text);
    };
    if (record && record->severity == Severity::OK) findings.push_back(*record);
    LocalTable table({{"severity"}, {"shard"}, {"table"}, {"message"}});
    for (const auto &finding : findings) {
      table.Add({SeverityName(finding.severity), or_null(finding.shard), or_null(finding.table), finding.message});
    }
    table.Print(options.ForPrinting(output), output);
  }
  const bool failed = std::any_of(findings.begin(), findings.end(),
                                  [](const Finding &finding) { return finding.severity == Severity::ERROR; });
  return failed ? 1 : 0;
}

}  // namespace

void AddCheckCommand(CLI::App &app, const GlobalOptions &options, CommandBody &body) {
  auto *command = app.add_subcommand("check", "Compare a fleet file with what its shards hold");
  const auto arguments = std::make_shared<Arguments>();
  command->add_option("FLEET", arguments->fleet, FLEET_HELP)->required();
  command->add_flag("--all", arguments->all, "Also list what is as it should be");
  command->add_flag("--no-record", arguments->no_record, "Do not record which columns are certain of their types");
  command->callback([=, &options, &body] { body = [=, &options] { return Check(*arguments, options); }; });
  command->footer(
      "Reads every shard completely, and records beside the fleet file (fleet.toml.state) which columns of tables "
      "that\n"
      "are not STRICT hold nothing but what their types promise: queries then need not prove it, until the rows "
      "change.\n"
      "Exit code 1 when there is an error. Example:\n  shardite check fleet.toml");
}

}  // namespace shardite
