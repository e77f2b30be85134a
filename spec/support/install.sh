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

# The extension of the newest server that is installed, when Debian has one for it: the specs do without, too.
checker_package() {
    newest=0
    for directory in /usr/lib/postgresql/*/bin; do
        version=${directory#/usr/lib/postgresql/}
        version=${version%%/*}
        case $version in
        *[!0-9]*) continue ;;
        esac
        if [ -x "$directory/initdb" ] && [ "$version" -gt "$newest" ]; then
            newest=$version
        fi
    done
    [ "$newest" -gt 0 ] && echo "postgresql-$newest-plpgsql-check"
}

install_checker() {
    package=$(checker_package) || return 0
    if installed "$package" || [ -z "$(apt-cache policy "$package" 2>/dev/null | sed -n '/Candidate: [^(]/p')" ]; then
        return 0
    fi
    # Nobody is asked for a password for it.
    if [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; then
        (apt_install "$package") || say "going on without $package"
    fi
}

for purpose in "$@"; do
    if [ "$purpose" = test ] && command -v apt-cache >/dev/null; then
        install_checker
    fi
    if [ "$purpose" = lint ] && [ ! -x node_modules/.bin/stylua ]; then
        say "npm install $stylua"
        npm install --loglevel=error --no-save --no-package-lock --no-audit --no-fund "$stylua" >&2
    fi
done
