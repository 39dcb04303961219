#pragma once
// Our standard output, held back at first: nothing is shown of a result that fails before a megabyte of it is ready.
// Larger results then stream. One thread only.

#include <cstddef>
#include <exception>
#include <string>
#include <string_view>

namespace shardite {

/// The reader of our output closed it (`shardite query .. | head`): stop quietly.
class OutputClosed : public std::exception {
 public:
  const char *what() const noexcept override { return "output closed"; }
};

class Output {
 public:
  /// `descriptor`: 1, or a test's file.
  explicit Output(int descriptor = 1);

  void Write(std::string_view text) { pending_ += text; }
  /// The text not yet written: formats append to it directly.
  std::string &Pending() { return pending_; }
  /// After each chunk of whole rows: writes when enough has come together. Throws OutputClosed, FleetError.
  void EndOfChunk() {
    if (pending_.size() >= HOLD) Flush();
  }
  void Flush();
  /// Drops what was not written: the result has failed.
  void Discard() { pending_.clear(); }

  bool IsTerminal() const { return is_terminal_; }

 private:
  static constexpr size_t HOLD = 1u << 20;
  const int descriptor_;
  const bool is_terminal_;
  std::string pending_;
};

}  // namespace shardite
