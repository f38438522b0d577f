# shellcheck shell=bash disable=SC2154 # $long is set by common.sh
# valgrind: the suites under valgrind.
# Only errors of memory count here. The long double of valgrind has 64 bits, which spoils the
# references of some tests, so tests may fail, but each must come to its end.

# count FOLDER: prints how many files it holds.
count() { find "$1" -type f | wc -l; }

# clean FOLDER TESTS: the folder holds more logs than there were tests, and none of them has an error.
clean() {
	local wrong
	wrong=$(grep -L 'ERROR SUMMARY: 0 errors' "$1"/*)
	[ -z "$wrong" ] || { xargs cat <<<"$wrong" | cut -d' ' -f2- && return 1; }
	[ "$(count "$1")" -gt "$2" ]
}

step() {
	local logs=$long/valgrind/logs text=$long/valgrind/meson-logs/memcheck crashed ended suites
	need valgrind && built valgrind -Dbuildtype=debugoptimized || return
	rm -rf "$logs" "$text"* && mkdir "$logs"
	mapfile -t suites < <(names "$long/valgrind" avx2 neon)
	BELLSHAPE_BACKEND=avx2 meson test -C "$long/valgrind" --no-rebuild --timeout-multiplier 20 \
		--logbase memcheck \
		--wrapper "valgrind --trace-children=yes --leak-check=full --show-leak-kinds=definite \
		--errors-for-leak-kinds=definite --log-file=$logs/%p" "${suites[@]}" >"$text.out" 2>&1
	read -r tested _ crashed ended < <(totals "$text"*.txt)
	check "valgrind: $tested tests of $ended suites came to their end" \
		[ "$crashed $ended" = "0 $(printf '%s\n' "${suites[@]}" | grep -vc fuzz)" ]
	check "valgrind: no error in the logs of $(count "$logs") processes" clean "$logs" "$tested"
}
