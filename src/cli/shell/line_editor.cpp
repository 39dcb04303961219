#include "cli/shell/line_editor.hpp"

#include <histedit.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <cwchar>
#include <filesystem>
#include <system_error>

#include "base/error.hpp"

namespace shardite {

namespace {

constexpr int HISTORY_SIZE = 10'000;

LineEditor &Self(EditLine *editor) {
  void *self = nullptr;
  el_get(editor, EL_CLIENTDATA, &self);
  return *static_cast<LineEditor *>(self);
}

std::string CommonPrefix(const std::vector<std::string> &words) {
  std::string prefix = words.front();
  for (const auto &word : words) {
    const auto differ = std::mismatch(prefix.begin(), prefix.end(), word.begin(), word.end()).first;
    prefix.erase(differ, prefix.end());
  }
  return prefix;
}

void ListWords(const std::vector<std::string> &words) {
  constexpr size_t SHOWN = 60;
  std::string text = "\n";
  for (size_t i = 0; i < std::min(words.size(), SHOWN); i++) text += (i ? "  " : "") + words[i];
  if (words.size() > SHOWN) text += "  ... and " + std::to_string(words.size() - SHOWN) + " more";
  text += "\n";
  std::fputs(text.c_str(), stdout);
}

}  // namespace

LineEditor::LineEditor(std::string history_path, Complete complete)
    : history_path_(std::move(history_path)), complete_(std::move(complete)) {
  // The editor reads wide characters; a bare C locale would take only ASCII.
  if (!std::setlocale(LC_CTYPE, "") || MB_CUR_MAX == 1) std::setlocale(LC_CTYPE, "C.UTF-8");
  interrupt_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  editor_ = el_init("shardite", stdin, stdout, stderr);
  history_ = history_init();
  if (!editor_ || !history_ || interrupt_ < 0) throw FleetError("the terminal cannot be edited on");
  el_set(editor_, EL_CLIENTDATA, this);
  el_set(editor_, EL_PROMPT, &LineEditor::Prompt);
  el_set(editor_, EL_EDITOR, "emacs");
  el_set(editor_, EL_SIGNAL, 0);
  el_set(editor_, EL_GETCFN, &LineEditor::ReadCharacter);
  el_set(editor_, EL_HIST, history, history_);
  el_set(editor_, EL_ADDFN, "complete", "Complete the word", &LineEditor::OnTab);
  el_set(editor_, EL_BIND, "\t", "complete", nullptr);
  el_set(editor_, EL_BIND, "^R", "em-inc-search-prev", nullptr);
  HistEvent event;
  history(history_, &event, H_SETSIZE, HISTORY_SIZE);
  history(history_, &event, H_SETUNIQUE, 1);
  if (!history_path_.empty()) history(history_, &event, H_LOAD, history_path_.c_str());
}

LineEditor::~LineEditor() {
  HistEvent event;
  if (!history_path_.empty()) {
    history(history_, &event, H_SAVE, history_path_.c_str());
    chmod(history_path_.c_str(), S_IRUSR | S_IWUSR);  // what people ask is their own
  }
  history_end(history_);
  el_end(editor_);
  close(interrupt_);
}

LineEditor::Outcome LineEditor::ReadLine(const std::string &prompt, std::string &line) {
  prompt_ = prompt;
  interrupted_ = false;
  int length = 0;
  const char *text = el_gets(editor_, &length);
  if (interrupted_) {
    el_reset(editor_);
    std::fputs("^C\n", stdout);
    return Outcome::INTERRUPTED;
  }
  if (!text || length <= 0) return Outcome::END;
  line.assign(text, static_cast<size_t>(length));
  if (line.back() == '\n') line.pop_back();
  return Outcome::LINE;
}

void LineEditor::AddHistory(const std::string &text) {
  HistEvent event;
  if (!text.empty()) history(history_, &event, H_ENTER, text.c_str());
}

void LineEditor::Interrupt() {
  const uint64_t one = 1;
  [[maybe_unused]] const auto written = write(interrupt_, &one, sizeof one);  // a full counter wakes just as well
}

char *LineEditor::Prompt(editline *editor) { return Self(editor).prompt_.data(); }

/// Waits for the terminal and for Interrupt() alike, which libedit's own reader cannot.
int LineEditor::ReadCharacter(editline *editor, wchar_t *character) {
  auto &self = Self(editor);
  mbstate_t state{};
  while (true) {
    pollfd sources[] = {{self.interrupt_, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
    if (poll(sources, 2, -1) < 0) continue;
    if (sources[0].revents) {
      uint64_t count;
      self.interrupted_ = read(self.interrupt_, &count, sizeof count) > 0;
      if (self.interrupted_) return -1;
      continue;
    }
    char byte;
    const auto got = read(STDIN_FILENO, &byte, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return static_cast<int>(got);
    if (byte == '\0') continue;  // a Ctrl-D typed before we were listening; it would only set libedit's mark
    const size_t used = std::mbrtowc(character, &byte, 1, &state);
    if (used == static_cast<size_t>(-2)) continue;  // the first bytes of a longer character
    if (used != static_cast<size_t>(-1)) return 1;
    state = mbstate_t{};  // no UTF-8: skip the byte
  }
}

unsigned char LineEditor::OnTab(editline *editor, int) { return Self(editor).CompleteAtCursor(); }

unsigned char LineEditor::CompleteAtCursor() {
  const LineInfo *info = el_line(editor_);
  const std::string before(info->buffer, static_cast<size_t>(info->cursor - info->buffer));
  auto found = complete_(before);
  if (found.words.empty() || found.start > before.size()) return CC_ERROR;
  const std::string typed = before.substr(found.start);
  std::string replacement = CommonPrefix(found.words);
  if (found.words.size() == 1) replacement += " ";
  if (replacement.size() <= typed.size()) {
    ListWords(found.words);
    return CC_REDISPLAY;
  }
  // Deletion counts characters, not bytes.
  const auto characters = std::count_if(typed.begin(), typed.end(), [](char byte) { return (byte & 0xC0) != 0x80; });
  el_deletestr(editor_, static_cast<int>(characters));
  return el_insertstr(editor_, replacement.c_str()) == 0 ? CC_REFRESH : CC_ERROR;
}

std::string HistoryPath() {
  namespace files = std::filesystem;
  files::path state;
  if (const char *set = std::getenv("XDG_STATE_HOME"); set && *set) {
    state = set;
  } else if (const char *home = std::getenv("HOME"); home && *home) {
    state = files::path(home) / ".local" / "state";
  } else {
    return "";
  }
  std::error_code failed;
  files::create_directories(state / "shardite", failed);
  return failed ? "" : (state / "shardite" / "history").string();
}

}  // namespace shardite
