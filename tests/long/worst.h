/* SPDX-License-Identifier: BSD-3-Clause */
/* worst.h - the worst of many errors, and whether it is within a bound. */
#ifndef TESTS_LONG_WORST_H
#define TESTS_LONG_WORST_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

static bool failed;

static void require(bool good, const char *what)
{
	if (!good) {
		printf("FAILED: %s\n", what);
		failed = true;
	}
}

struct worst {
	double most, sum;
	uint64_t at, n;
};

static void put(struct worst *w, double error, uint64_t at)
{
	w->sum += error;
	w->n++;
	if (!(error <= w->most))
		w->most = error, w->at = at;
}

static void merge(struct worst *w, const struct worst *from)
{
	w->sum += from->sum;
	w->n += from->n;
	if (!(from->most <= w->most))
		w->most = from->most, w->at = from->at;
}

static void report(const struct worst *w, const char *what, const char *unit, double bound)
{
	printf("%s: %.4f %s at most, at %#jx; %.4f in the mean of %ju\n", what, w->most, unit,
	       (uintmax_t)w->at, w->sum / (double)w->n, (uintmax_t)w->n);
	require(w->most <= bound, what);
}

#endif
