#include "cli/shell/statement_buffer.hpp"

#include <cctype>

namespace shardite {

namespace {

bool IsWordByte(char byte) { return std::isalnum(static_cast<unsigned char>(byte)) || byte == '_' || (byte & 0x80); }

/// What a piece of SQL is, as far as the end of statements is concerned.
enum class Piece { SPACE, COMMENT, SEMICOLON, CODE };

/// Walks through SQL piece by piece.
class PieceReader {
 public:
  explicit PieceReader(std::string_view sql) : sql_(sql) {}
  bool AtEnd() const { return at_ >= sql_.size(); }
  /// False: the text ended inside of quotes or a comment.
  bool Closed() const { return closed_; }

  Piece Next() {
    const char byte = sql_[at_];
    const std::string_view rest = sql_.substr(at_);
    if (std::isspace(static_cast<unsigned char>(byte))) return Take(1, Piece::SPACE);
    if (byte == ';') return Take(1, Piece::SEMICOLON);
    if (rest.starts_with("--")) return TakeLineComment();
    if (rest.starts_with("/*")) return TakeBlockComment();
    if (byte == '\'' || byte == '"') return TakeQuoted(byte);
    if (byte == '$' && (at_ == 0 || !IsWordByte(sql_[at_ - 1]))) return TakeDollarQuoted();
    return Take(1, Piece::CODE);
  }

 private:
  Piece Take(size_t bytes, Piece piece) {
    at_ += bytes;
    return piece;
  }

  Piece TakeUntil(std::string_view end, size_t from, Piece piece) {
    const size_t found = sql_.find(end, from);
    closed_ = found != std::string_view::npos;
    at_ = closed_ ? found + end.size() : sql_.size();
    return piece;
  }

  Piece TakeLineComment() {
    const size_t end = sql_.find('\n', at_);
    at_ = end == std::string_view::npos ? sql_.size() : end + 1;
    return Piece::COMMENT;
  }

  Piece TakeBlockComment() {
    size_t depth = 0;
    for (; at_ < sql_.size(); at_++) {
      const auto rest = sql_.substr(at_);
      if (rest.starts_with("/*")) {
        depth++;
        at_++;
      } else if (rest.starts_with("*/")) {
        at_++;
        if (--depth == 0) return Take(1, Piece::COMMENT);
      }
    }
    closed_ = false;
    return Piece::COMMENT;
  }

  Piece TakeQuoted(char quote) {
    // Only E'..' knows backslashes.
    const bool escapes = quote == '\'' && at_ > 0 && (sql_[at_ - 1] == 'e' || sql_[at_ - 1] == 'E') &&
                         (at_ == 1 || !IsWordByte(sql_[at_ - 2]));
    for (at_++; at_ < sql_.size(); at_++) {
      if (escapes && sql_[at_] == '\\') {
        at_++;
      } else if (sql_[at_] == quote) {
        return Take(1, Piece::CODE);  // a doubled quote opens again at once
      }
    }
    closed_ = false;
    return Piece::CODE;
  }

  Piece TakeDollarQuoted() {
    size_t end = at_ + 1;
    while (end < sql_.size() && IsWordByte(sql_[end])) end++;
    const bool opens = end < sql_.size() && sql_[end] == '$' &&
                       (end == at_ + 1 || !std::isdigit(static_cast<unsigned char>(sql_[at_ + 1])));
    if (!opens) return Take(1, Piece::CODE);  // a parameter
    return TakeUntil(sql_.substr(at_, end + 1 - at_), end + 1, Piece::CODE);
  }

  const std::string_view sql_;
  size_t at_ = 0;
  bool closed_ = true;
};

}  // namespace

bool IsCompleteStatement(std::string_view sql) {
  PieceReader reader(sql);
  bool open = false;
  while (!reader.AtEnd()) {
    const auto piece = reader.Next();
    if (piece == Piece::SEMICOLON) open = false;
    if (piece == Piece::CODE) open = true;
  }
  return !open && reader.Closed();
}

bool IsBlankStatement(std::string_view sql) {
  PieceReader reader(sql);
  while (!reader.AtEnd()) {
    if (reader.Next() == Piece::CODE) return false;
  }
  return true;
}

std::string AsHistoryLine(std::string_view sql) {
  std::string line(sql);
  while (!line.empty() && std::isspace(static_cast<unsigned char>(line.back()))) line.pop_back();
  if (line.find("--") != std::string::npos) return line;
  // A line end inside a text literal must stay; outside it is as good as a space.
  char quote = 0;
  for (auto &byte : line) {
    if (quote == 0 && (byte == '\'' || byte == '"')) {
      quote = byte;
    } else if (byte == quote) {
      quote = 0;
    } else if (byte == '\n' && quote == 0) {
      byte = ' ';
    }
  }
  return line;
}

}  // namespace shardite
