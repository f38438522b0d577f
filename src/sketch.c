/* sketch.c - values into integer sums over bins. SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "bins.h"
#include "parallel.h"
#include "values.h"

#define REACH	   128	     /* bins on either side of the anchor that a level holds */
#define TABLE_ROWS (2 * REACH + 4)
#define WIDEST	   4	     /* exponent of the width at which a level holds every double */
#define LEVELS	   (504 + 1) /* from exponent -1000 to WIDEST by twos */
#define SPAN	   (1 << 18) /* rows between looks at the placing, and between fork and join */
#define BATCH	   64	     /* weighted values at a time: a block of the kernel */

/* ---- life ---- */

enum bell_status bell_sketch_create(const struct bell_sketch_options *options, struct bell_sketch **out)
{
	struct bell_sketch *s;
	int exponent = 0;

	if (!out)
		return BELL_EINVAL;
	if (options && options->width != 0 &&
	    (frexp(options->width, &exponent) != 0.5 || --exponent > 0 || exponent < -1000 ||
	     !isfinite(options->centre) || !(fabs(options->anchor) <= 710)))
		return BELL_EINVAL;
	s = calloc(1, sizeof *s);
	if (!s)
		return BELL_ENOMEM;
	s->min = INFINITY;
	s->max = -INFINITY;
	if (options && options->width != 0)
		s->place = (struct placing){.chosen = true, .fixed = true, .exponent = exponent,
					    .centre = fabs(options->centre), .negative = options->centre < 0,
					    .anchor = options->anchor};
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

enum bell_status bell_value_add(struct bell_sketch *s, double value, int64_t weight)
{
	if (s->values == s->room) {
		size_t room = s->room ? 2 * s->room : 64;
		double *v = realloc(s->value, room * sizeof *v);
		int64_t *w;

		if (!v)
			return BELL_ENOMEM;
		s->value = v;
		w = realloc(s->weight, room * sizeof *w);
		if (!w)
			return BELL_ENOMEM;
		s->weight = w;
		s->room = room;
	}
	s->value[s->values] = value;
	s->weight[s->values++] = weight;
	return BELL_OK;
}

/* ---- bins, sorted ---- */

int bell_bin_order(const struct bin *a, const struct bin *b)
{
	if (a->centre != b->centre)
		return a->centre < b->centre ? -1 : 1;
	if (a->exponent != b->exponent)
		return a->exponent < b->exponent ? -1 : 1;
	if (a->negative != b->negative)
		return a->negative < b->negative ? -1 : 1;
	return (a->k > b->k) - (a->k < b->k);
}

enum bell_status bell_bin_add(struct bell_sketch *s, const struct bin *key, const int128 sum[SKETCH_POWERS])
{
	size_t low = 0, high = s->bins;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (bell_bin_order(&s->bin[mid], key) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == s->bins || bell_bin_order(&s->bin[low], key) != 0) {
		if (s->bins == s->bin_room) {
			size_t room = s->bin_room ? 2 * s->bin_room : 128;
			struct bin *bin = realloc(s->bin, room * sizeof *bin);

			if (!bin)
				return BELL_ENOMEM;
			s->bin = bin;
			s->bin_room = room;
		}
		memmove(&s->bin[low + 1], &s->bin[low], (s->bins++ - low) * sizeof *s->bin);
		s->bin[low] = *key;
		memset(s->bin[low].sum, 0, sizeof s->bin[low].sum);
	}
	for (int j = 0; j < SKETCH_POWERS; j++)
		s->bin[low].sum[j] += sum[j];
	return BELL_OK;
}

/* ---- levels: each value goes to the first, hence the narrowest, whose window holds it ---- */

struct level {
	struct grid grid;
	double centre;
	int exponent, rows[2]; /* rows of each side */
};

static struct level make_level(const struct backend *b, const struct placing *p, int i)
{
	struct level l = {.exponent = p->exponent + 2 * i};
	double width, middle;

