#include "engine/scan/page_decoder.hpp"

#include <algorithm>
#include <utility>

#include <duckdb/common/types/date.hpp>
#include <duckdb/common/types/timestamp.hpp>
#include <duckdb/common/vector_operations/vector_operations.hpp>

#include "engine/scan/decode_time.hpp"

namespace shardite {

namespace {

const char *StorageName(StorageClass storage) {
  switch (storage) {
    case StorageClass::NONE: return "NULL";
    case StorageClass::INTEGER: return "an INTEGER";
    case StorageClass::REAL: return "a REAL";
    case StorageClass::TEXT: return "a TEXT";
    case StorageClass::BLOB: return "a BLOB";
  }
  return "?";
}

// A double as SQLite itself would print it is not reproducible over versions; 17 digits always read back.
std::string RealText(double value) { return duckdb::Value::DOUBLE(value).ToString(); }

}  // namespace

duckdb::vector<duckdb::LogicalType> TypesOf(const std::vector<DecodedColumn> &columns) {
  duckdb::vector<duckdb::LogicalType> types;
  for (const auto &column : columns) types.push_back(column.type);
  if (types.empty()) types.push_back(duckdb::LogicalType::BOOLEAN);
  return types;
}

PageDecoder::PageDecoder(duckdb::ClientContext &context, std::vector<DecodedColumn> columns)
    : context_(context), columns_(std::move(columns)) {}

void PageDecoder::Damaged(const std::string &what) const {
  throw FleetError(ShardError{ErrorClass::DATA, origin_.shard, origin_.server, "page", "damaged page: " + what});
}

void PageDecoder::Fail(size_t column, const std::string &what) const {
  throw FleetError(ShardError{ErrorClass::DATA, origin_.shard, origin_.server, "page",
                              "table \"" + origin_.table + "\", column \"" + columns_[column].name + "\" " + what});
}

void PageDecoder::Unexpected(size_t column, const Cell &cell) const {
  Fail(column, "holds " + std::string(StorageName(cell.storage)) + " value where " + columns_[column].type.ToString() +
                   " is expected (find such rows with typeof())");
}

bool PageDecoder::Holds(size_t witness, uint64_t row) {
  const Cell cell = page_.columns[columns_.size() + witness].At(row);
  violated_ = witness;
  return cell.storage == StorageClass::NONE || (cell.storage == StorageClass::INTEGER && cell.integer == 0);
}

void PageDecoder::FailWitness() const {
  throw FleetError(ShardError{ErrorClass::DATA, origin_.shard, origin_.server, "page",
                              "table \"" + origin_.table + "\", column \"" + witnesses_[violated_] +
                                  "\": some values are not what the column's type promises; the result would not be "
                                  "exact (`shardite check` counts them)"});
}

PageDecoder::Started PageDecoder::Start(ResultPage page, PageForm form, bool safe_packing,
                                        std::vector<std::string> witnesses, PageOrigin origin) {
  witnesses_ = std::move(witnesses);
  page_ = std::move(page);
  origin_ = std::move(origin);
  position_ = 0;
  packed_.clear();
  if (form == PageForm::PACKED) return StartPacked(safe_packing);

  if (page_.columns.size() < columns_.size() + witnesses_.size()) Damaged("it has too few columns");
  rows_ = page_.row_count;
  for (size_t witness = 0; witness < witnesses_.size(); witness++) {
    for (uint64_t row = 0; row < rows_; row++) {
      if (!Holds(witness, row)) return Started::UNTRUSTED;
    }
  }
  return Started::READY;
}

// One row: the packed columns, the witnesses, count(*), and the bytes that the packed columns had on the server.
PageDecoder::Started PageDecoder::StartPacked(bool safe_packing) {
  const size_t count_column = columns_.size() + witnesses_.size();
  if (page_.row_count != 1 || page_.columns.size() != count_column + 2) Damaged("it is not one row of all columns");
  for (size_t witness = 0; witness < witnesses_.size(); witness++) {
    if (!Holds(witness, 0)) return Started::UNTRUSTED;
  }
  const Cell count = page_.columns[count_column].At(0);
  if (count.storage != StorageClass::INTEGER || count.integer < 0) Damaged("it does not say how many rows it has");
  rows_ = static_cast<uint64_t>(count.integer);
  uint64_t bytes = 0;
  for (size_t column = 0; column < columns_.size(); column++) {
    const Cell text = page_.columns[column].At(0);
    if (rows_ > 0 && text.storage != StorageClass::TEXT) Damaged("a packed column is not text");
    bytes += text.bytes.size();
    packed_.emplace_back(safe_packing ? Packing::HEX : PackingOf(columns_[column].encoding), text.bytes);
  }
  const Cell sent = page_.columns[count_column + 1].At(0);
  const bool intact = sent.storage == StorageClass::NONE ? bytes == 0 || rows_ == 0 || columns_.empty()
                                                         : static_cast<uint64_t>(sent.integer) == bytes;
  if (intact) return Started::READY;
  if (safe_packing) Damaged("its text has another length than the server says");
  return Started::REPAIRED;
}

duckdb::idx_t PageDecoder::Read(duckdb::DataChunk &chunk) {
  const auto count = static_cast<duckdb::idx_t>(std::min<uint64_t>(rows_ - position_, STANDARD_VECTOR_SIZE));
  if (count == 0) return 0;
  for (size_t column = 0; column < columns_.size(); column++) ReadColumn(column, chunk.data[column], count);
  position_ += count;
  if (position_ == rows_) {
    Cell beyond;
    for (auto &reader : packed_) {
      if (reader.Next(beyond)) Damaged("a packed column has more values than the page has rows");
    }
  }
  return count;
}

template <class Write>
void PageDecoder::ReadEach(size_t column, duckdb::Vector &vector, duckdb::idx_t count, Write write) {
  auto &validity = duckdb::FlatVector::Validity(vector);
  Cell cell;
  for (duckdb::idx_t row = 0; row < count; row++) {
    if (packed_.empty()) {
      cell = page_.columns[column].At(position_ + row);
    } else if (!packed_[column].Next(cell)) {
      Damaged(packed_[column].Failed() ? packed_[column].Error() : "a packed column ends early");
    }
    if (cell.storage == StorageClass::NONE) {
      validity.SetInvalid(row);
    } else {
      write(row, cell);
    }
  }
}

template <class T>
void PageDecoder::ReadIntegers(size_t column, duckdb::Vector &vector, duckdb::idx_t count) {
  auto *values = duckdb::FlatVector::GetData<T>(vector);
  ReadEach(column, vector, count, [&](duckdb::idx_t row, const Cell &cell) {
    if (cell.storage != StorageClass::INTEGER) Unexpected(column, cell);
    if (!std::in_range<T>(cell.integer)) {
      Fail(column, "holds " + std::to_string(cell.integer) + ", out of range for " + columns_[column].type.ToString());
    }
    values[row] = static_cast<T>(cell.integer);
  });
}

void PageDecoder::ReadTicks(size_t column, duckdb::Vector &vector, duckdb::idx_t count) {
  auto *values = duckdb::FlatVector::GetData<int64_t>(vector);
  const TimeDecoder decoder(columns_[column].encoding, columns_[column].type);
  ReadEach(column, vector, count, [&](duckdb::idx_t row, const Cell &cell) {
    if (!decoder.Decode(cell, values[row])) Fail(column, "holds a value that is no time in its unit");
  });
}

void PageDecoder::ReadText(size_t column, duckdb::Vector &vector, duckdb::idx_t count) {
  auto *values = duckdb::FlatVector::GetData<duckdb::string_t>(vector);
  const bool any = columns_[column].encoding == Encoding::ANY_TEXT;
  const auto expected = columns_[column].encoding == Encoding::BLOB ? StorageClass::BLOB : StorageClass::TEXT;
  ReadEach(column, vector, count, [&](duckdb::idx_t row, const Cell &cell) {
    if (cell.storage == expected) {
      if (expected == StorageClass::TEXT && !duckdb::Value::StringIsValid(cell.bytes.data(), cell.bytes.size())) {
        Fail(column, "holds text that is not UTF-8");
      }
      values[row] = duckdb::StringVector::AddStringOrBlob(vector, cell.bytes.data(), cell.bytes.size());
    } else if (any && cell.storage == StorageClass::INTEGER) {
      values[row] = duckdb::StringVector::AddString(vector, std::to_string(cell.integer));
    } else if (any && cell.storage == StorageClass::REAL) {
      values[row] = duckdb::StringVector::AddString(vector, RealText(cell.real));
    } else {
      Unexpected(column, cell);
    }
  });
}

// Lists and structs are written as JSON text, other types as their text or a number: DuckDB's own cast reads them.
void PageDecoder::ReadCast(size_t column, duckdb::Vector &vector, duckdb::idx_t count) {
  const bool nested = columns_[column].type.IsNested();
  duckdb::Vector text(nested ? duckdb::LogicalType::JSON() : duckdb::LogicalType::VARCHAR, count);
  auto *values = duckdb::FlatVector::GetData<duckdb::string_t>(text);
  ReadEach(column, text, count, [&](duckdb::idx_t row, const Cell &cell) {
    if (cell.storage == StorageClass::TEXT) {
      values[row] = duckdb::StringVector::AddStringOrBlob(text, cell.bytes.data(), cell.bytes.size());
    } else if (!nested && cell.storage == StorageClass::INTEGER) {
      values[row] = duckdb::StringVector::AddString(text, std::to_string(cell.integer));
    } else if (!nested && cell.storage == StorageClass::REAL) {
      values[row] = duckdb::StringVector::AddString(text, RealText(cell.real));
    } else {
      Unexpected(column, cell);
    }
  });
  std::string error;
  try {
    if (duckdb::VectorOperations::TryCast(context_, text, vector, count, &error)) return;
  } catch (const duckdb::InvalidInputException &raised) {  // JSON's cast raises
    error = duckdb::ErrorData(raised).RawMessage();
  }
  Fail(column, "cannot be read as " + columns_[column].type.ToString() + ": " + error);
}

void PageDecoder::ReadColumn(size_t column, duckdb::Vector &vector, duckdb::idx_t count) {
  switch (columns_[column].encoding) {
    case Encoding::TEXT:
    case Encoding::BLOB:
    case Encoding::ANY_TEXT: return ReadText(column, vector, count);
    case Encoding::CAST_TEXT: return ReadCast(column, vector, count);
    case Encoding::REAL: {
      auto *values = duckdb::FlatVector::GetData<double>(vector);
      return ReadEach(column, vector, count, [&](duckdb::idx_t row, const Cell &cell) {
        if (cell.storage != StorageClass::REAL) Unexpected(column, cell);
        values[row] = cell.real;
      });
    }
    case Encoding::BOOLEAN: {
      auto *values = duckdb::FlatVector::GetData<bool>(vector);
      return ReadEach(column, vector, count, [&](duckdb::idx_t row, const Cell &cell) {
        if (cell.storage != StorageClass::INTEGER || (cell.integer != 0 && cell.integer != 1)) Unexpected(column, cell);
        values[row] = cell.integer == 1;
      });
    }
    case Encoding::TICKS_NS:
    case Encoding::TICKS_US:
    case Encoding::TICKS_MS:
    case Encoding::TICKS_S:
    case Encoding::REAL_SECONDS:
    case Encoding::ISO8601: return ReadTicks(column, vector, count);
    case Encoding::DAYS:
    case Encoding::INTEGER: break;
  }
  switch (vector.GetType().InternalType()) {
    case duckdb::PhysicalType::INT8: return ReadIntegers<int8_t>(column, vector, count);
    case duckdb::PhysicalType::INT16: return ReadIntegers<int16_t>(column, vector, count);
    case duckdb::PhysicalType::INT32: return ReadIntegers<int32_t>(column, vector, count);
    case duckdb::PhysicalType::INT64: return ReadIntegers<int64_t>(column, vector, count);
    case duckdb::PhysicalType::UINT8: return ReadIntegers<uint8_t>(column, vector, count);
    case duckdb::PhysicalType::UINT16: return ReadIntegers<uint16_t>(column, vector, count);
    case duckdb::PhysicalType::UINT32: return ReadIntegers<uint32_t>(column, vector, count);
    case duckdb::PhysicalType::UINT64: return ReadIntegers<uint64_t>(column, vector, count);
    default: Fail(column, "has a type that no shard can supply: " + columns_[column].type.ToString());
  }
}

}  // namespace shardite
