/* SPDX-License-Identifier: BSD-3-Clause */
/* table.c - many columns: blocks of rows, gathered into contiguous columns. */
#include <stdlib.h>
#include <string.h>
#include <bellshape/table.h>
#include "dispatch.h"
#include "parallel.h"

/* Rows of a block, and bytes of each that are taken together: what goes to memory has to go in lines of it. */
#define SKETCH_ROWS  16384
#define SKETCH_WIDE  128
#define SKETCH_WORTH 32768 /* values that are worth a thread */
#define APPLY_ROWS   1024
#define APPLY_WIDE   256
#define APPLY_WORTH  50000
#define FIT_WORTH    2 /* columns */

/* Sizes and strides whose last element can be addressed. */
static enum bell_status check(const struct bell_table *t)
{
	ptrdiff_t down, right;

	if (!t || !t->data || !t->rows || !t->columns ||
	    (t->type != BELL_F32 && t->type != BELL_F64))
		return BELL_EINVAL;
	if (t->rows > PTRDIFF_MAX || t->columns > PTRDIFF_MAX ||
	    __builtin_mul_overflow((ptrdiff_t)t->rows - 1, t->row_stride, &down) ||
	    __builtin_mul_overflow((ptrdiff_t)t->columns - 1, t->column_stride, &right) ||
	    __builtin_add_overflow(down, right, &down) || __builtin_mul_overflow(down, 8, &down))
		return BELL_ESIZE;
	return BELL_OK;
}

static size_t size_of(enum bell_type type)
{
	return type == BELL_F32 ? sizeof(float) : sizeof(double);
}

static void *at(const struct bell_table *t, size_t row, size_t column)
{
	return (char *)t->data +
	       (ptrdiff_t)size_of(t->type) *
		   ((ptrdiff_t)row * t->row_stride + (ptrdiff_t)column * t->column_stride);
}

/* y[i y_step] = x[i x_step] */
static void walk(enum bell_type type, const void *x, ptrdiff_t x_step, size_t n, void *y,
		 ptrdiff_t y_step)
{
	for (ptrdiff_t i = 0; i < (ptrdiff_t)n; i++)
		if (type == BELL_F32)
			((float *)y)[i * y_step] = ((const float *)x)[i * x_step];
		else
			((double *)y)[i * y_step] = ((const double *)x)[i * x_step];
}

/* y[k pitch + j] = x[j stride + k] */
static void turn(enum bell_type type, const void *x, ptrdiff_t stride, size_t lines, size_t columns,
		 void *y, ptrdiff_t pitch)
{
	if (type == BELL_F32)
		bell_kernels()->transpose_f32(x, stride, lines, columns, y, pitch);
	else
		bell_kernels()->transpose_f64(x, stride, lines, columns, y, pitch);
}

/* Rows first .. first + n - 1 of columns column .. column + width - 1, to the rows of a block, `pitch` apart. */
static void gather(const struct bell_table *t, size_t first, size_t n, size_t column, size_t width,
		   void *block, size_t pitch)
{
	if (t->column_stride == 1) {
		turn(t->type, at(t, first, column), t->row_stride, n, width, block,
		     (ptrdiff_t)pitch);
		return;
	}
	for (size_t j = 0; j < width; j++)
		walk(t->type, at(t, first, column + j), t->row_stride, n,
		     (char *)block + j * pitch * size_of(t->type), 1);
}

static void scatter(const struct bell_table *t, size_t first, size_t n, size_t column, size_t width,
		    const void *block, size_t pitch)
{
	if (t->column_stride == 1) {
		turn(t->type, block, (ptrdiff_t)pitch, width, n, at(t, first, column),
		     t->row_stride);
		return;
	}
	for (size_t j = 0; j < width; j++)
		walk(t->type, (const char *)block + j * pitch * size_of(t->type), 1, n,
		     at(t, first, column + j), t->row_stride);
}

