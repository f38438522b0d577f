/* SPDX-License-Identifier: BSD-3-Clause */
/* table.c - sketches, fits and moments of the columns of a table. */
#include <stdatomic.h>
#include <stdlib.h>
#include <bellshape/choose.h>
#include "dispatch.h"
#include "fit/fit_sketch.h"
#include "gather.h"
#include "parallel.h"
#include "sketch/weights.h"

/*
 * Columns whose values are not adjacent are gathered first, several neighbors at a time: of a
 * row-major table that many take two cache lines of 64 bytes of each row, and all of both is used.
 */
#define MAX_TILE_BYTES 128

/*
 * Rows that are gathered at a time.  Those of moments are one chunk: a tile of them fits an L2
 * cache.
 */
#define SKETCH_ROWS  16384
#define MOMENTS_ROWS BELL_CHUNK

/*
 * The columns of a block start this many elements apart beyond its rows, or they would all fall
 * into the same few sets of a cache when the rows are a power of two.
 */
#define PITCH_PAD 8

/* With fewer values than this for each, threads cost more than they save. */
#define MIN_SKETCH_VALUES_PER_THREAD  32768
#define MIN_MOMENTS_VALUES_PER_THREAD 262144

/* A call that reads every column of a table from top to bottom. */
struct reading {
	const struct backend *b;
	const struct bell_table *t;
	/*
	 * Takes rows first .. first + n - 1 of a column, which are adjacent at x.  A column comes
	 * in several such parts, in order, or as one.  `state` is NULL if it comes as one; else it
	 * is `state_size` bytes of this column's own, zero at its first part.
	 */
	enum bell_status (*take)(const struct reading *r, size_t column, void *state, const void *x,
				 size_t first, size_t n);
	size_t state_size;
	size_t rows;      /* of a part */
	size_t width;     /* columns of a tile: what one task reads */
	unsigned threads; /* that `take` may use */

	const double *weights; /* of sketches, or NULL */
	struct bell_sketch *const *sketches;
	struct bell_moments *moments;
	atomic_int status; /* of some column that failed, or BELL_OK */
};

/* Whether the values of each column are adjacent. */
static bool has_contiguous_columns(const struct bell_table *t)
{
	return t->row_stride == 1 || t->rows <= 1;
}

static enum bell_status read_gathered(const struct reading *r, size_t column, size_t width)
{
	const struct bell_table *t = r->t;
	size_t rows = t->rows < r->rows ? t->rows : r->rows, pitch = rows + PITCH_PAD,
	       size = pitch * bell_type_size(t->type);
	char *block = malloc(width * size), *state = calloc(width, r->state_size + 1);
	enum bell_status status = block && state ? BELL_OK : BELL_ENOMEM;
	struct rectangle part = {.column = column, .columns = width};

	for (; status == BELL_OK && part.row < t->rows; part.row += part.rows) {
		part.rows = t->rows - part.row < rows ? t->rows - part.row : rows;
		bell_gather(r->b, t, &part, block, pitch);
		for (size_t j = 0; status == BELL_OK && j < width; j++)
			status = r->take(r, column + j, state + j * r->state_size, block + j * size,
					 part.row, part.rows);
	}
	free(state);
	free(block);
	return status;
}

static void read_tile(void *context, size_t i)
{
	struct reading *r = context;
	size_t column = i * r->width, rest = r->t->columns - column,
	       width = rest < r->width ? rest : r->width;
	enum bell_status status = BELL_OK;

	if (!has_contiguous_columns(r->t))
		status = read_gathered(r, column, width);
	else
		for (size_t j = column; status == BELL_OK && j < column + width; j++)
			status = r->take(r, j, NULL, r->t->rows ? bell_table_at(r->t, 0, j) : NULL,
					 0, r->t->rows);
	if (status != BELL_OK)
		r->status = (int)status;
}

/* Reads the table with at most `threads` threads. */
static enum bell_status read_columns(struct reading *r, unsigned threads)
{
	size_t columns = r->t->columns, max = MAX_TILE_BYTES / bell_type_size(r->t->type);

	if (!columns)
		return BELL_OK;
	r->threads = 1;
	/* Where columns are fewer than threads, the threads share the rows of each, if they can. */
	if (columns < threads) {
		r->threads = has_contiguous_columns(r->t) ? threads : 1;
		threads = r->threads > 1 ? 1 : (unsigned)columns;
	}
	r->width = (columns + threads - 1) / threads;
	r->width = r->width < max ? r->width : max;
	bell_parallel(threads, (columns + r->width - 1) / r->width, read_tile, r);
	return (enum bell_status)r->status;
}

/* ---- sketches ---- */

