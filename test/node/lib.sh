# shellcheck shell=bash
# SPDX-License-Identifier: PostgreSQL
# test/node/lib.sh: what the suites that run under Node.js share; sourced by bash after set -eu.
#
#	bail_out REASON...      ends the whole suite, in TAP
#	need_programs NAME...   goes on only if they are there, and Node.js is 18 or later
#	open_work_folder        makes $work, which is removed on exit with all that it leads to
#	install_packages NAME   copies test/NAME and this folder to $work, with the packages that
#	                        test/NAME/package-lock.json names
#	make_database NAME      one with herm_jwt in it, dropped on exit; PGDATABASE leads to it
#	on_exit                 may be defined again: what else is to be undone

bail_out() {
	printf 'Bail out! %s\n' "$*"
	exit 1
}

need_programs() {
	local program

	for program in "$@"; do
		command -v "$program" >/dev/null || bail_out "there is no $program"
	done
	[ "$(node -p 'process.versions.node.split(".")[0]')" -ge 18 ] ||
		bail_out "Node.js $(node --version) is older than 18"
}

on_exit() { :; }

clean_up() {
	on_exit
	rm -rf "$work"
	if [ -n "${PGDATABASE:-}" ]; then
		psql -X -q -d postgres -c "DROP DATABASE IF EXISTS $PGDATABASE WITH (FORCE)" 2>/dev/null || true
	fi
}

open_work_folder() {
	unset PGDATABASE
	work=$(mktemp -d)
	trap clean_up EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
}

# npm's cache and logs go to the work folder as well
fetch_packages() {
	(cd "$work/$1" && env npm_config_cache="$work/npm" npm_config_update_notifier=false \
		npm ci --ignore-scripts --no-audit --no-fund) >"$work/npm.log" 2>&1
}

install_packages() {
	local tests=${BASH_SOURCE[0]%/node/lib.sh}

	cp -R "$tests/node" "$tests/$1" "$work/"
	cp "$work/node/npmrc" "$work/$1/.npmrc"
	# a network may stumble
	fetch_packages "$1" || { sleep 5; fetch_packages "$1"; } || { sleep 30; fetch_packages "$1"; } || {
		sed 's/^/# /' "$work/npm.log"
		bail_out "npm could not install the packages"
	}
}

make_database() {
	export PGCLIENTENCODING=UTF8 PGDATABASE=$1
	psql -X -q -d postgres -c "CREATE DATABASE $1 TEMPLATE template0 ENCODING 'UTF8'" ||
		bail_out "cannot create a database"
	psql -X -q -c 'CREATE EXTENSION herm_jwt' || bail_out "there is no herm_jwt"
}
