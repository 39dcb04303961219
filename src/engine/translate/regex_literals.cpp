#include "engine/translate/regex_literals.hpp"

#include <cctype>
#include <cstring>

namespace shardite {
namespace {

bool IsIn(char c, const char *set) { return c != '\0' && std::strchr(set, c) != nullptr; }

class RegexReader {
 public:
  RegexReader(const std::string &pattern, RegexCase letters, RegexMatch match)
      : pattern_(pattern), is_full_(match == RegexMatch::FULL) {
    result_.letters = letters;
    branch_.from_start = is_full_;
  }

  std::optional<RegexLiterals> Read() {
    if (pattern_.find('\0') != std::string::npos) return std::nullopt;
    if (pattern_.rfind("(?i)", 0) == 0) {
      result_.letters = RegexCase::IGNORED;
      at_ = 4;
    }
    while (at_ < pattern_.size()) {
      if (!ReadAtom()) return std::nullopt;
    }
    FinishBranch();
    return std::move(result_);
  }

 private:
  enum class Atom { NONE, LITERAL, OTHER, ANCHOR };

  bool ReadAtom() {
    const char c = pattern_[at_];
    if (c != '|' && branch_.to_end) return false;  // something behind $: not looked into
    switch (c) {
      case '|': at_++; return FinishBranch();
      case '^': at_++; return Start();
      case '$': at_++; return End();
      case '.': at_++; return Other();
      case '[': return SkipClass() && Other();
      case '(': return SkipGroup() && Other();
      case '*':
      case '+':
      case '?':
      case '{': return Repeat();
      case ')': return false;
      case '\\': return Escape();
      default: return Literal();
    }
  }

  bool Start() {
    if (last_ != Atom::NONE || began_) return false;
    branch_.from_start = true;
    last_ = Atom::ANCHOR;
    return true;
  }

  bool End() {
    branch_.to_end = true;
    last_ = Atom::ANCHOR;
    return true;
  }

  /// One character, which may be several bytes.
  bool Literal() {
    size_t end = at_ + 1;
    while (end < pattern_.size() && (static_cast<unsigned char>(pattern_[end]) & 0xC0) == 0x80) end++;
    const auto character = pattern_.substr(at_, end - at_);
    at_ = end;
    return Append(character);
  }

  bool Append(const std::string &character) {
    if (result_.letters == RegexCase::IGNORED) {
      const bool folds_beyond = static_cast<unsigned char>(character[0]) >= 0x80 || IsIn(character[0], "kKsS");
      if (folds_beyond) return Other();
      branch_.is_literal = false;
      piece_ += static_cast<char>(std::tolower(static_cast<unsigned char>(character[0])));
    } else {
      piece_ += character;
    }
    last_size_ = character.size();
    last_ = Atom::LITERAL;
    return true;
  }

  /// Something that is no literal ends the current one.
  bool Other() {
    FinishPiece();
    branch_.is_literal = false;
    last_ = Atom::OTHER;
    return true;
  }

  void FinishPiece() {
    if (branch_.from_start && !began_)
      branch_.prefix = piece_;
    else if (!piece_.empty())
      branch_.parts.push_back(piece_);
    began_ = true;
    piece_.clear();
  }

  bool FinishBranch() {
    branch_.to_end = branch_.to_end || is_full_;
    if (branch_.to_end && (began_ || !branch_.from_start)) {
      branch_.suffix = piece_;
      piece_.clear();
    } else {
      const bool whole = branch_.to_end;  // ^text$: prefix and suffix at once
      const auto text = piece_;
      FinishPiece();
      if (whole) branch_.suffix = text;
    }
    result_.branches.push_back(std::move(branch_));
    branch_ = {};
    branch_.from_start = is_full_;
    began_ = false;
    piece_.clear();
    last_ = Atom::NONE;
    return true;
  }

  /// * + ? {n,m}, and the ? that makes them lazy. What may be absent is no part of a literal.
  bool Repeat() {
    if (last_ != Atom::LITERAL && last_ != Atom::OTHER) return false;
    bool may_be_absent = pattern_[at_] != '+';
    if (pattern_[at_] == '{') {
      const auto close = pattern_.find('}', at_);
      const auto digits = at_ + 1;
      if (close == std::string::npos || close == digits) return false;
      for (size_t i = digits; i < close; i++) {
        if (!IsIn(pattern_[i], "0123456789,")) return false;
      }
      if (!IsIn(pattern_[digits], "0123456789")) return false;  // {,3} is literal text
      may_be_absent = pattern_[digits] == '0';
      at_ = close;
    }
    at_++;
    if (at_ < pattern_.size() && pattern_[at_] == '?') at_++;
    if (last_ == Atom::LITERAL && may_be_absent) piece_.resize(piece_.size() - last_size_);
    Other();
    last_ = Atom::NONE;  // a second repetition is an error
    return true;
  }

  bool Escape() {
    if (at_ + 1 == pattern_.size()) return false;
    const char c = pattern_[at_ + 1];
    at_ += 2;
    if (IsIn(c, "dDwWsSbB")) return Other();
    if (c == 'A') return Start();
    if (c == 'z') return End();
    if (IsIn(c, "ntrfva")) return Append(std::string(1, "\n\t\r\f\v\a"[std::strchr("ntrfva", c) - "ntrfva"]));
    if (std::ispunct(static_cast<unsigned char>(c)) == 0) return false;
    return Append(std::string(1, c));
  }

  /// [..], with ] first, escapes and [:names:].
  bool SkipClass() {
    at_++;
    if (at_ < pattern_.size() && pattern_[at_] == '^') at_++;
    if (at_ < pattern_.size() && pattern_[at_] == ']') at_++;
    while (at_ < pattern_.size() && pattern_[at_] != ']') {
      if (pattern_.compare(at_, 2, "[:") == 0) {
        const auto close = pattern_.find(":]", at_);
        if (close == std::string::npos) return false;
        at_ = close + 2;
        continue;
      }
      if (pattern_[at_] == '\\') {
        if (at_ + 1 < pattern_.size() && pattern_[at_ + 1] == 'Q') return false;
        at_++;
      }
      at_++;
    }
    return at_++ < pattern_.size();
  }

  /// (..) with all that is in it; flags for the rest of the pattern, (?s), are not looked into.
  bool SkipGroup() {
    const bool plain = pattern_.compare(at_, 2, "(?") != 0;
    if (!plain && pattern_.compare(at_, 3, "(?:") != 0 && pattern_.compare(at_, 4, "(?P<") != 0) return false;
    size_t depth = 0;
    while (at_ < pattern_.size()) {
      const char c = pattern_[at_];
      if (c == '[') {
        if (!SkipClass()) return false;
        continue;
      }
      if (c == '\\') {
        if (at_ + 1 < pattern_.size() && pattern_[at_ + 1] == 'Q') return false;
        at_ += 2;
        continue;
      }
      at_++;
      if (c == '(') depth++;
      if (c == ')' && --depth == 0) return true;
    }
    return false;
  }

  const std::string &pattern_;
  const bool is_full_;
  size_t at_ = 0;
  RegexLiterals result_;
  RegexBranch branch_;
  std::string piece_;   // the literal being read
  bool began_ = false;  // the branch has something before the piece
  Atom last_ = Atom::NONE;
  size_t last_size_ = 0;  // bytes of the last literal character
};

}  // namespace

std::optional<RegexLiterals> ReadRegex(const std::string &pattern, RegexCase letters, RegexMatch match) {
  return RegexReader(pattern, letters, match).Read();
}

}  // namespace shardite
