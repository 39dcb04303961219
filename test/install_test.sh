#!/usr/bin/env bash
# An installed tree must run wherever it is moved: install_test.sh CMAKE BUILD_DIRECTORY.
set -euo pipefail
cmake=$1
build=$2
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT

"$cmake" --install "$build" --prefix "$directory/here" >/dev/null
mv "$directory/here" "$directory/there"
cd /
# Nothing but the tree itself may help the loader.
env -i PATH=/usr/bin:/bin HOME="$directory" "$directory/there/bin/shardite" --version