	if (l.exponent > WIDEST)
		l.exponent = WIDEST;
	width = ldexp(1, l.exponent);
	for (int side = 0; side < 2; side++) {
		double anchor = p->anchor;

		if (p->centre > 0 && REACH * width + fabs(anchor) <= 0.5) {
			l.centre = p->centre;
			l.grid.low[side] = rint(anchor / width) - REACH;
			l.grid.high[side] = l.grid.low[side] + (side == p->negative ? 2 * REACH : -1);
		} else {
			if (p->centre > 0)
				anchor = (log1p_of(b, p->centre) + anchor) * (p->negative ? -1 : 1);
			middle = rint(anchor / width) * (side ? -1 : 1);
			l.grid.low[side] = middle - REACH > 0 ? middle - REACH : 0;
			l.grid.high[side] = middle + REACH;
		}
		if (l.grid.high[side] >= l.grid.low[side])
			l.rows[side] = (int)(l.grid.high[side] - l.grid.low[side]) + 1;
	}
	l.grid.base[0] = 1 - l.grid.low[0];
	l.grid.base[1] = 1 + l.rows[0] - l.grid.low[1];
	l.grid.centre = l.centre;
	l.grid.inverse_unit = 1 / (1 + l.centre);
	l.grid.inverse_width = ldexp(1, -l.exponent);
	return l;
}

static int last_level(const struct placing *p) { return (WIDEST + 1 - p->exponent) / 2; }

/* The first level from `i` on that can hold one of the n values, which no level below i does. */
static int next_level(const struct backend *b, const struct placing *p, int i, const double *x, size_t n)
{
	double anchor = p->anchor, nearest = INFINITY, d[NODE_PAD];

	if (p->centre > 0)
		anchor = (log1p_of(b, p->centre) + anchor) * (p->negative ? -1 : 1);
	for (size_t first = 0; first < n; first += NODE_PAD) {
		for (size_t j = 0; j < NODE_PAD; j++)
			d[j] = x[first + j < n ? first + j : first];
		b->coordinate(d, NODE_PAD, 0, d);
		for (size_t j = 0; j < NODE_PAD && first + j < n; j++) {
			double away = fabs((x[first + j] < 0 ? -d[j] : d[j]) - anchor);

			nearest = away < nearest ? away : nearest;
		}
	}
	nearest -= 0x1p-40; /* more than the rounding of a coordinate */
	while (i < last_level(p) && (REACH + 2) * ldexp(1, p->exponent + 2 * i) < nearest)
		i++;
	return i;
}

/* ---- one thread's part of a span of rows ---- */

struct job {
	const struct backend *b;
	const struct placing *place;
	const struct values *x;
	const double *weights; /* of each value, or NULL; */
	const int64_t *units;  /* the same in units of 2^-WEIGHT_BITS, or NULL */
	size_t first, n, step; /* the span, and the rows of each part but the last */
	struct part {
		int64_t (*table[LEVELS])[SKETCH_POWERS]; /* of unweighted rows, */
		int128 (*wide[LEVELS])[SKETCH_POWERS];	 /* of weighted ones; NULL until needed */
		uint64_t count, missing, infinite, far;
		double min, max;
		enum bell_status status;
	} *part;
};

static void note(struct part *part, const struct scan *scan, size_t n)
{
	part->count += (uint64_t)scan->finite;
	part->missing += (uint64_t)scan->missing;
	part->infinite += n - (uint64_t)scan->finite - (uint64_t)scan->missing;
	part->min = scan->min < part->min ? scan->min : part->min;
	part->max = scan->max > part->max ? scan->max : part->max;
}

static bool need(void *table, size_t row)
{
	void **t = table;

	if (!*t)
		*t = calloc(TABLE_ROWS, row);
	return *t;
}

/* Up to BELL_CHUNK values of weight 1. */
static void add_chunk(const struct job *job, struct part *part, const struct level *level0, size_t first, size_t n)
{
	double rest[BELL_CHUNK];
	size_t left;
	struct scan scan;

	if (!need(&part->table[0], sizeof **part->table)) {
		part->status = BELL_ENOMEM;
		return;
	}
	if (job->x->f32) {
		job->b->scan_f32(job->x->f32 + first, n, &scan);
		left = job->b->sketch_f32(job->x->f32 + first, n, &level0->grid, part->table[0], rest);
	} else {
		job->b->scan_f64(job->x->f64 + first, n, &scan);
		left = job->b->sketch_f64(job->x->f64 + first, n, &level0->grid, part->table[0], rest);
	}
	note(part, &scan, n);
	part->far += left;
	for (int i = 1; left; i++) {
		struct level level;

		i = next_level(job->b, job->place, i, rest, left);
		level = make_level(job->b, job->place, i);
		if (!need(&part->table[i], sizeof **part->table)) {
			part->status = BELL_ENOMEM;
			return;
		}
		left = job->b->sketch_f64(rest, left, &level.grid, part->table[i], rest);
	}
}

static int64_t weight_units(const struct job *job, size_t i)
{
	return job->units ? job->units[i] : llrint(ldexp(job->weights[i], WEIGHT_BITS));
}

/* w t^j in units of 2^-(WEIGHT_BITS + POWER_BITS), from the row of t and w in units of 2^-WEIGHT_BITS. */
static void add_row(int128 sum[SKETCH_POWERS], const int64_t row[SKETCH_POWERS], int64_t w)
{
	const double magic = SKETCH_MAGIC;
	int64_t zero;

	memcpy(&zero, &magic, sizeof zero);
	sum[0] += (int128)w << POWER_BITS;
	for (int j = 1; j < SKETCH_POWERS; j++)
		sum[j] += (int128)(row[j] - zero) * w;
}

/* Up to BATCH values with weights. */
static void add_weighted(const struct job *job, struct part *part, size_t first, size_t n)
{
	double x[BATCH];
	int64_t w[BATCH], row[BATCH][SKETCH_POWERS];
	int32_t index[BATCH];
	struct scan scan;
	size_t m = 0;

	for (size_t i = first; i < first + n; i++) {
		x[m] = value_at(job->x, i);
		w[m] = weight_units(job, i);
		m += w[m] > 0;
	}
	job->b->scan_f64(x, m, &scan);
	note(part, &scan, m);
	for (int level = 0; m; level++) {
		size_t left = 0;
		struct level l;

		if (level)
			level = next_level(job->b, job->place, level, x, m);
		l = make_level(job->b, job->place, level);
		if (!need(&part->wide[level], sizeof **part->wide)) {
			part->status = BELL_ENOMEM;
			return;
		}
		job->b->rows_f64(x, m, &l.grid, index, row);
		for (size_t i = 0; i < m; i++) {
			if (index[i]) {
				add_row(part->wide[level][index[i]], row[i], w[i]);
			} else if (isfinite(x[i])) {
				x[left] = x[i];
				w[left++] = w[i];
			}
		}
		if (!level)
			part->far += left;
		m = left;
	}
}

static void run_part(void *context, size_t i)
{
	struct job *job = context;
	struct part *part = &job->part[i];
	size_t first = job->first + i * job->step, end = job->first + job->n, most;
	struct level level0 = make_level(job->b, job->place, 0);

	end = end - first < job->step ? end : first + job->step;
	most = job->weights || job->units ? BATCH : BELL_CHUNK;
	for (size_t n; first < end && part->status == BELL_OK; first += n) {
		n = end - first < most ? end - first : most;
		if (job->weights || job->units)
			add_weighted(job, part, first, n);
		else
			add_chunk(job, part, &level0, first, n);
	}
}

/* ---- parts into the sketch ---- */

static enum bell_status fold_level(struct bell_sketch *s, const struct level *l, int64_t (*table)[SKETCH_POWERS],
				   int128 (*wide)[SKETCH_POWERS])
{
	const double magic = SKETCH_MAGIC;
	enum bell_status status = BELL_OK;
	int64_t zero;

	memcpy(&zero, &magic, sizeof zero);
	for (int i = 0; i < l->rows[0] + l->rows[1] && status == BELL_OK; i++) {
		int side = i >= l->rows[0];
		struct bin key = {.centre = l->centre, .exponent = l->exponent, .negative = side,
				  .k = (int64_t)l->grid.low[side] + (side ? i - l->rows[0] : i)};
		int128 sum[SKETCH_POWERS] = {0};
		int64_t count = table ? table[i + 1][0] : 0;

		if (!count && !(wide && wide[i + 1][0]))
			continue;
		if (wide)
			memcpy(sum, wide[i + 1], sizeof sum);
		sum[0] += (int128)count << (POWER_BITS + WEIGHT_BITS);
		for (int j = 1; count && j < SKETCH_POWERS; j++) {
			/* each row counted `zero` in: unsigned, because only the sum without it fits */
			uint64_t units = (uint64_t)table[i + 1][j] - (uint64_t)count * (uint64_t)zero;

			sum[j] += (int128)(int64_t)units * ((int128)1 << WEIGHT_BITS);
		}
		status = bell_bin_add(s, &key, sum);
	}
	return status;
}

static enum bell_status fold_part(struct bell_sketch *s, const struct job *job, struct part *part)
{
	enum bell_status status = part->status;

