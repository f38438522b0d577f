/* SPDX-License-Identifier: BSD-3-Clause */
/* test_table.c - tables of any layout are their columns one by one. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "gather.h"
#include "storage.h"

/* ---- fit ---- */

static void check_fits(size_t rows, bool weighted)
{
	double *w = malloc(rows * sizeof *w);

	for (size_t i = 0; i < rows; i++)
		w[i] = (double)(i % 3) / 2;
	for (int type = BELL_F32; type <= BELL_F64; type++)
		for (enum layout layout = 0; layout < LAYOUTS; layout++) {
			struct storage s = filled(layout, (enum bell_type)type, rows);
			struct bell_model *m = fit_table(&s.t, weighted ? w : NULL, 1);

			for (size_t j = 0; j < COLUMNS; j++) {
				double *x = column_of(&s.t, j);
				struct bell_fit fit;

				CHECK(bell_fit_f64(x, weighted ? w : NULL, rows, NULL, 1, &fit));
				cr_expect(same_words(bell_model_fit(m, j), &fit, sizeof fit),
					  "%s, type %d, %zu rows, column %zu", layout_name[layout],
					  type, rows, j);
				cr_expect_null(bell_model_name(m, j));
				free(x);
			}
			bell_model_free(m);
			free(s.memory);
		}
	free(w);
}

Test(table, fits_are_those_of_the_columns) { check_fits(40, false); }
Test(table, fits_are_those_of_the_columns_in_bins) { check_fits(2500, false); }
Test(table, weighted_fits_are_those_of_the_columns) { check_fits(2500, true); }

Test(table, threads_do_not_matter)
{
	for (enum layout layout = 0; layout < LAYOUTS; layout++) {
		struct storage s = filled(layout, BELL_F64, 20000);
		struct bell_model *one = fit_table(&s.t, NULL, 1), *m;

		for (unsigned threads = 0; threads <= 7; threads += threads ? 2 : 1) {
			m = fit_table(&s.t, NULL, threads);
			cr_expect(same_models(one, m), "%s, %u threads", layout_name[layout],
				  threads);
			bell_model_free(m);
		}
		bell_model_free(one);
		free(s.memory);
	}
}

/* One wide row of columns, one tall column: the threads have other things to share. */
Test(table, extreme_shapes)
{
	struct storage wide = make_table(ROWS, BELL_F64, 3, 1000),
		       tall = make_table(ROWS, BELL_F64, 100000, 1);
	double *x = column(KELVIN, 100000);
	struct bell_model *m, *again;
	struct bell_fit fit;

	for (size_t i = 0; i < 100000; i++)
		set(&tall.t, i, 0, x[i]);
	for (size_t i = 0; i < 3000; i++)
		set(&wide.t, i % 3, i / 3, x[i]);
	CHECK(bell_fit_f64(x, NULL, 100000, NULL, 1, &fit));
	for (unsigned threads = 1; threads < 8; threads += 3) {
		m = fit_table(&tall.t, NULL, threads);
		cr_expect(same_words(&fit, bell_model_fit(m, 0), sizeof fit), "%u threads",
			  threads);
		bell_model_free(m);
	}
	m = fit_table(&wide.t, NULL, 1);
	again = fit_table(&wide.t, NULL, 5);
	cr_expect(same_models(m, again));
	CHECK(bell_fit_f64(x + 3 * 997, NULL, 3, NULL, 1, &fit));
	cr_expect(same_words(&fit, bell_model_fit(m, 997), sizeof fit));
	bell_model_free(m);
	bell_model_free(again);
	free(wide.memory), free(tall.memory), free(x);
}

