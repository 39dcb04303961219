#include "test/differential/refusals.hpp"

#include <algorithm>
#include <iterator>

namespace shardite::test {
namespace {

struct Refusal {
  const char *message;  // a part of the error
  const char *documented;
};

// DuckDB's own errors of evaluation. Whether a query meets one depends on which of its conditions is looked at first,
// and that differs between a table and a fleet: a row that DuckDB had already dropped may raise it here. How often that
// happens is bounded in main.cpp.
constexpr Refusal REFUSALS[] = {
    {"Out of Range Error: ", "docs/sql-support.md, errors"},
    {"Conversion Error: Could not convert", "docs/sql-support.md, errors"},
    {"Conversion Error: Type ", "docs/sql-support.md, errors"},
    {"Malformed JSON", "docs/sql-support.md, errors"},
};

}  // namespace

bool IsDocumentedRefusal(const std::string &error) {
  return std::any_of(std::begin(REFUSALS), std::end(REFUSALS),
                     [&](const Refusal &refusal) { return error.find(refusal.message) != std::string::npos; });
}

bool IsPlanningError(const std::string &error) {
  constexpr const char *KINDS[] = {"Parser Error", "Binder Error", "Catalog Error"};
  return std::any_of(std::begin(KINDS), std::end(KINDS), [&](const char *kind) { return error.rfind(kind, 0) == 0; });
}

}  // namespace shardite::test
