/* SPDX-License-Identifier: BSD-3-Clause */
/* values.c - the statistics of order of sorted values, by several threads. */
#include <math.h>
#include <bellshape/normality.h>
#include "distribution.h"
#include "normality/scores.h"
#include "normality/statistics.h"
#include "normality/sum.h"
#include "parallel.h"

/* The parts that threads share.  Their bounds depend on n alone, and so do the sums. */
#define MAX_TASKS 64

/* With fewer values than this for each, threads cost more than they save. */
#define MIN_PER_THREAD ((size_t)1 << 13)

struct part {
	struct sum a2, product, square;
	double distance;
};

struct job {
	const double *z;
	size_t n, step; /* a task has `step` values */
	struct part part[MAX_TASKS];
};

/*
 * With i from 1 to n, and S = 1 - F, A^2 is
 *
 *	-n - sum over i of ((2 i - 1) log F(z(i)) + (2 (n - i) + 1) log S(z(i)))/n
 */
static void add_value(struct part *p, double z, double i, double n)
{
	struct tails t = bell_tails(z);
	double above = i / n - t.cdf, below = t.cdf - (i - 1) / n;

	sum_add(&p->a2, (2 * i - 1) / n * t.log_cdf + (2 * (n - i) + 1) / n * t.log_upper);
	p->distance = fmax(p->distance, fmax(above, below));
}

static void add_part(void *context, size_t task)
{
	struct job *job = context;
	struct part *p = &job->part[task];
	size_t first = task * job->step, rest = job->n - first,
	       end = first + (rest < job->step ? rest : job->step);
	double n = (double)job->n;

	for (size_t i = first; i < end; i++)
		add_value(p, job->z[i], (double)i + 1, n);
	/* The scores of both halves are the same but for the sign. */
	for (size_t i = first; i < end && i < job->n / 2; i++) {
		double q = bell_score((double)i + 1, n);

		sum_add(&p->product, q * (job->z[i] - job->z[job->n - 1 - i]));
		sum_add(&p->square, 2 * q * q);
	}
}

double bell_pearson_classes(double n) { return ceil(2 * pow(n, 0.4)); }

/* The class of z, from 1 on, as nortest rounds it; F(z) that rounds to 1 is in the last. */
static double class_of(double z, double classes)
{
	return fmin(floor(1 + classes * bell_tails(z).cdf), classes);
}

/* The values of one class follow each other, and classes without values add what they expect. */
static double pearson_of(const double *z, size_t n, double classes)
{
	double expected = (double)n / classes, occupied = 0, sum = 0, off;

	for (size_t first = 0, end; first < n; first = end) {
		double class = class_of(z[first], classes);
		size_t above = n;

		/* z[end - 1] is of the class, z[above] is not. */
		for (end = first + 1; end < above;) {
			size_t middle = end + (above - end) / 2;

			if (class_of(z[middle], classes) <= class)
				end = middle + 1;
			else
				above = middle;
		}
		off = (double)(end - first) - expected;
		sum += off * off / expected;
		occupied++;
	}
	return sum + expected * (classes - occupied);
}

void bell_statistics_of_values(const double *z, size_t n, unsigned threads,
			       struct order_statistics *out)
{
	struct job job = {.z = z, .n = n, .step = MIN_PER_THREAD};
	struct part all = {.distance = 0};
	size_t tasks;

	while ((n + job.step - 1) / job.step > MAX_TASKS)
		job.step *= 2;
	tasks = (n + job.step - 1) / job.step;
	bell_parallel(bell_threads(threads, tasks), tasks, add_part, &job);
	for (size_t i = 0; i < tasks; i++) {
		const struct part *p = &job.part[i];

		sum_add(&all.a2, p->a2.high), sum_add(&all.a2, p->a2.low);
		sum_add(&all.product, sum_value(&p->product));
		sum_add(&all.square, sum_value(&p->square));
		all.distance = fmax(all.distance, p->distance);
	}
	sum_add(&all.a2, (double)n);
	out->a2 = -sum_value(&all.a2);
	out->distance = all.distance;
	out->r = sum_value(&all.product) / sqrt(sum_value(&all.square) * ((double)n - 1));
	out->classes = bell_pearson_classes((double)n);
	out->pearson = pearson_of(z, n, out->classes);
}
