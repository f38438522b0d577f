# shellcheck shell=bash disable=SC2154 # $long is set by common.sh
# mutants: 400 times one wrong place in the library, which suites must notice. The last commit is
# tried, in a copy, so that the tree may change while this runs.

step() {
	local tree=$long/mutants/tree
	rm -rf "$tree" && mkdir -p "$tree" &&
		git archive HEAD src include tests scripts/long | tar -x -C "$tree" || return
	shown "mutants" "$long/mutants.txt" nice -n 19 python3 "$tree/scripts/long/mutants.py" "$long/mutants"
}