/* Columns to a tile: neighbors together, but work for every thread. */
static size_t tile_width(const struct bell_table *t, unsigned threads)
{
	size_t share = (t->columns + threads - 1) / threads, most = SKETCH_WIDE / size_of(t->type);

	return share < most ? share : most;
}

/* ---- sketches ---- */

struct sketching {
	const struct bell_table *t;
	const double *weights;
	struct bell_sketch *const *sketches;
	unsigned threads; /* inside a column */
	size_t width;
	_Atomic int status;
};

/* Rows first .. first + n - 1 of a column, which lie side by side at x. */
static enum bell_status sketch_run(const struct sketching *s, size_t column, const void *x,
				   size_t first, size_t n)
{
	const double *weights = s->weights ? s->weights + first : NULL;

	return s->t->type == BELL_F32
		   ? bell_sketch_update_f32(s->sketches[column], x, weights, n, s->threads)
		   : bell_sketch_update_f64(s->sketches[column], x, weights, n, s->threads);
}

static enum bell_status sketch_gathered(const struct sketching *s, size_t column, size_t width)
{
	size_t rows = s->t->rows < SKETCH_ROWS ? s->t->rows : SKETCH_ROWS, pitch = rows + 8, n,
	       size = size_of(s->t->type);
	char *block = malloc(pitch * width * size);
	enum bell_status status = block ? BELL_OK : BELL_ENOMEM;

	for (size_t first = 0; status == BELL_OK && first < s->t->rows; first += n) {
		n = s->t->rows - first < rows ? s->t->rows - first : rows;
		gather(s->t, first, n, column, width, block, pitch);
		for (size_t j = 0; status == BELL_OK && j < width; j++)
			status = sketch_run(s, column + j, block + j * pitch * size, first, n);
	}
	free(block);
	return status;
}

static void sketch_tile(void *context, size_t i)
{
	struct sketching *s = context;
	size_t column = i * s->width, rest = s->t->columns - column,
	       width = rest < s->width ? rest : s->width;
	enum bell_status status = BELL_OK;

	if (s->t->row_stride == 1 || s->t->rows == 1)
		for (size_t j = 0; status == BELL_OK && j < width; j++)
			status = sketch_run(s, column + j, at(s->t, 0, column + j), 0, s->t->rows);
	else
		status = sketch_gathered(s, column, width);
	if (status != BELL_OK)
		s->status = status;
}

enum bell_status bell_table_sketch(const struct bell_table *table, const double *weights,
				   unsigned threads, struct bell_sketch *const *sketches)
{
	struct sketching s = {.t = table, .weights = weights, .sketches = sketches, .threads = 1};
	enum bell_status status = check(table);

	if (status != BELL_OK)
		return status;
	if (!sketches || threads > MAX_THREADS)
		return BELL_EINVAL;
	for (size_t j = 0; j < table->columns; j++)
		if (!sketches[j])
			return BELL_EINVAL;
	threads = bell_threads(threads, table->rows * table->columns / SKETCH_WORTH);
	/* few columns: the threads share the rows of each, if these lie together */
	if (table->columns < threads) {
		s.threads = table->row_stride == 1 || table->rows == 1 ? threads : 1;
		threads = s.threads > 1 ? 1 : (unsigned)table->columns;
	}
	s.width = tile_width(table, threads);
	bell_parallel(threads, (table->columns + s.width - 1) / s.width, sketch_tile, &s);
	return s.status;
}

/* ---- fit ---- */

struct fitting {
	const struct bell_table *t;
	const double *weights;
	struct bell_sketch **sketches;
	const struct bell_fit_options *options;
	struct bell_model *model;
	_Atomic int status;
};

/* From the values: for a column whose sketch is ill-conditioned. */
static enum bell_status fit_gathered(const struct fitting *f, size_t column, struct bell_fit *out)
{
	void *x = malloc(f->t->rows * size_of(f->t->type));
	enum bell_status status;

