/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * test_layer_narrow.c - layers on bfloat16 and float16 write what those on float32 write, rounded
 * once, in any layout; and so are as near to the plain loops in long double as that allows.
 */
#include <stdlib.h>
#include <string.h>
#include <bellshape/bellshape.h>
#include "common.h"
#include "layer_checks.h"
#include "narrow.h"

#define EACH_CALL(NAME)         \
	NAME(scratch)           \
	NAME(forward)           \
	NAME(backward)          \
	NAME(evaluate)          \
	NAME(evaluate_backward) \
	NAME(measure)           \
	NAME(apply)             \
	NAME(measure_backward)  \
	NAME(apply_backward)

/* A narrow type and the calls for it. */
struct narrow {
	const char *name;
	int digits;
#define NAME(call) __typeof__(bell_layer_##call##_bf16) *call;
	EACH_CALL(NAME)
#undef NAME
};

static const struct narrow types[] = {
#define NAME(call) .call = bell_layer_##call##_bf16,
    {.name = "bfloat16", .digits = DIGITS_BF16, EACH_CALL(NAME)},
#undef NAME
#define NAME(call) .call = bell_layer_##call##_f16,
    {.name = "float16", .digits = DIGITS_F16, EACH_CALL(NAME)},
#undef NAME
};

/* ---- tensors: arrays with their gaps ---- */

static uint16_t *rounded(const struct narrow *t, const float *x, size_t n)
{
	uint16_t *y = malloc(n * sizeof *y);

	for (size_t i = 0; i < n; i++)
		y[i] = narrow_nearest((double)x[i], t->digits);
	return y;
}

/* Makes all elements, and what lies between them, numbers of the type. */
static void round_values(const struct narrow *t, float *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		x[i] = (float)narrow_value(narrow_nearest((double)x[i], t->digits), t->digits);
}

/* Compares an array, gaps included, with one of float32 that is rounded; frees `got`. */
static void check_array(const struct narrow *t, const char *label, const char *what, uint16_t *got,
			const float *want, size_t n)
{
	for (size_t i = 0; i < n; i++)
		cr_assert_eq(got[i], narrow_nearest((double)want[i], t->digits),
			     "%s, %s: %s[%zu] is %04x, not %a rounded", t->name, label, what, i,
			     got[i], (double)want[i]);
	free(got);
}

/* ---- every call, beside that of float32 ---- */

/* The memory of a layer, whose float32 arrays have numbers of the type. */
struct twins {
	const struct narrow *t;
	const char *label;
	struct layer l;
	uint16_t *u, *g;
	struct bell_layer_statistics *saved;
};

/* out of float32, which is rounded, and of the narrow type: filled alike. */
struct outputs {
	float *wide;
	uint16_t *narrow;
};

static struct outputs outputs_make(const struct twins *p)
{
	float *wide = layer_array(&p->l);

	return (struct outputs){wide, rounded(p->t, wide, p->l.size)};
}

static void outputs_check(const struct twins *p, const char *what, struct outputs *o)
{
	check_array(p->t, p->label, what, o->narrow, o->wide, p->l.size);
	free(o->wide);
}

static void check_words(const struct twins *p, const char *what, const void *a, const void *b,
			size_t size)
{
	cr_assert(same_words(a, b, size), "%s, %s: %s", p->t->name, p->label, what);
}

