/* SPDX-License-Identifier: BSD-3-Clause */
/* columns.c - any numbers as a column: its fit, transform and back, and its sketch in parts. */
#include <math.h>
#include <string.h>
#include <bellshape/bellshape.h>
#include "fuzz.h"

enum { MOST = 3000 };

struct column {
	double *x;
	float *f32;      /* or NULL */
	double *weights; /* or NULL */
	size_t n;
	struct bell_sketch_options grid; /* width 0: none */
	struct bell_fit_options fit;
};

static void add(const struct column *c, struct bell_sketch *s, size_t first, size_t n)
{
	const double *w = c->weights ? c->weights + first : NULL;

	REQUIRE((c->f32 ? bell_sketch_update_f32(s, c->f32 + first, w, n, 1)
			: bell_sketch_update_f64(s, c->x + first, w, n, 1)) == BELL_OK);
}

static struct bell_sketch *sketch_of(const struct column *c, size_t first, size_t n)
{
	struct bell_sketch *s;

	REQUIRE(bell_sketch_create(&c->grid, &s) == BELL_OK);
	add(c, s, first, n);
	return s;
}

static void require_same_bytes(const struct bell_sketch *a, const struct bell_sketch *b)
{
	size_t size = bell_sketch_size(a);
	void *p = exactly(size), *q = exactly(size);

	REQUIRE(bell_sketch_size(b) == size);
	REQUIRE(bell_sketch_serialize(a, p, size) == BELL_OK);
	REQUIRE(bell_sketch_serialize(b, q, size) == BELL_OK);
	REQUIRE(!memcmp(p, q, size));
	free(p);
	free(q);
}

/* A stream may be cut anywhere; and in a grid of its own a column may be parted. */
static void check_parts(const struct column *c, const struct bell_sketch *whole, size_t cut)
{
	struct bell_sketch *a = sketch_of(c, 0, cut), *b = sketch_of(c, cut, c->n - cut);

	if (c->grid.width > 0) {
		REQUIRE(bell_sketch_merge(a, b) == BELL_OK);
		require_same_bytes(a, whole);
	} else {
		add(c, a, cut, c->n - cut);
		require_same_bytes(a, whole);
		struct bell_sketch *other = sketch_of(c, 0, c->n),
				   *same = sketch_of(c, cut, c->n - cut);

		REQUIRE(bell_sketch_merge(b, whole) == BELL_OK);
		REQUIRE(bell_sketch_merge(other, same) == BELL_OK);
		require_same_bytes(b, other);
		bell_sketch_free(other);
		bell_sketch_free(same);
	}
	bell_sketch_free(a);
	bell_sketch_free(b);
}

/* Nothing is lost: what the sketch counts, it holds. */
static void check_summary(const struct column *c, const struct bell_sketch *s)
{
	struct bell_sketch_summary sum;
	double weight = 0;
	uint64_t count = 0, missing = 0, infinite = 0;

	REQUIRE(bell_sketch_summary(s, &sum) == BELL_OK);
	for (size_t i = 0; i < c->n; i++) {
		double w = c->weights ? c->weights[i] : 1;

		if (w == 0)
			continue;
		weight += isfinite(c->x[i]) ? w : 0;
		count += isfinite(c->x[i]);
		missing += isnan(c->x[i]);
		infinite += isinf(c->x[i]) != 0;
	}
	REQUIRE(sum.count == count && sum.missing == missing && sum.infinite == infinite);
	REQUIRE(sum.weight == weight);
	REQUIRE(!count || sum.min <= sum.max);
}

static void check_flags(const struct bell_fit_options *o, const struct bell_fit *f)
{
	bool identity = f->count < 2 || f->min == f->max || f->infinite;

	REQUIRE(!(f->flags & BELL_FIT_EMPTY) == (f->count != 0));
	REQUIRE(!(f->flags & BELL_FIT_INFINITE) == (f->infinite == 0));
	REQUIRE(!(f->flags & BELL_FIT_ONE_VALUE) == (f->count != 1));
	REQUIRE(!(f->flags & BELL_FIT_CONSTANT) == !(f->count > 1 && f->min == f->max));
	REQUIRE(!isnan(f->lambda));
	REQUIRE(!identity || f->lambda == 1);
	if (f->flags & BELL_FIT_NOT_IDENTIFIED)
		REQUIRE(f->ci95[0] <= 1 && f->ci95[1] >= 1);
	if (f->flags & BELL_FIT_BOUND)
		REQUIRE(!identity && (isnan(o->lambda) || !o->standardize ||
				      o->method == BELL_YEO_JOHNSON_UNIT));
	if (!isnan(o->lambda) && !identity &&
	    !(f->flags & (BELL_FIT_ILL_CONDITIONED | BELL_FIT_BOUND)))
		REQUIRE(f->lambda == o->lambda);
}