/* Blocks of rows into the same sketches: a stream. */
Test(table, sketches_of_blocks)
{
	enum { rows = 9000 };
	struct storage s = filled(ROWS, BELL_F32, rows);
	struct bell_sketch *whole[COLUMNS], *stream[COLUMNS];
	double *w = malloc(rows * sizeof *w);
	size_t first = 0;

	for (size_t i = 0; i < rows; i++)
		w[i] = 1 + (double)(i % 2);
	for (size_t j = 0; j < COLUMNS; j++) {
		CHECK(bell_sketch_create(NULL, &whole[j]));
		CHECK(bell_sketch_create(NULL, &stream[j]));
	}
	CHECK(bell_table_sketch(&s.t, w, 1, whole));
	for (size_t take = 1; first < rows; first += take, take = take * 3 + 1) {
		struct bell_table block = s.t;

		block.rows = take < rows - first ? take : rows - first;
		block.data = (float *)s.t.data + place(&s.t, first, 0);
		CHECK(bell_table_sketch(&block, w + first, 3, stream));
	}
	for (size_t j = 0; j < COLUMNS; j++) {
		cr_expect(same_bytes(whole[j], stream[j]), "column %zu", j);
		bell_sketch_free(whole[j]);
		bell_sketch_free(stream[j]);
	}
	free(w);
	free(s.memory);
}

/* ---- moments ---- */

Test(table, moments_are_those_of_the_columns)
{
	enum { rows = 14000 }; /* enough for several threads, and part of a chunk at the end */
	struct bell_moments got[COLUMNS], expected;

	for (unsigned way = 0; way < 4 * LAYOUTS; way++) {
		enum layout layout = way % LAYOUTS;
		struct storage s = filled(layout, way % 2 ? BELL_F32 : BELL_F64, rows);

		CHECK(bell_table_moments(&s.t, way / LAYOUTS * 2, got));
		for (size_t j = 0; j < COLUMNS; j++) {
			double *x = column_of(&s.t, j);
			float *f = narrowed(x, rows);

			CHECK(s.t.type == BELL_F32 ? bell_moments_f32(f, rows, 1, &expected)
						   : bell_moments_f64(x, rows, 1, &expected));
			cr_expect(same_words(&got[j], &expected, sizeof expected), "%s, column %zu",
				  layout_name[layout], j);
			free(x), free(f);
		}
		free(s.memory);
	}
}

/* Threads share the rows of the one column. */
Test(table, moments_of_a_tall_column)
{
	enum { rows = 700000 };
	double *x = column(CAUCHY, rows);
	struct bell_table t = {x, BELL_F64, rows, 1, 1, 1};
	struct bell_moments got, expected;

	CHECK(bell_moments_f64(x, rows, 1, &expected));
	for (unsigned threads = 0; threads < 4; threads++) {
		CHECK(bell_table_moments(&t, threads, &got));
		cr_expect(same_words(&got, &expected, sizeof got), "%u threads", threads);
	}
	free(x);
}

/* ---- no rows, no columns ---- */

Test(table, without_rows)
{
	for (ptrdiff_t row_stride = -1; row_stride <= 2; row_stride++) {
		struct bell_table t = {NULL, BELL_F64, 0, 2, row_stride, 2 - row_stride};
		struct bell_moments moments[2];
		struct bell_sketch *s[2];
		struct bell_model *m;
		uint64_t outside[2] = {9, 9};

		for (size_t j = 0; j < 2; j++)
			CHECK(bell_sketch_create(NULL, &s[j]));
		CHECK(bell_table_sketch(&t, NULL, 3, s));
		CHECK(bell_table_moments(&t, 3, moments));
		CHECK(bell_table_fit(&t, NULL, NULL, 3, &m));
		CHECK(bell_table_transform(m, &t, 3, &t));
		CHECK(bell_table_inverse(m, &t, BELL_OUTSIDE_ERROR, 3, &t, outside));
		for (size_t j = 0; j < 2; j++) {
			cr_expect(moments[j].count == 0 && isnan(moments[j].mean));
			cr_expect_eq(bell_model_fit(m, j)->flags, BELL_FIT_EMPTY);
			cr_expect_eq(outside[j], 0);
			bell_sketch_free(s[j]);
		}
		bell_model_free(m);
	}
}

