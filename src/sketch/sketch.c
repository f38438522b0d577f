/* SPDX-License-Identifier: BSD-3-Clause */
/* sketch.c - a column in a few kilobytes: life, update, summary. */
#include <math.h>
#include <stdlib.h>
#include "sketch/nodes.h"
#include "sketch/weights.h"
#include "parallel.h"

/* rows, and ever more, after which the grid is held against all that was seen */
#define FIRST_REVIEW ((uint64_t)1 << 12)
/* so many times narrower a grid has to be called for before it is chosen anew, as an exponent */
#define FINER 2
/* rows without weights that are added at a time to a sketch whose weights are scaled */
#define ONES ((size_t)1 << 16)

static bool read_grid(const struct bell_sketch_options *options, struct grid *g)
{
	*g = (struct grid){0};
	if (!options || options->width == 0)
		return true;
	if (frexp(options->width, &g->exponent) != 0.5)
		return false;
	g->exponent--;
	g->chosen = g->fixed = true;
	g->center = fabs(options->center);
	g->negative = options->center < 0;
	for (int side = 0; side < 2; side++) {
		g->anchor[side] = options->anchor[side];
		g->top[side] = options->top[side];
	}
	return bell_grid_valid(g);
}

enum bell_status bell_sketch_create(const struct bell_sketch_options *options,
				    struct bell_sketch **out)
{
	struct grid grid;
	struct bell_sketch *s;

	if (!out || !read_grid(options, &grid))
		return BELL_EINVAL;
	s = calloc(1, sizeof *s);
	if (!s)
		return BELL_ENOMEM;
	s->min = INFINITY;
	s->max = -INFINITY;
	s->grid = grid;
	*out = s;
	return BELL_OK;
}

void bell_sketch_free(struct bell_sketch *sketch)
{
	if (!sketch)
		return;
	free(sketch->value);
	free(sketch->weight);
	free(sketch->bin);
	free(sketch);
}

enum bell_status bell_sketch_like(const struct bell_sketch *sketch, struct bell_sketch **out)
{
	struct bell_sketch_options grid;
	enum bell_status status;

	if (!sketch || !out || !sketch->grid.chosen)
		return BELL_EINVAL;
	grid = bell_grid_public(&sketch->grid);
	status = bell_sketch_create(&grid, out);
	if (status == BELL_OK)
		(*out)->shift = sketch->shift;
	return status;
}

enum bell_status bell_sketch_settle(struct bell_sketch *s)
{
	const struct backend *b = bell_kernels();
	struct grid grid;
	enum bell_status status;

	if (!s)
		return BELL_EINVAL;
	if (!b)
		return BELL_EBACKEND;
	if (s->grid.fixed)
		return BELL_OK;
	status = bell_grid_choose(b, s, &grid);
	if (status != BELL_OK)
		return status;
	if (!grid.chosen)
		return BELL_EDOMAIN;
	/* narrower by one step: other parts of the data may be narrower than these */
	grid.exponent--;
	if (!bell_grid_valid(&grid))
		grid.exponent++;
	grid.fixed = true;
	s->grid = grid;
	s->seen = s->outside = 0;
	return BELL_OK;
}

/* ---- update ---- */

/* The rows seen after which the grid is reviewed next. */
static uint64_t review_after(uint64_t seen)
{
	uint64_t at = FIRST_REVIEW;

	while (at <= seen)
		at *= at < CHECK_ROWS ? 4 : 2;
	return at;
}

/* Whether a bin holds so much that bins may be too wide: of those 6 to 12 a spread none would. */
static bool crowded(const struct bell_sketch *s)
{
	int128 most = 0, all = 0;

	for (size_t i = 0; i < s->bins; i++) {
		most = s->bin[i].sum[0] > most ? s->bin[i].sum[0] : most;
		all += s->bin[i].sum[0];
	}
	return most > all / 6;
}

