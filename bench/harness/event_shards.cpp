#include "bench/harness/event_shards.hpp"

#include <array>
#include <cmath>
#include <fstream>
#include <string_view>

#include "base/error.hpp"
#include "demo/sqlite_writer.hpp"
#include "fleet/slice.hpp"

namespace shardite::bench {

namespace {

constexpr std::array<std::string_view, 12> SERVICES = {"checkout", "cart",      "frontend", "payment",
                                                       "shipping", "email",     "search",   "ads",
                                                       "currency", "inventory", "auth",     "recommendation"};

// splitmix64: short, and the same on every machine.
class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed) {}
  uint64_t Next() {
    uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }
  uint64_t Below(uint64_t bound) { return Next() % bound; }
  double Fraction() { return (static_cast<double>(Next() >> 11) + 0.5) * 0x1p-53; }

 private:
  uint64_t state_;
};

// Around 20 ms, with a long tail.
int64_t Duration(Dice &dice) {
  const double normal = std::sqrt(-2 * std::log(dice.Fraction())) * std::cos(6.283185307179586 * dice.Fraction());
  return static_cast<int64_t>(2e7 * std::exp(normal));
}

std::string BodyText(Dice &dice, std::string_view service) {
  std::string body = "request to ";
  body.append(service).append(" answered: user=").append(std::to_string(dice.Below(100'000)));
  body.append(" path=/api/v1/items/").append(std::to_string(dice.Below(1'000'000)));
  return body.append(" bytes=").append(std::to_string(dice.Below(1'000'000))).append(" cache=miss region=eu-1");
}

}  // namespace

void WriteEventShard(const std::string &path, size_t number, size_t rows, EventBody body) {
  SqliteWriter writer(path);
  writer.Execute(CREATE_EVENTS);
  {
    SqliteWriter::Inserter insert(writer, "INSERT INTO events VALUES (?, ?, ?, ?, nullif(?, ''))");
    Dice dice(number + 1);
    const int64_t from = EVENTS_START + static_cast<int64_t>(number) * EVENTS_SLICE;
    const int64_t step = EVENTS_SLICE / static_cast<int64_t>(rows);
    for (size_t row = 0; row < rows; row++) {
      const int64_t ts =
          from + static_cast<int64_t>(row) * step + static_cast<int64_t>(dice.Below(static_cast<uint64_t>(step)));
      // Some services are heard of more often than others.
      const auto service = SERVICES[std::min(dice.Below(SERVICES.size()), dice.Below(SERVICES.size()))];
      insert.Integer(ts).Text(service).Integer(static_cast<int64_t>(1 + dice.Below(24)));
      const auto text = body == EventBody::FULL ? BodyText(dice, service) : "";
      insert.Integer(Duration(dice)).Text(text).Insert();
    }
  }
  writer.Execute("CREATE INDEX events_ts ON events (ts)");
  writer.Finish();
}

std::string HourText(size_t hour) { return FormatTime(EVENTS_START + static_cast<int64_t>(hour) * EVENTS_SLICE); }

void WriteFleetFile(const std::string &path, const std::vector<PlacedShard> &shards, bool overlap) {
  std::string toml = "name = \"bench\"\n";
  if (overlap) toml += "overlap = true\n";
  toml += "\n[tables.events]\ntime = \"ts\"\nunit = \"ns\"\n";
  for (size_t i = 0; i < shards.size(); i++) {
    toml += "\n[[shards]]\nid = \"shard-" + std::to_string(i) + "\"\nurl = \"" + shards[i].url +
            "\"\nfrom = " + HourText(shards[i].hour) + "\nuntil = " + HourText(shards[i].hour + 1) + "\n";
  }
  std::ofstream file(path);
  file << toml;
  if (!file.flush()) throw FleetError(path + " cannot be written");
}

}  // namespace shardite::bench
