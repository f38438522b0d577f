/* SPDX-License-Identifier: BSD-3-Clause */
/* skeleton.h - the kernel of skeleton.inc on one backend. */
#ifndef TESTS_SKELETON_H
#define TESTS_SKELETON_H

#include <stddef.h>

struct skeleton {
	const char *backend;
	void (*softsign_f32)(const float *x, size_t n, float *y, double *sum);
	void (*softsign_f64)(const double *x, size_t n, double *y, double *sum);
};

#endif
