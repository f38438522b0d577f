/* SPDX-License-Identifier: BSD-3-Clause */
/* model.c - a model from any text: refused, or the same model after another round. */
#include <math.h>
#include <string.h>
#include <bellshape/bellshape.h>
#include "fuzz.h"

static void require_equal(const struct bell_model *a, const struct bell_model *b)
{
	REQUIRE(bell_model_columns(a) == bell_model_columns(b));
	for (size_t j = 0; j < bell_model_columns(a); j++) {
		const char *x = bell_model_name(a, j), *y = bell_model_name(b, j);

		REQUIRE(!x == !y && (!x || !strcmp(x, y)));
		REQUIRE(!memcmp(bell_model_fit(a, j), bell_model_fit(b, j),
				sizeof(struct bell_fit))); /* no padding, and one NaN only */
	}
}

static void apply(const struct bell_model *model)
{
	static const double values[] = {-INFINITY, -1e300, -3, -0.0, 1e-300, 1, 50, 1e300, NAN};
	enum { ROWS = sizeof values / sizeof *values };
	size_t columns = bell_model_columns(model);
	double *x = exactly(ROWS * columns * sizeof *x);
	uint64_t *outside = exactly(columns * sizeof *outside);
	struct bell_table t = {x, BELL_F64, ROWS, columns, (ptrdiff_t)columns, 1};

	for (size_t i = 0; i < ROWS * columns; i++)
		x[i] = values[i / columns];
	REQUIRE(bell_table_transform(model, &t, 1, &t) == BELL_OK);
	REQUIRE(bell_table_inverse(model, &t, BELL_OUTSIDE_CLIP, 1, &t, outside) == BELL_OK);
	free(outside);
	free(x);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = copy_of(data, size), *again, *third;
	struct bell_model *model = NULL, *back = NULL;

	if (bell_model_from_json(text, size, &model) == BELL_OK) {
		REQUIRE(bell_model_to_json(model, &again) == BELL_OK);
		REQUIRE(bell_model_from_json(again, strlen(again), &back) == BELL_OK);
		require_equal(model, back);
		REQUIRE(bell_model_to_json(back, &third) == BELL_OK);
		REQUIRE(!strcmp(again, third));
		apply(model);
		free(again);
		free(third);
	} else {
		REQUIRE(!model);
	}
	bell_model_free(model);
	bell_model_free(back);
	free(text);
	return 0;
}