/*
 * NaN stays NaN; a finite value of the column has a finite transform, and the way back leads
 * somewhere.
 */
static void check_transform(const struct column *c, const struct bell_fit *fit)
{
	double *y = exactly(c->n * sizeof *y), *x = exactly(c->n * sizeof *x);
	bool left =
	    fit->flags & (BELL_FIT_INFINITE | BELL_FIT_ILL_CONDITIONED); /* x - mean may be none */
	bool bounded =
	    !left && (c->fit.standardize || (isnan(c->fit.lambda) && c->fit.lower == -INFINITY));
	uint64_t outside;

	REQUIRE(bell_transform_apply_f64(&fit->transform, c->x, c->n, 1, y) == BELL_OK);
	for (size_t i = 0; i < c->n; i++) {
		bool counted = !c->weights || c->weights[i] > 0;

		/* a row that does not count need not suit the transform of the others */
		if (!counted && c->x[i] <= 0 && fit->transform.method == BELL_BOX_COX)
			y[i] = c->x[i] = NAN;
		REQUIRE(isnan(y[i]) == isnan(c->x[i]));
		REQUIRE(!isfinite(c->x[i]) || !bounded || !counted || isfinite(y[i]));
	}
	REQUIRE(bell_transform_inverse_f64(&fit->transform, y, c->n, BELL_OUTSIDE_CLIP, 1, x,
					   &outside) == BELL_OK);
	for (size_t i = 0; i < c->n; i++)
		REQUIRE(isnan(x[i]) == isnan(c->x[i]));
	free(x);
	free(y);
}

/* Any other method, or the choice among them: only values beyond its domain are refused. */
static void check_family(const struct column *c, const struct bell_sketch *s,
			 enum bell_method method)
{
	struct bell_fit_options o;
	double *y = exactly(c->n * sizeof *y), *x = exactly(c->n * sizeof *x);
	struct bell_verdicts verdicts;
	struct bell_fit fit;
	enum bell_status status;
	uint64_t outside;

	bell_fit_options_default(&o);
	o.method = method;
	o.standardize = c->fit.standardize;
	status = bell_fit_sketch(s, &o, &fit);
	REQUIRE(status == BELL_OK ||
		(status == BELL_EDOMAIN && (method == BELL_LOG || method == BELL_SQRT)));
	if (status == BELL_OK) {
		REQUIRE(bell_verdicts_sketch(s, &fit, NULL, BELL_FREQUENCY_WEIGHTS, &verdicts) ==
			BELL_OK);
		REQUIRE(verdicts.count <= BELL_MAX_VERDICTS);
		REQUIRE(bell_transform_apply_f64(&fit.transform, c->x, c->n, 1, y) == BELL_OK);
		for (size_t i = 0; i < c->n; i++)
			REQUIRE(isnan(y[i]) || !isnan(c->x[i]));
		REQUIRE(bell_transform_inverse_f64(&fit.transform, y, c->n, BELL_OUTSIDE_CLIP, 1, x,
						   &outside) == BELL_OK);
		bell_fit_release(&fit);
	}
	free(x);
	free(y);
}

/* What Box-Cox cannot take is refused, and then made positive. */
static void make_positive(struct column *c)
{
	struct bell_sketch *s = sketch_of(c, 0, c->n);
	struct bell_fit fit;
	bool in_domain = true;

	for (size_t i = 0; i < c->n; i++)
		in_domain &= !(c->x[i] <= 0) || (c->weights && c->weights[i] == 0);
	REQUIRE(bell_fit_sketch(s, &c->fit, &fit) == (in_domain ? BELL_OK : BELL_EDOMAIN));
	bell_sketch_free(s);
	for (size_t i = 0; i < c->n; i++) {
		c->x[i] = c->x[i] == 0 ? 1 : fabs(c->x[i]);
		if (c->f32)
			c->f32[i] = (float)c->x[i];
	}
}

