/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * gather.c - columns of a table of any layout, copied to where their values are adjacent and back.
 */
#include "gather.h"

size_t bell_type_size(enum bell_type type)
{
	switch (type) {
	case BELL_F32:
		return sizeof(float);
	case BELL_F64:
		return sizeof(double);
	}
	return 0;
}

bool bell_table_valid(const struct bell_table *t)
{
	return t && bell_type_size(t->type) && (t->data || !t->rows || !t->columns);
}

/* *bytes = the offset of the last of n elements that are `stride` apart; false if it overflows. */
static bool extent(enum bell_type type, size_t n, ptrdiff_t stride, ptrdiff_t *bytes)
{
	return !__builtin_mul_overflow((ptrdiff_t)n - 1, stride, bytes) &&
	       !__builtin_mul_overflow(*bytes, (ptrdiff_t)bell_type_size(type), bytes);
}

bool bell_table_fits(const struct bell_table *t)
{
	ptrdiff_t elements, down, right;

	if (__builtin_mul_overflow(t->rows ? t->rows : 1, t->columns ? t->columns : 1, &elements))
		return false;
	return !t->rows || !t->columns ||
	       (extent(t->type, t->rows, t->row_stride, &down) &&
		extent(t->type, t->columns, t->column_stride, &right) &&
		!__builtin_add_overflow(down, right, &down));
}

void *bell_table_at(const struct bell_table *t, size_t row, size_t column)
{
	return (char *)t->data +
	       (ptrdiff_t)bell_type_size(t->type) *
		   ((ptrdiff_t)row * t->row_stride + (ptrdiff_t)column * t->column_stride);
}

/* y[i * y_stride] = x[i * x_stride] for i < n */
static void copy_strided(enum bell_type type, const void *x, ptrdiff_t x_stride, size_t n, void *y,
			 ptrdiff_t y_stride)
{
	for (ptrdiff_t i = 0; i < (ptrdiff_t)n; i++)
		if (type == BELL_F32)
			((float *)y)[i * y_stride] = ((const float *)x)[i * x_stride];
		else
			((double *)y)[i * y_stride] = ((const double *)x)[i * x_stride];
}

/* y[k * y_stride + j] = x[j * x_stride + k] for j < rows, k < columns */
static void transpose(const struct backend *b, enum bell_type type, const void *x,
		      ptrdiff_t x_stride, size_t rows, size_t columns, void *y, ptrdiff_t y_stride)
{
	if (type == BELL_F32)
		b->transpose_f32(x, x_stride, rows, columns, y, y_stride);
	else
		b->transpose_f64(x, x_stride, rows, columns, y, y_stride);
}

void bell_gather(const struct backend *b, const struct bell_table *t, const struct rectangle *r,
		 void *block, size_t pitch)
{
	size_t size = bell_type_size(t->type);

	if (t->column_stride == 1) {
		transpose(b, t->type, bell_table_at(t, r->row, r->column), t->row_stride, r->rows,
			  r->columns, block, (ptrdiff_t)pitch);
		return;
	}
	for (size_t j = 0; j < r->columns; j++)
		copy_strided(t->type, bell_table_at(t, r->row, r->column + j), t->row_stride,
			     r->rows, (char *)block + j * pitch * size, 1);
}

void bell_scatter(const struct backend *b, const struct bell_table *t, const struct rectangle *r,
		  const void *block, size_t pitch)
{
	size_t size = bell_type_size(t->type);

	if (t->column_stride == 1) {
		transpose(b, t->type, block, (ptrdiff_t)pitch, r->columns, r->rows,
			  bell_table_at(t, r->row, r->column), t->row_stride);
		return;
	}
	for (size_t j = 0; j < r->columns; j++)
		copy_strided(t->type, (const char *)block + j * pitch * size, 1, r->rows,
			     bell_table_at(t, r->row, r->column + j), t->row_stride);
}
