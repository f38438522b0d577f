# shellcheck shell=bash disable=SC2154 # $long is set by common.sh
# abi: abidiff of the shared library against the baseline in tests/abi.

step() {
	need abigail-tools || return
	CC=gcc built abi --buildtype debug -Dprogram=disabled -Dtests=disabled -Dbenchmarks=disabled \
		-Dexamples=disabled || return
	check "abi: the interface of tests/abi" scripts/check-abi "$long/abi"
}
