/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * scores.c - normal scores with the plotting positions of Blom, and their sums.
 *
 * With p(t) = (t + 1/8)/(n + 1/4), score i is q(p(i - 1/2)), where q is the normal quantile.  So a
 * sum of many scores is nearly the integral of q(p(t)) over t, which has a closed form, as that of
 * its square has; the formula of Euler and Maclaurin says what is left.  At the ends, where q is
 * steep, scores are added one by one.
 */
#include <math.h>
#include <bellshape/normality.h>
#include "distribution.h"
#include "normality/scores.h"

double bell_score(double i, double n) { return bell_normal_quantile((i - 0.375) / (n + 0.25)); }

/*
 * Sums of q(p(t)) and of its square over the midpoints of the cells up to t, but for a constant:
 * the integral of f less f'/24 and plus 7 f'''/5760.  With the slope s of q, q'' is q s^2.
 */
static struct score_sums smooth_sums(double t, double n)
{
	double q = bell_score(t + 0.5, n), density = (n + 0.25) * bell_normal_density(q),
	       s = 1 / density, third = 7 * s * s * s / 5760;

	return (struct score_sums){-density - s / 24 + (1 + 2 * q * q) * third,
				   t - q * density - q * s / 12 + 4 * q * (2 + q * q) * third};
}

/* The sums of the first t <= n/2. */
static struct score_sums lower_half(const struct scores *s, double t)
{
	struct score_sums sums = {s->sum[s->cells], s->square[s->cells]}, to;

	if (t < s->cells) {
		int i = (int)t;
		double part = t - i;

		return (struct score_sums){s->sum[i] + part * (s->sum[i + 1] - s->sum[i]),
					   s->square[i] + part * (s->square[i + 1] - s->square[i])};
	}
	/* Few values have nothing in the middle, or one of score 0. */
	if (s->n >= 2 * SCORE_CELLS) {
		to = smooth_sums(t, s->n);
		sums.sum += to.sum - s->end.sum;
		sums.square += to.square - s->end.square;
	}
	return sums;
}

void bell_scores(double n, struct scores *out)
{
	out->n = n;
	out->cells = n < 2 * SCORE_CELLS ? (int)floor(n / 2) : SCORE_CELLS;
	out->sum[0] = out->square[0] = 0;
	for (int i = 0; i < out->cells; i++) {
		double q = bell_score(i + 1, n);

		out->sum[i + 1] = out->sum[i] + q;
		out->square[i + 1] = out->square[i] + q * q;
	}
	out->end = smooth_sums(out->cells, n);
	out->half_square = lower_half(out, n / 2).square;
}

struct score_sums bell_score_sums(const struct scores *s, double t)
{
	struct score_sums sums;

	if (t <= s->n / 2)
		return lower_half(s, t);
	/* Those of the upper half are the same in the opposite order, with the opposite sign. */
	sums = lower_half(s, fmax(s->n - t, 0));
	sums.square = 2 * s->half_square - sums.square;
	return sums;
}
