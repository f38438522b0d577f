/* SPDX-License-Identifier: BSD-3-Clause */
/* avx2/backend.c - every kernel, compiled for AVX2 and FMA. */
#define BACKEND avx2
#define NEEDS   (CPU_AVX2 | CPU_FMA)
#include "avx2/simd.h"
#include "kernels/backend.inc"