static enum bell_status take_for_sketch(const struct reading *r, size_t column, void *state,
					const void *x, size_t first, size_t n)
{
	const double *weights = r->weights ? r->weights + first : NULL;
	bool narrow = r->t->type == BELL_F32;
	const struct values v = {.f32 = narrow ? x : NULL, .f64 = narrow ? NULL : x, .n = n};

	(void)state;
	return bell_sketch_add(r->sketches[column], r->b, &v, weights, r->threads);
}

static bool sketches_valid(struct bell_sketch *const *sketches, size_t columns)
{
	if (!sketches && columns)
		return false;
	for (size_t j = 0; j < columns; j++)
		if (!sketches[j])
			return false;
	return true;
}

/* `whole`: these are all rows, as in bell_weights_check(). */
static enum bell_status sketch_table(const struct bell_table *table, const double *weights,
				     bool whole, unsigned threads,
				     struct bell_sketch *const *sketches)
{
	enum bell_status status;
	size_t row;
	struct reading r = {.b = bell_kernels(),
			    .t = table,
			    .take = take_for_sketch,
			    .rows = SKETCH_ROWS,
			    .weights = weights,
			    .sketches = sketches};

	if (!bell_table_valid(table) || !sketches_valid(sketches, table->columns) ||
	    threads > BELL_MAX_THREADS)
		return BELL_EINVAL;
	if (!bell_table_fits(table))
		return BELL_ESIZE;
	if (!r.b)
		return BELL_EBACKEND;
	status = bell_weights_check(sketches, table->columns, weights, table->rows, whole, &row);
	if (status != BELL_OK)
		return status;
	return read_columns(
	    &r, bell_threads(threads, table->rows * table->columns / MIN_SKETCH_VALUES_PER_THREAD));
}

enum bell_status bell_table_sketch(const struct bell_table *table, const double *weights,
				   unsigned threads, struct bell_sketch *const *sketches)
{
	return sketch_table(table, weights, false, threads, sketches);
}

enum bell_status bell_table_check_weights(struct bell_sketch *const *sketches,
					  const double *weights, size_t rows, size_t columns,
					  size_t *row)
{
	if (!sketches_valid(sketches, columns) || !row)
		return BELL_EINVAL;
	return bell_weights_check(sketches, columns, weights, rows, false, row);
}

enum bell_status bell_table_merge(struct bell_sketch *const *into, struct bell_sketch *const *from,
				  size_t columns)
{
	enum bell_status status = BELL_OK;

	if (!sketches_valid(into, columns) || !sketches_valid(from, columns))
		return BELL_EINVAL;
	for (size_t j = 0; j < columns; j++)
		if (into[j] == from[j])
			return BELL_EINVAL;
	if (!bell_kernels())
		return BELL_EBACKEND;
	for (size_t j = 0; j < columns; j++)
		if (!bell_sketch_fits(into[j], from[j]))
			return BELL_ESIZE;
	for (size_t j = 0; status == BELL_OK && j < columns; j++)
		status = bell_sketch_merge(into[j], from[j]);
	return status;
}

/* ---- moments ---- */

static enum bell_status take_for_moments(const struct reading *r, size_t column, void *state,
					 const void *x, size_t first, size_t n)
{
	struct bell_moments_stream *stream = state;
	bool narrow = r->t->type == BELL_F32;
	enum bell_status status;

	if (!stream)
		return narrow ? bell_moments_f32(x, n, r->threads, &r->moments[column])
			      : bell_moments_f64(x, n, r->threads, &r->moments[column]);
	status =
	    narrow ? bell_moments_stream_f32(stream, x, n) : bell_moments_stream_f64(stream, x, n);
	if (status == BELL_OK && first + n == r->t->rows)
		status = bell_moments_stream_end(stream, &r->moments[column]);
	return status;
}

enum bell_status bell_table_moments(const struct bell_table *table, unsigned threads,
				    struct bell_moments *out)
{
	struct reading r = {.b = bell_kernels(),
			    .t = table,
			    .take = take_for_moments,
			    .state_size = sizeof(struct bell_moments_stream),
			    .rows = MOMENTS_ROWS,
			    .moments = out};

	if (!bell_table_valid(table) || (!out && table->columns) || threads > BELL_MAX_THREADS)
		return BELL_EINVAL;
	if (!bell_table_fits(table))
		return BELL_ESIZE;
	if (!r.b)
		return BELL_EBACKEND;
	return read_columns(&r, bell_threads(threads, table->rows * table->columns /
							  MIN_MOMENTS_VALUES_PER_THREAD));
}

/* ---- fit ---- */

struct fitting {
	const struct backend *b;
	const struct bell_table *t;
	const double *weights;
	const struct bell_fit_options *options;
	struct bell_model *model;
	atomic_int status;
};

