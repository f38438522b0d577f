/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * elementary.c - log1p and expm1 of every float, on the backend in use and all CPUs.
 *
 *	long_elementary [STRIDE]      one block of 256 floats in STRIDE
 *
 * Says what it finds; exits with 1 where a bound is exceeded.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <bellshape/bellshape.h>
#include "elementary_f32.h"
#include "parallel.h"
#include "worst.h"

enum { PARTS = 4096 };

typedef void function(const struct backend *b, const float *x, float *y);
typedef double exact_function(double x);

struct range {
	float first, last;
	uint32_t stride;
};

struct sweep {
	function *function;
	exact_function *exact;
	/* the bits of the first and the last */
	uint32_t first, last, stride;
	struct worst part[PARTS];
};

static void sweep_part(void *context, size_t part)
{
	struct sweep *s = context;
	uint64_t blocks = (s->last - s->first) / ELEMENTARY_N + 1;

	for (uint64_t i = part * s->stride; i < blocks; i += (uint64_t)PARTS * s->stride) {
		float x[ELEMENTARY_N], y[ELEMENTARY_N];

		for (uint32_t j = 0; j < ELEMENTARY_N; j++) {
			uint64_t at = s->first + i * ELEMENTARY_N + j;
			uint32_t bits = at < s->last ? (uint32_t)at : s->last;

			memcpy(&x[j], &bits, sizeof bits);
		}
		s->function(bell_kernels(), x, y);
		for (size_t j = 0; j < ELEMENTARY_N; j++)
			put(&s->part[part], ulps_f32(y[j], s->exact((double)x[j])),
			    s->first + i * ELEMENTARY_N + j);
	}
}

static uint32_t bits_of(float x)
{
	uint32_t bits;

	memcpy(&bits, &x, sizeof bits);
	return bits;
}

static void sweep(function *function, exact_function *exact, struct range r, const char *what,
		  double bound)
{
	struct sweep s = {.function = function,
			  .exact = exact,
			  .first = bits_of(r.first),
			  .last = bits_of(r.last),
			  .stride = r.stride};

	bell_parallel(0, PARTS, sweep_part, &s);
	for (int i = 1; i < PARTS; i++)
		merge(&s.part[0], &s.part[i]);
	report(&s.part[0], what, "ulp", bound);
}

int main(int argc, char **argv)
{
	uint32_t stride = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 1;

	if (!bell_kernels() || !stride)
		return 2;
	sweep(log1p_of, log1p, (struct range){0, 0x1p100f, stride}, "log1p, 0 to 2^100", LOG1P_F32);
	sweep(expm1_of, expm1, (struct range){0, 88, stride}, "expm1, 0 to 88", EXPM1_F32);
	sweep(expm1_of, expm1, (struct range){-0.0f, -87, stride}, "expm1, -0 to -87", EXPM1_F32);
	return failed;
}
