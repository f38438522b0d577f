/* SPDX-License-Identifier: BSD-3-Clause */
/* avx512/backend.c - every kernel, compiled for AVX-512 F, DQ and VL. */
#define BACKEND avx512
#define NEEDS   (CPU_AVX512 | CPU_FMA)
#include "avx512/simd.h"
#include "kernels/backend.inc"
