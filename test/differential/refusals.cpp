#include "test/differential/refusals.hpp"

#include <algorithm>
#include <iterator>

namespace shardite::test {
namespace {

struct Refusal {
  const char *message;  // a part of the error
  const char *documented;
};

// None: on data that its columns' types allow, shardite answers every query that DuckDB answers.
constexpr Refusal REFUSALS[] = {
    {"a value cannot be read as the type that its column declares", "docs/sql-support.md, Values of another type"},
};

}  // namespace

bool IsDocumentedRefusal(const std::string &error) {
  return std::any_of(std::begin(REFUSALS), std::end(REFUSALS),
                     [&](const Refusal &refusal) { return error.find(refusal.message) != std::string::npos; });
}

}  // namespace shardite::test
