/* SPDX-License-Identifier: BSD-3-Clause */
/* sample.c - normal samples; any part of a stream can be made alone, with the same bits. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <bellshape/bellshape.h>

enum { N = 100000, FIRST = 70000, PART = 1000 };

int main(void)
{
	static double z[N], part[PART];
	struct bell_normal_stream stream = {.seed = 1, .stream = 7};
	struct bell_moments m;

	/* With mean 10 and sd 2, on all CPUs. */
	if (bell_normal_fill_f64(&stream, 10, 2, N, 0, z) != BELL_OK)
		return 1;
	stream.offset = FIRST;
	if (bell_normal_fill_f64(&stream, 10, 2, PART, 1, part) != BELL_OK ||
	    memcmp(z + FIRST, part, sizeof part) != 0)
		return 1;
	if (bell_moments_f64(z, N, 0, &m) != BELL_OK)
		return 1;
	printf("mean %.3f, sd %.3f, kurtosis %.3f\n", m.mean, bell_moments_sd(&m, true),
	       bell_moments_kurtosis(&m, true));
	/* Four standard errors. */
	return !(fabs(m.mean - 10) < 4 * 2 / sqrt(N) &&
		 fabs(bell_moments_sd(&m, true) - 2) < 4 * 2 / sqrt(2.0 * N));
}
