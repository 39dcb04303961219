#include "base/json_check.hpp"

namespace shardite {

namespace {

constexpr int DEEPEST = 512;

class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool Document() { return Value(0) && (Blanks(), rest_.empty()); }

 private:
  bool Take(char byte) {
    if (rest_.empty() || rest_.front() != byte) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool Take(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  void Blanks() {
    const size_t end = rest_.find_first_not_of(" \t\r\n");
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end);
  }
  bool Digits() {
    const size_t end = rest_.find_first_not_of("0123456789");
    const size_t count = end == std::string_view::npos ? rest_.size() : end;
    rest_.remove_prefix(count);
    return count > 0;
  }

  bool Value(int depth) {
    Blanks();
    if (rest_.empty() || depth > DEEPEST) return false;
    switch (rest_.front()) {
      case '{': return Members(depth);
      case '[': return Elements(depth);
      case '"': return String();
      case 't': return Take("true");
      case 'f': return Take("false");
      case 'n': return Take("null");
      default: return Number();
    }
  }

  bool Members(int depth) {
    Take('{');
    Blanks();
    if (Take('}')) return true;
    do {
      Blanks();
      if (!String()) return false;
      Blanks();
      if (!Take(':') || !Value(depth + 1)) return false;
      Blanks();
    } while (Take(','));
    return Take('}');
  }

  bool Elements(int depth) {
    Take('[');
    Blanks();
    if (Take(']')) return true;
    do {
      if (!Value(depth + 1)) return false;
      Blanks();
    } while (Take(','));
    return Take(']');
  }

  bool String() {
    if (!Take('"')) return false;
    while (!rest_.empty()) {
      const char byte = rest_.front();
      rest_.remove_prefix(1);
      if (byte == '"') return true;
      if (static_cast<unsigned char>(byte) < ' ') return false;
      if (byte == '\\' && !Escape()) return false;
    }
    return false;
  }

  bool Escape() {
    if (Take('u')) {
      const bool hex =
          rest_.size() >= 4 && rest_.substr(0, 4).find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
      if (hex) rest_.remove_prefix(4);
      return hex;
    }
    if (rest_.empty() || std::string_view("\"\\/bfnrt").find(rest_.front()) == std::string_view::npos) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool Number() {
    Take('-');
    if (!Take('0') && !Digits()) return false;
    if (Take('.') && !Digits()) return false;
    if (!Take('e') && !Take('E')) return true;
    if (!Take('+')) Take('-');
    return Digits();
  }

  std::string_view rest_;
};

}  // namespace

bool IsJson(std::string_view text) { return Scanner(text).Document(); }

}  // namespace shardite
