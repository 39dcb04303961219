#pragma once
// How many requests a server gets at a time. An overloaded server's limit is halved at once and grows back by one
// after every `limit` answers (additive increase, multiplicative decrease). Plain values without I/O.
// Thread rule: one thread at a time; Transport uses it on the I/O thread.

#include <map>
#include <string>

namespace shardite {

class ServerLimits {
 public:
  /// Requests in flight allowed for a server ("host:port"); the last word counts. At least 1.
  void SetMaximum(const std::string &server, int maximum);
  /// Takes a place; false when the server is busy enough.
  bool TryAcquire(const std::string &server);
  enum class Outcome { ANSWERED, FAILED, OVERLOADED };
  /// Gives the place back.
  void Release(const std::string &server, Outcome outcome);

  int InFlight(const std::string &server) const;
  /// The limit as it stands.
  int Limit(const std::string &server) const;

 private:
  struct Load {
    int maximum = 2;
    double limit = 2;
    int in_flight = 0;
  };
  std::map<std::string, Load> loads_;
};

}  // namespace shardite
