/* SPDX-License-Identifier: BSD-3-Clause */
/* dispatch.h - the table of kernels that a backend fills, and the one in use. */
#ifndef BELL_DISPATCH_H
#define BELL_DISPATCH_H

#include "cpu.h"
#include "kernels/types.h"

/* A backend: its name, the CPU_* bits all of which it needs, and every kernel of kernels.def. */
struct backend {
	const char *name;
	unsigned needs;
#define KERNEL(type, name, params) type(*name) params;
#include "kernels/kernels.def"
#undef KERNEL
};

/*
 * bell_kernels returns the backend in use.  The first call chooses it: the one that the environment
 * variable BELLSHAPE_BACKEND names, or without it the first of backends.def that this CPU can
 * run.  It returns NULL if there is no such backend.  Any number of threads may call it at a time.
 */
const struct backend *bell_kernels(void);

#endif
