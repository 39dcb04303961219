#include "test/sql/run_sql_test.hpp"

#include <algorithm>
#include <optional>

#include "engine/session.hpp"
#include "test/oracle/answer.hpp"
#include "test/oracle/oracle.hpp"

namespace shardite::test {
namespace {

constexpr const char *PUSHDOWN_MODES[] = {"all", "filter", "none"};

/// {tmp} in a test's SQL is a directory of this run's own.
std::string InDirectory(std::string sql, const std::string &directory) {
  for (size_t at = sql.find("{tmp}"); at != std::string::npos; at = sql.find("{tmp}", at))
    sql.replace(at, 5, directory);
  return sql;
}

bool RunsOnOracle(const SqlCommand &command) {
  return command.kind != SqlCommand::STATEMENT_ERROR && command.kind != SqlCommand::QUERY_EXPECTED;
}

bool IsQuery(const SqlCommand &command) {
  return command.kind == SqlCommand::QUERY || command.kind == SqlCommand::QUERY_EXPECTED;
}

Comparison ComparisonOf(const SqlCommand &command) {
  Comparison comparison;
  comparison.ordered =
      command.order == SqlCommand::NOSORT || (command.order == SqlCommand::AUTO && FixesOrder(command.sql));
  for (const char letter : command.columns) comparison.floating_sums.push_back(letter == 'R');
  return comparison;
}

/// Rows as the file writes them: values between tabs, NULL, (empty).
std::vector<std::string> Lines(const Answer &answer) {
  std::vector<std::string> lines;
  for (const auto &row : answer.rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      const std::string text = row[i].IsNull() ? "NULL" : row[i].ToString();
      line += (i ? "\t" : "") + (text.empty() ? "(empty)" : text);
    }
    lines.push_back(line);
  }
  return lines;
}

std::optional<std::string> AgainstFile(const SqlCommand &command, const Answer &answer, const char *whose) {
  if (command.expected.empty()) return std::nullopt;
  auto expected = command.expected, got = Lines(answer);
  if (!ComparisonOf(command).ordered) {
    std::sort(expected.begin(), expected.end());
    std::sort(got.begin(), got.end());
  }
  if (expected == got) return std::nullopt;
  std::string text = std::string(whose) + " is not what the file expects:\n";
  for (const auto &line : got) text += line + "\n";
  return text;
}

/// What is wrong with the oracle's part of a command: then the test itself is.
std::optional<std::string> CheckOracle(const SqlCommand &command, const Answer &answer) {
  if (command.kind == SqlCommand::STATEMENT_ERROR_BOTH) {
    return answer.Ok() ? std::optional<std::string>("plain DuckDB does not refuse it") : std::nullopt;
  }
  if (!answer.Ok()) return "plain DuckDB refuses it: " + answer.error;
  if (!IsQuery(command)) return std::nullopt;
  if (command.columns != "*" && command.columns.size() != answer.types.size()) {
    return "the query names " + std::to_string(command.columns.size()) + " columns and has " +
           std::to_string(answer.types.size());
  }
  return AgainstFile(command, answer, "plain DuckDB's answer");
}

std::optional<std::string> CheckOurs(const SqlCommand &command, const std::optional<Answer> &oracle,
                                     const Answer &answer) {
  if (command.kind == SqlCommand::STATEMENT_ERROR || command.kind == SqlCommand::STATEMENT_ERROR_BOTH) {
    if (answer.Ok()) return "it should fail, and gave " + answer.ToString();
    for (const auto &part : command.expected) {
      if (answer.error.find(part) == std::string::npos) return "the message lacks \"" + part + "\": " + answer.error;
    }
    return std::nullopt;
  }
  if (!answer.Ok()) return "error: " + answer.error;
  if (command.kind == SqlCommand::QUERY_EXPECTED) return AgainstFile(command, answer, "our answer");
  if (command.kind == SqlCommand::QUERY) return Difference(*oracle, answer, ComparisonOf(command));
  return std::nullopt;
}

class Run {
 public:
  Run(const SqlTest &test, const PlacedFleet &fleet) : test_(test), fleet_(fleet) {}

  std::vector<std::string> Failures() {
    AskOracle();
    if (!failures_.empty()) return failures_;  // a wrong test says nothing about us
    for (const char *mode : PUSHDOWN_MODES) AskSession(mode);
    return failures_;
  }

 private:
  void Fail(const SqlCommand &command, const std::string &mode, const std::string &why) {
    failures_.push_back("test/sql/" + test_.name + ".test:" + std::to_string(command.line) + ", " + mode + ":\n" +
                        command.sql + "\n" + why);
  }

  void AskOracle() {
    const TemporaryDirectory directory;
    Oracle oracle(fleet_.spec, fleet_.files);
    for (const auto &command : test_.commands) {
      oracle_.emplace_back();
      if (!RunsOnOracle(command)) continue;
      oracle_.back() = Ask(oracle.Connection(), InDirectory(command.sql, directory.Path()));
      if (const auto why = CheckOracle(command, *oracle_.back())) Fail(command, "oracle", *why);
    }
  }

  void AskSession(const std::string &mode) {
    const TemporaryDirectory directory;
    Session session(fleet_.fleet_file);
    if (const auto set = Ask(session, "SET shardite_pushdown = '" + mode + "'"); !set.Ok()) {
      failures_.push_back("SET shardite_pushdown = '" + mode + "': " + set.error);
      return;
    }
    for (size_t i = 0; i < test_.commands.size(); ++i) {
      const auto &command = test_.commands[i];
      if (command.needs_pruning && mode == "none") continue;
      const auto answer = Ask(session, InDirectory(command.sql, directory.Path()));
      if (const auto why = CheckOurs(command, oracle_[i], answer)) Fail(command, "pushdown " + mode, *why);
    }
  }

  const SqlTest &test_;
  const PlacedFleet &fleet_;
  std::vector<std::optional<Answer>> oracle_;
  std::vector<std::string> failures_;
};

}  // namespace

std::vector<std::string> RunSqlTest(const SqlTest &test, TestBed &bed) {
  try {
    return Run(test, bed.Place(test.fleet)).Failures();
  } catch (const std::exception &error) {
    return {test.name + ": " + error.what()};
  }
}

}  // namespace shardite::test
