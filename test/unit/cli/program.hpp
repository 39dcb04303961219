#pragma once
// Runs the shardite program as a user does, and keeps what it printed.

#include <string>
#include <vector>

namespace shardite::test {

struct ProgramRun {
  int code = -1;  // exit code; 128 + signal when it was killed
  std::string out, err;
};

/// `input` becomes its stdin. Fails the test when it does not end within a minute.
ProgramRun RunShardite(const std::vector<std::string> &arguments, const std::string &input = "");

/// A small demo fleet (4 hourly shards, 2,000 spans, 2,000 logs) with its fleet file, made once for each process.
const std::string &DemoFleet();
/// The directory it lies in; its shards are otel-2026-11-20T00.db .. T03.db.
const std::string &DemoDirectory();

}  // namespace shardite::test
