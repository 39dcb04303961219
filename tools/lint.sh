#!/usr/bin/env bash
# clang-format, the layers, clang-tidy; warnings are errors. tools/lint.sh JOBS, or tools/lint.sh format to rewrite.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

mapfile -t sources < <(git ls-files --cached --others --exclude-standard -- '*.cpp' '*.hpp')
if [[ $1 == format ]]; then
  clang-format -i "${sources[@]}"
  exit
fi
jobs=$1

echo "lint: clang-format over ${#sources[@]} files"
clang-format --dry-run -Werror "${sources[@]}"

echo "lint: layers"
python3 tools/check_layers.py

# A build tree of its own: g++'s precompiled headers mean nothing to clang.
cmake -S . -B build/lint -G Ninja -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON -DSHARDITE_BENCH=OFF >/dev/null
mapfile -t units < <(git ls-files --cached --others --exclude-standard -- 'src/*.cpp')
python3 tools/tidy.py build/lint "$jobs" "${units[@]}" || { echo "lint: clang-tidy found the above" >&2 && exit 1; }
echo "lint: nothing to complain about"