Test(table, without_columns)
{
	for (ptrdiff_t row_stride = -1; row_stride <= 2; row_stride++) {
		struct bell_table t = {NULL, BELL_F32, 5, 0, row_stride, 2 - row_stride};
		struct bell_model *m;

		CHECK(bell_table_sketch(&t, NULL, 3, NULL));
		CHECK(bell_table_moments(&t, 3, NULL));
		CHECK(bell_table_fit(&t, NULL, NULL, 3, &m));
		cr_expect_eq(bell_model_columns(m), 0);
		CHECK(bell_table_transform(m, &t, 3, &t));
		CHECK(bell_table_inverse(m, &t, BELL_OUTSIDE_ERROR, 3, &t, NULL));
		bell_model_free(m);
	}
}

/* ---- errors ---- */

/* Tables that describe no memory. */
static void check_refused(const struct bell_table *t, enum bell_status expected)
{
	double x[6] = {1, 2, 3, 4, 5, 6};
	struct bell_table good = {x, BELL_F64, t ? t->rows : 3, 2, 2, 1};
	struct bell_moments moments[2];
	struct bell_sketch *s[2];
	struct bell_model *m, *none = NULL;

	CHECK(bell_model_create(2, &m));
	CHECK(bell_sketch_create(NULL, &s[0]));
	CHECK(bell_sketch_create(NULL, &s[1]));
	CHECK_STATUS(bell_table_fit(t, NULL, NULL, 1, &none), expected);
	CHECK_STATUS(bell_table_sketch(t, NULL, 1, s), expected);
	CHECK_STATUS(bell_table_moments(t, 1, moments), expected);
	CHECK_STATUS(bell_table_transform(m, t, 1, &good), expected);
	CHECK_STATUS(bell_table_transform(m, &good, 1, t), expected);
	CHECK_STATUS(bell_table_inverse(m, t, BELL_OUTSIDE_NAN, 1, &good, NULL), expected);
	cr_expect(none == NULL && x[0] == 1, "an error writes nothing");
	bell_sketch_free(s[0]);
	bell_sketch_free(s[1]);
	bell_model_free(m);
}

Test(table, impossible_tables)
{
	double x[6] = {0};
	const struct bell_table good = {x, BELL_F64, 3, 2, 2, 1};
	struct bell_table t;

	check_refused(NULL, BELL_EINVAL);
	t = good, t.data = NULL;
	check_refused(&t, BELL_EINVAL);
	t = good, t.type = (enum bell_type)2;
	check_refused(&t, BELL_EINVAL);
	t = good, t.rows = SIZE_MAX;
	check_refused(&t, BELL_ESIZE);
	t = good, t.row_stride = PTRDIFF_MAX;
	check_refused(&t, BELL_ESIZE);
	t = good, t.row_stride = PTRDIFF_MIN;
	check_refused(&t, BELL_ESIZE);
	t = good, t.row_stride = PTRDIFF_MAX / 16 + 1;
	check_refused(&t, BELL_ESIZE);
	t = good, t.column_stride = PTRDIFF_MAX;
	check_refused(&t, BELL_ESIZE);
	/* Offsets by rows and by columns that overflow, though their sum does not. */
	t = good, t.row_stride = PTRDIFF_MAX / 8, t.column_stride = -PTRDIFF_MAX / 8 * 2;
	check_refused(&t, BELL_ESIZE);
}

/* A table as high as memory can address: half of it with floats, a quarter with doubles. */
Test(table, the_highest_tables)
{
	double x[1] = {0};
	struct bell_table t = {x, BELL_F32, 2, 1, PTRDIFF_MAX / 4, 1};

	cr_expect(bell_table_fits(&t), "floats");
	t.type = BELL_F64;
	cr_expect_not(bell_table_fits(&t), "doubles");
	t.row_stride = PTRDIFF_MAX / 8;
	cr_expect(bell_table_fits(&t), "doubles");
}

