/* SPDX-License-Identifier: BSD-3-Clause */
/* beta.c - the distribution of order statistics. */
#include <math.h>
#include <bellshape/normality.h>
#include "distribution.h"
#include "plot/beta.h"

/*
 * The continued fraction of the incomplete beta function (NIST Handbook, 8.17.22) by the method of
 * Lentz and Thompson, which converges in O(sqrt(max(a, b))) steps for x below (a + 1)/(a + b + 2).
 */
static double fraction(double a, double b, double x)
{
	enum { MAX_STEPS = 20000 };
	const double tiny = 0x1p-1000, precise = 0x1p-50;
	double c = 1, d = 1 - (a + b) * x / (a + 1), product;

	d = 1 / (fabs(d) < tiny ? tiny : d);
	product = d;
	for (int m = 1; m < MAX_STEPS; m++) {
		double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
		       odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)), step;

		d = 1 + even * d;
		c = 1 + even / c;
		d = 1 / (fabs(d) < tiny ? tiny : d);
		c = fabs(c) < tiny ? tiny : c;
		product *= d * c;
		d = 1 + odd * d;
		c = 1 + odd / c;
		d = 1 / (fabs(d) < tiny ? tiny : d);
		c = fabs(c) < tiny ? tiny : c;
		step = d * c;
		product *= step;
		if (fabs(step - 1) < precise)
			break;
	}
	return product;
}

/* A beta distribution, and the logarithm of the factor of its density. */
struct beta {
	double a, b, factor;
};

/* lgamma_r(), because lgamma() writes to a variable of the process. */
static struct beta beta_of(double a, double b)
{
	int sign;

	return (struct beta){a, b,
			     lgamma_r(a + b, &sign) - lgamma_r(a, &sign) - lgamma_r(b, &sign)};
}

/* x^a (1 - x)^b over the beta function; y is 1 - x, and has digits where that has none. */
static double power(const struct beta *d, double x, double y)
{
	return exp(d->factor + d->a * log(x) + d->b * log(y));
}

static double cdf(const struct beta *d, double x, double y)
{
	if (!(x > 0))
		return 0;
	if (!(y > 0))
		return 1;
	return x < (d->a + 1) / (d->a + d->b + 2)
		   ? power(d, x, y) * fraction(d->a, d->b, x) / d->a
		   : 1 - power(d, x, y) * fraction(d->b, d->a, y) / d->b;
}

double bell_beta_cdf(double a, double b, double x)
{
	struct beta d = beta_of(a, b);

	return cdf(&d, x, 1 - x);
}

/*
 * The normal quantile of the p quantile.  As a function of z, the normal quantile of the
 * probability of F(z) is nearly a straight line, so that Newton's method finds it in a few steps;
 * where a step leaves the interval that is known to hold it, or there is no slope, that is halved.
 */
static double normal_quantile(const struct beta *d, double p)
{
	enum { MAX_STEPS = 200 };
	const double precise = 1e-11;
	double low = -39, high = 39, target = bell_normal_quantile(p),
	       z = bell_normal_quantile(d->a / (d->a + d->b));

	for (int i = 0; i < MAX_STEPS && high - low > precise; i++) {
		double x = bell_normal_cdf(z), y = bell_normal_cdf(-z),
		       at = bell_normal_quantile(cdf(d, x, y)),
		       slope = power(d, x, y) / (x * y) * bell_normal_density(z) /
			       bell_normal_density(at),
		       next = z - (at - target) / slope;

		if (at > target)
			high = z;
		else
			low = z;
		if (!(next > low && next < high))
			next = (low + high) / 2;
		if (fabs(next - z) < precise)
			return next;
		z = next;
	}
	return z;
}

void bell_beta_interval(double a, double b, double p, double *low, double *high)
{
	struct beta d = beta_of(a, b), mirrored = {b, a, d.factor};

	*low = normal_quantile(&d, p);
	*high = -normal_quantile(&mirrored, p);
}