static void check_forward(struct twins *p)
{
	const struct layer *l = &p->l;
	struct outputs o = outputs_make(p), e = outputs_make(p);
	size_t size = l->groups * sizeof *p->saved;
	struct bell_layer_statistics *saved = malloc(size);
	uint64_t count[2];

	CHECK(bell_layer_forward_f32(l->u, l->weight, l->bias, &l->shape, &l->options, o.wide,
				     p->saved, &count[0]));
	CHECK(p->t->forward(p->u, l->weight, l->bias, &l->shape, &l->options, o.narrow, saved,
			    &count[1]));
	check_words(p, "statistics", saved, p->saved, size);
	cr_assert_eq(count[0], count[1]);
	free(saved);
	outputs_check(p, "out", &o);
	CHECK(bell_layer_evaluate_f32(l->u, l->weight, l->bias, p->saved, &l->shape, &l->options,
				      e.wide));
	/* in place */
	memcpy(e.narrow, p->u, l->size * sizeof *p->u);
	CHECK(p->t->evaluate(e.narrow, l->weight, l->bias, p->saved, &l->shape, &l->options,
			     e.narrow));
	outputs_check(p, "evaluation", &e);
}

typedef __typeof__(bell_layer_backward_f32) backward_f32;
typedef __typeof__(bell_layer_backward_bf16) backward_narrow;

/* du takes the place of g in the narrow call. */
static void check_backward(const struct twins *p, const char *what, backward_f32 *wide,
			   backward_narrow *narrow)
{
	const struct layer *l = &p->l;
	struct outputs o = outputs_make(p);
	size_t size = 2 * l->weights * sizeof(double);
	double *a = malloc(size), *b = malloc(size);

	memcpy(o.narrow, p->g, l->size * sizeof *p->g);
	CHECK(wide(l->u, l->weight, p->saved, l->g, &l->shape, &l->options, o.wide, a,
		   a + l->weights));
	CHECK(narrow(p->u, l->weight, p->saved, o.narrow, &l->shape, &l->options, o.narrow, b,
		     b + l->weights));
	check_words(p, what, a, b, size);
	outputs_check(p, what, &o);
	free(a);
	free(b);
}

static void check_parts(const struct twins *p)
{
	const struct layer *l = &p->l;
	struct outputs out = outputs_make(p), du = outputs_make(p);
	size_t size = l->groups * sizeof(struct bell_layer_sums);
	struct bell_layer_sums *a = malloc(size), *b = malloc(size);
	double *weights = malloc(4 * l->weights * sizeof *weights),
	       *other = weights + 2 * l->weights;

	for (int step = BELL_LAYER_MOMENTS; step <= BELL_LAYER_SPREAD; step++) {
		CHECK(bell_layer_measure_f32(l->u, p->saved, &l->shape, (enum bell_layer_step)step,
					     &l->options, a));
		CHECK(p->t->measure(p->u, p->saved, &l->shape, (enum bell_layer_step)step,
				    &l->options, b));
		check_words(p, "measured", a, b, size);
	}
	CHECK(bell_layer_apply_f32(l->u, l->weight, l->bias, p->saved, &l->shape, &l->options,
				   out.wide));
	CHECK(p->t->apply(p->u, l->weight, l->bias, p->saved, &l->shape, &l->options, out.narrow));
	outputs_check(p, "applied", &out);
	CHECK(bell_layer_measure_backward_f32(l->u, l->weight, p->saved, l->g, &l->shape,
					      &l->options, a, weights, weights + l->weights));
	CHECK(p->t->measure_backward(p->u, l->weight, p->saved, p->g, &l->shape, &l->options, b,
				     other, other + l->weights));
	check_words(p, "sums of backward", a, b, size);
	check_words(p, "dweight, dbias", weights, other, 2 * l->weights * sizeof *weights);
	CHECK(bell_layer_apply_backward_f32(l->u, l->weight, p->saved, l->g, a, &l->shape,
					    &l->options, du.wide));
	CHECK(p->t->apply_backward(p->u, l->weight, p->saved, p->g, a, &l->shape, &l->options,
				   du.narrow));
	outputs_check(p, "du applied", &du);
	free(a);
	free(b);
	free(weights);
}

static struct twins twins_make(const struct narrow *t, const char *label,
			       const struct bell_layer_shape *shape)
{
	struct twins p = {.t = t, .label = label, .l = layer_make(F32, shape)};

	layer_fill(&p.l);
	round_values(t, p.l.u, p.l.size);
	round_values(t, p.l.g, p.l.size);
	p.u = rounded(t, p.l.u, p.l.size);
	p.g = rounded(t, p.l.g, p.l.size);
	p.saved = malloc(p.l.groups * sizeof *p.saved);
	return p;
}

