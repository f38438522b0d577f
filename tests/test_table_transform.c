/* SPDX-License-Identifier: BSD-3-Clause */
/* test_table_transform.c - a table of any layout is transformed as its columns one by one. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "storage.h"

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
		/* widened, a z that is the rounded one of an end comes back as that end */
		if (z->type == BELL_F32 && back->type == BELL_F64 &&
		    (get(back, i, j) == t->min || get(back, i, j) == t->max)) {
			double end = get(back, i, j);

			CHECK(bell_transform_apply_f64(t, &end, 1, 1, &end));
			cr_assert(near(end, get(z, i, j), 1e-6 * (1 + fabs(end))), "%.17g", end);
		} else {
			cr_assert(same(b, get(back, i, j)), "%s: x[%zu][%zu] = %.17g not %.17g",
				  what, i, j, get(back, i, j), b);
		}
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
