#include <fstream>
#include <sstream>
#include <stdexcept>

#include "test/oracle/data_sets.hpp"
#include "test/oracle/fleet_definition.hpp"
#include "test/oracle/sql_test.hpp"

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
  if (command.columns != "*" && command.columns.find_first_not_of("ITR") != std::string::npos) {
    throw std::runtime_error("a query names its columns by I, T and R, as in query IIT; or query * for any");
  }
  for (std::string word; words >> word;) {
    if (word == "rowsort") {
      command.order = SqlCommand::ROWSORT;
    } else if (word == "nosort") {
      command.order = SqlCommand::NOSORT;
    } else if (word == "expected") {
      command.kind = SqlCommand::QUERY_EXPECTED;
    } else if (word == "pruned") {
      command.needs_pruning = true;
    } else {
      throw std::runtime_error("a query is rowsort, nosort, expected or pruned; not " + word);
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

/// foreach NAME VALUE... to endloop: the commands between, once per value, {NAME} replaced. Loops do not nest.
class Loop {
 public:
  void Begin(std::istringstream &words, size_t first_command) {
    words >> name_;
    for (std::string value; words >> value;) values_.push_back(value);
    if (values_.empty()) throw std::runtime_error("a loop is written: foreach NAME VALUE...");
    first_command_ = first_command;
  }
  void End(std::vector<SqlCommand> &commands) {
    if (values_.empty()) throw std::runtime_error("endloop without foreach");
    const std::vector<SqlCommand> body(commands.begin() + static_cast<std::ptrdiff_t>(first_command_), commands.end());
    commands.resize(first_command_);
    for (const auto &value : values_) {
      for (SqlCommand command : body) {
        const std::string place = "{" + name_ + "}";
        for (size_t at = 0; (at = command.sql.find(place, at)) != std::string::npos; at += value.size()) {
          command.sql.replace(at, place.size(), value);
        }
        commands.push_back(std::move(command));
      }
    }
    values_.clear();
  }
  bool IsOpen() const { return !values_.empty(); }

 private:
  std::string name_;
  std::vector<std::string> values_;
  size_t first_command_ = 0;
};

}  // namespace

SqlTest ReadSqlTest(const std::string &path, const std::string &name) {
  std::ifstream in(path);
  if (!in) throw std::runtime_error("cannot read " + path);
  SqlTest test;
  test.name = name;
  FleetDefinitionReader reader;
  Loop loop;
  std::vector<int> first_lines;
  const auto blocks = SplitBlocks(in, &first_lines);
  for (size_t i = 0; i < blocks.size(); ++i) {
    try {
      std::istringstream words(blocks[i][0]);
      std::string keyword, data_set;
      words >> keyword;
      if (keyword == "fleet" && words >> data_set) {
        reader.Definition() = DataSet(data_set);
      } else if (keyword == "foreach") {
        loop.Begin(words, test.commands.size());
      } else if (keyword == "endloop") {
        loop.End(test.commands);
      } else if (!reader.TakeBlock(blocks[i])) {
        test.commands.push_back(ReadCommand(blocks[i]));
        test.commands.back().line = first_lines[i];
      }
    } catch (const std::exception &error) {
      throw std::runtime_error(path + ":" + std::to_string(first_lines[i]) + ": " + error.what());
    }
  }
  if (loop.IsOpen()) throw std::runtime_error(path + ": foreach without endloop");
  test.fleet = reader.Definition();
  if (test.fleet.shards.empty()) throw std::runtime_error(path + ": the test has no shard");
  if (test.commands.empty()) throw std::runtime_error(path + ": the test asks nothing");
  return test;
}

}  // namespace shardite::test