static void twins_free(struct twins *p)
{
	free(p->u);
	free(p->g);
	free(p->saved);
	layer_free(&p->l);
}

static void check_calls(struct twins *p)
{
	check_forward(p);
	check_backward(p, "backward", bell_layer_backward_f32, p->t->backward);
	check_backward(p, "backward of evaluation", bell_layer_evaluate_backward_f32,
		       p->t->evaluate_backward);
	check_parts(p);
}

/* Ordinary options, no noise with the other transform, and none; the caller's scratch. */
static void check_options(const struct narrow *t, const char *label,
			  const struct bell_layer_shape *shape)
{
	struct twins p = twins_make(t, label, shape);
	char *memory;

	check_calls(&p);
	p.l.options.threads = 3;
	check_calls(&p);
	p.l.options.noise = 0;
	p.l.options.compat = true;
	check_calls(&p);
	p.l.options.normalize_only = true;
	p.l.options.noise = 0.5;
	p.l.options.scratch_size = t->scratch(shape, &p.l.options);
	p.l.options.scratch = memory = malloc(p.l.options.scratch_size);
	check_forward(&p);
	p.l.options.scratch = NULL;
	check_calls(&p);
	free(memory);
	twins_free(&p);
}

static void check_shape(const char *label, struct bell_layer_shape shape)
{
	for (size_t i = 0; i < COUNT(types); i++)
		check_options(&types[i], label, &shape);
}

static struct bell_layer_shape last(struct bell_layer_shape shape)
{
	return bell_layer_shape_channels_last(shape);
}

Test(layer_narrow, groups_one_by_one)
{
	struct bell_layer_shape gaps = bell_layer_shape_batch(6, 3, 20);

	gaps.sample_stride = 7 * 20;
	gaps.channel_stride = 2 * 20 + 5;
	gaps.position_stride = 2;
	check_shape("batch", bell_layer_shape_batch(5, 3, 301));
	check_shape("layer", bell_layer_shape_layer(7, 131));
	check_shape("group", bell_layer_shape_group(3, 6, 50, 2));
	check_shape("instance", bell_layer_shape_instance(3, 5, 77));
	check_shape("gaps", gaps);
	check_shape("group, channels last", last(bell_layer_shape_group(2, 6, 30, 2)));
	/* not cached */
	check_shape("large batch", bell_layer_shape_batch(3, 1, 11003));
}

Test(layer_narrow, groups_side_by_side)
{
	check_shape("cached", last(bell_layer_shape_batch(3, 21, 5)));
	check_shape("cached, one position", bell_layer_shape_batch(50, 37, 1));
	check_shape("instance", last(bell_layer_shape_instance(2, 19, 40)));
	/* read across: noise group by group, in rows, in rows of several positions; and a rest */
	check_shape("across", last(bell_layer_shape_batch(9, 20, 256)));
	check_shape("across, one position", bell_layer_shape_batch(1043, 36, 1));
	check_shape("across, few positions", last(bell_layer_shape_batch(233, 35, 5)));
}

/* ---- what float32 does not have ---- */

