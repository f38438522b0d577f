/* SPDX-License-Identifier: BSD-3-Clause */
/* plain/backend.c - every kernel for CPUs without fused multiply-add. */
#define BACKEND plain
#define NEEDS   0
#include "scalar/simd.h"
#include "kernels/backend.inc"
