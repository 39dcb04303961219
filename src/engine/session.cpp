#include "engine/session.hpp"

#include <duckdb/parser/statement/insert_statement.hpp>

#include "engine/catalog/fleet_catalog.hpp"
#include "engine/catalog/refuse_write.hpp"
#include "engine/extension.hpp"
#include "engine/now_rewrite.hpp"
#include "engine/scan/query_log.hpp"

namespace shardite {

namespace {

// Every round mends one comparison; no statement of a person has more.
constexpr int MOST_NOW_COMPARISONS = 50;

// The error that says so, when an INSERT goes to a fleet: DuckDB casts the rows, which may fail, before it asks whether
// the table can be written to at all.
std::optional<duckdb::ErrorData> RefusedInsert(duckdb::ClientContext &context, const duckdb::SQLStatement &statement) {
  if (statement.type != duckdb::StatementType::INSERT_STATEMENT) return std::nullopt;
  const auto &insert = statement.Cast<duckdb::InsertStatement>();
  try {
    context.RunFunctionInTransaction([&] {
      const auto table = duckdb::Catalog::GetEntry<duckdb::TableCatalogEntry>(
          context, insert.catalog, insert.schema, insert.table, duckdb::OnEntryNotFound::RETURN_NULL);
      if (table && FindFleet(context, table->ParentCatalog().GetName())) {
        RefuseWrite(table->ParentCatalog().GetName(), "INSERT");
      }
    });
  } catch (const duckdb::PermissionException &refusal) {
    return duckdb::ErrorData(refusal);
  } catch (const std::exception &) {
    // No such table, or the transaction has ended: the statement's own error says it.
  }
  return std::nullopt;
}

std::string QuoteSqlName(const std::string &name) { return duckdb::KeywordHelper::WriteQuoted(name, '"'); }
std::string QuoteSqlText(const std::string &text) { return duckdb::KeywordHelper::WriteQuoted(text, '\''); }

}  // namespace

struct Session::Implementation {
  void Attach();
  void RunAll(const std::vector<std::string> &statements) const;

  std::string fleet;
  FleetSpec spec;
  std::string name;
  std::unique_ptr<duckdb::DuckDB> database;
  std::unique_ptr<duckdb::Connection> connection;
};

Session::Session(const std::string &fleet, std::shared_ptr<DriverRegistry> drivers)
    : implementation_(std::make_unique<Implementation>()) {
  auto &self = *implementation_;
  self.fleet = fleet;
  self.spec = OpenFleet(fleet);
  self.name = self.spec.name;
  self.database = std::make_unique<duckdb::DuckDB>(nullptr);
  RegisterShardite(*self.database->instance, std::move(drivers));
  self.connection = std::make_unique<duckdb::Connection>(*self.database);
  QueryLog::Get(*self.connection->context);  // before the first statement, so that it sees each begin
  self.Attach();
}

void Session::Implementation::Attach() {
  RunAll({"ATTACH " + QuoteSqlText(fleet) + " AS " + QuoteSqlName(name) + " (TYPE shardite)",
          "USE " + QuoteSqlName(name)});
}

void Session::Implementation::RunAll(const std::vector<std::string> &statements) const {
  for (const auto &statement : statements) {
    const auto result = connection->Query(statement);
    if (result->HasError()) throw FleetError(result->GetErrorObject().RawMessage());
  }
}

void Session::AttachAgain() {
  auto &self = *implementation_;
  if (!self.connection->IsAutoCommit()) {
    throw FleetError("a transaction is open, which sees the fleet as it is: COMMIT or ROLLBACK first");
  }
  self.spec = OpenFleet(self.fleet);
  self.RunAll({"USE memory", "DETACH DATABASE IF EXISTS " + QuoteSqlName(self.name)});
  self.name = self.spec.name;
  self.Attach();
}

Session::~Session() = default;

duckdb::Connection &Session::Connection() { return *implementation_->connection; }
const std::string &Session::FleetName() const { return implementation_->name; }
const FleetSpec &Session::Spec() const { return implementation_->spec; }

duckdb::vector<duckdb::unique_ptr<duckdb::SQLStatement>> Session::Parse(const std::string &sql) {
  try {
    return Connection().ExtractStatements(sql);
  } catch (const std::exception &error) {
    throw FleetError(duckdb::ErrorData(error).RawMessage());
  }
}

duckdb::unique_ptr<duckdb::QueryResult> Session::Run(duckdb::unique_ptr<duckdb::SQLStatement> statement) {
  for (int round = 0;; round++) {
    auto spare = statement->Copy();
    auto result = Connection().context->Query(std::move(statement), true);
    if (!result->HasError() || round == MOST_NOW_COMPARISONS) return result;
    if (auto refused = RefusedInsert(*Connection().context, *spare)) {
      return duckdb::make_uniq<duckdb::MaterializedQueryResult>(std::move(*refused));
    }
    const auto &error = result->GetErrorObject();
    if (!IsNowComparisonError(error) || !AddUtcToNow(*spare, error)) return result;
    statement = std::move(spare);
  }
}

duckdb::unique_ptr<duckdb::QueryResult> Session::Run(const std::string &sql) {
  duckdb::unique_ptr<duckdb::QueryResult> result;
  for (auto &statement : Parse(sql)) {
    result.reset();  // a streaming result must go before the next statement starts
    result = Run(std::move(statement));
    if (result->HasError()) return result;
  }
  if (!result) throw FleetError("there is no statement");
  return result;
}

void Session::Interrupt() { Connection().Interrupt(); }

FanOutProgress Session::Progress() const {
  const auto counters = QueryLog::Get(*implementation_->connection->context)->Counters();
  return {counters->shards_done, counters->shards_asked};
}

FanOutStatistics Session::LastStatistics() const {
  return QueryLog::Get(*implementation_->connection->context)->LastStatistics();
}

std::vector<ScanExplanation> Session::LastExplanation() const {
  return QueryLog::Get(*implementation_->connection->context)->LastExplanation();
}

}  // namespace shardite
