#include "test/differential/metamorphic.hpp"

#include <algorithm>

#include "demo/random.hpp"
#include "sqlite/value.hpp"
#include "test/differential/random_expression.hpp"

namespace shardite::test {
namespace {

using Rows = std::vector<std::string>;

class Relations {
 public:
  Relations(Judge &judge, const RandomFleet &fleet, uint64_t seed)
      : judge_(judge),
        random_(Mix(seed, 7)),
        table_(fleet.tables[random_.Chance(800) ? 0 : 1]),
        from_(" FROM " + QuoteName(table_.name)),
        scope_(ScopeOf(fleet, table_)),
        maker_(random_, scope_) {}

  std::optional<std::string> Check() {
    judge_.SetMode("all");
    switch (random_.Below(4)) {
      case 0: return PredicateInThree();
      case 1: return WindowInParts();
      case 2: return TighterWindow();
      default: return SomeRows();
    }
  }

 private:
  /// The rows as text; nullopt when there is an error, which the comparison with the oracle judges.
  std::optional<Rows> RowsOf(const std::string &sql) {
    statements_ += sql + "\n";
    const auto answer = Ask(judge_.Ours(), sql);
    if (!answer.Ok()) return std::nullopt;
    Rows rows;
    for (const auto &row : answer.rows) {
      rows.emplace_back();
      for (const auto &value : row) {
        const auto text = value.ToSQLString();
        rows.back() += (text == "-0.0" ? "0.0" : text) + "|";  // one group, called by either
      }
    }
    std::sort(rows.begin(), rows.end());
    return rows;
  }

  std::optional<std::string> Same(const std::optional<Rows> &whole, const std::optional<Rows> &parts) {
    if (!whole || !parts || *whole == *parts) return std::nullopt;
    std::string text = statements_ + "the whole:\n";
    for (const auto &row : *whole) text += "  " + row + "\n";
    text += "its parts together:\n";
    for (const auto &row : *parts) text += "  " + row + "\n";
    return text;
  }

  /// Groups by a key, over one condition; and over several, added up.
  std::string Part(const std::string &key, const std::string &number, const std::string &condition) {
    return "SELECT " + key + " AS k, count(*) AS n, sum(" + number + ") AS s, min(" + number + ") AS low, max(" +
           number + ") AS high" + from_ + " WHERE " + condition + " GROUP BY 1";
  }
  std::optional<std::string> AddUp(const std::vector<std::string> &conditions) {
    const std::string key = maker_.Key(), number = maker_.Column(ValueType::INTEGER);
    std::string parts;
    for (const auto &condition : conditions)
      parts += (parts.empty() ? "" : " UNION ALL ") + ("(" + Part(key, number, condition) + ")");
    const auto whole = RowsOf(Part(key, number, "true"));
    return Same(whole, RowsOf("SELECT k, sum(n)::BIGINT, sum(s)::HUGEINT, min(low), max(high) FROM (" + parts +
                              ") GROUP BY k"));
  }

  std::optional<std::string> PredicateInThree() {
    const std::string p = maker_.Filter();
    return AddUp({"(" + p + ")", "NOT (" + p + ")", "((" + p + ") IS NULL)"});
  }

  std::optional<std::string> WindowInParts() {
    if (scope_.columns[0].type != ValueType::TIME) return PredicateInThree();
    const std::string &time = scope_.columns[0].sql;
    const std::string a = maker_.Literal(ValueType::TIME), b = maker_.Literal(ValueType::TIME);
    if (a == "NULL" || b == "NULL") return std::nullopt;
    const std::string first = "least(" + a + "::TIMESTAMP, " + b + "::TIMESTAMP)";
    const std::string last = "greatest(" + a + "::TIMESTAMP, " + b + "::TIMESTAMP)";
    return AddUp({time + " IS NULL", time + " < " + first,
                  "(" + time + " >= " + first + " AND " + time + " < " + last + ")", time + " >= " + last});
  }

  std::optional<std::string> TighterWindow() {
    const std::string window = maker_.Window(), tighter = window + " AND " + maker_.Window();
    if (!RowsOf("SELECT count(*)" + from_ + " WHERE " + window)) return std::nullopt;
    const auto wide = judge_.Ours().LastStatistics();
    if (!RowsOf("SELECT count(*)" + from_ + " WHERE " + tighter)) return std::nullopt;
    const auto tight = judge_.Ours().LastStatistics();
    if (tight.shards_queried <= wide.shards_queried) return std::nullopt;
    return statements_ + "the first asks " + std::to_string(wide.shards_queried) + " shards, the second " +
           std::to_string(tight.shards_queried);
  }

  std::optional<std::string> SomeRows() {
    const uint64_t limit = random_.Below(40);
    const std::string select = "SELECT " + maker_.Column(ValueType::TEXT) + ", " + maker_.Column(ValueType::INTEGER) +
                               from_ + " WHERE " + maker_.Filter();
    const auto all = RowsOf(select), some = RowsOf(select + " LIMIT " + std::to_string(limit));
    if (!all || !some) return std::nullopt;
    const bool enough = some->size() == std::min<size_t>(limit, all->size());
    if (enough && std::includes(all->begin(), all->end(), some->begin(), some->end())) return std::nullopt;
    return Same(all, some);
  }

  Judge &judge_;
  Random random_;
  const RandomTable &table_;
  const std::string from_;
  const Scope scope_;
  ExpressionMaker maker_;
  std::string statements_;
};

}  // namespace

std::optional<std::string> FailedRelation(Judge &judge, const RandomFleet &fleet, uint64_t seed) {
  return Relations(judge, fleet, seed).Check();
}

}  // namespace shardite::test
