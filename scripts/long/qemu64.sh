# shellcheck shell=bash disable=SC2154 # $long is set by common.sh
# qemu64: the suites on an x86 processor with neither AVX nor a fused multiply-add, emulated.

source scripts/long/emulator.sh

step() {
	x86 qemu64 'vaddpd %ymm0, %ymm0, %ymm0' 'fma=0 avx2=0 avx512=0' 'plain'
}
