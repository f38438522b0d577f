/* SPDX-License-Identifier: BSD-3-Clause */
/* qq.c - the points of a Q-Q plot against the normal distribution, and their band. */
#include <math.h>
#include <stdlib.h>
#include <bellshape/moments.h>
#include <bellshape/normality.h>
#include <bellshape/plot.h>
#include "plot/beta.h"
#include "plot/sorted.h"

/* The plotting position of Filliben (1975). */
static double position(size_t rank, double n)
{
	double last = exp2(-1 / n);

	if ((double)rank == n)
		return last;
	return rank == 1 ? 1 - last : ((double)rank - 0.3175) / (n + 0.365);
}

/* ---- which ranks are shown ---- */

/* So many points at each end are shown one by one. */
enum { TAIL = 25 };

/* Writes the ranks of at most BELL_MAX_QQ of n values, ascending; returns how many. */
static size_t choose_ranks(size_t n, struct bell_qq_point *point)
{
	size_t middle = BELL_MAX_QQ - 2 * TAIL, used = 0;
	double end;

	if (n <= BELL_MAX_QQ) {
		for (; used < n; used++)
			point[used].rank = used + 1;
		return used;
	}
	for (; used < TAIL; used++)
		point[used].rank = used + 1;
	end = bell_normal_quantile(position(TAIL, (double)n));
	for (size_t i = 1; i <= middle; i++) {
		double z = end * (1 - 2 * (double)i / (double)(middle + 1)),
		       rank = rint(bell_normal_cdf(z) * ((double)n + 0.365) + 0.3175);

		if ((size_t)rank > point[used - 1].rank && (size_t)rank <= n - TAIL)
			point[used++].rank = (size_t)rank;
	}
	for (size_t i = n - TAIL + 1; i <= n; i++)
		if (i > point[used - 1].rank)
			point[used++].rank = i;
	return used;
}

/* ---- the band ---- */

/* The local levels of bands of 95 %; scripts/band_levels.py made them. */
static const struct level {
	double n, alpha;
} levels[] = {
    {5, 2.523e-01},     {6, 2.197e-01},      {7, 1.965e-01},   {8, 1.769e-01},    {10, 1.444e-01},
    {12, 1.231e-01},    {15, 1.025e-01},     {20, 8.178e-02},  {30, 6.039e-02},   {50, 4.173e-02},
    {100, 2.644e-02},   {200, 1.719e-02},    {500, 1.032e-02}, {1000, 7.213e-03}, {3000, 4.238e-03},
    {10000, 2.857e-03}, {100000, 1.471e-03},
};
enum { LEVELS = sizeof levels / sizeof *levels };

/* Between the sizes of the table, and beyond it, log alpha is a line in log log n. */
static double local_level(double n)
{
	size_t i = 1;

	while (i + 1 < LEVELS && n > levels[i].n)
		i++;
	double a = log(log(levels[i - 1].n)), b = log(log(levels[i].n)),
	       t = (log(log(n)) - a) / (b - a);
	return exp((1 - t) * log(levels[i - 1].alpha) + t * log(levels[i].alpha));
}

static void set_band(struct bell_qq *q)
{
	double n = (double)q->n;

	q->local_level = q->n >= BELL_MIN_BAND && q->sd > 0 ? local_level(n) : NAN;
	for (size_t i = 0; i < q->points; i++) {
		struct bell_qq_point *p = &q->point[i];
		double rank = (double)p->rank, low, high;

		p->low = p->high = NAN;
		if (isnan(q->local_level))
			continue;
		bell_beta_interval(rank, n + 1 - rank, q->local_level / 2, &low, &high);
		p->low = q->mean + q->sd * low;
		p->high = q->mean + q->sd * high;
		q->outside += p->value < p->low || p->value > p->high;
	}
}

enum bell_status bell_qq_f64(const double *x, size_t n, struct bell_qq *out)
{
	struct bell_qq q = {.mean = NAN, .sd = NAN};
	struct bell_moments moments;
	double *value;
	enum bell_status status;

	if (!out || (!x && n))
		return BELL_EINVAL;
	status = bell_sort_finite(x, n, &value, &q.n);
	if (status != BELL_OK)
		return status;
	status = bell_moments_f64(value, q.n, 1, &moments);
	if (status == BELL_OK) {
		q.mean = moments.mean;
		q.sd = bell_moments_sd(&moments, false);
		q.points = choose_ranks(q.n, q.point);
		for (size_t i = 0; i < q.points; i++) {
			struct bell_qq_point *p = &q.point[i];

			p->value = value[p->rank - 1];
			p->normal = bell_normal_quantile(position(p->rank, (double)q.n));
		}
		set_band(&q);
		*out = q;
	}
	free(value);
	return status;
}
