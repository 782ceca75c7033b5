#!/bin/sh
# Puts the packages of package-lock.json into a folder, once: nothing is done while the lock file there is the same. And promtool,
# out of Debian's package `prometheus`, which is not installed: it would bring a server along. Without it one test is skipped.
#   install.sh FOLDER        77 where npm, or its registry, is not to be had
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=$1

skip() { echo "skipped: $1"; exit 77; }
command -v node >/dev/null && command -v npm >/dev/null || skip "there is no node or no npm here"
mkdir -p "$folder"
cd "$folder"

fetch_promtool() {
  rm -rf prometheus && mkdir prometheus && cd prometheus || return 1
  apt-get download prometheus >/dev/null 2>&1 && dpkg-deb -x prometheus_*.deb . && mv usr/bin/promtool ../promtool.new
  cd .. && rm -rf prometheus && mv promtool.new promtool
}
command -v promtool >/dev/null || [ -x promtool ] || fetch_promtool 2>/dev/null || echo "promtool could not be had"

if cmp -s "$here/package-lock.json" installed.lock; then echo "nothing to do"; exit 0; fi
rm -f installed.lock
cp "$here/package.json" "$here/package-lock.json" .

# Debian 12's node is older than some of the packages want: then they bring their own.
omit=
if [ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ]; then omit=--omit=optional; fi
if ! npm ci $omit --ignore-scripts --prefer-offline --no-audit --no-fund; then
  if npm ping >/dev/null 2>&1; then exit 1; fi
  skip "npm's registry cannot be reached, and its cache does not have everything"
fi
cp package-lock.json installed.lock
