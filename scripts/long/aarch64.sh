# shellcheck shell=bash disable=SC2154 # $long is set by common.sh
# aarch64: the suites of a build for AArch64, emulated.

source scripts/long/emulator.sh

step() {
	need qemu-user gcc-aarch64-linux-gnu g++-aarch64-linux-gnu || return
	[ -f "$long/sysroot/aarch64.ini" ] || check "aarch64: libraries" scripts/sysroot-aarch64 "$long/sysroot" || return
	built native && built aarch64 --cross-file "$long/sysroot/aarch64.ini" || return
	export QEMU_LD_PREFIX=$long/sysroot/root
	check "aarch64: runs neon scalar" can_run "neon scalar" qemu-aarch64 "$long/aarch64/cli/bellshape"
	emulated "$long/aarch64" aarch64 qemu-aarch64 aarch64 "$(names "$long/aarch64" neon scalar)" \
		aarch64-linux-gnu-gcc --sysroot="$QEMU_LD_PREFIX"
	unset QEMU_LD_PREFIX
}
