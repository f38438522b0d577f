/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * test_stack.c - a call needs no more than BELL_STACK_SIZE bytes of stack.  Calls run in a thread
 * whose stack is filled with one byte, and what they have overwritten is what they needed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "common.h"
#include "layer_tensors.h"
#include "painted_stack.h"

/* Sanitizers make frames larger, and so do builds that are not optimized. */
#if defined(__SANITIZE_ADDRESS__) || !defined(__OPTIMIZE__)
#define MEASURED 0
#elif defined(__has_feature)
#define MEASURED !__has_feature(address_sanitizer)
#else
#define MEASURED 1
#endif

static void check(const char *name, enum bell_status (*function)(const void *),
		  const void *argument)
{
	struct call c = {function, argument, BELL_OK};
	size_t used = stack_of(&c);

	cr_expect_eq(c.status, BELL_OK, "%s: %s", name, bell_status_text(c.status));
	if (getenv("BELLSHAPE_SHOW_STACK"))
		fprintf(stderr, "%8zu  %s on %s\n", used, name, bell_backend());
	cr_expect(!MEASURED || used <= BELL_STACK_SIZE, "%s: %zu bytes of stack", name, used);
}

/* Returns from the function that it is used in if a call fails. */
#define TRY(call)                                \
	do {                                     \
		enum bell_status tried = (call); \
		if (tried != BELL_OK)            \
			return tried;            \
	} while (0)

static enum bell_status nothing(const void *unused)
{
	(void)unused;
	return BELL_OK;
}

static enum bell_status large_array(const void *unused)
{
	char array[BELL_STACK_SIZE];

	(void)unused;
	memset(array, 0, sizeof array);
	__asm__ volatile("" : : "r"(array) : "memory"); /* somebody may read it */
	return BELL_OK;
}

Test(stack, is_measured)
{
	struct call none = {nothing, NULL, BELL_OK}, large = {large_array, NULL, BELL_OK};

	cr_expect(stack_of(&none) < 16384, "%zu bytes without a call", stack_of(&none));
	cr_expect(stack_of(&large) > BELL_STACK_SIZE);
}

/* ---- the inputs ---- */

enum { N = 50000, COLUMNS = 3 };

struct input {
	const double *x, *weights;
	const float *narrow;
	unsigned threads;
	struct bell_fit_options options;
};

/* Calls `test` with columns of every kind, with and without weights, on one thread and on two. */
static void each_input(const char *name, enum bell_status (*test)(const void *))
{
	double *weights = malloc(N * sizeof *weights);

	for (size_t i = 0; i < N; i++)
		weights[i] = 1 + (double)(i % 3);
	for (int kind = 0; kind <= KINDS; kind++) {
		double *x = column((enum kind)kind, N);
		float *narrow = narrowed(x, N);
		struct input in = {.x = x, .narrow = narrow};
		char what[80];

		bell_fit_options_default(&in.options);
		for (int how = 0; how < 4; how++) {
			in.weights = how & 1 ? weights : NULL;
			in.threads = how & 2 ? 2 : 1;
			sprintf(what, "%s of %s, case %d", name, kind_name[kind], how);
			check(what, test, &in);
		}
		free(narrow);
		free(x);
	}
	free(weights);
}

/* ---- moments, samples, transforms ---- */

static enum bell_status moments(const void *input)
{
	const struct input *in = input;
	static struct bell_moments_stream stream;
	struct bell_moments m, more;

	TRY(bell_moments_f32(in->narrow, N, in->threads, &m));
	TRY(bell_moments_f64(in->x, N, in->threads, &more));
	TRY(bell_moments_merge(&m, &more));
	stream = (struct bell_moments_stream){.chunks = 0};
	TRY(bell_moments_stream_f32(&stream, in->narrow, 4 * BELL_CHUNK));
	TRY(bell_moments_stream_f64(&stream, in->x, N));
	TRY(bell_moments_stream_end(&stream, &more));
	bell_moments_variance(&m, false);
	bell_moments_sd(&m, false);
	bell_moments_skewness(&m, false);
	bell_moments_kurtosis(&m, false);
	return BELL_OK;
}

Test(stack, moments) { each_input("moments", moments); }

static enum bell_status samples(const void *input)
{
	const struct input *in = input;
	struct bell_normal_stream from = {.seed = 1};
	static double y[N];
	static float z[N];
	static uint32_t words[N];

	TRY(bell_normal_fill_f32(&from, 0, 1, N, in->threads, z));
	TRY(bell_normal_fill_f64(&from, 0, 1, N, in->threads, y));
	TRY(bell_normal_add_f32(&from, 1, in->narrow, N, in->threads, z));
	TRY(bell_normal_add_f64(&from, 1, in->x, N, in->threads, y));
	return bell_philox4x32(&from, N / 4, in->threads, words);
}

Test(stack, samples) { each_input("samples", samples); }