/* The values once, or again and again, each time a little larger. */
static void feed_column(struct feed *f, struct column *c, unsigned how)
{
	double step = how & 1 ? 0x1p-50 : how & 2 ? 0.125 : 0;
	size_t m;

	c->x = exactly(MOST * sizeof *c->x);
	while (f->left && c->n < MOST)
		c->x[c->n++] = feed_number(f);
	m = c->n;
	if (how & 4)
		for (; m && c->n < 1100 + 300 * m && c->n < MOST; c->n++)
			c->x[c->n] = c->x[c->n - m] * (1 + step);
	c->x = realloc(c->x, (c->n + 1) * sizeof *c->x);
	REQUIRE(c->x);
	if (how & 8) {
		c->f32 = exactly(c->n * sizeof *c->f32);
		for (size_t i = 0; i < c->n; i++) {
			if (isfinite(c->x[i]))
				c->x[i] = fmax(-0x1.fffffep127, fmin(0x1.fffffep127, c->x[i]));
			c->f32[i] = (float)c->x[i];
			c->x[i] = c->f32[i];
		}
	}
	if (how & 16) {
		c->weights = exactly(c->n * sizeof *c->weights);
		for (size_t i = 0; i < c->n; i++)
			c->weights[i] = (double)(i * 7 % 5) / 4;
	}
}

static void feed_options(struct feed *f, struct column *c)
{
	unsigned flags = feed_byte(f);
	struct bell_sketch *s;

	bell_fit_options_default(&c->fit);
	c->fit.standardize = flags & 1;
	c->fit.method = flags & 32   ? BELL_BOX_COX
			: flags & 64 ? BELL_YEO_JOHNSON_UNIT
				     : BELL_YEO_JOHNSON;
	if (flags & 2)
		c->fit.lambda = feed_number(f);
	if (isinf(c->fit.lambda) || fabs(c->fit.lambda) > 1e6)
		c->fit.lambda = NAN;
	if (flags & 4) {
		double a = feed_number(f), b = feed_number(f);

		if (a < b && a < INFINITY && b > -INFINITY)
			c->fit.lower = a, c->fit.upper = b;
	}
	if (!(flags & 8))
		return;
	c->grid.width = ldexp(1, -3 - (int)(feed_byte(f) * (flags & 16 ? 4 : 1) % 998));
	c->grid.center = feed_number(f);
	c->grid.center = isfinite(c->grid.center) ? c->grid.center : 0;
	for (int side = 0; side < 2; side++) {
		double anchor = fmod(feed_number(f), 710);

		c->grid.anchor[side] = isnan(anchor) ? 0 : anchor;
		c->grid.top[side] = c->grid.anchor[side] / 2;
	}
	if (bell_sketch_create(&c->grid, &s) == BELL_OK)
		bell_sketch_free(s);
	else /* bins too narrow for where they are */
		c->grid.width = 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct feed f = {data, size};
	unsigned how = feed_byte(&f), part = feed_byte(&f);
	unsigned methods = BELL_BEST - BELL_IDENTITY + 1;
	enum bell_method method = (enum bell_method)(BELL_IDENTITY + part % methods);
	struct bell_sketch *whole;
	struct column c = {0};
	struct bell_fit fit;

	feed_options(&f, &c);
	feed_column(&f, &c, how);
	if (c.n) {
		if (c.fit.method == BELL_BOX_COX)
			make_positive(&c);
		whole = sketch_of(&c, 0, c.n);
		check_summary(&c, whole);
		check_parts(&c, whole, c.n * part / 256);
		check_family(&c, whole, method);
		REQUIRE(bell_fit_sketch(whole, &c.fit, &fit) == BELL_OK);
		check_flags(&c.fit, &fit);
		bell_sketch_free(whole);
		REQUIRE((c.f32 ? bell_fit_f32(c.f32, c.weights, c.n, &c.fit, 1, &fit)
			       : bell_fit_f64(c.x, c.weights, c.n, &c.fit, 1, &fit)) == BELL_OK);
		check_flags(&c.fit, &fit);
		check_transform(&c, &fit);
	}
	free(c.x);
	free(c.f32);
	free(c.weights);
	return 0;
}
