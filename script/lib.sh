# shellcheck shell=bash
# SPDX-License-Identifier: PostgreSQL
# script/lib.sh: what script/demo and script/test share; sourced by bash after set -eu.
#
#	need_server                   finds PostgreSQL (PG_CONFIG), installs it where there is none
#	need_packages perl gcc        installs those packages that are missing, if it may
#	open_work_folder              makes $WORK, which is removed on exit, whatever happens
#	copy_server                   copies the server to $WORK; PG_CONFIG is the copy's from then on
#	build_extension [VAR=VALUE]   builds a copy of the tree, installs it into the copied server
#	start_cluster NAME [LINE...]  a new cluster with these lines in its postgresql.conf;
#	                              PGHOST, PGPORT and PGUSER lead to it, $WORK/NAME/log is its log
#	stop_cluster NAME
#	keep_work_folder              nothing is stopped or removed on exit
#	as_server COMMAND             runs it as the server's user, who is never root;
#	                              $BINDIR has the copied server's programs
#	quietly COMMAND               shows what the command wrote only if it fails, and ends there
#
# Nothing outside $WORK is written (packages apart), and no other cluster is touched: a server
# finds its libraries and files relative to its own program, so that a copy of it, with the
# extension installed, does as well as the system's.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
MIN_MAJOR=15
BUILD_PACKAGES=(gcc libc6-dev make libssl-dev openssl libcurl4-openssl-dev ca-certificates)
WORK=

# ---- words ----

say() { printf '%s\n' "$*"; }

