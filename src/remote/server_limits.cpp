#include "remote/server_limits.hpp"

#include <algorithm>

namespace shardite {

void ServerLimits::SetMaximum(const std::string &server, int maximum) {
  Load &load = loads_[server];
  const bool was_full = load.limit >= load.maximum;
  load.maximum = std::max(1, maximum);
  load.limit = was_full ? load.maximum : std::min<double>(load.limit, load.maximum);
}

bool ServerLimits::TryAcquire(const std::string &server) {
  Load &load = loads_[server];
  if (load.in_flight >= static_cast<int>(load.limit)) return false;
  load.in_flight++;
  return true;
}

void ServerLimits::Release(const std::string &server, Outcome outcome) {
  Load &load = loads_[server];
  load.in_flight = std::max(0, load.in_flight - 1);
  switch (outcome) {
    case Outcome::ANSWERED: load.limit = std::min<double>(load.maximum, load.limit + 1.0 / load.limit); break;
    case Outcome::FAILED: break;
    case Outcome::OVERLOADED: load.limit = std::max(1.0, load.limit / 2); break;
  }
}

int ServerLimits::InFlight(const std::string &server) const {
  const auto found = loads_.find(server);
  return found == loads_.end() ? 0 : found->second.in_flight;
}

int ServerLimits::Limit(const std::string &server) const {
  const auto found = loads_.find(server);
  return static_cast<int>(found == loads_.end() ? Load().limit : found->second.limit);
}

}  // namespace shardite
