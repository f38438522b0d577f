# shellcheck shell=bash disable=SC2154 # $long is set by common.sh
# mutants: 400 times one wrong place in kernels, fits, sketches and transforms, which suites must notice.

step() {
	mkdir -p "$long/mutants"
	shown "mutants" "$long/mutants.txt" nice -n 19 python3 scripts/long/mutants.py "$long/mutants"
}
