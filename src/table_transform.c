/* SPDX-License-Identifier: BSD-3-Clause */
/* table_transform.c - a model applied to a table, and its inverse. */
#include <float.h>
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include "dispatch.h"
#include "gather.h"
#include "parallel.h"
#include "transform.h"

/*
 * A tile is a band of rows of some neighboring columns, and one task.  Of a row-major table it
 * takes four cache lines of 64 bytes of each row, so that what is written goes to memory in whole
 * lines.  A block is the part of a tile that is gathered, transformed and scattered at a time, so
 * few rows that it stays in an L2 cache.
 */
#define MAX_TILE_BYTES 256
#define BLOCK_ROWS     1024

/*
 * Columns of a block start at multiples of PITCH_ALIGN elements, but not at powers of two, which
 * would all fall into the same few sets of a cache.
 */
#define PITCH_ALIGN 16

/* With fewer values than this for each, threads cost more than they save. */
#define MIN_PER_THREAD 50000

#define CACHE_LINE 64

/*
 * An end of the range that a transform was fitted to, or of its image: what y it has in float64,
 * and the two that it has in float32, one rounded from float64 and one computed from a
 * float.  Between them may lie the y of other values, if the end itself is no float.
 */
struct end {
	double y;
	float low, high;
};

/* The ends of a column: of the image below, of the range below and above, of the image above. */
enum { LOWEST, BOTTOM, TOP, HIGHEST, ENDS };

struct applying {
	const struct backend *b;
	const struct bell_model *model;
	const struct bell_table *in, *out;
	bool inverse;
	enum bell_outside outside;
	_Atomic uint64_t *outside_count; /* of each column; NULL for the transform */
	/* Of each column, for an inverse from float32 to float64; else NULL. */
	struct end (*ends)[ENDS];
	size_t width, bands, band_rows; /* columns of a tile, tiles of a column, rows of a tile */
	size_t tiles;
	atomic_size_t next; /* the first tile that no thread has taken */
	/*
	 * Blocks of their own for each thread, of scratch_size bytes; two beside each other if the
	 * tables differ in type.  NULL and 0 if no column has to be gathered.
	 */
	char *scratch;
	size_t scratch_size;
	size_t pitch; /* elements from a column of a block to the next */
};

/* n values of a column, adjacent at x and y and of one type.  y may be x. */
static void apply_run(struct applying *a, size_t column, const void *x, size_t n,
		      enum bell_type type, void *y)
{
	const struct bell_transform *t = &bell_model_fit(a->model, column)->transform;
	size_t outside = 0;
	double fill[2];

	if (a->inverse)
		bell_outside_fill(t, a->outside, fill);
	if (type == BELL_F32 && a->inverse)
		outside = inverse_f32(a->b, t, x, n, fill, y);
	else if (type == BELL_F32)
		transform_f32(a->b, t, x, n, y);
	else if (a->inverse)
		outside = inverse_f64(a->b, t, x, n, fill, y);
	else
		transform_f64(a->b, t, x, n, y);
	if (outside)
		atomic_fetch_add_explicit(&a->outside_count[column], outside, memory_order_relaxed);
}

static void extend(struct end *end, float y)
{
	end->low = y < end->low ? y : end->low;
	end->high = y > end->high ? y : end->high;
}

/*
 * float32 reaches the end of an image where x is large, at some power of two that is the last which
 * it serves by itself.
 */
static void set_ends(const struct backend *b, const struct bell_transform *t, struct end ends[ENDS])
{
	double x[ENDS] = {
	    [LOWEST] = lowest_of(t), [BOTTOM] = t->min, [TOP] = t->max, [HIGHEST] = INFINITY};
	float narrow[ENDS], power[2 * FLT_MAX_EXP];

	for (int i = 0; i < ENDS; i++)
		narrow[i] = (float)x[i];
	for (int i = 0; i < FLT_MAX_EXP; i++) {
		power[i] = ldexpf(1, i);
		power[FLT_MAX_EXP + i] = -power[i];
	}
	transform_f64(b, t, x, ENDS, x);
	transform_f32(b, t, narrow, ENDS, narrow);
	transform_f32(b, t, power, 2 * FLT_MAX_EXP, power);
	for (int i = 0; i < ENDS; i++) {
		ends[i] = (struct end){.y = x[i], .low = (float)x[i], .high = (float)x[i]};
		extend(&ends[i], narrow[i]);
	}
	for (int i = 0; i < FLT_MAX_EXP; i++) {
		extend(&ends[HIGHEST], power[i]);
		extend(&ends[LOWEST], power[FLT_MAX_EXP + i]);
	}
}