	for (int i = 0; i < LEVELS; i++) {
		if (status == BELL_OK && (part->table[i] || part->wide[i])) {
			struct level l = make_level(job->b, job->place, i);

			status = fold_level(s, &l, part->table[i], part->wide[i]);
		}
		free(part->table[i]);
		free(part->wide[i]);
	}
	s->count += part->count;
	s->missing += part->missing;
	s->infinite += part->infinite;
	s->far += part->far;
	s->min = part->min < s->min ? part->min : s->min;
	s->max = part->max > s->max ? part->max : s->max;
	return status;
}

/* Rows first .. first + n - 1 of the job into bins; at most SPAN of them. */
static enum bell_status add_span(struct bell_sketch *s, struct job *job, unsigned threads)
{
	enum bell_status status = BELL_OK;
	size_t chunks = (job->n + BELL_CHUNK - 1) / BELL_CHUNK, parts = bell_threads(threads, (chunks + 3) / 4);

	job->place = &s->place;
	job->step = (chunks + parts - 1) / parts * BELL_CHUNK;
	parts = (job->n + job->step - 1) / job->step;
	job->part = calloc(parts, sizeof *job->part);
	if (!job->part)
		return BELL_ENOMEM;
	for (size_t i = 0; i < parts; i++) {
		job->part[i].min = INFINITY;
		job->part[i].max = -INFINITY;
	}
	bell_parallel((unsigned)parts, parts, run_part, job);
	for (size_t i = 0; i < parts; i++) {
		enum bell_status folded = fold_part(s, job, &job->part[i]);

		status = status == BELL_OK ? folded : status;
	}
	free(job->part);
	return status;
}

/* The values that were kept as they are move into bins. */
static enum bell_status leave_values(struct bell_sketch *s, const struct backend *b)
{
	struct values x = {.f64 = s->value, .n = s->values};
	struct job job = {.b = b, .x = &x, .units = s->weight, .n = s->values};
	uint64_t count = s->count;
	enum bell_status status;