	if (!x)
		return BELL_ENOMEM;
	gather(f->t, 0, f->t->rows, column, 1, x, f->t->rows);
	status = f->t->type == BELL_F32
		     ? bell_fit_f32(x, f->weights, f->t->rows, f->options, 1, out)
		     : bell_fit_f64(x, f->weights, f->t->rows, f->options, 1, out);
	free(x);
	return status;
}

static void fit_column(void *context, size_t j)
{
	struct fitting *f = context;
	struct bell_fit fit;
	enum bell_status status = bell_fit_sketch(f->sketches[j], f->options, &fit);

	if (status == BELL_OK && fit.flags & BELL_FIT_ILL_CONDITIONED)
		status = fit_gathered(f, j, &fit);
	if (status == BELL_OK)
		status = bell_model_set(f->model, j, NULL, &fit);
	if (status != BELL_OK)
		f->status = status;
}

enum bell_status bell_table_fit(const struct bell_table *table, const double *weights,
				const struct bell_fit_options *options, unsigned threads,
				struct bell_model **out)
{
	const struct bell_sketch_options method = {.method = options ? options->method
								     : BELL_YEO_JOHNSON};
	struct fitting f = {.t = table, .weights = weights, .options = options};
	enum bell_status status = check(table);

	if (status == BELL_OK && !out)
		status = BELL_EINVAL;
	if (status == BELL_OK)
		status = bell_model_create(table->columns, &f.model);
	if (status != BELL_OK)
		return status;
	f.sketches = calloc(table->columns, sizeof(struct bell_sketch *));
	if (!f.sketches)
		status = BELL_ENOMEM;
	for (size_t j = 0; status == BELL_OK && j < table->columns; j++)
		status = bell_sketch_create(&method, &f.sketches[j]);
	if (status == BELL_OK)
		status = bell_table_sketch(table, weights, threads, f.sketches);
	if (status == BELL_OK) {
		bell_parallel(bell_threads(threads, table->columns / FIT_WORTH), table->columns,
			      fit_column, &f);
		status = f.status;
	}
	for (size_t j = 0; f.sketches && j < table->columns; j++)
		bell_sketch_free(f.sketches[j]);
	free(f.sketches);
	if (status == BELL_OK)
		*out = f.model;
	else
		bell_model_free(f.model);
	return status;
}

/* ---- transform and inverse ---- */

struct applying {
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
	char *other = mixed ? block + a->room / 2 : block;

	gather(a->in, first, n, column, width, block, a->pitch);
	for (size_t j = 0; j < width; j++) {
		char *x = block + j * a->pitch * size_of(a->in->type);

		if (mixed)
			apply_mixed(a, column + j, x, n,
				    other + j * a->pitch * size_of(a->out->type));
		else
			apply_run(a, column + j, x, n, a->in->type, x);
	}
	scatter(a->out, first, n, column, width, other, a->pitch);
}

static void apply_tile(struct applying *a, size_t i, char *block)
{
	size_t column = i / a->bands * a->width, first = i % a->bands * a->rows;
	size_t width = a->in->columns - column < a->width ? a->in->columns - column : a->width;
	size_t end = a->in->rows - first < a->rows ? a->in->rows : first + a->rows;

	if (!a->room) {
		for (size_t j = column; j < column + width; j++)
			apply_run(a, j, at(a->in, first, j), end - first, a->in->type,
				  at(a->out, first, j));
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
	enum bell_status status = check(a->in);
	size_t across;
	bool mixed;

	if (status == BELL_OK)
		status = check(a->out);
	if (status != BELL_OK)
		return status;
	if (!a->model || a->in->rows != a->out->rows || a->in->columns != a->out->columns ||
	    a->in->columns != bell_model_columns(a->model) || threads > MAX_THREADS)
		return BELL_EINVAL;
	if (!bell_kernels())
		return BELL_EBACKEND;
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
		a->room = a->width * a->pitch * (mixed ? 2 * sizeof(double) : size_of(a->in->type));
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
