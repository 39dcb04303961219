#include "bench/harness/prepared_queries.hpp"

#include <fstream>
#include <stdexcept>

namespace shardite::bench {

std::vector<PreparedQuery> ReadPreparedQueries(const std::string &path) {
  const std::string prepare = "PREPARE ", execute = "EXECUTE ";
  std::ifstream in(path);
  std::vector<PreparedQuery> queries;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(prepare)) {
      const auto name = line.substr(prepare.size(), line.find(' ', prepare.size()) - prepare.size());
      queries.push_back({name, line, ""});
    } else if (line.starts_with(execute) && !queries.empty()) {
      queries.back().execute = line;
    }
  }
  if (queries.empty()) throw std::runtime_error(path + ": no prepared query");
  return queries;
}

}  // namespace shardite::bench
