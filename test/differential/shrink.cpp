#include "test/differential/shrink.hpp"

#include <algorithm>
#include <optional>

#include "test/differential/smaller_query.hpp"

namespace shardite::test {
namespace {

using Clock = std::chrono::steady_clock;

class Shrinker {
 public:
  Shrinker(FailingCase failing, TestBed &bed, std::chrono::seconds patience)
      : best_(std::move(failing)), bed_(bed), end_(Clock::now() + patience) {}

  FailingCase Run() {
    if (std::any_of(best_.query.approximate.begin(), best_.query.approximate.end(), [](bool b) { return b; }))
      best_.query.approximate.assign(64, true);  // items move
    if (best_.query.sql != best_.query.plain) TryQueries({best_.query.plain});
    // Few shards and rows first: every later step is quicker then.
    DropShards();
    DropRows();
    for (bool smaller = true; smaller && !IsOver();) {
      smaller = ShrinkQuery();
      smaller = DropShards() || smaller;
      smaller = DropRows() || smaller;
      smaller = DropColumns() || smaller;
    }
    return std::move(best_);
  }

 private:
  bool IsOver() const { return Clock::now() > end_; }

  /// The same failure: an error stays of its kind, rows stay rows, and a mode that was right stays right.
  bool IsSame(const Verdict &verdict) const {
    const auto kind = [](const Verdict &v) { return v.difference.substr(0, v.difference.find(' ', 8)); };
    const auto is_error = [](const Verdict &v) { return v.difference.rfind("error: ", 0) == 0; };
    return verdict.kind == Verdict::DIFFERS && verdict.mode == best_.verdict.mode &&
           is_error(verdict) == is_error(best_.verdict) && (!is_error(verdict) || kind(verdict) == kind(best_.verdict));
  }

  bool TryFleet(RandomFleet fleet) {
    if (IsOver()) return false;
    try {
      Judge judge(fleet, bed_);
      auto verdict = judge.Of(best_.query);
      if (!IsSame(verdict)) return false;
      best_.fleet = std::move(fleet);
      best_.verdict = std::move(verdict);
      return true;
    } catch (const std::exception &) {
      return false;  // no longer a valid fleet
    }
  }

  /// The first of them that still fails.
  bool TryQueries(const std::vector<std::string> &candidates) {
    try {
      Judge judge(best_.fleet, bed_);
      for (const auto &sql : candidates) {
        if (IsOver()) return false;
        auto verdict = judge.Of({sql, sql, best_.query.approximate});
        if (!IsSame(verdict)) continue;
        best_.query.sql = best_.query.plain = sql;
        best_.verdict = std::move(verdict);
        return true;
      }
    } catch (const std::exception &) {
      return false;
    }
    return false;
  }

  bool ShrinkQuery() {
    bool any = false;
    while (TryQueries(SmallerQueries(best_.query.plain))) any = true;
    return any;
  }

  bool DropShards() {
    bool any = false;
    for (size_t size = std::max<size_t>(1, best_.fleet.shards.size() / 2);; size /= 2) {
      for (size_t at = 0; at < best_.fleet.shards.size() && best_.fleet.shards.size() > 1;) {
        auto smaller = best_.fleet;
        Erase(smaller.shards, at, size);
        if (!smaller.shards.empty() && TryFleet(std::move(smaller))) {
          any = true;
        } else {
          at += size;
        }
      }
      if (size <= 1) return any;
    }
  }

  bool DropRows() {
    bool any = false;
    for (size_t shard = 0; shard < best_.fleet.shards.size(); ++shard) {
      for (size_t table = 0; table < best_.fleet.shards[shard].tables.size(); ++table) {
        const auto rows = [&](RandomFleet & fleet) -> auto & { return fleet.shards[shard].tables[table].rows; };
        for (size_t size = rows(best_.fleet).size(); size > 0 && !IsOver(); size /= 2) {
          for (size_t at = 0; at < rows(best_.fleet).size();) {
            auto smaller = best_.fleet;
            Erase(rows(smaller), at, size);
            if (TryFleet(std::move(smaller))) {
              any = true;
            } else {
              at += size;
            }
          }
        }
      }
    }
    return any;
  }

  /// Of every shard, by name; and what CREATE TABLE says beside them.
  bool DropColumns() {
    bool any = false;
    for (size_t table = 0; table < best_.fleet.tables.size(); ++table) {
      for (size_t column = best_.fleet.tables[table].columns.size(); column-- > 1;) {
        any = TryFleet(WithoutColumn(table, column)) || any;
      }
    }
    auto plain = best_.fleet;
    for (auto &shard : plain.shards) {
      for (auto &stored : shard.tables) stored.is_view = false;  // an index may be what finds late rows
    }
    return TryFleet(std::move(plain)) || any;
  }

  RandomFleet WithoutColumn(size_t table, size_t column) const {
    auto smaller = best_.fleet;
    const std::string name = Folded("\"" + smaller.tables[table].columns[column].name + "\"");
    Erase(smaller.tables[table].columns, column, 1);
    for (auto &shard : smaller.shards) {
      for (auto &stored : shard.tables) {
        for (size_t i = stored.columns.size(); stored.table == table && i-- > 0;) {
          if (Folded(stored.columns[i]) != name) continue;
          Erase(stored.columns, i, 1);
          Erase(stored.declared, i, 1);
          for (auto &row : stored.rows) Erase(row, i, 1);
        }
      }
    }
    return smaller;
  }

  static std::string Folded(std::string name) {
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    return name;
  }

  template <class T>
  static void Erase(std::vector<T> &items, size_t at, size_t count) {
    const auto from = items.begin() + static_cast<std::ptrdiff_t>(at);
    items.erase(from, from + static_cast<std::ptrdiff_t>(std::min(count, items.size() - at)));
  }

  FailingCase best_;
  TestBed &bed_;
  Clock::time_point end_;
};

}  // namespace

std::string FailingCase::ToTest(const std::string &comment) const {
  std::string text = "# " + comment + "\n\n" + fleet.Definition().ToText();
  for (const auto &sql : fleet.local_tables) {
    if (query.sql.find("memory.main.keys") != std::string::npos) text += "statement ok\n" + sql + "\n\n";
  }
  // The letters only count the columns; the oracle says the rest.
  return text + "query *\n" + query.sql + "\n";
}

FailingCase Shrink(FailingCase failing, TestBed &bed, std::chrono::seconds patience) {
  return Shrinker(std::move(failing), bed, patience).Run();
}

}  // namespace shardite::test
