/* SPDX-License-Identifier: BSD-3-Clause */
/* scalar/backend.c - every kernel, one lane, hardware fused multiply-add. */
#define BACKEND scalar
#define NEEDS   CPU_FMA
#include "scalar/simd.h"
#include "kernels/backend.inc"