	if (!s->place.chosen)
		s->place = bell_place_values(b, s->value, s->values);
	status = add_span(s, &job, 1);
	s->count = count;
	s->far = 0;
	free(s->value);
	free(s->weight);
	s->value = NULL;
	s->weight = NULL;
	s->values = s->room = 0;
	return status;
}

/* Keeps rows as values while there is room; the number taken in *taken. */
static enum bell_status keep_values(struct bell_sketch *s, const struct job *job, size_t *taken)
{
	for (size_t i = 0; i < job->x->n; i++, ++*taken) {
		double x = value_at(job->x, i);
		int64_t w = job->weights ? weight_units(job, i) : (int64_t)1 << WEIGHT_BITS;
		enum bell_status status;

		if (w == 0)
			continue;
		if (!isfinite(x)) {
			*(isnan(x) ? &s->missing : &s->infinite) += 1;
			continue;
		}
		if (s->values == BELL_SKETCH_EXACT)
			break;
		status = bell_value_add(s, x, w);
		if (status != BELL_OK)
			return status;
		s->count++;
		s->min = x < s->min ? x + 0.0 : s->min;
		s->max = x > s->max ? x + 0.0 : s->max;
	}
	return BELL_OK;
}

static enum bell_status update(struct bell_sketch *s, const struct values *x, const double *weights, unsigned threads)
{
	struct job job = {.b = bell_kernels(), .x = x, .weights = weights};
	enum bell_status status = BELL_OK;
	size_t done = 0;

