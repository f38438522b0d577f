/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * kernel_calls.c - how each kernel is called.
 *
 * A kernel of kernels.def without a description here does not compile.  One that exists for each
 * element type has its description in kernel_calls.inc.
 */
#include <string.h>
#include "join.h"
#include "kernel_calls.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- parameters: ordinary ones first ---- */

static const struct kernel_parameters centers[] = {{.center = 0.125}, {.center = 0},
						   {.center = -1e9},  {.center = 1000},
						   {.center = 1e300}, {.center = 1e-300}};
static const struct kernel_parameters nothing[] = {{.center = 0}};
static const struct kernel_parameters distances[] = {
    {.center = 0}, {.center = 1}, {.center = 1000}, {.center = 1e300}, {.center = 1e-300}};

/* Bins of an eighth, of both signs; windows that end early; and bins about a center. */
static const struct kernel_parameters windows[] = {
    {.table_rows = 258,
     .window = {.inverse_width = 8, .low = {-64, -64}, .high = {63, 63}, .base = {66, 66 + 128}}},
    {.table_rows = 129,
     .window = {.inverse_width = 8, .low = {0, -25}, .high = {50, 50}, .base = {2, 78}}},
    {.table_rows = 43,
     .window = {.inverse_width = 1, .low = {3, 0}, .high = {40, 2}, .base = {-1, 40}}},
    {.table_rows = 83,
     .window = {.center = 1000,
		.inverse_width = 1024,
		.low = {-40, 0},
		.high = {40, -1},
		.base = {42, 83}}},
    {.table_rows = 43,
     .window = {.center = 1e-300,
		.inverse_width = 0.125,
		.low = {0, -40},
		.high = {-1, 0},
		.base = {2, 42}}},
};

/*
 * psi at lambda = 0.3; powers of every sign and 0, centered and anchored; a scale that overflows.
 */
#define TRANSFORM(...)                                        \
	{                                                     \
		.transform = {__VA_ARGS__}, .fill = { 9, -1 } \
	}
static const struct kernel_parameters transforms[] = {
    TRANSFORM(.side = {{0, 0, 0.3, 1 / 0.3, 0}, {0, 0, 1.7, -1 / 1.7, 0}}, .min = -1, .max = 9),
    TRANSFORM(.side = {{0, 0, 0.5, 2, 0}, {0, 0, 1.5, -1 / 1.5, 0}}, .min = -1, .max = 9),
    TRANSFORM(.side = {{0, 0, 0, 1, 0}, {0, 0, 2, -0.5, 0}}, .min = -1, .max = 9),
    TRANSFORM(.side = {{0, 0, 2, 0.5, 0}, {0, 0, 0, -1, 0}}, .min = -1, .max = 9),
    TRANSFORM(.side = {{0, 0, -3, -1 / 3.0, 0}, {0, 0, 5, -0.2, 0}}, .min = -1, .max = 9),
    TRANSFORM(.side = {{1000, 0.001, -60, -1.5, 0.25}, {0, 0, 62, -1e-30, -3}}, .min = 900,
	      .max = 1100),
    TRANSFORM(.side = {{0, 5, 104, 0x1p1023, 1}, {0, 0, -102, 1e-300, -1}}, .min = -1, .max = 9),
    TRANSFORM(.side = {{0, 0, 0.5, 2, 0}}, .min = 1, .max = 9, .method = BELL_BOX_COX),
    TRANSFORM(.side = {{0, 0, 0, 1, 0}}, .min = 1, .max = 9, .method = BELL_BOX_COX),
    TRANSFORM(.side = {{1000, 0.001, -60, -1.5, 0.25}}, .min = 900, .max = 1100,
	      .method = BELL_BOX_COX),
    TRANSFORM(.side = {{5, 0, 1, 2, 0.5}}, .min = 1, .max = 9, .method = BELL_BOX_COX),
    TRANSFORM(.side = {{0.5, 0, 0, 3, -1}}, .min = -1, .max = 9, .method = BELL_IDENTITY),
    TRANSFORM(.side = {{3, 0, 0, 0.5, 0.1}}, .min = 1, .max = 9, .method = BELL_LOG),
    TRANSFORM(.side = {{0, 0, 0, 1, 0}}, .max = 9, .method = BELL_SQRT),
    TRANSFORM(.side = {{4, 0, 0, 3, 0.5}}, .min = 1, .max = 9, .method = BELL_SQRT),
    TRANSFORM(.side = {{1, 0, 0, 1, 0}}, .max = 9, .method = BELL_LOG_SHIFT),
    TRANSFORM(.side = {{2.5, 0, 0, 0.7, -2}}, .min = -1, .max = 9, .shift = 1.1,
	      .method = BELL_LOG_SHIFT),
    TRANSFORM(.side = {{0, 0, 0, 1, 0}}, .min = -1, .max = 9, .unit = 1, .method = BELL_ASINH),
    TRANSFORM(.side = {{-3, 0, 0, 40, 2}}, .min = -9, .max = 1, .unit = 0.01, .method = BELL_ASINH),
    TRANSFORM(.side = {{9, 0, 0.4, 3, 2}}, .min = -1, .max = 9, .method = BELL_EXPONENTIAL),
    TRANSFORM(.side = {{-1, 0, -30, -2, 0}}, .min = -1, .max = 9, .method = BELL_EXPONENTIAL),
    TRANSFORM(.side = {{0, 0, 0, 1, 0}}, .min = -1, .max = 9, .method = BELL_EXPONENTIAL),
};

