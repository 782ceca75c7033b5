#!/bin/sh
# Runs one test of this folder with the packages that install.sh has put there.
#   WEND=the program run.sh FOLDER TEST        77 where they could not be had
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=$1
cmp -s "$here/package-lock.json" "$folder/installed.lock" || { echo "skipped: the packages are not installed; see outside: install"; exit 77; }
node=$(ls -d "$folder"/node_modules/node-linux-*/bin/node 2>/dev/null | head -n 1)
WEND_OUTSIDE=$folder exec "${node:-node}" "$here/$2.mjs"