	if (!s || (x->n && !x->f32 && !x->f64) || threads > MAX_THREADS)
		return BELL_EINVAL;
	if (!job.b)
		return BELL_EBACKEND;
	for (size_t i = 0; weights && i < x->n; i++)
		if (!(weights[i] >= 0 && weights[i] <= 0x1p31))
			return BELL_EWEIGHT;

	if (!s->bins) {
		status = keep_values(s, &job, &done);
		if (status == BELL_OK && done < x->n)
			status = leave_values(s, job.b);
	}
	while (status == BELL_OK && done < x->n) {
		job.first = done;
		job.n = x->n - done < SPAN - s->seen ? x->n - done : SPAN - s->seen;
		status = add_span(s, &job, threads);
		done += job.n;
		s->seen += job.n;
		if (s->seen == SPAN) {
			if (!s->place.fixed && s->far > SPAN / 8)
				s->place = bell_place_bins(job.b, s);
			s->seen = s->far = 0;
		}
	}
	return status;
}

enum bell_status bell_sketch_update_f32(struct bell_sketch *sketch, const float *x, const double *weights, size_t n,
					unsigned threads)
{
	return update(sketch, &(struct values){.f32 = x, .n = n}, weights, threads);
}

enum bell_status bell_sketch_update_f64(struct bell_sketch *sketch, const double *x, const double *weights, size_t n,
					unsigned threads)
{
	return update(sketch, &(struct values){.f64 = x, .n = n}, weights, threads);
}

/* ---- merge and summary ---- */

static enum bell_status merge_values(struct bell_sketch *into, const struct bell_sketch *from, const struct backend *b)
{
	struct values x = {.f64 = from->value, .n = from->values};
	struct job job = {.b = b, .x = &x, .units = from->weight, .n = from->values};
	enum bell_status status = BELL_OK;

	if (!into->bins && into->values + from->values <= BELL_SKETCH_EXACT) {
		for (size_t i = 0; i < from->values && status == BELL_OK; i++)
			status = bell_value_add(into, from->value[i], from->weight[i]);
		return status;
	}
	if (!into->bins)
		status = leave_values(into, b);
	if (status == BELL_OK && from->values) {
		struct bell_sketch before = *into;

		status = add_span(into, &job, 1);
		into->count = before.count; /* the caller adds the counts of `from` */
		into->far = before.far;
	}
	return status;
}

enum bell_status bell_sketch_merge(struct bell_sketch *into, const struct bell_sketch *from)
{
	const struct backend *b = bell_kernels();
	enum bell_status status = BELL_OK;

	if (!into || !from || into == from)
		return BELL_EINVAL;
	if (!b)
		return BELL_EBACKEND;
	if (!from->bins) {
		status = merge_values(into, from, b);
	} else {
		if (!into->bins && !into->place.fixed)
			into->place = from->place;
		if (!into->bins && into->values)
			status = leave_values(into, b);
		for (size_t i = 0; i < from->bins && status == BELL_OK; i++)
			status = bell_bin_add(into, &from->bin[i], from->bin[i].sum);
	}
	if (status != BELL_OK)
		return status;
	into->count += from->count;
	into->missing += from->missing;
	into->infinite += from->infinite;
	into->min = from->min < into->min ? from->min : into->min;
	into->max = from->max > into->max ? from->max : into->max;
	return BELL_OK;
}

enum bell_status bell_sketch_summary(const struct bell_sketch *s, struct bell_sketch_summary *out)
{
	int128 weight = 0;

	if (!s || !out)
		return BELL_EINVAL;
	for (size_t i = 0; i < s->values; i++)
		weight += (int128)s->weight[i] << POWER_BITS;
	for (size_t i = 0; i < s->bins; i++)
		weight += s->bin[i].sum[0];
	*out = (struct bell_sketch_summary){
		.count = s->count,
		.missing = s->missing,
		.infinite = s->infinite,
		.weight = ldexp((double)weight, -POWER_BITS - WEIGHT_BITS),
		.min = s->count ? s->min : NAN,
		.max = s->count ? s->max : NAN,
		.bins = s->bins,
	};
	if (s->place.chosen)
		out->grid = (struct bell_sketch_options){
			.width = ldexp(1, s->place.exponent),
			.centre = s->place.negative ? -s->place.centre : s->place.centre,
			.anchor = s->place.anchor,
		};
	return BELL_OK;
}
