/* SPDX-License-Identifier: BSD-3-Clause */
/* dispatch.h - the table of kernels that a backend fills, and the one in use. */
#ifndef BELL_DISPATCH_H
#define BELL_DISPATCH_H

#include "cpu.h"
#include "kernels/types.h"

struct backend {
	const char *name;
	unsigned needs; /* CPU_* bits, all required */
#define KERNEL(type, name, params) type(*name) params;
#include "kernels/kernels.def"
#undef KERNEL
};

/* The backend in use, or NULL if BELLSHAPE_BACKEND cannot be honored. */
const struct backend *bell_kernels(void);

#endif
