/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * kernels.c - every kernel of kernels.def on any bytes: the same bits on every backend.
 *
 * ../kernel_calls.c says how a kernel is called.  The measure is "scalar", or the only backend
 * there is where that cannot run.  "plain" may differ in last bits, so it has only to survive.
 */
#include <math.h>
#include <string.h>
#include <bellshape/backend.h>
#include "../kernel_calls.h"
#include "fuzz.h"

/* A window as a sketch makes it: bins around an anchor, whose numbers are exact. */
static void feed_window(struct feed *f, struct kernel_parameters *p)
{
	int exponent = (int)(feed_byte(f) % 64) - 60, reach = (int)(feed_byte(f) % 128) + 1;
	struct window g = {.inverse_width = ldexp(1, -exponent)};
	int rows[2] = {0, 0}, negative = (int)(feed_byte(f) & 1);

	g.center = fabs(feed_number(f));
	g.center = g.center < INFINITY ? g.center : 0;
	for (int side = 0; side < 2; side++) {
		double middle = rint(fmod(feed_number(f), 710) * g.inverse_width);

		middle = fabs(middle) < 0x1p48 ? middle : 0;
		g.low[side] = middle - reach;
		g.high[side] = g.center > 0 && side != negative ? g.low[side] - 1 : middle + reach;
		if (g.high[side] >= g.low[side])
			rows[side] = (int)(g.high[side] - g.low[side]) + 1;
	}
	g.base[0] = ROW_BINS - g.low[0];
	g.base[1] = ROW_BINS + rows[0] - g.low[1];
	p->table_rows = ROW_BINS + (size_t)(rows[0] + rows[1]);
	p->window = g;
}

static void feed_transform(struct feed *f, struct kernel_parameters *p)
{
	for (int side = 0; side < 2; side++)
		p->transform.side[side] = (struct bell_transform_side){
		    feed_number(f), feed_number(f), feed_number(f), feed_number(f), feed_number(f)};
	p->transform.min = p->fill[1] = feed_number(f);
	p->transform.max = p->fill[0] = feed_number(f);
	p->transform.unit = fabs(feed_number(f));
	if (!(p->transform.unit >= BELL_MIN_UNIT && p->transform.unit <= BELL_MAX_UNIT))
		p->transform.unit = 1;
}

static void feed_draw(struct feed *f, struct kernel_parameters *p)
{
	double number[5];
	uint64_t bits[3];

	for (int i = 0; i < 5; i++)
		number[i] = feed_bits(f);
	memcpy(bits, number, sizeof bits);
	p->draw = (struct draw){bits[0], bits[1], bits[2], number[3], number[4]};
}

/* The parameters that a kernel reads come from the input, and the others from its own. */
static void feed_parameters(struct feed *f, const struct kernel *k, unsigned flags,
			    struct kernel_parameters *p)
{
	const char *name = k->name;

	*p = *k->parameters;
	p->optional = flags & 2;
	p->transform.method = flags & 4   ? BELL_BOX_COX
			      : flags & 8 ? BELL_YEO_JOHNSON_UNIT
					  : BELL_YEO_JOHNSON;
	if (!strncmp(name, "sketch", 6) || !strncmp(name, "rows", 4))
		feed_window(f, p);
	else if (!strncmp(name, "transform", 9) || !strncmp(name, "inverse", 7))
		feed_transform(f, p);
	else if (!strcmp(name, "score"))
		p->probe = (struct probe){feed_number(f), feed_number(f), feed_number(f),
					  feed_number(f), feed_number(f)};
	else if (!strncmp(name, "normal", 6) || !strcmp(name, "philox_words"))
		feed_draw(f, p);
	else if (!strncmp(name, "transpose", 9))
		p->columns = 1 + feed_byte(f);
	else
		p->center = feed_number(f);
}

/*
 * Cuts the data into the inputs of a call, of as many elements each as the kernel takes.  Each is a
 * block of memory of its own, so that an access beyond its end is seen; it begins `offset` elements
 * into the block.
 */