/* Across counter 2^32 and the end of the indices, and from the middle of a set. */
#define SECOND_HALF                                                                \
	{                                                                          \
		UINT64_C(0x123456789abcdef), 5, (UINT64_C(1) << 33) - 30, 1e6, 100 \
	}
static const struct kernel_parameters draws[] = {
    {.draw = {1, 0, 0, 0, 1}},
    {.draw = {1, 0, 0, 0, 1}, .optional = true},
    {.draw = {UINT64_MAX, UINT64_MAX, UINT64_MAX - 20, -3, 1e-3}, .optional = true},
    {.draw = {1, UINT64_C(1) << 32, (UINT64_C(1) << 34) - 77, 0, 2}},
    {.draw = {1, UINT64_C(1) << 32, (UINT64_C(1) << 34) - 77, 0, 2}, .optional = true},
    {.draw = SECOND_HALF},
    {.draw = SECOND_HALF, .optional = true},
};
static const struct kernel_parameters counters[] = {
    {.draw = {.seed = 1}},
    {.draw = {.seed = 7, .stream = 1, .offset = 3}},
    {.draw = {.seed = 7, .stream = 2, .offset = (UINT64_C(1) << 32) - 5}},
    {.draw = {.seed = 7, .stream = 3, .offset = UINT64_MAX - 20}},
};

static const struct kernel_parameters probes[] = {
    {.probe = {.power = 0.3, .scale = 1}},
    {.probe = {.power = 0, .scale = 1}},
    {.probe = {.power = -2.25, .origin = 1.5, .scale = 1}},
    {.probe = {.power = 3, .shift = 900, .scale = 1, .add = 1}},
};
/* The factor is the sign of a side. */
static const struct kernel_parameters means[] = {{.center = 0.5, .factor = 1, .spread = 0.25},
						 {.center = 0.5, .factor = -1, .spread = 0.25}};

static const struct kernel_parameters matrices[] = {
    {.columns = 64}, {.columns = 1}, {.columns = 5}, {.columns = 19}, {.columns = 100}};

#define LAYER                                                \
	.center = 0.5, .factor = 2, .spread = 0.4,           \
	.slope = {.rho = 0.6, .mean_d = 0.3, .factor = 1.7}, \
	.gradient = {.r = 1.5, .c = -0.01, .m0 = 0.25, .m1 = -0.5}
static const struct kernel_parameters layers[] = {
    {LAYER, .psi = {{0.4, 1 / 0.4, 1 / 0.16, 0, 1}, {1.6, 1 / 1.6, 1 / 2.56, 0, 1}},
     .optional = true},
    {LAYER, .psi = {{0, 0, 0, 1, 0}, {2, 0.5, 0.25, 0, 1}}},
    {LAYER, .psi = {{-3, -1 / 3.0, 1 / 9.0, 0, 1}, {5, 0.2, 0.04, 0, 1}}, .optional = true},
};

/* Groups that lie side by side, each with parameters of its own. */
static void across_groups(const struct kernel_parameters *p, struct layer_group group[LAYER_PAD])
{
	for (int k = 0; k < LAYER_PAD; k++) {
		double part = (double)k / LAYER_PAD;

		group[k] = (struct layer_group){.mean = p->center + part,
						.r = p->factor * (1 - part / 2),
						.center = p->center - part,
						.spread = p->spread * (1 + part),
						.weight = 1 - 2 * part,
						.bias = part - 0.25,
						.psi = {p->psi[k % 2], p->psi[1]},
						.slope = p->slope,
						.gradient = p->gradient};
		group[k].slope.rho -= part;
		group[k].gradient.m0 += part;
	}
}

/* ---- results of kernels that leave part of their outputs unwritten, or of no meaning ---- */