/*
 * Returns the y in float64 that was rounded to a float, or computed as one: where it is that of an
 * end, the rounding must not move x away from there, nor y out of the image.
 */
static double unrounded(const struct end ends[ENDS], float y)
{
	if (y == ends[TOP].low || y == ends[TOP].high)
		return ends[TOP].y;
	if (y == ends[BOTTOM].low || y == ends[BOTTOM].high)
		return ends[BOTTOM].y;
	if (y > ends[HIGHEST].y && y <= ends[HIGHEST].high)
		return ends[HIGHEST].y;
	if (y < ends[LOWEST].y && y >= ends[LOWEST].low)
		return ends[LOWEST].y;
	return y;
}

/* The same from one type to the other, in float64.  x is overwritten if that is its type. */
static void apply_mixed(struct applying *a, size_t column, void *x, size_t n, void *y)
{
	float *narrow = a->in->type == BELL_F32 ? x : y;
	double *wide = a->in->type == BELL_F32 ? y : x;

	for (size_t i = 0; i < n && narrow == x; i++)
		wide[i] = a->ends ? unrounded(a->ends[column], narrow[i]) : narrow[i];
	apply_run(a, column, wide, n, BELL_F64, wide);
	for (size_t i = 0; i < n && narrow == y; i++)
		narrow[i] = (float)wide[i];
}

static void apply_block(struct applying *a, const struct rectangle *r, char *block)
{
	bool mixed = a->in->type != a->out->type;
	char *result = mixed ? block + a->scratch_size / 2 : block;

	bell_gather(a->b, a->in, r, block, a->pitch);
	for (size_t j = 0; j < r->columns; j++) {
		char *x = block + j * a->pitch * bell_type_size(a->in->type),
		     *y = result + j * a->pitch * bell_type_size(a->out->type);

		if (mixed)
			apply_mixed(a, r->column + j, x, r->rows, y);
		else
			apply_run(a, r->column + j, x, r->rows, a->in->type, y);
	}
	bell_scatter(a->b, a->out, r, result, a->pitch);
}

static void apply_tile(struct applying *a, size_t i, char *block)
{
	size_t column = i / a->bands * a->width, first = i % a->bands * a->band_rows,
	       columns = a->in->columns - column, rows = a->in->rows - first;
	struct rectangle r = {
	    .row = first, .column = column, .columns = columns < a->width ? columns : a->width};
	size_t end = first + (rows < a->band_rows ? rows : a->band_rows);

	if (!block) {
		for (size_t j = column; j < column + r.columns; j++)
			apply_run(a, j, bell_table_at(a->in, first, j), end - first, a->in->type,
				  bell_table_at(a->out, first, j));
		return;
	}
	for (; r.row < end; r.row += r.rows) {
		r.rows = end - r.row < BLOCK_ROWS ? end - r.row : BLOCK_ROWS;
		apply_block(a, &r, block);
	}
}

static void apply_tiles(void *context, size_t thread)
{
	struct applying *a = context;
	char *block = a->scratch ? a->scratch + thread * a->scratch_size : NULL;

	for (size_t i; (i = bell_next(&a->next)) < a->tiles;)
		apply_tile(a, i, block);
}

/*
 * Cuts the table into tiles, several for each of `threads` threads where it is wide, one where it
 * is not.
 */
