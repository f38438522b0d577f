/* SPDX-License-Identifier: BSD-3-Clause */
/* neon/backend.c - every kernel, compiled for AArch64 Advanced SIMD. */
#define BACKEND neon
#define NEEDS   0
#include "neon/simd.h"
#include "kernels/backend.inc"