/* Values beyond the type, or infinite. */
Test(layer_narrow, infinite_values)
{
	const struct bell_layer_shape shape = bell_layer_shape_batch(8, 2, 4);

	for (size_t i = 0; i < COUNT(types); i++) {
		const struct narrow *t = &types[i];
		struct twins p = twins_make(t, "infinite", &shape);
		uint16_t out[64], infinite = narrow_nearest(INFINITY, t->digits),
				  nan = narrow_nearest(NAN, t->digits);
		float huge[2] = {0x1.8p127f, 0x1.8p127f}, none[2] = {0, 0};
		uint64_t count;

		CHECK(t->forward(p.u, huge, none, &shape, &p.l.options, out, p.saved, &count));
		for (size_t k = 0; k < 64; k++)
			cr_assert((out[k] & 0x7fff) >= narrow_nearest(60000, t->digits) &&
				      out[k] != nan,
				  "%s: %04x", t->name, out[k]);
		p.u[5] = 0x8000 | infinite;
		p.u[6] = nan;
		CHECK_STATUS(
		    t->forward(p.u, NULL, NULL, &shape, &p.l.options, out, p.saved, &count),
		    BELL_EDOMAIN);
		cr_assert_eq(count, 2);
		for (size_t k = 0; k < 64; k++)
			cr_assert((out[k] == nan) == (k / 4 % 2 == 1), "%s: %zu", t->name, k);
		twins_free(&p);
	}
}

Test(layer_narrow, bad_arguments)
{
	struct bell_layer_shape shape = bell_layer_shape_batch(8, 2, 4);

	for (size_t i = 0; i < COUNT(types); i++) {
		const struct narrow *t = &types[i];
		struct twins p = twins_make(t, "bad", &shape);

		CHECK_STATUS(t->forward(p.u, NULL, NULL, &shape, NULL, p.u, p.saved, NULL),
			     BELL_EINVAL);
		/* 64 elements of 2 bytes: the first that does not overlap is the 65th */
		CHECK_STATUS(t->forward(p.u, NULL, NULL, &shape, NULL, p.u + 63, p.saved, NULL),
			     BELL_EINVAL);
		p.l.options.scratch = p.u;
		p.l.options.scratch_size = 1;
		CHECK_STATUS(t->forward(p.u, NULL, NULL, &shape, &p.l.options, p.g, p.saved, NULL),
			     BELL_ESIZE);
		cr_assert_eq(t->scratch(NULL, NULL), 0);
		twins_free(&p);
	}
}

/* ---- against plain loops ---- */

/* The error is that of rounding, and what float32 adds to it. */
static void check_near(const struct narrow *t, const char *what, const uint16_t *got,
		       const long double *want, const struct layer *l, long double scale)
{
	for (size_t i = 0; i < l->n; i++) {
		double x = (double)want[i],
		       size = fmax(fabs(x), ldexp(1, 1 - narrow_bias(t->digits)));
		double half = ldexp(0.5, ilogb(size) - t->digits);
		double value = narrow_value(got[layer_place(&l->shape, i)], t->digits);

		cr_assert(fabs(value - x) <= half + 3e-6 * (double)scale,
			  "%s: %s[%zu] is %a, not %a", t->name, what, i, value, x);
	}
}

Test(layer_narrow, nearly_the_nearest_numbers)
{
	const struct bell_layer_shape shapes[] = {bell_layer_shape_batch(6, 3, 40),
						  last(bell_layer_shape_batch(40, 17, 12)),
						  bell_layer_shape_layer(5, 96)};

	for (size_t i = 0; i < COUNT(types); i++)
		for (size_t j = 0; j < COUNT(shapes); j++) {
			const struct narrow *t = &types[i];
			struct twins p = twins_make(t, "reference", &shapes[j]);
			struct layer_results want = layer_reference(&p.l);
			uint16_t *out = malloc(p.l.size * sizeof *out);
			long double scale = 0;

			CHECK(t->forward(p.u, p.l.weight, p.l.bias, &shapes[j], &p.l.options, out,
					 p.saved, NULL));
			check_near(t, "out", out, want.out, &p.l, want.out_scale);
			CHECK(t->backward(p.u, p.l.weight, p.saved, p.g, &shapes[j], &p.l.options,
					  out, NULL, NULL));
			for (size_t k = 0; k < p.l.groups; k++)
				scale = fmaxl(scale, want.du_scale[k]);
			check_near(t, "du", out, want.du, &p.l, scale);
			layer_results_free(&want);
			free(out);
			twins_free(&p);
		}
}
