#!/bin/sh
# Install what is missing, and only that: spec/support/install.sh build|test|lint ...
#
# Debian packages through apt-get, with sudo when not root; stylua comes from npm, into node_modules/.
set -eu

build='gcc make pkg-config liblua5.4-dev libpq-dev libsqlite3-dev libjansson-dev libmd-dev'
test='groff-base lua-busted postgresql pgbouncer sqlite3'
lint='clang clang-format clang-tidy cppcheck lua-check shellcheck'
check='clang valgrind'
stylua='@johnnymorganz/stylua-bin@2.5.2'

say() {
    echo "install: $*" >&2
}

installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# As root already, or through sudo.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

# apt_install PACKAGE...: the lists are fetched when apt does not know a package yet.
apt_install() {
    if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
        say "neither root nor sudo; as root, please: apt-get update && apt-get install $*"
        exit 1
    fi
    say "apt-get install $*"
    for package in "$@"; do
        if [ -z "$(apt-cache policy "$package" 2>/dev/null | sed -n '/Candidate: [^(]/p')" ]; then
            as_root apt-get -qq update
            break
        fi
    done
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends \
        -o Dpkg::Use-Pty=0 install "$@" >/dev/null
}

packages=
for purpose in "$@"; do
    case $purpose in
    build) packages="$packages $build" ;;
    test) packages="$packages $test" ;;
    lint)
        packages="$packages $lint"
        command -v npm >/dev/null || packages="$packages npm"
        ;;
    check) packages="$packages $check" ;;
    *)
        say "build, test, lint or check, not '$purpose'"
        exit 2
        ;;
    esac
done

missing=
for package in $packages; do
    installed "$package" || missing="$missing $package"
done
if [ -n "$missing" ]; then
    if ! command -v apt-get >/dev/null; then
        say "no apt-get here; going on without these packages of Debian:$missing"
    else
        # shellcheck disable=SC2086
        apt_install $missing
    fi
fi

for purpose in "$@"; do
    if [ "$purpose" = lint ] && [ ! -x node_modules/.bin/stylua ]; then
        say "npm install $stylua"
        npm install --loglevel=error --no-save --no-package-lock --no-audit --no-fund "$stylua" >&2
    fi
done