/* Arguments that are BELL_EINVAL are so for a table that would be BELL_ESIZE, too. */
Test(table, invalid_before_too_large)
{
	double x[1] = {0};
	const struct bell_table t = {x, BELL_F64, SIZE_MAX, 2, 1, 1};
	struct bell_fit_options options;
	struct bell_moments moments[2];
	struct bell_sketch *s[2] = {NULL, NULL};
	struct bell_model *m;

	bell_fit_options_default(&options);
	options.lower = options.upper;
	CHECK_STATUS(bell_table_moments(&t, 1, NULL), BELL_EINVAL);
	CHECK_STATUS(bell_table_moments(&t, 1025, moments), BELL_EINVAL);
	CHECK_STATUS(bell_table_sketch(&t, NULL, 1, NULL), BELL_EINVAL);
	CHECK_STATUS(bell_table_sketch(&t, NULL, 1025, s), BELL_EINVAL);
	CHECK_STATUS(bell_table_fit(&t, NULL, NULL, 1, NULL), BELL_EINVAL);
	CHECK_STATUS(bell_table_fit(&t, NULL, &options, 1, &m), BELL_EINVAL);
	CHECK_STATUS(bell_table_fit(&t, NULL, NULL, 1025, &m), BELL_EINVAL);
}

/* As many columns as there are, without rows: the sketches would take more than all memory. */
Test(table, no_rows_of_all_columns)
{
	const struct bell_table t = {NULL, BELL_F64, 0, SIZE_MAX, 1, 1};
	struct bell_model *m = NULL;

	CHECK_STATUS(bell_table_fit(&t, NULL, NULL, 1, &m), BELL_ESIZE);
	cr_expect_null(m);
}

Test(table, errors)
{
	double x[6] = {1, 2, 3, 4, 5, 6}, w[3] = {1, -1, 1};
	const struct bell_table t = {x, BELL_F64, 3, 2, 2, 1}, narrow = {x, BELL_F64, 3, 1, 2, 1},
				shorter = {x, BELL_F64, 2, 2, 2, 1};
	struct bell_fit_options options;
	struct bell_moments moments[2];
	struct bell_sketch *s[2] = {NULL, NULL};
	struct bell_model *m, *none = NULL;

	bell_fit_options_default(&options);
	options.lower = NAN;
	CHECK_STATUS(bell_table_fit(&t, NULL, NULL, 1, NULL), BELL_EINVAL);
	CHECK_STATUS(bell_table_fit(&t, NULL, NULL, 1025, &none), BELL_EINVAL);
	CHECK_STATUS(bell_table_fit(&t, w, NULL, 1, &none), BELL_EWEIGHT);
	CHECK_STATUS(bell_table_fit(&t, NULL, &options, 1, &none), BELL_EINVAL);
	cr_expect_null(none);
	CHECK_STATUS(bell_table_moments(&t, 1, NULL), BELL_EINVAL);
	CHECK_STATUS(bell_table_moments(&t, 1025, moments), BELL_EINVAL);
	CHECK_STATUS(bell_table_sketch(&t, NULL, 1025, s), BELL_EINVAL);
	CHECK_STATUS(bell_table_sketch(&t, NULL, 1, NULL), BELL_EINVAL);
	CHECK_STATUS(bell_table_sketch(&t, NULL, 1, s), BELL_EINVAL);
	CHECK(bell_model_create(2, &m));
	CHECK_STATUS(bell_table_transform(NULL, &t, 1, &t), BELL_EINVAL);
	CHECK_STATUS(bell_table_transform(m, &t, 1, &narrow), BELL_EINVAL);
	CHECK_STATUS(bell_table_transform(m, &t, 1, &shorter), BELL_EINVAL);
	CHECK_STATUS(bell_table_transform(m, &narrow, 1, &narrow), BELL_EINVAL);
	CHECK_STATUS(bell_table_transform(m, &t, 1025, &t), BELL_EINVAL);
	CHECK_STATUS(bell_table_inverse(m, &t, (enum bell_outside)3, 1, &t, NULL), BELL_EINVAL);
	for (int i = 0; i < 6; i++)
		cr_expect_eq(x[i], i + 1, "an error writes nothing");
	bell_model_free(m);
}
