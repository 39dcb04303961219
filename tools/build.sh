#!/usr/bin/env bash
# Configures and builds one preset: tools/build.sh PRESET JOBS [cmake argument...].
# Configures only when it never was, or when the arguments changed: ninja itself notices edited CMake files.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

preset=$1
jobs=$2
shift 2
directory=build/$preset
arguments=$directory/.configured-with

if [[ ! -f $directory/build.ninja || ! -f $arguments || $(<"$arguments") != "$*" ]]; then
  echo "build: configuring $directory"
  mkdir -p "$directory"
  if ! cmake --preset "$preset" "$@" >"$directory/configure.log" 2>&1; then
    cat "$directory/configure.log" >&2
    exit 1
  fi
  printf '%s' "$*" >"$arguments"
fi
echo "build: compiling $directory with $jobs jobs"
cmake --build "$directory" --parallel "$jobs"
