/* SPDX-License-Identifier: BSD-3-Clause */
/* table_transform.c - a model applied to a table, and its inverse. */
#include <stdlib.h>
#include <string.h>
#include "dispatch.h"
#include "gather.h"
#include "parallel.h"

/* ---- transform and inverse ---- */

#define APPLY_ROWS  1024
#define APPLY_WIDE  256
#define APPLY_WORTH 50000

struct applying {
	const struct backend *b;
	const struct bell_model *model;
	const struct bell_table *in, *out;
	bool inverse;
	enum bell_outside policy;
	uint64_t *outside;
	size_t width, bands, rows; /* columns of a tile; bands of rows, rows of a band */
	size_t tiles, next;        /* of all bands; one that no thread has taken */
	size_t pitch;              /* of the columns of a block */
	char *rooms;               /* for blocks: `room` bytes for each thread */
	size_t room;
	_Atomic int status;
};

/* n elements of a column that lie side by side, of one type; y may be x. */
static void apply_run(struct applying *a, size_t column, const void *x, size_t n,
		      enum bell_type type, void *y)
{
	const struct bell_transform *t = &bell_model_fit(a->model, column)->transform;
	enum bell_status status;
	uint64_t outside = 0;

	if (type == BELL_F32)
		status = a->inverse ? bell_transform_inverse_f32(t, x, n, a->policy, 1, y, &outside)
				    : bell_transform_apply_f32(t, x, n, 1, y);
	else
		status = a->inverse ? bell_transform_inverse_f64(t, x, n, a->policy, 1, y, &outside)
				    : bell_transform_apply_f64(t, x, n, 1, y);
	if (outside && a->outside)
		__atomic_fetch_add(&a->outside[column], outside, __ATOMIC_RELAXED);
	if (status != BELL_OK)
		a->status = status;
}

/* The same from one type to the other, in float64. */
static void apply_mixed(struct applying *a, size_t column, const void *x, size_t n, void *y)
{
	double wide[APPLY_ROWS];

	for (size_t i = 0; i < n; i++)
		wide[i] = a->in->type == BELL_F32 ? ((const float *)x)[i] : ((const double *)x)[i];
	apply_run(a, column, wide, n, BELL_F64, wide);
	for (size_t i = 0; i < n; i++)
		if (a->out->type == BELL_F32)
			((float *)y)[i] = (float)wide[i];
		else
			((double *)y)[i] = wide[i];
}

/* In `block`, which has room for another of the other type. */
static void apply_block(struct applying *a, size_t first, size_t n, size_t column, size_t width,
			char *block)
{
	bool mixed = a->in->type != a->out->type;
	struct rectangle r = {first, n, column, width};
	char *other = mixed ? block + a->room / 2 : block;

	bell_gather(a->b, a->in, &r, block, a->pitch);
	for (size_t j = 0; j < width; j++) {
		char *x = block + j * a->pitch * bell_type_size(a->in->type);

		if (mixed)
			apply_mixed(a, column + j, x, n,
				    other + j * a->pitch * bell_type_size(a->out->type));
		else
			apply_run(a, column + j, x, n, a->in->type, x);
	}
	bell_scatter(a->b, a->out, &r, other, a->pitch);
}

static void apply_tile(struct applying *a, size_t i, char *block)
{
	size_t column = i / a->bands * a->width, first = i % a->bands * a->rows;
	size_t width = a->in->columns - column < a->width ? a->in->columns - column : a->width;
	size_t end = a->in->rows - first < a->rows ? a->in->rows : first + a->rows;

	if (!a->room) {
		for (size_t j = column; j < column + width; j++)
			apply_run(a, j, bell_table_at(a->in, first, j), end - first, a->in->type,
				  bell_table_at(a->out, first, j));
		return;
	}
	for (size_t n; first < end; first += n) {
		n = end - first < APPLY_ROWS ? end - first : APPLY_ROWS;
		apply_block(a, first, n, column, width, block);
	}
}

static void apply_tiles(void *context, size_t worker)
{
	struct applying *a = context;

	for (size_t i; (i = bell_next(&a->next)) < a->tiles;)
		apply_tile(a, i, a->room ? a->rooms + worker * a->room : NULL);
}

static enum bell_status apply(struct applying *a, unsigned threads)
{
	enum bell_status status = bell_table_check(a->in);
	size_t across;
	bool mixed;

	if (status == BELL_OK)
		status = bell_table_check(a->out);
	if (status != BELL_OK)
		return status;
	if (!a->model || a->in->rows != a->out->rows || a->in->columns != a->out->columns ||
	    a->in->columns != bell_model_columns(a->model) || threads > MAX_THREADS)
		return BELL_EINVAL;
	a->b = bell_kernels();
	if (!a->b)
		return BELL_EBACKEND;
	if (!a->in->columns)
		return BELL_OK;
	if (a->outside)
		memset(a->outside, 0, a->in->columns * sizeof *a->outside);
	if (!a->in->rows)
		return BELL_OK;
	mixed = a->in->type != a->out->type;
	threads = bell_threads(threads, a->in->rows * a->in->columns / APPLY_WORTH);
	a->width = APPLY_WIDE / sizeof(double);
	if (a->in->type == BELL_F32 && a->out->type == BELL_F32)
		a->width = APPLY_WIDE / sizeof(float);
	a->width = a->in->columns < a->width ? a->in->columns : a->width;
	across = (a->in->columns + a->width - 1) / a->width;
	a->bands = (threads + across - 1) / across;
	a->rows = (a->in->rows + a->bands - 1) / a->bands;
	a->bands = (a->in->rows + a->rows - 1) / a->rows;
	a->tiles = across * a->bands;
	/* not a power of two, whose multiples share cache sets */
	a->pitch = (a->rows < APPLY_ROWS ? (a->rows + 15) / 16 * 16 : APPLY_ROWS) + 16;
	if (mixed || a->in->row_stride != 1 || a->out->row_stride != 1)
		a->room = a->width * a->pitch *
			  (mixed ? 2 * sizeof(double) : bell_type_size(a->in->type));
	if (a->room && !(a->rooms = aligned_alloc(64, threads * a->room)))
		return BELL_ENOMEM;
	if (a->outside)
		memset(a->outside, 0, a->in->columns * sizeof *a->outside);
	bell_parallel(threads, threads, apply_tiles, a);
	free(a->rooms);
	return a->status;
}

enum bell_status bell_table_transform(const struct bell_model *model, const struct bell_table *in,
				      unsigned threads, const struct bell_table *out)
{
	return apply(&(struct applying){.model = model, .in = in, .out = out}, threads);
}

enum bell_status bell_table_inverse(const struct bell_model *model, const struct bell_table *in,
				    enum bell_outside policy, unsigned threads,
				    const struct bell_table *out, uint64_t *outside)
{
	if (policy < BELL_OUTSIDE_NAN || policy > BELL_OUTSIDE_ERROR)
		return BELL_EINVAL;
	return apply(&(struct applying){.model = model,
					.in = in,
					.out = out,
					.inverse = true,
					.policy = policy,
					.outside = outside},
		     threads);
}
