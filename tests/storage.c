/* SPDX-License-Identifier: BSD-3-Clause */
/* storage.c - tables of every layout for tests. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "storage.h"

const char *const layout_name[LAYOUTS] = {"row-major", "column-major", "with gaps", "upside down",
					  "mirrored"};

struct storage make_table(enum layout layout, enum bell_type type, size_t rows, size_t columns)
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

ptrdiff_t place(const struct bell_table *t, size_t row, size_t column)
{
	return (ptrdiff_t)row * t->row_stride + (ptrdiff_t)column * t->column_stride;
}

double get(const struct bell_table *t, size_t row, size_t column)
{
	ptrdiff_t at = place(t, row, column);

	return t->type == BELL_F32 ? ((float *)t->data)[at] : ((double *)t->data)[at];
}

void set(const struct bell_table *t, size_t row, size_t column, double x)
{
	ptrdiff_t at = place(t, row, column);

	if (t->type == BELL_F32)
		((float *)t->data)[at] = (float)x;
	else
		((double *)t->data)[at] = x;
}

struct storage filled(enum layout layout, enum bell_type type, size_t rows)
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

double *column_of(const struct bell_table *t, size_t j)
{
	double *x = malloc(t->rows * sizeof *x);

	for (size_t i = 0; i < t->rows; i++)
		x[i] = get(t, i, j);
	return x;
}

struct bell_model *fit_table(const struct bell_table *t, const double *weights, unsigned threads)
{
	struct bell_model *m;

	CHECK(bell_table_fit(t, weights, NULL, threads, &m));
	cr_assert_eq(bell_model_columns(m), t->columns);
	return m;
}

bool same_models(const struct bell_model *a, const struct bell_model *b)
{
	for (size_t j = 0; j < bell_model_columns(a); j++)
		if (!same_words(bell_model_fit(a, j), bell_model_fit(b, j),
				sizeof(struct bell_fit)))
			return false;
	return bell_model_columns(a) == bell_model_columns(b);
}
