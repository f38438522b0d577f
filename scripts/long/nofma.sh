# shellcheck shell=bash disable=SC2154 # $long is set by common.sh
# nofma: the suites on an x86 processor with AVX2 but no fused multiply-add, emulated.

source scripts/long/emulator.sh

step() {
	x86 Haswell,-fma 'vfmadd231sd %xmm0, %xmm0, %xmm0' 'fma=0 avx2=1 avx512=0' 'plain'
}
