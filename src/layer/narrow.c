/* SPDX-License-Identifier: BSD-3-Clause */
/* narrow.c - blocks of bfloat16 and float16 tensors, made float32 and rounded again. */
#include "layer/narrow.h"

/* Lines that are converted before they are transposed: a cache line of floats. */
#define LINES LINE_GROUPS

static void widen(const struct layer *l, const uint16_t *x, size_t n, float *y)
{
	(l->narrow == LAYER_BF16 ? l->b->widen_bf16 : l->b->widen_f16)(x, n, y);
}

static void narrow(const struct layer *l, const float *y, size_t n, uint16_t *x)
{
	(l->narrow == LAYER_BF16 ? l->b->narrow_bf16 : l->b->narrow_f16)(y, n, x);
}

void bell_layer_widen(const struct layer *l, const void *x, ptrdiff_t stride, size_t lines,
		      size_t columns, void *y, ptrdiff_t pitch)
{
	const uint16_t *from = x;
	float *to = y;

	for (ptrdiff_t j = 0; j < (ptrdiff_t)lines; j++)
		widen(l, from + j * stride, columns, to + j * pitch);
}

void bell_layer_narrow(const struct layer *l, const void *y, ptrdiff_t pitch, size_t lines,
		       size_t columns, void *x, ptrdiff_t stride)
{
	const float *from = y;
	uint16_t *to = x;

	for (ptrdiff_t j = 0; j < (ptrdiff_t)lines; j++)
		narrow(l, from + j * pitch, columns, to + j * stride);
}

/* A line of one element each, `stride` apart, which become neighbors. */
static void widen_column(const struct layer *l, const uint16_t *x, ptrdiff_t stride, size_t lines,
			 float *y)
{
	uint16_t near[LAYER_BLOCK];

	if (stride == 1) {
		widen(l, x, lines, y);
		return;
	}
	for (size_t first = 0, n; first < lines; first += n) {
		n = min_size(lines - first, LAYER_BLOCK);
		for (size_t i = 0; i < n; i++)
			near[i] = x[(ptrdiff_t)(first + i) * stride];
		widen(l, near, n, y + first);
	}
}

static void narrow_column(const struct layer *l, const float *y, size_t lines, uint16_t *x,
			  ptrdiff_t stride)
{
	uint16_t near[LAYER_BLOCK];

	if (stride == 1) {
		narrow(l, y, lines, x);
		return;
	}
	for (size_t first = 0, n; first < lines; first += n) {
		n = min_size(lines - first, LAYER_BLOCK);
		narrow(l, y + first, n, near);
		for (size_t i = 0; i < n; i++)
			x[(ptrdiff_t)(first + i) * stride] = near[i];
	}
}

void bell_layer_widen_columns(const struct layer *l, const void *x, ptrdiff_t stride, size_t lines,
			      size_t columns, void *y, ptrdiff_t pitch)
{
	const uint16_t *from = x;
	float wide[LINES * MAX_BUNDLE], *to = y;

	if (columns == 1) {
		widen_column(l, x, stride, lines, y);
		return;
	}
	for (size_t j = 0, n; j < lines; j += n) {
		n = min_size(lines - j, LINES);
		bell_layer_widen(l, from + (ptrdiff_t)j * stride, stride, n, columns, wide,
				 (ptrdiff_t)columns);
		l->b->transpose_f32(wide, (ptrdiff_t)columns, n, columns, to + j, pitch);
	}
}

void bell_layer_narrow_columns(const struct layer *l, const void *y, ptrdiff_t pitch, size_t lines,
			       size_t columns, void *x, ptrdiff_t stride)
{
	float wide[LINES * MAX_BUNDLE];
	const float *from = y;
	uint16_t *to = x;

	if (columns == 1) {
		narrow_column(l, y, lines, x, stride);
		return;
	}
	for (size_t j = 0, n; j < lines; j += n) {
		n = min_size(lines - j, LINES);
		l->b->transpose_f32(from + j, pitch, columns, n, wide, (ptrdiff_t)columns);
		bell_layer_narrow(l, wide, (ptrdiff_t)columns, n, columns,
				  to + (ptrdiff_t)j * stride, stride);
	}
}
