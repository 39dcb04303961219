#pragma once
// The command line, from argv to an exit code: 0 done, 1 an error (one clear line on stderr), 2 wrong usage, 130
// interrupted, 141 the reader of our output went away.

namespace shardite {

int RunCli(int argc, char **argv);

}  // namespace shardite