/* A check of the grid after the rows of a span: whether later rows shall have another. */
static enum bell_status check_grid(struct bell_sketch *s, const struct backend *b)
{
	bool review = s->seen >= FIRST_REVIEW && review_after(s->seen - 1) == s->seen;
	uint64_t rows = s->seen <= CHECK_ROWS ? s->seen - s->seen / 4 : CHECK_ROWS;
	struct grid grid;
	enum bell_status status;
	bool outside = s->outside > rows / OUTSIDE_PART;

	if (!review && s->seen % CHECK_ROWS)
		return BELL_OK;
	s->outside = 0;
	if (!outside && !(review && crowded(s)))
		return BELL_OK;
	status = bell_grid_choose(b, s, &grid);
	if (status == BELL_OK && grid.chosen &&
	    (outside || !s->grid.chosen || grid.exponent <= s->grid.exponent - FINER)) {
		s->grid = grid;
		if (s->bins > COARSEN_ABOVE)
			status = bell_sketch_coarsen(s, b);
	}
	return status;
}

static enum bell_status add_to_bins(struct bell_sketch *s, struct span *span, unsigned threads,
				    size_t done)
{
	enum bell_status status = BELL_OK;

	while (status == BELL_OK && done < span->x->n) {
		uint64_t checks = MAX_CHECKS * CHECK_ROWS - s->seen % CHECK_ROWS,
			 review = s->grid.fixed ? checks : review_after(s->seen) - s->seen;
		uint64_t most = review < checks ? review : checks;

		span->grid = &s->grid;
		span->first = done;
		span->seen = s->seen;
		span->n = span->x->n - done < most ? span->x->n - done : (size_t)most;
		status = bell_span_add(s, span, threads);
		done += span->n;
		if (s->grid.fixed) {
			s->outside = 0;
			continue;
		}
		s->seen += span->n;
		if (status == BELL_OK)
			status = check_grid(s, span->b);
	}
	return status;
}

static enum bell_status add_weighted(struct bell_sketch *s, const struct backend *b,
				     const struct values *x, const double *weights,
				     unsigned threads)
{
	struct span span = {.b = b, .x = x, .weights = weights, .shift = s->shift};
	enum bell_status status = BELL_OK;
	size_t done = 0;

	if (!s->bins)
		status = bell_values_add(s, x, weights, threads, &done);
	if (status == BELL_OK && done < x->n && !s->bins)
		status = bell_sketch_leave_values(s, b);
	if (status == BELL_OK && done < x->n)
		status = add_to_bins(s, &span, threads, done);
	if (status == BELL_OK && weights)
		bell_squares_add(s, x, weights);
	return status;
}

/* Rows of weight 1 where weights are scaled, so that 1 is a weight like any other. */
static enum bell_status add_ones(struct bell_sketch *s, const struct backend *b,
				 const struct values *x, unsigned threads)
{
	size_t most = x->n < ONES ? x->n : ONES;
	double *ones = malloc((most + 1) * sizeof *ones);
	enum bell_status status = ones ? BELL_OK : BELL_ENOMEM;

	for (size_t i = 0; ones && i < most; i++)
		ones[i] = 1;
	for (size_t i = 0; status == BELL_OK && i < x->n; i += most) {
		const struct values part = {.f32 = x->f32 ? x->f32 + i : NULL,
					    .f64 = x->f64 ? x->f64 + i : NULL,
					    .n = x->n - i < most ? x->n - i : most};

		status = add_weighted(s, b, &part, ones, threads);
	}
	free(ones);
	return status;
}

enum bell_status bell_sketch_add(struct bell_sketch *s, const struct backend *b,
				 const struct values *x, const double *weights, unsigned threads)
{
	return weights || !s->shift ? add_weighted(s, b, x, weights, threads)
				    : add_ones(s, b, x, threads);
}

