#include "cli/shell/shell.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "base/error.hpp"
#include "cli/scan_report.hpp"
#include "cli/shell/completer.hpp"
#include "cli/shell/dot_commands.hpp"
#include "cli/shell/line_editor.hpp"
#include "cli/shell/statement_buffer.hpp"

namespace shardite {

Shell::Shell(Session &session, const GlobalOptions &options, Output &output, InterruptWatcher &interrupts)
    : session_(session), output_(output), interrupts_(interrupts), runner_(session, output, interrupts) {
  settings_.print = options.ForPrinting(output);
  settings_.stats = options.stats;
}

void Shell::PrintBanner() {
  const auto tables = session_.Connection().Query(
      "SELECT string_agg(table_name, ', ' ORDER BY table_name) FROM duckdb_tables() WHERE database_name = "
      "current_database()");
  std::string names;
  if (!tables->HasError() && tables->RowCount() == 1) names = tables->GetValue(0, 0).ToString();
  std::printf("shardite: fleet %s, %s shards\n", session_.FleetName().c_str(),
              WithThousands(session_.Spec().shards.size()).c_str());
  if (!names.empty() && names != "NULL") std::printf("tables: %s\n", names.c_str());
  std::printf("Statements end with ; and .help lists what else there is.\n");
}

int Shell::RunInteractive() {
  PrintBanner();
  Completer completer(session_);
  LineEditor editor(HistoryPath(), [&](const std::string &before) { return completer.Complete(pending_, before); });
  const std::string prompt = session_.FleetName() + "> ";
  const std::string more = std::string(std::max<size_t>(prompt.size(), 4) - 4, ' ') + "..> ";
  while (!quit_) {
    std::string line;
    LineEditor::Outcome outcome;
    {
      const InterruptWatcher::Scope interrupt(interrupts_, [&](int) { editor.Interrupt(); });
      std::fflush(stdout);
      outcome = editor.ReadLine(pending_.empty() ? prompt : more, line);
    }
    if (outcome == LineEditor::Outcome::END) break;
    if (outcome == LineEditor::Outcome::INTERRUPTED) {
      pending_.clear();
      continue;
    }
    const auto whole = AsHistoryLine(pending_ + line);
    try {
      TakeLine(line);
    } catch (const OutputClosed &) {
      throw;
    } catch (const QueryInterrupted &) {
      std::fprintf(stderr, "interrupted\n");
    } catch (const FleetError &error) {
      std::fprintf(stderr, "%s\n", error.what());
    } catch (const std::exception &error) {
      std::fprintf(stderr, "%s\n", QueryErrorText(duckdb::ErrorData(error)).c_str());
    }
    if (pending_.empty()) editor.AddHistory(whole);
  }
  if (!quit_) std::printf("\n");
  return 0;
}

int Shell::RunScript(std::istream &input) {
  std::string line;
  while (!quit_ && std::getline(input, line)) TakeLine(line);
  if (quit_ || IsBlankStatement(pending_)) return 0;
  const auto last = std::move(pending_);  // the last statement may lack its semicolon
  pending_.clear();
  RunSql(last);
  return 0;
}

void Shell::AttachAgain() {
  const InterruptWatcher::Scope interrupt(interrupts_, [this](int times) {
    if (times > 1) _exit(EXIT_INTERRUPTED);
    session_.Interrupt();
  });
  session_.AttachAgain();
}

void Shell::TakeLine(const std::string &line) {
  if (pending_.empty() && line.starts_with(".")) {
    RunDotCommand(line, *this);
    return;
  }
  pending_ += line + "\n";
  if (!IsCompleteStatement(pending_)) return;
  const auto statement = std::move(pending_);
  pending_.clear();
  if (!IsBlankStatement(statement)) RunSql(statement);
}

}  // namespace shardite
