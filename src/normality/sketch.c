/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * sketch.c - how normal the column of a sketch is.
 *
 * The nodes of a bin have its moments, which is all that skewness and kurtosis need.  The
 * statistics of order need the distribution function at each node, too: sketch/places.h.
 */
#include <math.h>
#include <stdlib.h>
#include <bellshape/normality.h>
#include "dispatch.h"
#include "normality/column.h"
#include "normality/sketch.h"
#include "sketch/places.h"
#include "sketch/weights.h"

/* The nodes of a sketch as arrays, in one allocation. */
struct arrays {
	double *value, *low, *weight, *below;
};

static enum bell_status arrays_of(const struct place *place, size_t n, double unit,
				  struct arrays *out)
{
	double *memory = calloc(n, 4 * sizeof *memory);

	if (!memory)
		return BELL_ENOMEM;
	*out = (struct arrays){memory, memory + n, memory + 2 * n, memory + 3 * n};
	for (size_t i = 0; i < n; i++) {
		out->value[i] = place[i].node.value;
		out->low[i] = place[i].node.low;
		out->weight[i] = place[i].node.weight * unit;
		out->below[i] = place[i].below;
	}
	return BELL_OK;
}

/* What a node has beyond its double is lost, and is less than the rounding of its transform. */
static enum bell_status transformed(const struct bell_transform *t, struct arrays *a, size_t n)
{
	enum bell_status status = bell_transform_apply_f64(t, a->value, n, 1, a->value);

	a->low = NULL;
	for (size_t i = 0; status == BELL_OK && i < n; i++)
		if (!isfinite(a->value[i]))
			status = BELL_EDOMAIN;
	return status;
}

/* What is found out of the nodes. */
struct wanted {
	enum bell_weight_type type;
	/* Whether a few digits less will do: then there is no Shapiro-Wilk, which takes longest. */
	bool brief;
};

/*
 * Of many values, each of these at either end stays, and so does each that weighs as much as a
 * group.  Others that follow each other form so many groups, and become their means.
 */
#define ENDS   16
#define GROUPS 96

/* Appends the mean of values first to end - 1 of `from` to those of `to`, with their weight. */
static void add_group(const struct arrays *from, size_t first, size_t end, struct arrays *to,
		      size_t *n)
{
	double sum = 0, weight = 0;

	if (first == end)
		return;
	for (size_t i = first; i < end; i++) {
		sum += from->weight[i] * (from->value[i] - from->value[first]);
		weight += from->weight[i];
	}
	to->value[*n] = from->value[first] + sum / weight;
	to->weight[*n] = weight;
	/* A value alone is a step. */
	to->below[*n] = end - first > 1 ? 0.5 : from->below[first];
	++*n;
}

/* Groups the n values of an array in place; returns how many are left. */
static size_t group_values(struct arrays *a, size_t n)
{
	size_t left = 0, first = 0, size = (n - 2 * ENDS) / GROUPS + 1;
	double heavy = 0;

	for (size_t i = 0; i < n; i++)
		heavy += a->weight[i] / GROUPS;
	for (size_t i = 0; i < n; i++) {
		bool alone = i < ENDS || i + ENDS >= n || a->weight[i] >= heavy;

		if (alone || i - first == size) {
			add_group(a, first, i, a, &left);
			first = i;
		}
		if (alone) {
			add_group(a, i, i + 1, a, &left);
			first = i + 1;
		}
	}
	return left;
}

/* Weights that add up to less lose digits, and have no tests, but a mean, a skewness ... */
#define MIN_ROWS 0x1p-900

/*
 * What the weights of the nodes are multiplied by: by what makes rows of them; or, where these are
 * too few, and n is told apart, to add up to 1/2.  Of importance weights only ratios matter.
 */
static double unit_of(const struct bell_sketch *sketch, enum bell_weight_type type, double rows)
{
	if (type == BELL_IMPORTANCE_WEIGHTS)
		return 1;
	return rows < MIN_ROWS ? 0.5 / ldexp((double)bell_sketch_weight(sketch), -SUM_BITS)
			       : power_of_two(-sketch->shift);
}

/* The places are in the order of their values. */
static enum bell_status from_places(const struct place *place, size_t n,
				    const struct bell_sketch *sketch,
				    const struct bell_transform *transform,
				    const struct wanted *wanted, struct bell_normality *out)
{
	bool counted = wanted->type == BELL_FREQUENCY_WEIGHTS;
	double rows = ldexp((double)bell_sketch_weight(sketch), -SUM_BITS - sketch->shift);
	struct arrays a;
	struct sorted s;
	enum bell_status status;

	/* no double holds the weights */
	if (counted && isinf(rows)) {
		out->n = rows;
		return BELL_OK;
	}
	status = arrays_of(place, n, unit_of(sketch, wanted->type, rows), &a);
	if (status != BELL_OK)
		return status;
	if (transform)
		status = transformed(transform, &a, n);
	if (status == BELL_OK && wanted->brief && !sketch->bins && n > 2 * ENDS + 2 * GROUPS) {
		a.low = NULL;
		n = group_values(&a, n);
	}
	s = (struct sorted){.value = a.value, .low = a.low, .below = a.below, .size = n};
	if (status == BELL_OK) {
		bell_count_weights(a.weight, n, wanted->type, bell_sketch_effective(sketch), &s);
		s.whole = s.whole && !sketch->bins && !wanted->brief;
		status = bell_normality_of(&s, 1, out);
		out->n = counted ? rows : out->n;
	}
	free(a.value);
	return status;
}

enum bell_status bell_normality_sketch(const struct bell_sketch *sketch,
				       const struct bell_transform *transform,
				       const struct bell_normality_options *options,
				       struct bell_normality *out)
{
	const struct backend *b = bell_kernels();
	struct wanted wanted = {.brief = false};
	struct bell_normality found;
	struct place *place;
	enum bell_status status;
	size_t n;

	if (!sketch || !out || !bell_weight_type_of(options, &wanted.type))
		return BELL_EINVAL;
	/* Of no values, this says whether the transform is valid. */
	if (transform) {
		status = bell_transform_apply_f64(transform, NULL, 0, 1, NULL);
		if (status != BELL_OK)
			return status;
	}
	if (!b)
		return BELL_EBACKEND;
	found = bell_normality_undefined(sketch->count, sketch->missing, sketch->infinite);
	status = bell_places_of(b, sketch, &place, &n);
	if (status != BELL_OK)
		return status;
	if (n)
		status = from_places(place, n, sketch, transform, &wanted, &found);
	free(place);
	if (status == BELL_OK)
		*out = found;
	return status;
}

enum bell_status bell_normality_pair(const struct bell_sketch *sketch,
				     const struct bell_transform *transform,
				     enum bell_weight_type type, struct bell_normality out[2])
{
	const struct backend *b = bell_kernels();
	struct wanted wanted = {.type = type, .brief = true};
	struct bell_normality found[2];
	struct place *place;
	enum bell_status status;
	size_t n;

	if (!b)
		return BELL_EBACKEND;
	found[0] = bell_normality_undefined(sketch->count, sketch->missing, sketch->infinite);
	found[1] = found[0];
	status = bell_places_of(b, sketch, &place, &n);
	if (status != BELL_OK)
		return status;
	for (int after = 0; n && after < 2 && status == BELL_OK; after++)
		status =
		    from_places(place, n, sketch, after ? transform : NULL, &wanted, &found[after]);
	free(place);
	if (status != BELL_OK && status != BELL_EDOMAIN)
		return status;
	out[0] = found[0];
	out[1] = found[1];
	return BELL_OK;
}