# Ends the script; each further argument is a line of hint.
die() {
	printf '%s: %s\n' "${0##*/}" "$1" >&2
	shift
	if [ $# -gt 0 ]; then
		printf '    %s\n' "$@" >&2
	fi
	exit 1
}

# Runs a command quietly; shows what it wrote only if it fails.
quietly() {
	local output

	if ! output=$("$@" 2>&1); then
		printf '%s\n' "$output" | tail -n 40 >&2
		die "failed: $*"
	fi
}

# ---- packages ----

is_root() { [ "$(id -u)" -eq 0 ]; }

# Runs apt-get with root's rights, directly or through sudo.
apt_get() {
	if is_root; then
		env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120 "$@"
	else
		sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120 "$@"
	fi
}

is_installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# Goes on only if packages can be installed: as root, or through sudo.
need_rights() {
	is_root || command -v sudo >/dev/null ||
		die "these packages are missing, and there is no sudo: $*" \
			"As root: apt-get update && apt-get install $*"
}

need_packages() {
	local package missing=()

	command -v dpkg-query >/dev/null || return 0	# not Debian: the build tells what it lacks
	for package in "$@"; do
		is_installed "$package" || missing+=("$package")
	done
	[ ${#missing[@]} -gt 0 ] || return 0
	need_rights "${missing[@]}"
	say "Installing Debian packages$(is_root || say " through sudo"): ${missing[*]}"
	quietly apt_get update
	quietly apt_get install -y --no-install-recommends "${missing[@]}"
}

# ---- PostgreSQL ----

# The newest installed major version of the server that is new enough, if any.
installed_major() {
	local program major

	for program in /usr/lib/postgresql/*/bin/postgres; do
		major=${program#/usr/lib/postgresql/}
		major=${major%%/*}
		if [ -x "$program" ] && [ "$major" -ge "$MIN_MAJOR" ]; then
			say "$major"
		fi
	done 2>/dev/null | sort -n | tail -n 1
}

# The major version that this Debian release offers.
offered_major() {
	apt-cache depends postgresql 2>/dev/null |
		sed -n 's/^ *Depends: postgresql-\([0-9][0-9]*\)$/\1/p' | sort -n | tail -n 1
}

# The major version to use on a Debian machine: an installed one, else the offered one.
debian_major() {
	local major

	major=$(installed_major)
	say "${major:-$(offered_major)}"
}

# The server's package may create a cluster of its own (15/main); it is left alone.
need_debian_server() {
	local major

	major=$(debian_major)
	if [ -z "$major" ]; then	# a fresh machine does not know its packages yet
		need_rights postgresql postgresql-server-dev-all "${BUILD_PACKAGES[@]}"
		quietly apt_get update
		major=$(debian_major)
	fi
	[ -n "$major" ] || die "found no package of a PostgreSQL server" \
		"Install PostgreSQL $MIN_MAJOR or later, or set PG_CONFIG to its pg_config."
	need_packages "${BUILD_PACKAGES[@]}" "postgresql-$major" "postgresql-server-dev-$major"
	PG_CONFIG=/usr/lib/postgresql/$major/bin/pg_config
}

check_server() {
	local version

	version=$("$PG_CONFIG" --version) || die "cannot run PG_CONFIG: $PG_CONFIG"
	version=${version#PostgreSQL }
	[ "${version%%[!0-9]*}" -ge "$MIN_MAJOR" ] ||
		die "PostgreSQL $version is too old" "herm_jwt needs $MIN_MAJOR or later."
	[ -x "$("$PG_CONFIG" --bindir)/postgres" ] ||
		die "there is no server beside $PG_CONFIG" "Set PG_CONFIG to a server's pg_config."
	[ -f "$("$PG_CONFIG" --pgxs)" ] ||
		die "PostgreSQL $version lacks its development files" \
			"On Debian: apt-get install postgresql-server-dev-${version%%[!0-9]*}"
}

need_server() {
	if [ -z "${PG_CONFIG:-}" ] && command -v dpkg-query >/dev/null; then
		need_debian_server
	fi
	need_packages "${BUILD_PACKAGES[@]}"
	: "${PG_CONFIG:=pg_config}"
	check_server
}

# ---- the work folder ----

# Whom the server runs as: it refuses to run as root.
server_user() {
	if ! is_root; then
		id -un
	elif id -u postgres >/dev/null 2>&1; then
		say postgres
	else
		say nobody
	fi
}

# Runs a command as the server's user, with the environment of this script.
as_server() (
	cd "$WORK" || exit
	if is_root; then
		exec setpriv --reuid="$SERVER_USER" --regid="$(id -g "$SERVER_USER")" --clear-groups "$@"
	fi
	exec "$@"
)

# Variables of the caller that would lead our clients or servers elsewhere.
forget_environment() {
	local name

	for name in "${!PG@}" "${!HASURA_GRAPHQL_@}"; do
		case $name in
			PG_CONFIG) ;;
			*) unset "$name" ;;
		esac
	done
}

open_work_folder() {
	forget_environment
	SERVER_USER=$(server_user)
	# /tmp always: a socket's path must be short, and the server's user must get there
	WORK=$(mktemp -d /tmp/herm_jwt.XXXXXX)
	trap close_work_folder EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
	chown "$SERVER_USER" "$WORK"
}

close_work_folder() {
	local status=$? name

	trap - EXIT
	trap '' HUP INT TERM
	# also those that a subshell has started
	for name in "$WORK"/*/data/postmaster.pid; do
		name=${name%/data/postmaster.pid}
		stop_cluster "${name##*/}"
	done
	rm -rf "$WORK"
	exit "$status"
}

keep_work_folder() { trap - EXIT HUP INT TERM; }

# ---- a server with the extension ----

# The programs that the scripts and tests call; a system's bin folder may hold many others.
SERVER_PROGRAMS=(postgres initdb pg_ctl pg_config psql createdb dropdb pg_isready pg_dump
	pg_dumpall pg_restore pg_basebackup pg_controldata pgbench)

copy_programs() {
	local from=$1 to=$WORK/server$1 program

	mkdir -p "$to"
	for program in "${SERVER_PROGRAMS[@]}"; do
		if [ -x "$from/$program" ]; then
			cp -L "$from/$program" "$to/"
		fi
	done
}

copy_folder() {
	mkdir -p "$WORK/server${1%/*}"
	cp -R "$1" "$WORK/server${1%/*}/"
}

# Headers and static libraries are only read, so they stay where they are.
link_files() {
	local path

	for path in "$@"; do
		if [ -e "$path" ] && [ ! -e "$WORK/server$path" ]; then
			mkdir -p "$WORK/server${path%/*}"
			ln -s "$path" "$WORK/server$path"
		fi
	done
}

copy_server() {
	local bin lib

	bin=$("$PG_CONFIG" --bindir)
	lib=$("$PG_CONFIG" --libdir)
	copy_programs "$bin"
	copy_folder "$("$PG_CONFIG" --pkglibdir)"
	copy_folder "$("$PG_CONFIG" --sharedir)"
	link_files "$("$PG_CONFIG" --includedir-server)" "$("$PG_CONFIG" --includedir)" \
		"$lib/libpgcommon.a" "$lib/libpgport.a" "$lib/libpq.so"
	PG_CONFIG=$WORK/server$bin/pg_config
	BINDIR=$WORK/server$bin
	export PG_CONFIG
	chown -R "$SERVER_USER" "$WORK/server"
}

# The tree is read by the caller and written by the server's user, who may not see it.
copy_tree() {
	as_server mkdir "$WORK/build"
	tar -C "$ROOT" --exclude=./.git -cf - . | as_server tar -C "$WORK/build" --no-same-owner -xf -
}

build_extension() {
	[ -d "$WORK/build" ] || copy_tree
	quietly as_server make -C "$WORK/build" -j "$(getconf _NPROCESSORS_ONLN)" \
		PG_CONFIG="$PG_CONFIG" "$@" all
	quietly as_server make -C "$WORK/build" PG_CONFIG="$PG_CONFIG" "$@" install
}

# ---- clusters ----

# The command that servers are started under, such as a memory checker.
UNDER=()

# The folder is short-lived, so nothing is synced, and no one else can reach its socket.
write_configuration() {
	local name=$1

	shift
	as_server tee -a "$WORK/$name/data/postgresql.conf" >/dev/null <<-END
		listen_addresses = ''
		unix_socket_directories = '$WORK/$name'
		unix_socket_permissions = 0700
		fsync = off
		$(printf '%s\n' "$@")
	END
}

start_cluster() {
	local name=$1 data=$WORK/$1/data

	as_server mkdir "$WORK/$name"
	quietly as_server "$BINDIR/initdb" -D "$data" -U postgres -E UTF8 --locale=C -A trust --no-sync
	write_configuration "$@"
	if ! as_server "${UNDER[@]}" "$BINDIR/pg_ctl" -D "$data" -l "$WORK/$name/log" -w -t 60 \
		start >/dev/null; then
		tail -n 20 "$WORK/$name/log" >&2
		die "the server did not start"
	fi
	export PGHOST=$WORK/$name PGPORT=5432 PGUSER=postgres
}

stop_cluster() {
	local data=$WORK/$1/data

	if [ -f "$data/postmaster.pid" ]; then
		as_server "$BINDIR/pg_ctl" -D "$data" -m fast -t 20 stop >/dev/null 2>&1 ||
			as_server "$BINDIR/pg_ctl" -D "$data" -m immediate stop >/dev/null 2>&1 || true
	fi
}