static enum bell_status transforms(const void *input)
{
	const struct input *in = input;
	static double y[N];
	static float z[N];
	struct bell_transform t;

	TRY(bell_transform_plain(BELL_YEO_JOHNSON, 0.3, &t));
	TRY(bell_transform_apply_f32(&t, in->narrow, N, in->threads, z));
	TRY(bell_transform_apply_f64(&t, in->x, N, in->threads, y));
	TRY(bell_transform_inverse_f32(&t, z, N, BELL_OUTSIDE_CLIP, in->threads, z, NULL));
	return bell_transform_inverse_f64(&t, y, N, BELL_OUTSIDE_CLIP, in->threads, y, NULL);
}

Test(stack, transforms) { each_input("transforms", transforms); }

/* ---- sketches and fits ---- */

static enum bell_status through_bytes(const struct bell_sketch *sketch, struct bell_sketch **back)
{
	size_t size = bell_sketch_size(sketch);
	void *bytes = malloc(size);
	enum bell_status status = bell_sketch_serialize(sketch, bytes, size);

	if (status == BELL_OK)
		status = bell_sketch_deserialize(bytes, size, back);
	free(bytes);
	return status;
}

static enum bell_status nodes(const struct bell_sketch *sketch)
{
	static double value[1 << 16], weight[1 << 16];
	size_t n;

	return bell_sketch_nodes(sketch, COUNT(value), value, weight, &n);
}

static enum bell_status quantiles(const struct bell_sketch *sketch)
{
	const double q[] = {0.05, 0.5, 1};
	double value[COUNT(q)], error[COUNT(q)];

	return bell_sketch_quantiles(sketch, q, COUNT(q), value, error);
}

static enum bell_status sketches(const void *input)
{
	const struct input *in = input;
	struct bell_sketch *first, *second, *back, *settled, *like;
	struct bell_sketch_summary summary;
	struct bell_normality normality;
	struct bell_verdicts verdicts;
	struct bell_fit fit;

	TRY(bell_sketch_create(NULL, &first));
	TRY(bell_sketch_update_f64(first, in->x, in->weights, N, in->threads));
	TRY(bell_sketch_create(NULL, &second));
	TRY(bell_sketch_update_f32(second, in->narrow, in->weights, N / 3, in->threads));
	TRY(through_bytes(second, &back));
	TRY(bell_sketch_merge(back, first));
	TRY(bell_sketch_update_f64(second, in->x, NULL, 100, in->threads));
	TRY(bell_sketch_merge(second, back));
	TRY(bell_sketch_create(NULL, &settled));
	TRY(bell_sketch_update_f64(settled, in->x, NULL, 500, 1));
	TRY(bell_sketch_settle(settled));
	TRY(bell_sketch_like(settled, &like));
	TRY(bell_sketch_merge(like, first));
	TRY(bell_sketch_merge(like, settled));
	TRY(nodes(like));
	TRY(quantiles(like));
	TRY(bell_sketch_summary(like, &summary));
	TRY(bell_fit_sketch(second, &in->options, &fit));
	TRY(bell_normality_sketch(second, NULL, NULL, &normality));
	TRY(bell_verdicts_sketch(second, &fit, NULL, in->options.weight_type, &verdicts));
	for (size_t i = 0; i < 5; i++)
		bell_sketch_free((struct bell_sketch *[]){first, second, back, settled, like}[i]);
	return BELL_OK;
}

Test(stack, sketches) { each_input("sketches", sketches); }

static enum bell_status fits(const void *input)
{
	const struct input *in = input;
	struct bell_normality normality;
	struct bell_inference inference;
	struct bell_fit fit;

	TRY(bell_infer_f64(in->x, in->weights, N, &in->options, in->threads, 0.9, &inference));
	TRY(bell_normality_f32(in->narrow, in->weights, N, NULL, in->threads, &normality));
	TRY(bell_fit_f32(in->narrow, in->weights, N, &in->options, in->threads, &fit));
	return bell_fit_f64(in->x, in->weights, N, &in->options, in->threads, &fit);
}

Test(stack, fits) { each_input("fits", fits); }

/* ---- tables and models ---- */

static enum bell_status models(struct bell_sketch *const *sketch, unsigned threads)
{
	struct bell_model *model, *back;
	char *text;

	TRY(bell_model_fit_sketches(sketch, COLUMNS, NULL, threads, &model));
	TRY(bell_model_set(model, 0, "a", bell_model_fit(model, 1)));
	TRY(bell_model_to_json(model, &text));
	TRY(bell_model_from_json(text, strlen(text), &back));
	free(text);
	bell_model_free(back);
	bell_model_free(model);
	return BELL_OK;
}

static enum bell_status tables(const void *input)
{
	const struct input *in = input;
	static double y[N];
	size_t rows = N / COLUMNS;

