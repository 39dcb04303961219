#pragma once
// One random fleet, placed and opened on both sides, and the verdict on one query: each is asked with pushdown all,
// filter and none, and every answer must be the oracle's. A fleet with stray values has two oracles, which hold one
// proper value or another in their place: where they agree, that is the answer (or the stray value is named in an
// error); where they do not, only the error is right.

#include <memory>
#include <string>
#include <vector>

#include "engine/session.hpp"
#include "test/differential/random_query.hpp"
#include "test/oracle/answer.hpp"
#include "test/oracle/oracle.hpp"
#include "test/oracle/test_bed.hpp"

namespace shardite::test {

struct Verdict {
  enum Kind {
    AGREES,
    REFUSED_BY_DUCKDB,   // no answer to compare with: overflow, a failing cast; ours is an error as well
    ANSWERED_ALONE,      // DuckDB has no answer and we have one: which row an error meets is no one's promise
    DOCUMENTED_REFUSAL,  // ours is an error that docs/ describes
    DIFFERS,
  };
  Kind kind = AGREES;
  std::string mode;        // DIFFERS: the pushdown mode that does
  std::string difference;  // and how, for a person
};

class Judge {
 public:
  /// Places the fleet. Throws when the fleet cannot be opened, which no valid fleet may do.
  Judge(const RandomFleet &fleet, TestBed &bed, std::shared_ptr<DriverRegistry> drivers = DefaultDrivers());
  /// The least pushdown is asked first: a failure names the least that has it.
  enum Modes { EVERY_MODE, ALL_ONLY, ALL_AND_FILTER };
  Verdict Of(const RandomQuery &query, Modes modes = EVERY_MODE);
  /// The same in steps: plain DuckDB's answers, and ours in one mode beside them.
  std::vector<Answer> Expected(const RandomQuery &query);
  Verdict OfMode(const char *mode, const RandomQuery &query, const std::vector<Answer> &expected);
  Session &Ours() { return session_; }
  /// Sets the session's pushdown.
  void SetMode(const std::string &mode);

 private:
  Judge(const RandomFleet &fleet, const PlacedFleet &placed, std::shared_ptr<DriverRegistry> drivers);

  std::vector<std::unique_ptr<Oracle>> oracles_;
  Session session_;
  std::string mode_;  // as the session is set
};

}  // namespace shardite::test
