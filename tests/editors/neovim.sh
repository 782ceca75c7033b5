#!/bin/sh
# Neovim without a screen against `wend lsp`: neovim.sh WEND
command -v nvim >/dev/null || { echo "skipped: there is no nvim (Debian: neovim)"; exit 77; }
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp -r "$here/project/." "$folder/"
WEND=$1 FOLDER=$folder HOME=$folder XDG_CACHE_HOME=$folder/.cache XDG_DATA_HOME=$folder/.data XDG_STATE_HOME=$folder/.state \
  nvim --headless -u NONE -i NONE -n -c "luafile $here/neovim.lua" ||
  { echo; echo "the log of the server ends:"; tail -c 4000 "$folder/lsp.log"; exit 1; }
grep -q '"method":"exit"' "$folder/lsp.log" || { echo "the editor ended without saying so to the server"; exit 1; }
