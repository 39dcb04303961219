#include "cli/cli.hpp"

int main(int argc, char **argv) { return shardite::RunCli(argc, argv); }
