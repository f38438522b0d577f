# shellcheck shell=bash disable=SC2154 # $long is set by common.sh
# coverage: which lines the tests reach.

step() {
	need gcovr && built coverage -Dbuildtype=debugoptimized -Db_coverage=true || return
	find "$long/coverage" -name '*.gcda' -delete
	suites "$long/coverage" coverage
	for part in src cli; do
		gcovr -r . --object-directory "$long/coverage" --filter "$part/" --exclude-throw-branches \
			-s -o "$long/coverage/$part.txt" "$long/coverage" |
			sed -n "s/^lines: /coverage of $part\/: lines /p"
	done
}
