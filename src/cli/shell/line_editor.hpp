#pragma once
// One line from a terminal, with editing, history and completion: libedit behind three functions. One thread reads;
// Interrupt() may come from any other.

#include <functional>
#include <string>
#include <vector>

// histedit.h's own types.
struct editline;
struct history;

namespace shardite {

/// What may stand at the cursor.
struct Completions {
  size_t start = 0;  // where in the line the word begins that they replace
  std::vector<std::string> words;
};

class LineEditor {
 public:
  using Complete = std::function<Completions(const std::string &before_cursor)>;

  /// Reads the history file if there is one. `complete` answers the Tab key.
  LineEditor(std::string history_path, Complete complete);
  /// Writes the history file; that it cannot be written is no error.
  ~LineEditor();
  LineEditor(const LineEditor &) = delete;
  LineEditor &operator=(const LineEditor &) = delete;

  enum class Outcome { LINE, INTERRUPTED, END };
  Outcome ReadLine(const std::string &prompt, std::string &line);
  void AddHistory(const std::string &text);
  void Interrupt();

 private:
  static int ReadCharacter(editline *editor, wchar_t *character);
  static unsigned char OnTab(editline *editor, int key);
  static char *Prompt(editline *editor);
  unsigned char CompleteAtCursor();

  const std::string history_path_;
  const Complete complete_;
  editline *editor_ = nullptr;
  struct history *history_ = nullptr;
  int interrupt_ = -1;  // a descriptor that wakes the reader
  bool interrupted_ = false;
  std::string prompt_;
};

/// ${XDG_STATE_HOME:-~/.local/state}/shardite/history, its directory made; "" when there is no home.
std::string HistoryPath();

}  // namespace shardite
