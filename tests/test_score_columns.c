/* SPDX-License-Identifier: BSD-3-Clause */
/* test_score_columns.c - normal scores of the columns of a table. */
#include <stdlib.h>
#include <string.h>
#include "models.h"
#include "scores.h"

Test(score_columns, columns_of_a_table)
{
	enum { ROWS = 3000, COLUMNS = KINDS };
	double *x = malloc(sizeof(double) * ROWS * COLUMNS),
	       *y = malloc(sizeof(double) * ROWS * COLUMNS);
	struct bell_table in = {x, BELL_F64, ROWS, COLUMNS, 1, ROWS},
			  out = {y, BELL_F64, ROWS, COLUMNS, COLUMNS, 1};
	const struct bell_fit_options o = scores_options();
	struct bell_model *one, *many;
	uint64_t outside[COLUMNS];

	for (size_t j = 0; j < COLUMNS; j++) {
		double *values = column((enum kind)j, ROWS);

		memcpy(x + j * ROWS, values, ROWS * sizeof *x);
		free(values);
	}
	CHECK(bell_table_fit(&in, NULL, &o, 1, &one));
	CHECK(bell_table_fit(&in, NULL, &o, 4, &many));
	CHECK(bell_table_transform(many, &in, 3, &out));
	for (size_t j = 0; j < COLUMNS; j++) {
		struct bell_fit fit = fit_of(x + j * ROWS, NULL, ROWS);
		double z;

		cr_expect(same_fits(&fit, bell_model_fit(one, j)) &&
			      same_fits(&fit, bell_model_fit(many, j)),
			  "%s", kind_name[j]);
		for (size_t i = 0; i < ROWS; i++) {
			CHECK(bell_transform_apply_f64(&fit.transform, &x[j * ROWS + i], 1, 1, &z));
			cr_assert_eq(z, y[i * COLUMNS + j]);
		}
		bell_fit_release(&fit);
	}
	CHECK(bell_table_inverse(one, &out, BELL_OUTSIDE_ERROR, 2, &out, outside));
	for (size_t j = 0; j < COLUMNS; j++) {
		double spread = bell_model_fit(one, j)->max - bell_model_fit(one, j)->min;

		cr_expect_eq(outside[j], 0);
		for (size_t i = 0; i < ROWS; i++)
			cr_assert(near(y[i * COLUMNS + j], x[j * ROWS + i], 1e-12 * spread));
	}
	bell_model_free(one);
	bell_model_free(many);
	free(x);
	free(y);
}

/* float32 in and float64 out: the ends come back to the bit. */
Test(score_columns, widening)
{
	enum { ROWS = 100 };
	double *x = column(NORMAL, ROWS), back[ROWS];
	float z[ROWS];
	struct bell_fit fit = fit_of(x, NULL, ROWS);
	struct bell_table wide = {x, BELL_F64, ROWS, 1, 1, ROWS},
			  narrow = {z, BELL_F32, ROWS, 1, 1, ROWS},
			  result = {back, BELL_F64, ROWS, 1, 1, ROWS};
	struct bell_model *m = model_of(1);

	CHECK(bell_model_set(m, 0, NULL, &fit));
	CHECK(bell_table_transform(m, &wide, 1, &narrow));
	CHECK(bell_table_inverse(m, &narrow, BELL_OUTSIDE_NAN, 1, &result, NULL));
	for (size_t i = 0; i < ROWS; i++) {
		cr_expect(near(back[i], x[i], 1e-6));
		cr_expect((x[i] != fit.min && x[i] != fit.max) || back[i] == x[i]);
	}
	bell_fit_release(&fit);
	bell_model_free(m);
	free(x);
}
