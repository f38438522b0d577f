/* SPDX-License-Identifier: BSD-3-Clause */
/* knots.c - the statistics of order of a distribution function of steps and straight lines. */
#include <math.h>
#include <bellshape/normality.h>
#include "distribution.h"
#include "normality/scores.h"
#include "normality/statistics.h"
#include "normality/sum.h"

/* A straight line is cut into pieces of this length in z, and into so many at most. */
#define MAX_PIECE  0.0625
#define MAX_PIECES 64

/* ---- the distance from the normal distribution ---- */

/* Where the distribution function, G, has been followed to. */
struct walk {
	double n;
	struct tails at;
	struct sum a2; /* A^2/n */
	double distance;
};

/*
 * A^2/n is the integral of (G - F)^2/(F (1 - F)) over F.  Where G is constant, = c, that is
 *
 *	c^2 log F - (1 - c)^2 log(1 - F) - F.
 *
 * Where G rises by `rise` around c, while F does by dF, the integral of 1/(F (1 - F)) times
 * ((rise - dF)^2 - dF^2)/12 more is right to third order; and the steps of 1/n, along which G rises
 * in fact, add 1/(12 n^2) to the square.
 */
static void advance(struct walk *w, double z, double c, double rise)
{
	struct tails from = w->at, to = bell_tails(z);
	double d = to.cdf - from.cdf, log_cdf = to.log_cdf - from.log_cdf,
	       log_upper = to.log_upper - from.log_upper, square = rise * (rise - 2 * d);

	if (rise > 0)
		square += 1 / (w->n * w->n);
	sum_add(&w->a2, c * c * log_cdf - (1 - c) * (1 - c) * log_upper - d +
			    square / 12 * (log_cdf - log_upper));
	w->at = to;
}

/* Notes how far G is from F here; `step` is that of G at a point where it is smooth. */
static void note_distance(struct walk *w, double g, double step)
{
	w->distance = fmax(w->distance, fabs(g - w->at.cdf) + step);
}

/* Follows G from one knot to the next. */
static void follow(struct walk *w, const struct knot *from, const struct knot *to)
{
	double length = to->z - from->z, rise = (to->below - from->above) / w->n;
	int pieces = 1;

	/* A distance, a rise and a number of pieces: a step of rounding is no line. */
	if (rise > 0 && length > 0)
		pieces = (int)fmin(ceil(length / MAX_PIECE), MAX_PIECES);
	for (int i = 0; i < pieces; i++) {
		double share = (double)(i + 1) / pieces, g = from->above / w->n + share * rise;

		advance(w, i + 1 < pieces ? from->z + share * length : to->z, g - rise / pieces / 2,
			rise / pieces);
		note_distance(w, g, rise > 0 ? 0.5 / w->n : 0);
	}
}

static void distances(const struct knot *knot, size_t knots, double n, struct order_statistics *out)
{
	struct walk w = {.n = n, .at = bell_tails(knot[0].z)};

	/* Before the first knot G is 0, and after the last it is 1. */
	sum_add(&w.a2, -w.at.log_upper - w.at.cdf);
	for (size_t i = 0; i < knots; i++) {
		if (i)
			follow(&w, &knot[i - 1], &knot[i]);
		note_distance(&w, knot[i].below / n, 0);
		note_distance(&w, knot[i].above / n, 0);
	}
	sum_add(&w.a2, -w.at.log_cdf - (1 - w.at.cdf));
	out->a2 = n * sum_value(&w.a2);
	out->distance = w.distance;
}

/* ---- the Q-Q plot ---- */

/* So many knots that stand for values around them are those of one bin. */
#define GROUP 4

/*
 * The sum over the values that some knots stand for of value times score, where the scores add up
 * to `sum`.  The knots have the moments of their values, so that a smooth function such as z times
 * the score at z has the same mean over both.  At the ends of a column the score is not smooth; but
 * its sum is known, and it makes up for that.
 */
static double group_product(const struct knot *knot, size_t knots, double n, double sum)
{
	double weight = 0, value = 0, score = 0, product = 0;

	for (size_t i = 0; i < knots; i++) {
		double w = knot[i].weight, q = w * bell_score(knot[i].below + 0.5, n);

		weight += w;
		value += w * knot[i].z;
		score += q;
		product += q * knot[i].z;
	}
	return product + value / weight * (sum - score);
}

static bool is_step(const struct knot *k) { return k->above - k->below >= k->weight / 2; }

/* How many knots from the first on stand for values around them, at most GROUP. */
static size_t group_size(const struct knot *knot, size_t knots)
{
	size_t n = 0;

	while (n < knots && n < GROUP && !is_step(&knot[n]))
		n++;
	return n;
}

static double correlation(const struct knot *knot, size_t knots, double n)
{
	struct scores scores;
	struct sum product = {0, 0};
	double at = 0, before = 0;

	bell_scores(n, &scores);
	for (size_t i = 0, size; i < knots; i += size) {
		double sums;

		size = group_size(knot + i, knots - i);
		at = size ? at : knot[i].above;
		for (size_t j = i; j < i + size; j++)
			at += knot[j].weight;
		sums = bell_score_sums(&scores, fmin(at, n)).sum;
		sum_add(&product, size ? group_product(knot + i, size, n, sums - before)
				       : knot[i].z * (sums - before));
		before = sums;
		size += size == 0;
	}
	return sum_value(&product) / sqrt(2 * scores.half_square * (n - 1));
}

/* ---- Pearson ---- */

/* The weights in each class, which follow each other; classes without any add what they expect. */
static double pearson_of(const struct knot *knot, size_t knots, double n, double classes)
{
	double expected = n / classes, occupied = 0, sum = 0, class = 0, first = 0;

	for (size_t i = 0; i <= knots; i++) {
		double next =
		    i < knots ? fmin(floor(1 + classes * bell_tails(knot[i].z).cdf), classes) : 0;

		if (i && next != class) {
			double off = knot[i - 1].above - first - expected;

			sum += off * off / expected;
			first = knot[i - 1].above;
			occupied++;
		}
		class = next;
	}
	return sum + expected * (classes - occupied);
}

static bool all_steps(const struct knot *knot, size_t knots)
{
	for (size_t i = 1; i < knots; i++)
		if (knot[i].below != knot[i - 1].above)
			return false;
	return true;
}

void bell_statistics_of_knots(const struct knot *knot, size_t knots, double n,
			      struct order_statistics *out)
{
	distances(knot, knots, n, out);
	out->r = correlation(knot, knots, n);
	out->classes = bell_pearson_classes(n);
	out->pearson =
	    all_steps(knot, knots) ? pearson_of(knot, knots, n, out->classes) : (double)NAN;
}
