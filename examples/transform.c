/* SPDX-License-Identifier: BSD-3-Clause */
/* transform.c - fit a skewed column, transform it to a normal shape, and back. */
#include <math.h>
#include <stdio.h>
#include <bellshape/bellshape.h>

enum { N = 1000 };

int main(void)
{
	static double x[N], z[N], back[N];
	struct bell_moments before, after;
	struct bell_fit fit;
	enum bell_status status = BELL_OK;

	for (int i = 0; i < N; i++)
		x[i] = -log((i + 0.5) / N); /* the quantiles of an exponential distribution */

	/* NULL: no weights, and the default options; 0: a thread for each CPU. */
	if ((status = bell_fit_f64(x, NULL, N, NULL, 0, &fit)) != BELL_OK ||
	    (status = bell_transform_apply_f64(&fit.transform, x, N, 0, z)) != BELL_OK ||
	    (status = bell_transform_inverse_f64(&fit.transform, z, N, BELL_OUTSIDE_ERROR, 0, back,
						 NULL)) != BELL_OK ||
	    (status = bell_moments_f64(x, N, 0, &before)) != BELL_OK ||
	    (status = bell_moments_f64(z, N, 0, &after)) != BELL_OK) {
		fprintf(stderr, "%s\n", bell_status_text(status));
		return 1;
	}
	printf("lambda %.4f, skewness %.3f before and %.3f after\n", fit.lambda,
	       bell_moments_skewness(&before, true), bell_moments_skewness(&after, true));

	for (int i = 0; i < N; i++)
		if (fabs(back[i] - x[i]) > 1e-12 * fabs(x[i]))
			return 1;
	return !(bell_moments_skewness(&before, true) > 1.9 &&
		 fabs(bell_moments_skewness(&after, true)) < 0.2 && fabs(after.mean) < 1e-12 &&
		 fabs(bell_moments_sd(&after, true) - 1) < 1e-12);
}
