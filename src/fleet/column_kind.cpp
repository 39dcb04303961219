#include <algorithm>

#include "fleet/schema.hpp"

namespace shardite {

namespace {

bool Contains(const std::string &text, const char *part) { return text.find(part) != std::string::npos; }

std::string UpperCase(std::string text) {
  for (char &letter : text) {
    if (letter >= 'a' && letter <= 'z') letter = static_cast<char>(letter - 'a' + 'A');
  }
  return text;
}

}  // namespace

const char *ColumnKindName(ColumnKind kind) {
  switch (kind) {
    case ColumnKind::INTEGER: return "INTEGER";
    case ColumnKind::REAL: return "REAL";
    case ColumnKind::TEXT: return "TEXT";
    case ColumnKind::BLOB: return "BLOB";
    case ColumnKind::BOOLEAN: return "BOOLEAN";
    case ColumnKind::ANY: return "ANY";
  }
  return "ANY";
}

ColumnKind KindOfDeclaredType(const std::string &declared_type) {
  const std::string type = UpperCase(declared_type);
  if (Contains(type, "BOOL")) return ColumnKind::BOOLEAN;
  const bool text = Contains(type, "CHAR") || Contains(type, "CLOB") || Contains(type, "TEXT");
  const bool real = Contains(type, "REAL") || Contains(type, "FLOA") || Contains(type, "DOUB");
  const bool blob = Contains(type, "BLOB");
  if (Contains(type, "INT")) {
    // SQLite gives INTEGER affinity to these too, but no one keeps integers in them: FLOATING POINT, INTERVAL, POINT.
    const bool other = text || real || blob || Contains(type, "INTERVAL") || Contains(type, "POINT");
    return other ? ColumnKind::ANY : ColumnKind::INTEGER;
  }
  if (text) return ColumnKind::TEXT;
  if (blob) return ColumnKind::BLOB;
  if (real) return ColumnKind::REAL;
  // NUMERIC affinity to SQLite, but JSON's objects and arrays stay text.
  if (type == "JSON") return ColumnKind::TEXT;
  return ColumnKind::ANY;
}

}  // namespace shardite
