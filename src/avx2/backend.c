/* SPDX-License-Identifier: BSD-3-Clause */
/* avx2/backend.c - every kernel, compiled for AVX2, FMA and F16C. */
#define BACKEND avx2
#define NEEDS   (CPU_AVX2 | CPU_FMA | CPU_F16C)
#include "avx2/simd.h"
#include "kernels/backend.inc"