static void plan_tiles(struct applying *a, unsigned threads)
{
	bool narrow = a->in->type == BELL_F32 && a->out->type == BELL_F32;
	size_t across, rows;

	a->width = MAX_TILE_BYTES / (narrow ? sizeof(float) : sizeof(double));
	a->width = a->in->columns < a->width ? a->in->columns : a->width;
	across = (a->in->columns + a->width - 1) / a->width;
	a->bands = (threads + across - 1) / across;
	a->band_rows = (a->in->rows + a->bands - 1) / a->bands;
	a->bands = (a->in->rows + a->band_rows - 1) / a->band_rows;
	a->tiles = across * a->bands;
	rows = a->band_rows < BLOCK_ROWS ? a->band_rows : BLOCK_ROWS;
	a->pitch = (rows + PITCH_ALIGN - 1) / PITCH_ALIGN * PITCH_ALIGN + PITCH_ALIGN;
}

static enum bell_status apply_all(struct applying *a, unsigned threads)
{
	bool mixed = a->in->type != a->out->type;

	if (!a->in->rows || !a->in->columns)
		return BELL_OK;
	threads = bell_threads(threads, a->in->rows * a->in->columns / MIN_PER_THREAD);
	plan_tiles(a, threads);
	if (mixed || a->in->row_stride != 1 || a->out->row_stride != 1) {
		a->scratch_size = a->width * a->pitch *
				  (mixed ? 2 * sizeof(double) : bell_type_size(a->in->type));
		a->scratch = aligned_alloc(CACHE_LINE, threads * a->scratch_size);
		if (!a->scratch)
			return BELL_ENOMEM;
	}
	bell_parallel(threads, threads, apply_tiles, a);
	free(a->scratch);
	return BELL_OK;
}

/* BELL_EINVAL, BELL_ESIZE or BELL_EBACKEND if the call cannot be carried out. */
static enum bell_status check(struct applying *a, unsigned threads)
{
	a->b = bell_kernels();
	if (!bell_table_valid(a->in) || !bell_table_valid(a->out) || !a->model ||
	    threads > BELL_MAX_THREADS || a->in->rows != a->out->rows ||
	    a->in->columns != a->out->columns || a->in->columns != bell_model_columns(a->model))
		return BELL_EINVAL;
	if (!bell_table_fits(a->in) || !bell_table_fits(a->out))
		return BELL_ESIZE;
	return a->b ? BELL_OK : BELL_EBACKEND;
}

enum bell_status bell_table_transform(const struct bell_model *model, const struct bell_table *in,
				      unsigned threads, const struct bell_table *out)
{
	struct applying a = {.model = model, .in = in, .out = out};
	enum bell_status status = check(&a, threads);

	return status == BELL_OK ? apply_all(&a, threads) : status;
}

/*
 * Copies the counts of all columns to `to`, if that is not NULL, and returns whether any is above
 * 0.
 */
static bool copy_counts(const _Atomic uint64_t *from, size_t columns, uint64_t *to)
{
	bool any = false;

	for (size_t j = 0; j < columns; j++) {
		any = any || from[j];
		if (to)
			to[j] = from[j];
	}
	return any;
}

enum bell_status bell_table_inverse(const struct bell_model *model, const struct bell_table *in,
				    enum bell_outside outside, unsigned threads,
				    const struct bell_table *out, uint64_t *outside_count)
{
	struct applying a = {
	    .model = model, .in = in, .out = out, .inverse = true, .outside = outside};
	enum bell_status status = check(&a, threads);
	bool widening;

	if (outside < BELL_OUTSIDE_NAN || outside > BELL_OUTSIDE_ERROR)
		return BELL_EINVAL;
	if (status != BELL_OK)
		return status;
	widening = in->type == BELL_F32 && out->type == BELL_F64;
	a.outside_count = calloc(in->columns + 1, sizeof *a.outside_count);
	if (widening)
		a.ends = calloc(in->columns + 1, sizeof *a.ends);
	if (!a.outside_count || (widening && !a.ends)) {
		free(a.outside_count);
		return BELL_ENOMEM;
	}
	for (size_t j = 0; a.ends && j < in->columns; j++)
		set_ends(a.b, &bell_model_fit(model, j)->transform, a.ends[j]);
	status = apply_all(&a, threads);
	if (status == BELL_OK && copy_counts(a.outside_count, in->columns, outside_count) &&
	    outside == BELL_OUTSIDE_ERROR)
		status = BELL_EDOMAIN;
	free(a.ends);
	free(a.outside_count);
	return status;
}
