/* SPDX-License-Identifier: BSD-3-Clause */
/* test_units.c - Yeo-Johnson in other units of x than 1: its likelihood against 400 digits. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "common.h"
#include "fit/unit.h"
#include "golden.h"
#include "sketch/bins.h"

static double text_number(const cJSON *o, const char *name)
{
	return strtod(cJSON_GetObjectItem(o, name)->valuestring, NULL);
}

static const struct golden *named(const struct golden_set *set, const char *name)
{
	for (size_t i = 0; i < set->columns; i++)
		if (!strcmp(set->column[i].name, name))
			return &set->column[i];
	cr_assert(false, "%s", name);
	return NULL;
}

/* From values to 1e-13 of the spread of the coordinate, and from bins to 2e-12. */
Test(units, agree_with_400_digits)
{
	struct golden_set set = golden_load();
	cJSON *file = golden_file("units.json");
	const cJSON *o;
	size_t seen = 0;

	cJSON_ArrayForEach(o, file)
	{
		const struct golden *g = named(&set, cJSON_GetObjectItem(o, "name")->valuestring);
		double unit = text_number(o, "unit"), lambda = text_number(o, "lambda"),
		       sd = text_number(o, "sd");
		struct bell_sketch *s = sketch_of(g->x, NULL, g->n, NULL);
		struct bell_fit fit;

		CHECK(bell_fit_unit(s, unit, &fit));
		cr_expect(near(fit.lambda * sd, lambda * sd, 1e-13 * (1 + fabs(lambda * sd))),
			  "%s, unit %g: lambda %.17g not %.17g, off by %g", g->name, unit,
			  fit.lambda, lambda, (fit.lambda - lambda) * sd);
		CHECK(bell_sketch_leave_values(s, bell_kernels()));
		CHECK(bell_fit_unit(s, unit, &fit));
		cr_expect(near(fit.lambda * sd, lambda * sd, 2e-12 * (1 + fabs(lambda * sd))),
			  "%s, unit %g, bins: off by %g", g->name, unit,
			  (fit.lambda - lambda) * sd);
		bell_sketch_free(s);
		seen++;
	}
	cr_assert_gt(seen, 100);
	cJSON_Delete(file);
	golden_free(&set);
}

/*
 * Columns that a grid finds hard, in three orders: the fit from bins agrees with that from all
 * values at every unit, or says that it is ill-conditioned.
 */
enum { N = 20000, TRAPS = 9 };

static double trap(int kind, size_t i, struct rng *rng)
{
	double u = rng_unit(rng), z = rng_normal(rng);

	switch (kind) {
	case 0:
		return pow(u,
			   100); /* beta(0.01, 1): log|x| spreads over decades, log1p|x| does not */
	case 1:
		return i % 2 ? 1e-9 * z : 1e9 * z;
	case 2:
		return 1 + 1e-12 * z;
	case 3:
		return i == 7 ? 1e300 : z;
	case 4:
		return i == 7 ? 1e-300 : z;
	case 5:
		return i < 3000 ? 0 : 1013 + 5 * z;
	case 6:
		return i < 3000 ? 1e-6 * z : 1013 + 5 * z;
	case 7:
		return exp(5 * z);
	default:
		return i < 300 ? 5 + 10 * u : 5 + 1e-4 * z;
	}
}

static int ascending(const void *a, const void *b)
{
	const double *p = a, *q = b;

	return (*p > *q) - (*p < *q);
}

/* A sketch that keeps all of n ascending values, as none would by itself. */
static struct bell_sketch *of_all_values(const double *x, size_t n)
{
	struct bell_sketch *s = sketch_of(NULL, NULL, 0, NULL);

	s->value = malloc(n * sizeof *s->value);
	s->weight = malloc(n * sizeof *s->weight);
	for (size_t i = 0; i < n; i++) {
		if (!s->values || s->value[s->values - 1] != x[i]) {
			s->value[s->values] = x[i];
			s->weight[s->values++] = 0;
		}
		s->weight[s->values - 1] += (int128)1 << WEIGHT_BITS;
	}
	s->count = n;
	s->min = x[0];
	s->max = x[n - 1];
	return s;
}

static void check_units(const double *x, const struct bell_fit *want, const double *unit, int kind,
			int order)
{
	struct bell_sketch *s = sketch_of(x, NULL, N, NULL);

	for (int i = 0; i < 6; i++) {
		struct bell_fit fit;
		double sd = (want[i].ci95[1] - want[i].ci95[0]) / 3.92 * sqrt(N);

		CHECK(bell_fit_unit(s, unit[i], &fit));
		cr_expect((fit.flags & BELL_FIT_ILL_CONDITIONED) ||
			      fabs(fit.lambda - want[i].lambda) <= 1e-10 * sd,
			  "trap %d, order %d, unit %g: off by %g", kind, order, unit[i],
			  fabs(fit.lambda - want[i].lambda) / sd);
		/* in their first order most need no excuse */
		cr_expect(order != 0 || kind == 6 || kind == 8 ||
			      !(fit.flags & BELL_FIT_ILL_CONDITIONED),
			  "trap %d, unit %g", kind, unit[i]);
	}
	bell_sketch_free(s);
}

Test(units, traps_in_any_order)
{
	double *x = malloc(N * sizeof *x), *sorted = malloc(N * sizeof *x);

	for (int kind = 0; kind < TRAPS; kind++) {
		const double size = kind == 1 ? 1e9 : kind == 5 || kind == 6 ? 1013 : 1;
		const double unit[6] = {1, 1e-6 * size, 1e-3 * size, size, 1e3 * size, 1e6 * size};
		struct bell_fit want[6];
		struct bell_sketch *all;
		struct rng rng = {(uint64_t)kind + 1};

		for (size_t i = 0; i < N; i++)
			x[i] = trap(kind, i, &rng);
		memcpy(sorted, x, N * sizeof *x);
		qsort(sorted, N, sizeof *x, ascending);
		all = of_all_values(sorted, N);
		for (int i = 0; i < 6; i++)
			CHECK(bell_fit_unit(all, unit[i], &want[i]));
		check_units(x, want, unit, kind, 0);
		check_units(sorted, want, unit, kind, 1);
		for (size_t i = 0; i < N; i++)
			x[i] = sorted[N - 1 - i];
		check_units(x, want, unit, kind, 2);
		bell_sketch_free(all);
	}
	free(x);
	free(sorted);
}
