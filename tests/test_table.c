/* SPDX-License-Identifier: BSD-3-Clause */
/* test_table.c - tables of any layout are their columns one by one. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "common.h"

#define COLUMNS 19 /* more than go together, and not a multiple */

/* A table in memory of its own, and the element (0, 0) somewhere in it. */
struct storage {
	struct bell_table t;
	void *memory;
	size_t size; /* of memory, in bytes */
};

enum layout { ROWS, COLUMNWISE, GAPS, UPSIDE_DOWN, MIRRORED, LAYOUTS };
static const char *const layout_name[] = {"row-major", "column-major", "with gaps", "upside down",
					  "mirrored"};

static struct storage make_table(enum layout layout, enum bell_type type, size_t rows,
				 size_t columns)
{
	struct storage s = {.t = {.type = type, .rows = rows, .columns = columns}};
	size_t elements = rows * columns * (layout == GAPS ? 6 : 1),
	       size = type == BELL_F32 ? sizeof(float) : sizeof(double);
	size_t first = 0;

	s.size = elements * size;
	s.memory = malloc(s.size);
	memset(s.memory, 0x55, s.size);
	switch (layout) {
	case ROWS:
		s.t.row_stride = (ptrdiff_t)columns, s.t.column_stride = 1;
		break;
	case COLUMNWISE:
		s.t.row_stride = 1, s.t.column_stride = (ptrdiff_t)rows;
		break;
	case GAPS:
		s.t.row_stride = (ptrdiff_t)columns * 6, s.t.column_stride = 3;
		break;
	case UPSIDE_DOWN:
		s.t.row_stride = -(ptrdiff_t)columns, s.t.column_stride = 1;
		first = (rows - 1) * columns;
		break;
	default:
		s.t.row_stride = -1, s.t.column_stride = -(ptrdiff_t)rows;
		first = rows * columns - 1;
	}
	s.t.data = (char *)s.memory + first * size;
	return s;
}

static ptrdiff_t place(const struct bell_table *t, size_t row, size_t column)
{
	return (ptrdiff_t)row * t->row_stride + (ptrdiff_t)column * t->column_stride;
}

static double get(const struct bell_table *t, size_t row, size_t column)
{
	ptrdiff_t at = place(t, row, column);

	return t->type == BELL_F32 ? ((float *)t->data)[at] : ((double *)t->data)[at];
}

static void set(const struct bell_table *t, size_t row, size_t column, double x)
{
	ptrdiff_t at = place(t, row, column);

	if (t->type == BELL_F32)
		((float *)t->data)[at] = (float)x;
	else
		((double *)t->data)[at] = x;
}

/* Column j holds a column of kind j, with some holes. */
static struct storage filled(enum layout layout, enum bell_type type, size_t rows)
{
	struct storage s = make_table(layout, type, rows, COLUMNS);

	for (size_t j = 0; j < COLUMNS; j++) {
		double *x = column(j % KINDS, rows);

		for (size_t i = 0; i < rows; i++)
			set(&s.t, i, j, i % 23 == j ? NAN : x[i]);
		free(x);
	}
	return s;
}

static double *column_of(const struct bell_table *t, size_t j)
{
	double *x = malloc(t->rows * sizeof *x);

	for (size_t i = 0; i < t->rows; i++)
		x[i] = get(t, i, j);
	return x;
}

static struct bell_model *fit_table(const struct bell_table *t, const double *weights,
				    unsigned threads)
{
	struct bell_model *m;

	CHECK(bell_table_fit(t, weights, NULL, threads, &m));
	cr_assert_eq(bell_model_columns(m), t->columns);
	return m;
}

static bool same_models(const struct bell_model *a, const struct bell_model *b)
{
	for (size_t j = 0; j < bell_model_columns(a); j++)
		if (!same_words(bell_model_fit(a, j), bell_model_fit(b, j),
				sizeof(struct bell_fit)))
			return false;
	return bell_model_columns(a) == bell_model_columns(b);
}

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

/* ---- transform and inverse ---- */

/* One column by the function for its type: float32 if that is what comes and goes, else float64. */
static void apply_alone(const struct bell_transform *t, bool inverse, bool narrow, double *x,
			size_t n)
{
	float *f = narrowed(x, n);

	if (!narrow && inverse)
		CHECK(bell_transform_inverse_f64(t, x, n, BELL_OUTSIDE_CLIP, 1, x, NULL));
	else if (!narrow)
		CHECK(bell_transform_apply_f64(t, x, n, 1, x));
	else if (inverse)
		CHECK(bell_transform_inverse_f32(t, f, n, BELL_OUTSIDE_CLIP, 1, f, NULL));
	else
		CHECK(bell_transform_apply_f32(t, f, n, 1, f));
	for (size_t i = 0; narrow && i < n; i++)
		x[i] = f[i];
	free(f);
}

