/* SPDX-License-Identifier: BSD-3-Clause */
/* normality.c - how normal values are. */
#include <bellshape/normality.h>
#include <math.h>
#include <stdlib.h>
#include <bellshape/backend.h>
#include "dispatch.h"
#include "normality/column.h"
#include "sort.h"
#include "normality/sum.h"
#include "values.h"

void bell_normality_options_default(struct bell_normality_options *options)
{
	if (options)
		*options = (struct bell_normality_options){.weight_type = BELL_FREQUENCY_WEIGHTS};
}

bool bell_weight_type_of(const struct bell_normality_options *o, enum bell_weight_type *out)
{
	*out = o ? o->weight_type : BELL_FREQUENCY_WEIGHTS;
	return *out == BELL_FREQUENCY_WEIGHTS || *out == BELL_IMPORTANCE_WEIGHTS;
}

void bell_count_weights(double *weight, size_t size, enum bell_weight_type type, double effective,
			struct sorted *s)
{
	double most = 0, factor = 1;
	struct sum sum = {0, 0};

	if (type == BELL_IMPORTANCE_WEIGHTS) {
		/* Relative to the largest they add up without overflow. */
		for (size_t i = 0; i < size; i++)
			most = fmax(most, weight[i]);
		for (size_t i = 0; i < size; i++)
			weight[i] /= most;
	}
	for (size_t i = 0; i < size; i++)
		sum_add(&sum, weight[i]);
	s->n = sum_value(&sum);
	s->whole = type == BELL_FREQUENCY_WEIGHTS;
	if (type == BELL_IMPORTANCE_WEIGHTS) {
		factor = effective / s->n;
		s->n = effective;
	}
	for (size_t i = 0; i < size; i++) {
		weight[i] *= factor;
		s->whole = s->whole && weight[i] == rint(weight[i]);
	}
	s->weight = weight;
}

/* ---- from values ---- */

/* As in a sketch, there are fewer rows than this. */
#define MAX_ROWS 0x1p60

/* Copies the finite values and their weights, and counts the others. */
static size_t gather(const struct values *x, const double *weights, double *value, double *weight,
		     struct bell_normality *out)
{
	size_t n = 0;

	for (size_t i = 0; i < x->n; i++) {
		double v = value_at(x, i);

		if (weights && !(weights[i] > 0))
			continue;
		if (isnan(v)) {
			out->missing++;
		} else if (isinf(v)) {
			out->infinite++;
		} else {
			if (weights)
				weight[n] = weights[i];
			value[n++] = v;
		}
	}
	out->count = n;
	return n;
}

/* sum(w)^2/sum(w^2), of weights relative to the largest, whose squares would overflow. */
static double effective_count(const double *weight, size_t n)
{
	double most = 0, sum = 0, square = 0;

	for (size_t i = 0; i < n; i++)
		most = fmax(most, weight[i]);
	for (size_t i = 0; i < n; i++) {
		double w = weight[i] / most;

		sum += w;
		square += w * w;
	}
	return sum * sum / square;
}

static enum bell_status from_values(const struct values *x, const double *weights,
				    enum bell_weight_type type, unsigned threads,
				    struct bell_normality *out)
{
	double *value = malloc((x->n + 1) * sizeof *value),
	       *weight = weights ? malloc((x->n + 1) * sizeof *weight) : NULL;
	struct sorted s = {.value = value, .whole = true};
	enum bell_status status = value && (!weights || weight) ? BELL_OK : BELL_ENOMEM;

	if (status == BELL_OK) {
		s.size = gather(x, weights, value, weight, out);
		s.n = (double)s.size;
		status = bell_sort(value, weight, s.size);
	}
	if (status == BELL_OK && s.size && weights)
		bell_count_weights(weight, s.size, type, effective_count(weight, s.size), &s);
	if (status == BELL_OK && s.size)
		status = s.n < MAX_ROWS ? bell_normality_of(&s, threads, out) : BELL_ESIZE;
	free(value);
	free(weight);
	return status;
}

static bool valid_weights(const double *weights, size_t n)
{
	for (size_t i = 0; weights && i < n; i++)
		if (!(weights[i] >= 0 && weights[i] < INFINITY))
			return false;
	return true;
}

static enum bell_status normality(const struct values *x, const double *weights,
				  const struct bell_normality_options *options, unsigned threads,
				  struct bell_normality *out)
{
	struct bell_normality found = bell_normality_undefined(0, 0, 0);
	enum bell_weight_type type;
	enum bell_status status;

	if ((x->n && !x->f32 && !x->f64) || !out || threads > BELL_MAX_THREADS ||
	    !bell_weight_type_of(options, &type))
		return BELL_EINVAL;
	if (!bell_kernels())
		return BELL_EBACKEND;
	if (!valid_weights(weights, x->n))
		return BELL_EWEIGHT;
	status = from_values(x, weights, type, threads, &found);
	if (status == BELL_OK)
		*out = found;
	return status;
}

enum bell_status bell_normality_f32(const float *x, const double *weights, size_t n,
				    const struct bell_normality_options *options, unsigned threads,
				    struct bell_normality *out)
{
	return normality(&(struct values){.f32 = x, .n = n}, weights, options, threads, out);
}

enum bell_status bell_normality_f64(const double *x, const double *weights, size_t n,
				    const struct bell_normality_options *options, unsigned threads,
				    struct bell_normality *out)
{
	return normality(&(struct values){.f64 = x, .n = n}, weights, options, threads, out);
}
