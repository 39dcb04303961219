#include "test/plan/counts_file.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <stdexcept>

#include "engine/session.hpp"
#include "test/oracle/answer.hpp"

namespace shardite::test {
namespace {

constexpr const char *EXECUTE = "EXECUTE ";

/// "EXECUTE lastpoint(...)" is lastpoint; anything else has no name.
std::string NameOf(const SqlCommand &command) {
  if (command.kind != SqlCommand::QUERY || command.sql.rfind(EXECUTE, 0) != 0) return "";
  const size_t begin = std::string(EXECUTE).size();
  return command.sql.substr(begin, command.sql.find('(', begin) - begin);
}

std::string CountsOf(const std::string &name, const FanOutStatistics &statistics) {
  return name + ": " + std::to_string(statistics.shards_queried) + " shards, " + std::to_string(statistics.requests) +
         " requests, " + std::to_string(statistics.rows_received) + " rows, " +
         std::to_string(statistics.bytes_received) + " bytes";
}

struct Counts {
  std::string shards_and_requests;
  double rows = 0, bytes = 0;
};

Counts Parse(const std::string &line) {
  const size_t bytes = line.rfind(", ");
  const size_t rows = bytes == std::string::npos ? bytes : line.rfind(", ", bytes - 1);
  if (rows == std::string::npos) return {line, 0, 0};
  return {line.substr(0, rows), std::atof(line.c_str() + rows + 2), std::atof(line.c_str() + bytes + 2)};
}

bool IsNear(double expected, double got) { return got * 2 >= expected && got * 2 <= expected * 3; }

}  // namespace

CountsFile::CountsFile(const std::string &path) : path_(path) {
  std::ifstream in(path);
  if (!in) throw std::runtime_error("cannot read " + path);
  std::string test;
  for (std::string line; std::getline(in, line);) {
    const bool counts = line.find(": ") != std::string::npos && line[0] != '#';
    if (counts) {
      expected_.push_back(line);
    } else if (expected_.empty()) {
      heading_ += line + "\n";
    }
    if (line.rfind("test ", 0) == 0) test = line.substr(5);
    if (line == "driver sqld") driver_ = Driver::SQLD;
    if (line == "driver rqlite") driver_ = Driver::RQLITE;
  }
  if (test.empty()) throw std::runtime_error(path + ": names no test");
  test_ = ReadSqlTest(std::string(SHARDITE_SOURCE_DIR "/test/sql/") + test + ".test", test);
}

bool CountsFile::IsSame(const std::string &expected, const std::string &got) {
  const auto a = Parse(expected), b = Parse(got);
  return a.shards_and_requests == b.shards_and_requests && IsNear(a.rows, b.rows) && IsNear(a.bytes, b.bytes);
}

CountsFile::Result CountsFile::Run(TestBed &bed) const {
  Result result;
  result.text = heading_;
  Session session(bed.Place(test_.fleet).fleet_file);
  for (const auto *setting : {"SET threads = 1", "SET shardite_max_in_flight = 1"}) Ask(session, setting);
  size_t number = 0;
  for (const auto &command : test_.commands) {
    const auto answer = Ask(session, command.sql);
    const auto name = NameOf(command);
    if (name.empty()) continue;
    const auto got = answer.Ok() ? CountsOf(name, session.LastStatistics()) : name + ": error, " + answer.error;
    const auto expected = number < expected_.size() ? expected_[number] : "";
    number++;
    const bool same = IsSame(expected, got);
    if (!same) {
      result.failures.push_back(path_ + "\n" + command.sql + "\nexpected  " + expected + "\ngot       " + got +
                                "\n(make golden rewrites it)");
    }
    result.text += (same ? expected : got) + "\n";
  }
  if (number < expected_.size()) result.failures.push_back(path_ + ": counts that belong to no query");
  if (number == 0) result.failures.push_back(path_ + ": the test prepares no query");
  return result;
}

}  // namespace shardite::test
