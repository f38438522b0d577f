# shellcheck shell=bash disable=SC2154 # $long is set by common.sh
# normal: the normal samples, by exact moments, by their map and by dieharder.

# stream MODE TEST [OPTION...]: feeds what tests/long/normal.c writes to a test of dieharder.
stream() {
	local mode=$1 number=$2 log
	shift 2
	log=$("$long/native/tests/long/long_normal" "$mode" | dieharder -g 200 -d "$number" "$@" 2>&1)
	grep -E 'PASSED|WEAK|FAILED' <<<"$log" | tee -a "$long/dieharder.log"
	grep -qE 'PASSED|WEAK' <<<"$log" && ! grep -q FAILED <<<"$log"
}

step() {
	local mode test program=$long/native/tests/long/long_normal
	need dieharder && built native && check "normal: builds" ninja -C "$long/native" tests/long/long_normal || return
	for mode in map float64 statistics; do
		shown "normal: $mode" "$long/normal-$mode.log" "$program" "$mode"
	done
	: >"$long/dieharder.log"
	for mode in words phi; do
		# Birthdays, ranks, bits, ones, runs, craps; monobit, runs, serial; distances, permutations,
		# lagged sums, uniformity.
		for test in 0 2 4 8 15 16 100 101 102 "201 -n 3 -t 2000" 202 "203 -n 1" 204; do
			# shellcheck disable=SC2086 # a number and its options
			check "normal: dieharder -d $test of $mode" stream "$mode" $test
		done
	done
	echo "   dieharder: $(grep -c PASSED "$long/dieharder.log") passed, $(grep -c WEAK "$long/dieharder.log") weak"
}