static enum bell_status update(struct bell_sketch *s, const struct values *x, const double *weights,
			       unsigned threads)
{
	const struct backend *b = bell_kernels();
	enum bell_status status;
	size_t row;

	if (!s || (x->n && !x->f32 && !x->f64) || threads > BELL_MAX_THREADS)
		return BELL_EINVAL;
	if (!b)
		return BELL_EBACKEND;
	status = bell_weights_check(&s, 1, weights, x->n, false, &row);
	return status == BELL_OK ? bell_sketch_add(s, b, x, weights, threads) : status;
}

enum bell_status bell_sketch_update_f32(struct bell_sketch *sketch, const float *x,
					const double *weights, size_t n, unsigned threads)
{
	return update(sketch, &(struct values){.f32 = x, .n = n}, weights, threads);
}

enum bell_status bell_sketch_update_f64(struct bell_sketch *sketch, const double *x,
					const double *weights, size_t n, unsigned threads)
{
	return update(sketch, &(struct values){.f64 = x, .n = n}, weights, threads);
}

/* ---- what it holds ---- */

enum bell_status bell_sketch_summary(const struct bell_sketch *s, struct bell_sketch_summary *out)
{
	if (!s || !out)
		return BELL_EINVAL;
	*out = (struct bell_sketch_summary){
	    .count = s->count,
	    .missing = s->missing,
	    .infinite = s->infinite,
	    .weight = ldexp((double)bell_sketch_weight(s), -SUM_BITS - s->shift),
	    .effective_count = bell_sketch_effective(s),
	    .weight_exponent = s->shift,
	    .min = s->count ? s->min : NAN,
	    .max = s->count ? s->max : NAN,
	    .bins = s->bins,
	    .grid = bell_grid_public(&s->grid),
	};
	return BELL_OK;
}

static int by_value(const void *a, const void *b)
{
	const struct node *p = a, *q = b;

	return p->value != q->value ? (p->value > q->value) - (p->value < q->value)
				    : (p->low > q->low) - (p->low < q->low);
}

enum bell_status bell_sketch_nodes(const struct bell_sketch *sketch, size_t capacity, double *value,
				   double *weight, size_t *n)
{
	const struct backend *b = bell_kernels();
	enum bell_status status;
	struct node *node;

	if (!sketch || !n || (capacity && (!value || !weight)))
		return BELL_EINVAL;
	if (!b)
		return BELL_EBACKEND;
	status = bell_nodes_of(b, sketch, &node, n);
	if (status != BELL_OK)
		return status;
	if (*n <= capacity) {
		qsort(node, *n, sizeof *node, by_value);
		for (size_t i = 0; i < *n; i++) {
			value[i] = node[i].value;
			weight[i] = ldexp(node[i].weight, -sketch->shift);
		}
	} else if (capacity) {
		status = BELL_ESIZE;
	}
	free(node);
	return status;
}

enum bell_status bell_sketch_leave_values(struct bell_sketch *s, const struct backend *b)
{
	struct bell_sketch bins = {.min = s->min, .max = s->max, .shift = s->shift};
	const struct values x = {.f64 = s->value, .n = s->values};
	struct span span = {.b = b, .x = &x, .units = s->weight, .n = s->values};
	enum bell_status status = BELL_OK;

	if (!s->values)
		return BELL_OK;
	bins.grid = s->grid;
	if (!s->grid.chosen)
		status = bell_grid_choose(b, s, &bins.grid);
	if (status != BELL_OK)
		return status;
	if (!bins.grid.chosen) /* zeros alone */
		bins.grid.exponent = MAX_WIDTH;
	span.grid = &bins.grid;
	status = bell_span_add(&bins, &span, 1);
	if (status != BELL_OK) {
		free(bins.bin);
		return status;
	}
	free(s->value);
	free(s->weight);
	s->value = NULL;
	s->weight = NULL;
	s->values = 0;
	s->grid = bins.grid;
	s->bin = bins.bin;
	s->bins = bins.bins;
	s->zeros = bins.zeros;
	return BELL_OK;
}