	for (int layout = 0; layout < 2; layout++) {
		ptrdiff_t row = layout ? 1 : COLUMNS, column = layout ? (ptrdiff_t)rows : 1;
		struct bell_table wide = {(void *)in->x, BELL_F64, rows, COLUMNS, row, column},
				  narrow = wide, out = wide;
		struct bell_sketch *sketch[COLUMNS];
		struct bell_moments moments[COLUMNS];
		struct bell_model *model;
		uint64_t outside[COLUMNS];

		narrow.data = (void *)in->narrow;
		narrow.type = BELL_F32;
		out.data = y;
		for (int j = 0; j < COLUMNS; j++)
			TRY(bell_sketch_create(NULL, &sketch[j]));
		TRY(bell_table_sketch(&narrow, in->weights, in->threads, sketch));
		TRY(bell_table_moments(&narrow, in->threads, moments));
		TRY(models(sketch, in->threads));
		TRY(bell_table_fit(&wide, in->weights, &in->options, in->threads, &model));
		TRY(bell_table_transform(model, &wide, in->threads, &out));
		TRY(bell_table_inverse(model, &out, BELL_OUTSIDE_CLIP, in->threads, &out, outside));
		for (int j = 0; j < COLUMNS; j++)
			bell_sketch_free(sketch[j]);
		bell_model_free(model);
	}
	return BELL_OK;
}

Test(stack, tables) { each_input("tables", tables); }

/* Text that is nested as deeply as the parser goes, and deeper; both are refused. */
static enum bell_status nested(const void *opening)
{
	char text[2000];
	struct bell_model *model;

	memset(text, *(const char *)opening, sizeof text);
	for (size_t n = 900; n <= sizeof text; n += 50)
		if (bell_model_from_json(text, n, &model) != BELL_EFORMAT)
			return BELL_EINVAL;
	return BELL_OK;
}

Test(stack, nested_text) { check("arrays in arrays", nested, "["); }

/* ---- layers ---- */

/* The call for the type of the layer. */
#define CALL(name, ...)                                           \
	TRY(l->type == F32 ? bell_layer_##name##_f32(__VA_ARGS__) \
			   : bell_layer_##name##_f64(__VA_ARGS__))

static enum bell_status layers(const void *input)
{
	const struct layer *l = input;
	const struct bell_layer_shape *shape = &l->shape;
	const struct bell_layer_options *o = &l->options;
	struct bell_layer_statistics *s = malloc(l->groups * sizeof *s);
	struct bell_layer_sums *sums = malloc(l->groups * sizeof *sums);
	double *dweight = malloc(2 * l->weights * sizeof *dweight), *dbias = dweight + l->weights;
	void *out = malloc(l->size * sizeof(double));

	CALL(forward, l->u, l->weight, l->bias, shape, o, out, s, NULL);
	CALL(evaluate, l->u, l->weight, l->bias, s, shape, o, out);
	CALL(backward, l->u, l->weight, s, l->g, shape, o, out, dweight, dbias);
	for (int i = BELL_LAYER_MOMENTS; i <= BELL_LAYER_SPREAD; i++) {
		enum bell_layer_step step = (enum bell_layer_step)i;

		CALL(measure, l->u, s, shape, step, o, sums);
		TRY(bell_layer_merge(sums, sums, l->groups, step));
		TRY(bell_layer_finalize(s, sums, l->groups, step, o));
	}
	TRY(bell_layer_track(s, s, l->groups, 10, 0.1));
	CALL(apply, l->u, l->weight, l->bias, s, shape, o, out);
	CALL(measure_backward, l->u, l->weight, s, l->g, shape, o, sums, dweight, dbias);
	CALL(apply_backward, l->u, l->weight, s, l->g, sums, shape, o, out);
	CALL(evaluate_backward, l->u, l->weight, s, l->g, shape, o, out, dweight, dbias);
	free(out);
	free(dweight);
	free(sums);
	free(s);
	return BELL_OK;
}

Test(stack, layers)
{
	struct bell_layer_shape shapes[] = {
	    bell_layer_shape_batch(300, 200, 1),
	    bell_layer_shape_batch(7, 5, 3003),
	    bell_layer_shape_layer(9, 3001),
	    bell_layer_shape_group(3, 6, 5000, 2),
	    bell_layer_shape_instance(200, 160, 8),
	    bell_layer_shape_batch(2, 1, 70000),
	    bell_layer_shape_channels_last(bell_layer_shape_group(3, 256, 50, 128))};

	for (int type = 0; type < TYPES; type++)
		for (size_t i = 0; i < COUNT(shapes); i++)
			for (unsigned threads = 1; threads < 3; threads++) {
				struct layer l = layer_make(type, &shapes[i]);
				char name[80];

				l.options.threads = threads;
				for (size_t e = 0; e < l.n; e++) {
					layer_set(&l, l.u, e, (double)(e % 7) - (double)(e % 3));
					layer_set(&l, l.g, e, (double)(e % 5) - 2);
				}
				sprintf(name, "layer %zu, type %d, %u threads", i, type, threads);
				check(name, layers, &l);
				layer_free(&l);
			}
}
