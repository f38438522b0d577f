/* SPDX-License-Identifier: BSD-3-Clause */
/* test_grid.c - bins that suit the bulk of a column, whatever strays. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "fits.h"
#include "reference.h"

#define N 3000

static struct bell_sketch_options grid_of(const struct bell_sketch *s)
{
	struct bell_sketch_summary summary;

	CHECK(bell_sketch_summary(s, &summary));
	return summary.grid;
}

/* One wild value in the block that the bins are chosen from: |lambda - reference| in its own sd. */
Test(grid, a_wild_value_does_not_matter)
{
	static const double wild[] = {0, -1, 1e6, 1e30, 1e300, -1e300};

	for (enum kind k = 0; k < KINDS; k++)
		for (size_t i = 0; i < COUNT(wild); i++) {
			double *x = column(k, N), off, sd;
			long double lambda;
			struct bell_sketch *s;
			struct reference r;
			struct bell_fit fit;

			x[7] = wild[i];
			r = reference_make(x, NULL, N);
			lambda = reference_lambda(&r);
			sd = (double)(reference_end(&r, lambda, 1) - lambda) / 1.96;
			s = sketch_of(x, NULL, N, NULL);
			CHECK(bell_fit_sketch(s, NULL, &fit));
			off = fabs((double)(fit.lambda - lambda)) / sd;
			cr_expect(off <= 1e-9, "%s with a %g: off by %g sd", kind_name[k], wild[i],
				  off);
			cr_expect(!(fit.flags & BELL_FIT_ILL_CONDITIONED), "%s with a %g",
				  kind_name[k], wild[i]);
			bell_sketch_free(s);
			reference_free(&r);
			free(x);
		}
}

enum { MANY = 50000 };

/* Wide values first, and then a cluster far narrower: the grid suits them too late. */
static double *misleading(void)
{
	double *x = column(NORMAL, MANY);
	struct rng rng = {5};

	for (int i = 0; i < MANY; i++)
		x[i] = i < 1100 ? 5 - 10 * log(rng_unit(&rng)) : 5 + 1e-4 * x[i];
	return x;
}

/*
 * A first block that tells nothing of the rest: a stream says so, and from values the fit is right.
 */
Test(grid, from_values_once_more)
{
	double *x = misleading(), off;
	struct bell_sketch *s;
	struct bell_fit stream, fit, column_fit;
	struct bell_model *model;
	const struct bell_table table = {.data = x,
					 .type = BELL_F64,
					 .rows = MANY,
					 .columns = 1,
					 .row_stride = 1,
					 .column_stride = 1};
	struct reference r;
	long double lambda;

	s = sketch_of(x, NULL, MANY, NULL);
	CHECK(bell_fit_sketch(s, NULL, &stream));
	fit = fit_of(x, NULL, MANY, NULL);
	cr_expect(stream.flags & BELL_FIT_ILL_CONDITIONED);
	cr_expect(!(fit.flags & BELL_FIT_ILL_CONDITIONED));
	r = reference_make(x, NULL, MANY);
	lambda = reference_lambda(&r);
	off = fabs((double)(fit.lambda - lambda) * 1.96) /
	      (double)(reference_end(&r, lambda, 1) - lambda);
	cr_expect(off <= 1e-9, "off by %g sd", off);
	CHECK(bell_table_fit(&table, NULL, NULL, 1, &model));
	column_fit = *bell_model_fit(model, 0);
	cr_expect(same_fit(&fit, &column_fit), "so is a table's");
	bell_model_free(model);
	bell_sketch_free(s);
	reference_free(&r);
	free(x);
}

/* The same of float32 tables: in one piece, and one of three columns by rows. */
Test(grid, from_float_tables_once_more)
{
	double *x = misleading();
	float *f, *rows = calloc(3 * (size_t)MANY, sizeof *rows);
	struct bell_fit fit;

	f = narrowed(x, MANY);
	for (size_t i = 0; i < MANY; i++)
		rows[3 * i + 1] = f[i];
	CHECK(bell_fit_f32(f, NULL, MANY, NULL, 1, &fit));
	for (size_t columns = 1; columns <= 3; columns += 2) {
		const struct bell_table table = {.data = columns == 1 ? f : rows,
						 .type = BELL_F32,
						 .rows = MANY,
						 .columns = columns,
						 .row_stride = (ptrdiff_t)columns,
						 .column_stride = 1};
		struct bell_model *model;
		struct bell_fit column_fit;

		CHECK(bell_table_fit(&table, NULL, NULL, 1, &model));
		column_fit = *bell_model_fit(model, columns / 2);
		cr_expect(same_fit(&fit, &column_fit), "%zu columns: lambda %g, not %g", columns,
			  column_fit.lambda, fit.lambda);
		bell_model_free(model);
	}
	free(x);
	free(f);
	free(rows);
}

/* Of values too many to keep together: the grid suits those of both, whichever comes first. */
Test(grid, merge_of_values_places_both)
{
	enum { a = 200, b = 1000 };
	double *narrow = column(PRESSURE, a), *wide = column(LOGNORMAL, b), all[a + b];
	struct bell_sketch *s[3] = {sketch_of(narrow, NULL, a, NULL),
				    sketch_of(wide, NULL, b, NULL)};
	struct bell_sketch *t = sketch_of(wide, NULL, b, NULL);
	struct bell_sketch_options grid;

	memcpy(all, narrow, sizeof *all * a);
	memcpy(all + a, wide, sizeof *all * b);
	CHECK(bell_sketch_merge(t, s[0]));
	CHECK(bell_sketch_merge(s[0], s[1]));
	cr_expect(same_bytes(s[0], t), "either way");
	grid = grid_of(t);
	cr_expect(grid.width > 0x1p-6 && grid.center == 0, "width %g, center %g", grid.width,
		  grid.center);
	shuffle(all, a + b);
	s[2] = sketch_of(all, NULL, a + b, NULL);
	cr_expect_eq(grid_of(s[2]).width, grid.width);
	for (size_t i = 0; i < 3; i++)
		bell_sketch_free(s[i]);
	bell_sketch_free(t);
	free(narrow), free(wide);
}

/* Thousands of foreign grids: the sketch stays small all the same. */
Test(grid, merges_of_fixed_grids_are_bounded)
{
	struct bell_sketch *s = sketch_of(NULL, NULL, 0, NULL), *back;
	struct bytes bytes;
	double x[1280];

	for (int i = 1; i < 1000; i++) {
		const struct bell_sketch_options grid = {.width = 0x1p-20, .center = i};
		struct bell_sketch *from;

		for (int j = 0; j < 1280; j++)
			x[j] = i + (j % 1280 - 128) * 0x1p-22 * (1 + i);
		from = sketch_of(x, NULL, 1280, &grid);
		CHECK(bell_sketch_merge(s, from));
		cr_assert(bell_sketch_size(s) < 128 * 1024);
		bell_sketch_free(from);
	}
	bytes = bytes_of(s);
	CHECK(bell_sketch_deserialize(bytes.data, bytes.size, &back));
	cr_expect(same_bytes(s, back));
	free(bytes.data);
	bell_sketch_free(back);
	bell_sketch_free(s);
}
