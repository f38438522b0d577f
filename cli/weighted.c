/* SPDX-License-Identifier: BSD-3-Clause */
/* weighted.c - the moments of values with weights. */
#include <math.h>
#include <stdlib.h>
#include <bellshape/sketch.h>

#include "error.h"
#include "report.h"
#include "text.h"
#include "weighted.h"

/* Weighted values. */
struct sample {
	double *value, *weight;
	size_t n;
	double whole; /* the sum of the weights */
};

static struct sample sample_of(const struct bell_sketch *sketch)
{
	struct sample s = {0};

	check(bell_sketch_nodes(sketch, 0, NULL, NULL, &s.n), "stats");
	s.value = allocate(s.n, sizeof *s.value);
	s.weight = allocate(s.n, sizeof *s.weight);
	check(bell_sketch_nodes(sketch, s.n, s.value, s.weight, &s.n), "stats");
	for (size_t i = 0; i < s.n; i++)
		s.whole += s.weight[i];
	return s;
}

/* The mean of ((x - center)/unit)^power. */
static double mean_of(const struct sample *s, double center, double unit, int power)
{
	double sum = 0;

	for (size_t i = 0; i < s->n; i++) {
		/* Halves do not overflow where a difference would. */
		double away = (s->value[i] / 2 - center / 2) / (unit / 2), term = 1;

		for (int k = 0; k < power; k++)
			term *= away;
		sum += s->weight[i] / s->whole * term;
	}
	return sum;
}

/* In a unit near the largest distance from the mean, so that no power overflows or becomes 0. */
static void set_moments(struct column_stats *out, const struct sample *s)
{
	double center = out->min / 2 + out->max / 2, unit = out->max / 2 - out->min / 2, m2, m3, m4;

	unit = unit < 0x1p1023 ? 2 * unit : unit;
	out->mean = center;
	out->sd = 0;
	if (!(unit > 0))
		return;
	out->mean += unit * mean_of(s, center, unit, 1);
	m2 = mean_of(s, out->mean, unit, 2);
	m3 = mean_of(s, out->mean, unit, 3);
	m4 = mean_of(s, out->mean, unit, 4);
	out->sd = unit * sqrt(m2);
	out->skewness = m3 / (m2 * sqrt(m2));
	out->kurtosis = m4 / (m2 * m2) - 3;
}

void weighted_moments(const struct bell_sketch *sketch, struct column_stats *out)
{
	struct bell_sketch_summary summary;
	struct sample s;

	check(bell_sketch_summary(sketch, &summary), "stats");
	if (isinf(summary.weight))
		die(EXIT_DATA,
		    "--weights: the weights of column %s add up to more than 1.8e308; divide "
		    "all of them by one number",
		    show_name(out->name));
	s = sample_of(sketch);
	out->n = summary.count;
	out->missing = summary.missing;
	out->infinite = summary.infinite;
	out->weight = summary.weight;
	out->min = summary.min;
	out->max = summary.max;
	out->mean = out->sd = out->skewness = out->kurtosis = NAN;
	if (out->n)
		set_moments(out, &s);
	free(s.value);
	free(s.weight);
}
