# shellcheck shell=bash disable=SC2154 # $long is set by common.sh
# lto: the suites of a build with link-time optimization.
# The optimizer could move an instruction of one backend into code that all processors run, so the
# program is also started on an old processor.

# lists BUILD: prints the tests of its suites.
lists() { for suite in "$1"/tests/test_*; do [ ! -f "$suite" ] || "$suite" --list; done; }

step() {
	built native && built lto -Db_lto=true || return
	check "link-time optimization: no test is lost" diff <(lists "$long/native") <(lists "$long/lto")
	suites "$long/lto" "link-time optimization"
	[ "$(uname -m)" = x86_64 ] && need qemu-user &&
		QEMU_CPU=qemu64 check "link-time optimization: no stray instruction on an old CPU" \
			qemu-x86_64 "$long/lto/cli/bellshape" fit data/breast_cancer.csv
}
