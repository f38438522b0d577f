/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * test_state_columns.c - the columns of tables in parts: their grids, in what they differ, and how
 * many rows they have.
 */
#include <math.h>
#include "states.h"

/* ---- grids ---- */

/* A state is like itself before and after it has settled; no values give no grid. */
Test(state_columns, like)
{
	static const char *const names[] = {"a", NULL, "zeros"};
	struct bell_state *s = new_state(3, names), *first, *second;
	struct bell_sketch_summary summary;

	for (size_t i = 0; i < 5000; i++)
		add_rows(s, (double[]){exp(sin((double)i)), NAN, 0}, 1);
	CHECK(bell_sketch_scale_weights(bell_state_sketches(s)[1], 5));
	CHECK(bell_state_like(s, &first));
	CHECK(bell_state_settle(s));
	CHECK(bell_state_like(s, &second));
	cr_expect(same_state(first, second));
	cr_expect_str_eq(bell_state_name(first, 0), "a");
	cr_expect_null(bell_state_name(first, 1));
	for (size_t j = 0; j < 3; j++) {
		CHECK(bell_sketch_summary(bell_state_sketches(first)[j], &summary));
		cr_expect_eq(summary.grid.width > 0, j == 0, "column %zu", j);
		cr_expect_eq(summary.count + summary.missing, 0);
		cr_expect_eq(summary.weight_exponent, j == 1 ? 5 : 0);
	}
	bell_state_free(s), bell_state_free(first), bell_state_free(second);
}

/* A grid that does not suit a column is one of its like, and not of what is made anew. */
Test(state_columns, regrid)
{
	struct bell_state *s[3] = {new_state(1, NULL)};
	struct bell_model *model;

	for (size_t i = 0; i < 5000; i++)
		add_rows(s[0], (double[]){exp(20 * sin((double)i) - 40)}, 1);
	for (int k = 1; k < 3; k++) {
		CHECK(k == 1 ? bell_state_like(s[0], &s[1]) : bell_state_regrid(s[1], &s[2]));
		for (size_t i = 0; i < 5000; i++)
			add_rows(s[k], (double[]){1013 + sin((double)i) / 10}, 1);
		CHECK(bell_state_fit(s[k], NULL, 1, &model));
		cr_expect_eq(!(bell_model_fit(model, 0)->flags & BELL_FIT_ILL_CONDITIONED), k == 2);
		bell_model_free(model);
	}
	bell_state_free(s[0]), bell_state_free(s[1]), bell_state_free(s[2]);
}

/* ---- what differs ---- */

static void check_difference(size_t n, const char *const *a, size_t m, const char *const *b,
			     enum bell_state_difference expected, size_t place)
{
	struct bell_state *s = new_state(n, a), *t = new_state(m, b), *before = new_state(n, a);
	size_t column = 99;

	cr_expect_eq(bell_state_compare(s, t, &column), expected, "%d", (int)expected);
	cr_expect_eq(column, place, "%d: %zu", (int)expected, column);
	cr_expect_eq(bell_state_compare(s, t, NULL), expected);
	CHECK_STATUS(bell_state_merge(s, t), expected ? BELL_EMISMATCH : BELL_OK);
	cr_expect(same_state(s, before));
	bell_state_free(s), bell_state_free(t), bell_state_free(before);
}

Test(state_columns, columns_that_differ_are_named)
{
	static const char *const abc[] = {"a", "b", "c"}, *const acb[] = {"a", "c", "b"},
				 *const axc[] = {"a", "x", "c"}, *const ac[] = {"a", "c"},
				 *const none[] = {"a", NULL, "c"};

	check_difference(3, abc, 3, abc, BELL_STATES_MATCH, 99);
	check_difference(3, none, 3, none, BELL_STATES_MATCH, 99);
	check_difference(0, NULL, 0, NULL, BELL_STATES_MATCH, 99);
	check_difference(3, abc, 3, axc, BELL_STATES_RENAMED, 1);
	check_difference(3, abc, 3, none, BELL_STATES_RENAMED, 1);
	check_difference(3, abc, 2, ac, BELL_STATES_MISSING, 1);
	check_difference(3, abc, 2, abc, BELL_STATES_MISSING, 2);
	check_difference(2, ac, 3, abc, BELL_STATES_EXTRA, 1);
	check_difference(2, abc, 3, abc, BELL_STATES_EXTRA, 2);
	check_difference(3, abc, 3, acb, BELL_STATES_ORDER, 1);
	check_difference(2, NULL, 3, NULL, BELL_STATES_EXTRA, 2);
}

/* ---- rows and weights ---- */

/* Weights are those of the sketches; rows of weight 0 are rows all the same. */
Test(state_columns, weights)
{
	const double x[] = {1, 2, 3, 4, 5, 6}, w[] = {1, 0, 2.5};
	const struct bell_table t = {(void *)x, BELL_F64, 3, 2, 2, 1};
	struct bell_state *s = new_state(2, NULL);
	struct bell_sketch_summary summary;

	CHECK(bell_state_update(s, &t, w, 1));
	CHECK(bell_sketch_summary(bell_state_sketches(s)[1], &summary));
	cr_expect_eq(bell_state_rows(s), 3);
	cr_expect_eq(summary.count, 2);
	cr_expect_eq(summary.weight, 3.5);
	CHECK_STATUS(bell_state_update(s, &t, (const double[]){1, -1, 1}, 1), BELL_EWEIGHT);
	cr_expect_eq(bell_state_rows(s), 3);
	bell_state_free(s);
}