static void cut_inputs(struct kernel_call *c, const double *data, size_t n, size_t offset)
{
	const struct kernel *k = c->kernel;
	size_t size = kernel_type_size(k->type), step = k->step ? k->step : 1;

	c->n = n / (k->inputs ? k->inputs : 1);
	c->n = k->max && c->n > k->max ? k->max : c->n;
	c->n -= c->n % step;
	for (unsigned i = 0; i < kernel_inputs(k, c->parameters); i++) {
		char *x = (char *)exactly((c->n + offset) * size) + offset * size;

		for (size_t j = 0; j < c->n; j++)
			if (k->type == KERNEL_U16)
				memcpy(x + j * size, &data[i * c->n + j], size);
			else if (k->type == KERNEL_F32)
				((float *)x)[j] = (float)data[i * c->n + j];
			else
				((double *)x)[j] = data[i * c->n + j];
		c->in[i] = x;
	}
}

static void free_inputs(const struct kernel_call *c, size_t offset)
{
	for (unsigned i = 0; i < KERNEL_INPUTS; i++)
		if (c->in[i])
			free((char *)c->in[i] - offset * kernel_type_size(c->kernel->type));
}

/* The outputs of a call; output 0 is a copy of the input that it may be, if `in_place`. */
static void make_outputs(struct kernel_call *c, bool in_place)
{
	const struct kernel *k = c->kernel;

	for (unsigned i = 0; i < KERNEL_OUTPUTS; i++) {
		size_t size = kernel_output_elements(k, c->parameters, c->n, i) *
			      kernel_type_size(k->output[i].type);

		c->out[i] = k->output[i].each || k->output[i].fixed ? exactly(size) : NULL;
		if (c->out[i])
			memset(c->out[i], k->output[i].adds ? 0 : 0x55, size);
		if (k->output[i].optional && !c->parameters->optional) {
			free(c->out[i]);
			c->out[i] = NULL;
		}
	}
	if (in_place && k->in_place && k->in_place <= kernel_inputs(k, c->parameters)) {
		const void **x = &c->in[k->in_place - 1];

		*x = memcpy(c->out[0], *x, c->n * kernel_type_size(k->type));
	}
}

static void free_outputs(const struct kernel_call *c)
{
	for (int i = 0; i < KERNEL_OUTPUTS; i++)
		free(c->out[i]);
}

static const struct backend *named(const char *name)
{
	REQUIRE(bell_backend_use(name) == BELL_OK);
	return bell_kernels();
}

static void compare(const struct kernel_call *data, bool in_place)
{
	const char *measure = bell_backend_use("scalar") == BELL_OK ? "scalar" : "plain", *name;
	const struct kernel *k = data->kernel;
	struct kernel_call a = *data;

	make_outputs(&a, in_place);
	k->run(named(measure), &a);
	for (size_t i = 0; (name = bell_backend_name(i)); i++) {
		struct kernel_call b = *data;
		size_t where;

		if (!strcmp(name, measure))
			continue;
		make_outputs(&b, in_place);
		k->run(named(name), &b);
		if (strcmp(name, "plain") && !kernel_same_results(&a, &b, &where)) {
			fprintf(stderr, "%s on %s, n = %zu: word %zu\n", k->name, name, b.n, where);
			abort();
		}
		free_outputs(&b);
	}
	free_outputs(&a);
}

/* How the bytes behind the parameters become numbers. */
enum { OFFSET = 7, NUMBERS = 8, FLOATS_BITS = 16, AGAIN = 32, SHORTER = 64, SHORTER_BY_2 = 128 };

static size_t feed_data(struct feed *f, unsigned how, double *x, size_t max)
{
	size_t n = 0, less = 1 + (how & SHORTER_BY_2 ? 1 : 0);

	for (; f->left && n < max; n++)
		x[n] = how & NUMBERS       ? feed_number(f)
		       : how & FLOATS_BITS ? feed_bits_f32(f)
					   : feed_bits(f);
	/* the same again and again: more than a block of a few bytes */
	if (how & AGAIN)
		for (size_t m = n; m && n + m <= max && n < 300; n += m)
			memcpy(x + n, x, m * sizeof *x);
	/* off a multiple of everything */
	if (how & SHORTER && n > less)
		n -= less;
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static double x[BELL_CHUNK];
	struct feed f = {data, size};
	struct kernel_parameters parameters;
	struct kernel_call c = {.kernel = kernels[feed_byte(&f) % kernel_count],
				.parameters = &parameters};
	unsigned how = feed_byte(&f), flags = feed_byte(&f);
	size_t n;

	feed_parameters(&f, c.kernel, flags, &parameters);
	n = feed_data(&f, how, x, sizeof x / sizeof *x);
	cut_inputs(&c, x, n, how & OFFSET);
	if (c.n)
		compare(&c, flags & 1);
	free_inputs(&c, how & OFFSET);
	return 0;
}