/* One column by the functions for one column. */
static void check_column(const struct bell_model *m, const struct bell_table *in,
			 const struct bell_table *z, const struct bell_table *back, size_t j,
			 const char *what)
{
	const struct bell_transform *t = &bell_model_fit(m, j)->transform;
	double *x = column_of(in, j), *y = column_of(z, j);

	apply_alone(t, false, in->type == BELL_F32 && z->type == BELL_F32, x, in->rows);
	apply_alone(t, true, z->type == BELL_F32 && back->type == BELL_F32, y, in->rows);
	for (size_t i = 0; i < in->rows; i++) {
		double a = z->type == BELL_F32 ? (float)x[i] : x[i],
		       b = back->type == BELL_F32 ? (float)y[i] : y[i];

		cr_assert(same(a, get(z, i, j)), "%s: z[%zu][%zu] = %.17g not %.17g", what, i, j,
			  get(z, i, j), a);
		cr_assert(same(b, get(back, i, j)), "%s: x[%zu][%zu] = %.17g not %.17g", what, i, j,
			  get(back, i, j), b);
	}
	free(x);
	free(y);
}

Test(table, transforms_are_those_of_the_columns)
{
	enum { rows = 11000 };

	for (unsigned way = 0; way < LAYOUTS * LAYOUTS; way++) {
		enum layout from = way / LAYOUTS, to = way % LAYOUTS;
		struct storage in = filled(from, way % 2 ? BELL_F32 : BELL_F64, rows),
			       z = make_table(to, way % 3 ? BELL_F64 : BELL_F32, rows, COLUMNS),
			       back =
				   make_table(from, way % 5 ? BELL_F64 : BELL_F32, rows, COLUMNS);
		struct bell_model *m = fit_table(&in.t, NULL, 1);
		unsigned threads = way % 8;

		CHECK(bell_table_transform(m, &in.t, threads, &z.t));
		CHECK(bell_table_inverse(m, &z.t, BELL_OUTSIDE_CLIP, threads, &back.t, NULL));
		for (size_t j = 0; j < COLUMNS; j++)
			check_column(m, &in.t, &z.t, &back.t, j, layout_name[to]);
		bell_model_free(m);
		free(in.memory), free(z.memory), free(back.memory);
	}
}

/* In place, and nothing between the elements is touched. */
Test(table, in_place)
{
	enum { rows = 13000 };

	for (enum layout layout = 0; layout < LAYOUTS; layout++)
		for (unsigned threads = 1; threads < 8; threads += 3) {
			struct storage s = filled(layout, BELL_F64, rows),
				       z = make_table(layout, BELL_F64, rows, COLUMNS);
			struct bell_model *m = fit_table(&s.t, NULL, 1);

			CHECK(bell_table_transform(m, &s.t, 1, &z.t));
			CHECK(bell_table_transform(m, &s.t, threads, &s.t));
			cr_expect_eq(s.size, z.size);
			cr_expect(same_words(s.memory, z.memory, s.size), "%s, %u threads",
				  layout_name[layout], threads);
			CHECK(bell_table_inverse(m, &z.t, BELL_OUTSIDE_NAN, 1, &z.t, NULL));
			CHECK(bell_table_inverse(m, &s.t, BELL_OUTSIDE_NAN, threads, &s.t, NULL));
			cr_expect(same_words(s.memory, z.memory, s.size), "%s, %u threads",
				  layout_name[layout], threads);
			bell_model_free(m);
			free(s.memory), free(z.memory);
		}
}

Test(table, values_outside_the_image_are_counted)
{
	enum { rows = 60000 };
	struct storage s = make_table(ROWS, BELL_F64, rows, 3);
	struct bell_model *m;
	uint64_t outside[3] = {99, 99, 99};

	CHECK(bell_model_create(3, &m));
	for (size_t j = 0; j < 3; j++) {
		struct bell_fit fit = *bell_model_fit(m, j);

		CHECK(bell_transform_plain(BELL_YEO_JOHNSON, j == 1 ? -1 : 1, &fit.transform));
		fit.transform.max = 7;
		CHECK(bell_model_set(m, j, NULL, &fit));
	}
	for (size_t i = 0; i < 3 * rows; i++)
		set(&s.t, i / 3, i % 3, i / 3 % 10 == 0 ? 2 : 0.5);
	CHECK_STATUS(bell_table_inverse(m, &s.t, BELL_OUTSIDE_ERROR, 1, &s.t, outside),
		     BELL_EDOMAIN);
	cr_expect(outside[0] == 0 && outside[1] == rows / 10 && outside[2] == 0);
	cr_expect(isnan(get(&s.t, 0, 1)) && near(get(&s.t, 1, 1), 1, 1e-15) &&
		  near(get(&s.t, 0, 0), 2, 1e-15));
	for (unsigned threads = 1; threads < 6; threads += 2) {
		for (size_t i = 0; i < 3 * rows; i++)
			set(&s.t, i / 3, i % 3, i / 3 % 10 == 0 ? 2 : 0.5);
		CHECK(bell_table_inverse(m, &s.t, BELL_OUTSIDE_CLIP, threads, &s.t, outside));
		cr_expect(outside[0] == 0 && outside[1] == rows / 10 && get(&s.t, 10, 1) == 7,
			  "%u threads", threads);
	}
	bell_model_free(m);
	free(s.memory);
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
