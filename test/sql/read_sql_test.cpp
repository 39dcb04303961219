#include <fstream>
#include <sstream>
#include <stdexcept>

#include "test/oracle/fleet_definition.hpp"
#include "test/sql/data_sets.hpp"
#include "test/sql/sql_test.hpp"

namespace shardite::test {
namespace {

SqlCommand::Kind StatementKind(const std::string &rest) {
  if (rest == "ok") return SqlCommand::STATEMENT_OK;
  if (rest == "error") return SqlCommand::STATEMENT_ERROR;
  if (rest == "error both") return SqlCommand::STATEMENT_ERROR_BOTH;
  throw std::runtime_error("statement ok, statement error or statement error both; not " + rest);
}

SqlCommand QueryCommand(std::istringstream &words) {
  SqlCommand command;
  words >> command.columns;
  if (command.columns.find_first_not_of("ITR") != std::string::npos || command.columns.empty()) {
    throw std::runtime_error("a query names its columns by I, T and R: query IIT");
  }
  for (std::string word; words >> word;) {
    if (word == "rowsort") {
      command.order = SqlCommand::ROWSORT;
    } else if (word == "nosort") {
      command.order = SqlCommand::NOSORT;
    } else if (word == "expected") {
      command.kind = SqlCommand::QUERY_EXPECTED;
    } else {
      throw std::runtime_error("a query is rowsort, nosort or expected; not " + word);
    }
  }
  return command;
}

SqlCommand ReadCommand(const std::vector<std::string> &lines) {
  std::istringstream words(lines[0]);
  std::string keyword, rest;
  words >> keyword;
  SqlCommand command;
  if (keyword == "statement") {
    std::getline(words >> std::ws, rest);
    command.kind = StatementKind(rest);
  } else if (keyword == "query") {
    command = QueryCommand(words);
  } else {
    throw std::runtime_error("not a command: " + lines[0]);
  }
  bool in_result = false;
  for (size_t i = 1; i < lines.size(); ++i) {
    if (lines[i] == "----") {
      in_result = true;
    } else if (in_result) {
      command.expected.push_back(lines[i]);
    } else {
      command.sql += (command.sql.empty() ? "" : "\n") + lines[i];
    }
  }
  const bool needs_expected = command.kind == SqlCommand::STATEMENT_ERROR || command.kind == SqlCommand::QUERY_EXPECTED;
  if (needs_expected && command.expected.empty()) throw std::runtime_error("what is expected stands after ----");
  if (command.sql.empty()) throw std::runtime_error("no SQL");
  return command;
}

}  // namespace

SqlTest ReadSqlTest(const std::string &path, const std::string &name) {
  std::ifstream in(path);
  if (!in) throw std::runtime_error("cannot read " + path);
  SqlTest test;
  test.name = name;
  FleetDefinitionReader reader;
  std::vector<int> first_lines;
  const auto blocks = SplitBlocks(in, &first_lines);
  for (size_t i = 0; i < blocks.size(); ++i) {
    try {
      std::istringstream words(blocks[i][0]);
      std::string keyword, data_set;
      if (words >> keyword >> data_set && keyword == "fleet") {
        reader.Definition() = DataSet(data_set);
      } else if (!reader.TakeBlock(blocks[i])) {
        test.commands.push_back(ReadCommand(blocks[i]));
        test.commands.back().line = first_lines[i];
      }
    } catch (const std::exception &error) {
      throw std::runtime_error(path + ":" + std::to_string(first_lines[i]) + ": " + error.what());
    }
  }
  test.fleet = reader.Definition();
  if (test.fleet.shards.empty()) throw std::runtime_error(path + ": the test has no shard");
  if (test.commands.empty()) throw std::runtime_error(path + ": the test asks nothing");
  return test;
}

}  // namespace shardite::test
