/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * resolution.c - the smallest scale c at which the values of a column say something.
 *
 * A transform with a scale c near an origin, such as log(1 + |x|/c) near 0, log(x - min + c) near
 * the smallest value or asinh(x/c) near 0, has a bound on c from below.  If there are values at the
 * origin, their density grows like a power of 1/c, and so does the likelihood without end: it would
 * praise a spike that holds nothing but them.  Up to c such a transform is about linear.  So c is
 * held to where that linear part has other values to support the density at the origin: about as
 * many of them lie within c as there are values at the origin, or a quarter of them if there are
 * that many.  A value at a distance d counts as c^2/(c^2 + d^2), which is a half where d is c, and
 * so their sum is held against half of the values at the origin.  This is a smooth quantile of d,
 * which bins know as well as values do; where no value is at the origin, a single row takes their
 * place.
 */
#include <math.h>
#include "fit/column.h"
#include "fit/resolution.h"

/* The share of the other values that those at the origin are weighed against at most. */
#define MAX_SHARE 0.25

/*
 * A column above 0 has no bound, because c -> 0 is Box-Cox.  Where c is 2^-10 of the smallest
 * values, nothing is left between the two.
 */
#define BELOW_VALUES 0x1p-10

/* Far from where exponentials underflow. */
#define MIN_LOG (-600)

/* A step of log c that is no more than rounding, and more steps than any search takes. */
#define TINY_STEP 1e-15
#define MAX_STEPS 100

/* The distance of a node, relative to the largest; what that makes 0 counts as 0. */
static double size_of(const struct sizes *s, size_t i)
{
	double size = fabs(s->node[i].value - s->origin);

	return size > s->near ? size / s->largest : 0;
}

/*
 * Sums over the values beside the origin of weight c^2/(c^2 + d^2), and of its derivative in log c;
 * c is relative to the largest.
 */
static double weight_within(const struct sizes *s, double c, double *slope)
{
	double sum = 0;

	*slope = 0;
	for (size_t i = 0; i < s->nodes; i++) {
		double size = size_of(s, i), share = 1 / (1 + size / c * (size / c));

		if (size > 0) {
			sum += s->node[i].weight * share;
			*slope += 2 * s->node[i].weight * share * (1 - share);
		}
	}
	return sum;
}

/* The c up to which values of this weight count as small: by Newton's method in log c. */
static double quantile(const struct sizes *s, double weight, double low)
{
	double high = 0, log_c = low;

	for (int i = 0; i < MAX_STEPS; i++) {
		double slope, sum = weight_within(s, bell_exp(s->b, log_c), &slope);
		double next = log_c + (log_of(s->b, weight) - log_of(s->b, sum)) * sum / slope;

		if (sum < weight)
			low = log_c;
		else
			high = log_c;
		if (!(next > low && next < high))
			next = low + (high - low) / 2;
		if (fabs(next - log_c) <= TINY_STEP * fabs(next))
			return next;
		log_c = next;
	}
	return log_c;
}

double bell_resolution(const struct sizes *s, bool below, double *typical)
{
	double zeros = 0, others = 0, least = INFINITY, low, wanted, log_size = 0;

	for (size_t i = 0; i < s->nodes; i++) {
		double size = size_of(s, i);

		if (!(size > 0)) {
			zeros += s->node[i].weight;
			continue;
		}
		others += s->node[i].weight;
		log_size += s->node[i].weight * log_of(s->b, size);
		least = size < least ? size : least;
	}
	if (typical)
		*typical = bell_exp(s->b, log_size / others);
	wanted = (zeros + others) / (double)s->count;
	wanted = zeros > wanted ? zeros : wanted;
	wanted = (wanted < MAX_SHARE * others ? wanted : MAX_SHARE * others) / 2;
	/* there, less than the wanted weight is small */
	low = log_of(s->b, least) + log_of(s->b, wanted / others) / 2 - 1;
	low = quantile(s, wanted, low < MIN_LOG ? MIN_LOG : low);
	return below && zeros == 0 ? low + log_of(s->b, BELOW_VALUES) : low;
}

double bell_size_of_zero(const struct backend *b, const struct node *node, size_t n, double largest,
			 uint64_t count)
{
	const struct sizes sizes = {
	    .b = b, .node = node, .nodes = n, .largest = largest, .count = count};

	return largest * bell_exp(b, bell_resolution(&sizes, false, NULL));
}
