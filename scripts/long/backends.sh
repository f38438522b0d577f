# shellcheck shell=bash disable=SC2154 # $long is set by common.sh
# backends: the suites that scripts/test runs on one backend alone, on all others.

step() {
	local -x ASAN_OPTIONS=abort_on_error=1 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
	built native && suites "$long/native" "backends, gcc" --suite slow
	built sanitized -Dbuildtype=debugoptimized -Db_sanitize=address,undefined &&
		suites "$long/sanitized" "backends, sanitizers" --suite others
}
