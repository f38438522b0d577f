# shellcheck shell=bash disable=SC2154 # $long is set by common.sh
# fuzz: every fuzzing target for a minute, from the committed inputs.

step() {
	need clang libclang-rt-dev && check "fuzz" tests/fuzz/run
}
