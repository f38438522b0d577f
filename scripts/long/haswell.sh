# shellcheck shell=bash disable=SC2154 # $long is set by common.sh
# haswell: the suites on an x86 processor with AVX2 but no AVX-512, emulated.

source scripts/long/emulator.sh

step() {
	x86 Haswell 'vaddpd %zmm0, %zmm0, %zmm0' 'fma=1 avx2=1 avx512=0' 'avx2 scalar plain'
}