/* Fits the values of a column, which are adjacent, and sets the column of the model. */
static enum bell_status fit_values(const struct fitting *f, size_t column, const void *x)
{
	const struct bell_fit_options *o = f->options;
	bool narrow = f->t->type == BELL_F32, best = o && o->method == BELL_BEST;
	struct bell_candidate candidate[BELL_MAX_CANDIDATES];
	struct bell_fit fit;
	size_t n = f->t->rows, count = 0;
	enum bell_status status =
	    best && narrow ? bell_choose_f32(x, f->weights, n, o, 1, &fit, candidate, &count)
	    : best         ? bell_choose_f64(x, f->weights, n, o, 1, &fit, candidate, &count)
	    : narrow       ? bell_fit_f32(x, f->weights, n, o, 1, &fit)
			   : bell_fit_f64(x, f->weights, n, o, 1, &fit);

	if (status == BELL_OK) {
		status = bell_model_set(f->model, column, NULL, &fit);
		bell_fit_release(&fit);
	}
	return status == BELL_OK ? bell_model_set_candidates(f->model, column, candidate, count)
				 : status;
}

/* Fits a column from its values. */
static void fit_column(void *context, size_t column)
{
	struct fitting *f = context;
	size_t n = f->t->rows;
	void *x = malloc((n + 1) * bell_type_size(f->t->type));
	enum bell_status status = BELL_ENOMEM;

	if (x) {
		bell_gather(f->b, f->t,
			    &(struct rectangle){.rows = n, .column = column, .columns = 1}, x, n);
		status = fit_values(f, column, x);
	}
	free(x);
	if (status != BELL_OK)
		f->status = (int)status;
}

/* A column whose sketch is ill-conditioned is fitted again, from its values. */
static void refit_column(void *context, size_t j)
{
	const struct fitting *f = context;

	if (bell_model_fit(f->model, j)->flags & BELL_FIT_ILL_CONDITIONED)
		fit_column(context, j);
}

static void free_sketches(struct bell_sketch **sketches, size_t columns)
{
	for (size_t j = 0; sketches && j < columns; j++)
		bell_sketch_free(sketches[j]);
	free(sketches);
}

/* Sketches for weights that are times 2^shift. */
static enum bell_status create_sketches(size_t columns, int shift, struct bell_sketch ***out)
{
	struct bell_sketch **sketches = calloc(columns + 1, sizeof(struct bell_sketch *));
	enum bell_status status = sketches ? BELL_OK : BELL_ENOMEM;

	for (size_t j = 0; status == BELL_OK && j < columns; j++) {
		status = bell_sketch_create(NULL, &sketches[j]);
		if (status == BELL_OK)
			sketches[j]->shift = shift;
	}
	if (status == BELL_OK)
		*out = sketches;
	else
		free_sketches(sketches, columns);
	return status;
}

/* Fits the columns of a table from one sketch each. */
static enum bell_status fit_sketches(struct fitting *f, unsigned threads)
{
	const struct bell_table *t = f->t;
	struct bell_sketch **sketches;
	enum bell_status status =
	    create_sketches(t->columns, bell_weights_exponent(f->weights, t->rows), &sketches);

	if (status != BELL_OK)
		return status;
	status = sketch_table(t, f->weights, true, threads, sketches);
	if (status == BELL_OK)
		status =
		    bell_model_fit_sketches(sketches, t->columns, f->options, threads, &f->model);
	free_sketches(sketches, t->columns);
	return status;
}

enum bell_status bell_table_fit(const struct bell_table *table, const double *weights,
				const struct bell_fit_options *options, unsigned threads,
				struct bell_model **out)
{
	struct fitting f = {
	    .b = bell_kernels(), .t = table, .weights = weights, .options = options};
	bool from_values = options && bell_needs_values(options);
	struct bell_fit none;
	enum bell_status status;

	if (!bell_table_valid(table) || !out)
		return BELL_EINVAL;
	/* The fit of no values checks options and threads, and then whether there is a backend. */
	status = bell_fit_f64(NULL, NULL, 0, options, threads, &none);
	if (status != BELL_EINVAL && !bell_table_fits(table))
		return BELL_ESIZE;
	if (status == BELL_OK)
		status = from_values ? bell_model_create(table->columns, &f.model)
				     : fit_sketches(&f, threads);
	if (status != BELL_OK)
		return status;
	bell_parallel(bell_threads(threads, table->columns), table->columns,
		      from_values ? fit_column : refit_column, &f);
	status = (enum bell_status)f.status;
	if (status == BELL_OK)
		*out = f.model;
	else
		bell_model_free(f.model);
	return status;
}
