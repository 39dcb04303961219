#pragma once
// One random fleet, placed and opened on both sides, and the verdict on one query: each is asked with pushdown all,
// filter and none, and every answer must be the oracle's.

#include <memory>
#include <string>

#include "engine/session.hpp"
#include "test/differential/random_query.hpp"
#include "test/oracle/oracle.hpp"
#include "test/oracle/test_bed.hpp"

namespace shardite::test {

struct Verdict {
  enum Kind {
    AGREES,
    REFUSED_BY_DUCKDB,   // no answer to compare with: overflow, a failing cast
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
  Verdict Of(const RandomQuery &query);
  duckdb::Connection &Oracle() { return oracle_.Connection(); }
  Session &Ours() { return session_; }

 private:
  Judge(const RandomFleet &fleet, const PlacedFleet &placed, std::shared_ptr<DriverRegistry> drivers);

  test::Oracle oracle_;
  Session session_;
};

}  // namespace shardite::test
