# shellcheck shell=bash disable=SC2154 # $long is set by common.sh
# tidy: clang-tidy on the library and the program.

# The backends of another processor are not part of the build, so their files are left out.
analyze() {
	find src cli \( -name '*.c' -o -name '*.cc' \) ! -path 'src/neon/*' -print0 |
		xargs -0 -n 4 -P "$(nproc)" clang-tidy --quiet --warnings-as-errors='*' -p "$long/native"
}

step() {
	need clang-tidy && built native || return
	check "clang-tidy" analyze
}
