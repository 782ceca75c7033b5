#!/bin/sh
# Runs a test of the extension. Nothing is written beside the sources: they are copied into a folder that has the packages of
# package-lock.json. 77, which is "skipped", where there is no node, no npm, or no registry and no cache.
#   WEND=the program run.sh FOLDER words|install|types|unit|grammar|package
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
root=$(cd "$here/../.." && pwd)
folder=$1
skip() { echo "skipped: $1"; exit 77; }
command -v node >/dev/null || skip "there is no node here"
[ "$(node -p 'process.versions.node.split(".")[0]')" -ge 18 ] || skip "node is older than 18"
[ "$2" = words ] && exec node "$here/scripts/grammar.mjs" --check

mkdir -p "$folder"
cd "$folder"
if [ "$2" = install ]; then
  command -v npm >/dev/null || skip "there is no npm here"
  if cmp -s "$here/package-lock.json" installed.lock; then echo "nothing to do"; exit 0; fi
  rm -f installed.lock
  cp "$here/package.json" "$here/package-lock.json" .
  if ! npm ci --ignore-scripts --prefer-offline --no-audit --no-fund; then
    if npm ping >/dev/null 2>&1; then exit 1; fi
    skip "npm's registry cannot be reached, and its cache does not have everything"
  fi
  cp package-lock.json installed.lock
  exit 0
fi
cmp -s "$here/package-lock.json" installed.lock || skip "the packages are not installed; see vscode: install"

# A copy for each test, so that they can run at once; node finds the packages in the folder above.
copy=$folder/$2
rm -rf "$copy"
mkdir "$copy"
cp -R "$here/." "$copy"
cd "$copy"
tool() { name=$1; shift; "$folder/node_modules/.bin/$name" "$@"; }
case $2 in
  types) tool tsc -p . ;;
  unit)
    tool esbuild tests/*.test.ts --bundle --platform=node --target=node18 --outdir=out --alias:vscode=./tests/editor.ts --log-level=warning --sourcemap=inline \
      --external:vscode-oniguruma --external:vscode-textmate
    WEND_SOURCE=$root exec node --enable-source-maps --test out ;;
  grammar)
    tool vscode-tmgrammar-test --config package.json -g tests/grammar/html.json 'tests/grammar/*.wend' 'tests/grammar/*.liquid' ;;
  snapshots)
    mkdir examples
    for project in tidal_wave; do
      for file in "$root/examples/$project"/*.wend; do
        name=${project}_$(basename "$file")
        cp "$file" "examples/$name"
        if [ -f "tests/snapshots/$name.snap" ]; then cp "tests/snapshots/$name.snap" examples/; fi
      done
    done
    if [ -n "${WEND_UPDATE:-}" ]; then
      tool vscode-tmgrammar-snap --updateSnapshot 'examples/*.wend'
      rm -rf "$here/tests/snapshots" && mkdir "$here/tests/snapshots" && cp examples/*.snap "$here/tests/snapshots"
    else
      tool vscode-tmgrammar-snap --expandDiff 'examples/*.wend'
      for file in tests/snapshots/*.snap; do [ -f "examples/$(basename "$file" .snap)" ] || { echo "$file is of no example any more"; exit 1; }; done
    fi ;;
  package)
    cp "$root/LICENSE" LICENSE
    tool esbuild src/extension.ts --bundle --platform=node --target=node18 --external:vscode --outfile=dist/extension.js --minify --keep-names --legal-comments=none --log-level=warning
    tool vsce package --no-dependencies --no-rewrite-relative-links --out wend.vsix
    exec node tests/package.mjs wend.vsix ;;
  *) echo "there is no test $2"; exit 2 ;;
esac
