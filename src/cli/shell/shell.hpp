#pragma once
// The shell: statements and dot commands from a terminal or a script, one session for all of them.

#include <istream>
#include <string>

#include "cli/commands.hpp"
#include "cli/run_sql.hpp"

namespace shardite {

class Shell {
 public:
  Shell(Session &session, const GlobalOptions &options, Output &output, InterruptWatcher &interrupts);

  /// With prompt, history and completion, until .quit or the end of input. Errors are shown and the next line is read.
  int RunInteractive();
  /// Statements from a file or pipe; the first error ends it (thrown).
  int RunScript(std::istream &input);

  // What dot commands reach for:
  Session &GetSession() { return session_; }
  Output &GetOutput() { return output_; }
  RunSettings &Settings() { return settings_; }
  void RunSql(const std::string &sql) { runner_.Run(sql, settings_); }
  void AttachAgain();
  void Quit() { quit_ = true; }

 private:
  /// One more line: a dot command, or part of a statement, which runs when it is complete.
  void TakeLine(const std::string &line);
  void PrintBanner();

  Session &session_;
  Output &output_;
  InterruptWatcher &interrupts_;
  SqlRunner runner_;
  RunSettings settings_;
  std::string pending_;  // the statement so far
  bool quit_ = false;
};

}  // namespace shardite
