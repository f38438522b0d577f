# shellcheck shell=bash disable=SC2154 # $long is set by common.sh
# cppcheck: cppcheck on the library and the program.

step() {
	need cppcheck && built native || return
	check "cppcheck" cppcheck --quiet --error-exitcode=1 --enable=warning,portability,performance \
		--suppressions-list=.cppcheck --std=c11 --std=c++17 -j "$(nproc)" -D__GNUC__=12 -D_GNU_SOURCE \
		-D"__$(uname -m)__=1" -Iinclude -Isrc -Icli -I"$long/native/src" src cli
}
