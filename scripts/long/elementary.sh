# shellcheck shell=bash disable=SC2154 # $long is set by common.sh
# elementary: our logarithm and exponential on every float.

step() {
	local program=$long/native/tests/long/long_elementary
	built native && check "elementary: builds" ninja -C "$long/native" tests/long/long_elementary || return
	shown "elementary: every float" "$long/elementary.log" "$program"
}