/* A state that is merged with its like again and again: at the limit, an error and no change. */
Test(state_columns, too_many_rows)
{
	struct bell_state *s = new_state(1, NULL), *other, *before;
	const double x[] = {1, 2, 4, 8};
	enum bell_status status = BELL_OK;
	struct bytes b;
	int doublings = 0;

	add_rows(s, x, 4);
	while (status == BELL_OK) {
		b = bytes_of_state(s);
		CHECK(bell_state_deserialize(b.data, b.size, &other));
		CHECK(bell_state_deserialize(b.data, b.size, &before));
		status = bell_state_merge(s, other);
		if (status == BELL_OK)
			doublings++;
		else
			cr_expect(same_state(s, before));
		bell_state_free(other), bell_state_free(before);
		free(b.data);
	}
	cr_expect_eq(status, BELL_ESIZE);
	cr_expect_eq(doublings, 57, "%d", doublings);
	CHECK_STATUS(bell_state_add_rows(s, BELL_MAX_STATE_ROWS - bell_state_rows(s)), BELL_ESIZE);
	CHECK(bell_state_add_rows(s, BELL_MAX_STATE_ROWS - bell_state_rows(s) - 1));
	CHECK_STATUS(
	    bell_state_update(s, &(struct bell_table){(void *)x, BELL_F64, 1, 1, 1, 1}, NULL, 1),
	    BELL_ESIZE);
	CHECK_STATUS(
	    bell_state_update(s, &(struct bell_table){NULL, BELL_F64, 1, 1, 1, 1}, NULL, 1),
	    BELL_EINVAL);
	bell_state_free(s);
}

/* Rows count where no values do: two halves of the limit are one too many. */
Test(state_columns, too_many_rows_without_values)
{
	struct bell_state *s = new_state(1, NULL), *half = new_state(1, NULL);

	CHECK(bell_state_add_rows(half, BELL_MAX_STATE_ROWS / 2));
	CHECK(bell_state_add_rows(s, BELL_MAX_STATE_ROWS / 2 - 1));
	CHECK(bell_state_merge(s, half));
	cr_expect_eq(bell_state_rows(s), BELL_MAX_STATE_ROWS - 1);
	bell_state_free(s);
	s = new_state(1, NULL);
	CHECK(bell_state_add_rows(s, BELL_MAX_STATE_ROWS / 2));
	CHECK_STATUS(bell_state_merge(s, half), BELL_ESIZE);
	cr_expect_eq(bell_state_rows(s), BELL_MAX_STATE_ROWS / 2);
	bell_state_free(s), bell_state_free(half);
}

Test(state_columns, wrong_arguments)
{
	struct bell_state *s = new_state(2, NULL), *out = NULL;
	struct bell_table t = {NULL, BELL_F64, 0, 3, 3, 1};
	struct bell_model *m;

	CHECK_STATUS(bell_state_create(1, NULL, NULL), BELL_EINVAL);
	CHECK_STATUS(bell_state_create(SIZE_MAX, NULL, &out), BELL_ESIZE);
	CHECK_STATUS(bell_state_like(NULL, &out), BELL_EINVAL);
	CHECK_STATUS(bell_state_like(s, NULL), BELL_EINVAL);
	CHECK_STATUS(bell_state_update(s, &t, NULL, 1), BELL_EINVAL);
	CHECK_STATUS(bell_state_update(s, NULL, NULL, 1), BELL_EINVAL);
	CHECK_STATUS(bell_state_update(NULL, &t, NULL, 1), BELL_EINVAL);
	CHECK_STATUS(bell_state_add_rows(NULL, 1), BELL_EINVAL);
	CHECK_STATUS(bell_state_settle(NULL), BELL_EINVAL);
	CHECK_STATUS(bell_state_merge(s, s), BELL_EINVAL);
	CHECK_STATUS(bell_state_merge(s, NULL), BELL_EINVAL);
	CHECK_STATUS(bell_state_merge(NULL, s), BELL_EINVAL);
	CHECK_STATUS(bell_state_fit(NULL, NULL, 1, &m), BELL_EINVAL);
	CHECK_STATUS(bell_state_fit(s, NULL, 1, NULL), BELL_EINVAL);
	CHECK_STATUS(bell_state_fit(s, NULL, BELL_MAX_THREADS + 1, &m), BELL_EINVAL);
	cr_expect_null(out);
	cr_expect_eq(bell_state_columns(NULL), 0);
	cr_expect_eq(bell_state_rows(NULL), 0);
	cr_expect_null(bell_state_name(NULL, 0));
	cr_expect_null(bell_state_name(s, 2));
	cr_expect_null(bell_state_sketches(NULL));
	bell_state_free(NULL);
	bell_state_free(s);
}