/*
 * The first row of a table takes what belongs to no bin, and the rest ends with the last element
 * outside.
 */
static size_t sketch_results(const struct kernel_call *c, struct kernel_result *out)
{
	out[0] = (struct kernel_result){KERNEL_I64, (const int64_t *)c->out[1] + SKETCH_POWERS,
					(c->parameters->table_rows - 1) * SKETCH_POWERS};
	out[1] = (struct kernel_result){KERNEL_F64, c->out[0], c->count};
	return 2;
}

/* The row of an element that belongs to no bin has no meaning. */
static size_t rows_results(const struct kernel_call *c, struct kernel_result *out)
{
	const int32_t *index = c->out[0];
	const int64_t(*row)[SKETCH_POWERS] = c->out[1];
	size_t n = 0;

	out[n++] = (struct kernel_result){KERNEL_I32, index, c->n};
	for (size_t i = 0; i < c->n; i++)
		if (index[i])
			out[n++] = (struct kernel_result){KERNEL_I64, row[i], SKETCH_POWERS};
	return n;
}

/* The elements behind the last whole line are left alone. */
static size_t transpose_results(const struct kernel_call *c, struct kernel_result *out)
{
	*out = (struct kernel_result){c->kernel->type, c->out[0],
				      c->n - c->n % c->parameters->columns};
	return 1;
}

/* ---- calls ---- */

/* The head of a function that calls a kernel. */
#define RUN(kernel) static void FN(run_##kernel)(const struct backend *b, struct kernel_call *c)

