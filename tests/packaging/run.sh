#!/bin/sh
# Makes the Debian packages and unpacks them into an empty folder, where the program must do its work with nothing of this tree beside it.
#   run.sh BUILD        77 where the tools that make packages are not installed
set -eu
build=$1
root=$(cd "$(dirname "$0")/../.." && pwd)
skip() { echo "skipped: $1"; exit 77; }
fail() { echo "$1" >&2; exit 1; }
command -v cpack >/dev/null || skip "there is no cpack here"
command -v dpkg-shlibdeps >/dev/null || skip "there is no dpkg-dev here"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$build" && cpack -G DEB -B "$work/made" -D CPACK_PACKAGE_DIRECTORY="$work/made" -D CPACK_DEBIAN_COMPRESSION_TYPE=gzip >"$work/cpack.log" 2>&1) || { cat "$work/cpack.log"; exit 1; }
mkdir "$work/root"
for name in wend libwend0 libwend-store0 libwend-dev; do
  package=$(ls "$work"/made/"$name"_*.deb) || fail "there is no package $name"
  dpkg-deb -x "$package" "$work/root"
  dpkg-deb -f "$package" Depends | grep -q . || fail "$name depends on nothing"
done
dpkg-deb -f "$work"/made/wend_*.deb Depends | grep -q tzdata || fail "the package does not ask for the time zones"
if dpkg-deb -f "$work"/made/libwend0_*.deb Depends | grep -q rocksdb; then fail "libwend0 asks for RocksDB, which a stream processor brings itself"; fi

echo "the program, in an empty folder"
cd "$work"
run() { env -i PATH=/usr/bin:/bin HOME="$work" "$work/root/usr/bin/wend" "$@"; }
run version
run new shop >/dev/null
run test shop
run check root/usr/share/wend/examples/tidal_wave
run serve --config root/etc/wend/wend.toml --print-config >printed.toml
grep -q '^folder = "/var/lib/wend/store"' printed.toml || fail "the configuration keeps its store elsewhere"
dpkg-deb --ctrl-tarfile "$work"/made/wend_*.deb | tar xO ./conffiles | grep -qx /etc/wend/wend.toml || fail "the configuration is not marked as such"
for file in usr/share/doc/wend/copyright usr/share/doc/wend/changelog.gz usr/share/doc/wend/README.Debian usr/share/man/man1/wend-graph.1.gz usr/share/bash-completion/completions/wend usr/lib/sysusers.d/wend.conf usr/lib/systemd/system/wend.service; do
  [ -s "root/$file" ] || fail "$file is not in the package"
done
if command -v systemd-analyze >/dev/null; then
  sed "s|/usr/bin/wend|$work/root/usr/bin/wend|" root/usr/lib/systemd/system/wend.service >wend.service
  systemd-analyze verify --man=no ./wend.service
fi

echo "the library, from a C program"
libraries=$(dirname "$(find root/usr/lib -name libwend.so)")
cc -std=c11 -Iroot/usr/include "$root/examples/embedding/embedding.c" -L"$libraries" -lwend -o embedding
env -i LD_LIBRARY_PATH="$work/$libraries" ./embedding root/usr/share/wend/examples/shop >decisions.jsonl
grep -q '"message":"reminder"' decisions.jsonl || fail "the program on libwend reminded nobody"

if command -v lintian >/dev/null; then
  echo "lintian"
  lintian --allow-root --fail-on error "$work"/made/*.deb
else
  echo "lintian is not installed: it was not asked"
fi
