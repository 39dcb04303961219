#pragma once
// A program run to its end, with the memory that it had at most.

#include <string>
#include <vector>

namespace shardite::bench {

struct ChildOutcome {
  double milliseconds = 0;
  double peak_megabytes = 0;  // resident: VmHWM of /proc, read every few milliseconds
};

/// Runs argv[0] with its output going to the file `output`. The child dies with its parent. Throws std::runtime_error
/// when it cannot be started or ends with anything but 0; its errors go to our stderr.
ChildOutcome RunChild(const std::vector<std::string> &arguments, const std::string &output = "/dev/null");

/// The most memory that this process has had resident so far, in MB.
double PeakMegabytes();

}  // namespace shardite::bench