/* The description of a kernel: its parameter sets, and members of struct kernel. */
#define DESCRIBE(which, sets, ...)                        \
	static const struct kernel FN(kernel_##which) = { \
	    .name = TEXT(FN(which)),                      \
	    .type = TYPE,                                 \
	    .parameters = sets,                           \
	    .parameter_sets = COUNT(sets),                \
	    .run = FN(run_##which),                       \
	    __VA_ARGS__,                                  \
	};

/* The sums of a kernel that reads groups across, all 0, or NULL if it makes none. */
static void *across_sums(const struct kernel_call *c)
{
	for (int i = 0; i < 2; i++)
		if (c->kernel->output[i].fixed)
			return memset(c->out[i], 0, LAYER_PAD * MAX_SUMS * sizeof(double));
	return NULL;
}

/*
 * A kernel that reads groups across is called with rows of LAYER_PAD groups, and n counts the
 * elements of all.  The sums are an output, of which it writes a part.
 */
#define ACROSS                                               \
	struct layer_group group[LAYER_PAD];                 \
	const size_t count = LAYER_PAD, rows = c->n / count; \
	const ptrdiff_t stride = LAYER_PAD;                  \
	double(*sums)[MAX_SUMS] = across_sums(c);            \
                                                             \
	across_groups(c->parameters, group)
#define ACROSS_SUMS                                                              \
	{                                                                        \
		.type = KERNEL_F64, .fixed = LAYER_PAD * MAX_SUMS, .aside = true \
	}

#define FN(name) JOIN(name, f32)
#define elem     float
#define TYPE     KERNEL_F32
#include "kernel_calls.inc"
#undef FN
#undef elem
#undef TYPE

#define FN(name) JOIN(name, f64)
#define elem     double
#define TYPE     KERNEL_F64
#include "kernel_calls.inc"
#undef FN
#undef TYPE

/* Kernels between floats and types of 16 bits, by the type of their input. */
#define FN(name) name

#define TYPE      KERNEL_U16
#define TO_FLOATS .inputs = 1, .required = 1, .output = {{.type = KERNEL_F32, .each = 1}}
RUN(widen_bf16) { b->widen_bf16(c->in[0], c->n, c->out[0]); }
DESCRIBE(widen_bf16, nothing, TO_FLOATS)
RUN(widen_f16) { b->widen_f16(c->in[0], c->n, c->out[0]); }
DESCRIBE(widen_f16, nothing, TO_FLOATS)
#undef TYPE

#define TYPE      KERNEL_F32
#define OF_FLOATS .inputs = 1, .required = 1, .output = {{.type = KERNEL_U16, .each = 1}}
RUN(narrow_bf16) { b->narrow_bf16(c->in[0], c->n, c->out[0]); }
DESCRIBE(narrow_bf16, nothing, OF_FLOATS)
RUN(narrow_f16) { b->narrow_f16(c->in[0], c->n, c->out[0]); }
DESCRIBE(narrow_f16, nothing, OF_FLOATS)
#undef TYPE

/* Kernels of doubles alone. */
#define TYPE KERNEL_F64

RUN(logarithm_1p) { b->logarithm_1p(c->in[0], c->n, c->out[0]); }
DESCRIBE(logarithm_1p, nothing, .step = NODE_PAD, .inputs = 1, .required = 1, .in_place = 1,
	 .output = {{.type = KERNEL_F64, .each = 1}})

RUN(log_ratio) { b->log_ratio(c->in[0], c->n, c->parameters->center, c->out[0]); }
DESCRIBE(log_ratio, distances, .step = NODE_PAD, .inputs = 1, .required = 1, .in_place = 1,
	 .output = {{.type = KERNEL_F64, .each = 1}})

RUN(ratio_exp) { b->ratio_exp(c->in[0], c->n, c->parameters->center, c->out[0]); }
DESCRIBE(ratio_exp, distances, .step = NODE_PAD, .inputs = 1, .required = 1, .in_place = 1,
	 .output = {{.type = KERNEL_F64, .each = 1}})

RUN(exponential) { b->exponential(c->in[0], c->n, c->out[0]); }
DESCRIBE(exponential, nothing, .step = NODE_PAD, .inputs = 1, .required = 1, .in_place = 1,
	 .output = {{.type = KERNEL_F64, .each = 1}})

/* The inputs are coordinates and weights. */
RUN(score)
{
	struct nodes nodes = {.n = c->n, .at = (double *)c->in[0], .weight = (double *)c->in[1]};
	double *out[4];

	for (int j = 0; j < 4; j++)
		out[j] = c->out[j];
	b->score(&nodes, &c->parameters->probe, out, c->sum);
}
#define SCORE                                 \
	{                                     \
		.type = KERNEL_F64, .each = 1 \
	}
DESCRIBE(score, probes, .step = NODE_PAD, .inputs = 2, .required = 2, .sums = 3,
	 .output = {SCORE, SCORE, SCORE, SCORE})

/* The inputs are weights and three of the outputs of `score`. */
RUN(score_spread)
{
	struct nodes nodes = {.n = c->n, .weight = (double *)c->in[0]};
	double *terms[4] = {(double *)c->in[1], (double *)c->in[2], (double *)c->in[3]};
	const struct kernel_parameters *p = c->parameters;
	const double mean[3] = {p->center, p->spread, -p->spread};

	b->score_spread(&nodes, terms, p->factor, mean, c->sum);
}
DESCRIBE(score_spread, means, .step = NODE_PAD, .inputs = 4, .required = 4, .sums = 4)

/* The inputs are the means of t .. t^7 of each bin. */
RUN(quadrature)
{
	const double *moment[SKETCH_POWERS - 1];
	double *out[QUADRATURE_ARRAYS];

	for (size_t j = 0; j < SKETCH_POWERS - 1; j++)
		moment[j] = c->in[j];
	for (size_t j = 0; j < QUADRATURE_ARRAYS; j++)
		out[j] = (double *)c->out[0] + j * c->n;
	b->quadrature(moment, c->n, out);
}
DESCRIBE(quadrature, nothing, .step = NODE_PAD, .max = 128, .inputs = 7, .required = 7,
	 .output = {{.type = KERNEL_F64, .each = QUADRATURE_ARRAYS, .aside = true}})

/* n is the number of samples in float64, of which a counter makes two. */
RUN(philox_words) { b->philox_words(&c->parameters->draw, c->n / 2, c->out[0]); }
DESCRIBE(philox_words, counters, .step = 2, .output = {{.type = KERNEL_U32, .each = 2}})

const struct kernel *const kernels[] = {
#define KERNEL(type, name, params) &kernel_##name,
#include "kernels/kernels.def"
#undef KERNEL
};
const size_t kernel_count = COUNT(kernels);

const struct kernel *kernel_named(const char *name)
{
	for (size_t i = 0; i < kernel_count; i++)
		if (!strcmp(kernels[i]->name, name))
			return kernels[i];
	return NULL;
}

/* ---- arrays ---- */

size_t kernel_type_size(enum kernel_type type)
{
	return type == KERNEL_U16 ? 2 : type == KERNEL_F64 || type == KERNEL_I64 ? 8 : 4;
}

unsigned kernel_inputs(const struct kernel *k, const struct kernel_parameters *p)
{
	return p->optional ? k->inputs : k->required;
}

size_t kernel_output_elements(const struct kernel *k, const struct kernel_parameters *p, size_t n,
			      unsigned i)
{
	const struct kernel_output *o = &k->output[i];

	if (o->optional && !p->optional)
		return 0;
	if (o->padded)
		n = (n + LAYER_PAD - 1) / LAYER_PAD * LAYER_PAD;
	return o->fixed ? o->fixed : n * o->each;
}
