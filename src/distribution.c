/* SPDX-License-Identifier: BSD-3-Clause */
/* distribution.c - the normal distribution in its tails, and the chi-squared distribution. */
#include <math.h>
#include <bellshape/normality.h>
#include "distribution.h"

/* 1/sqrt(2) is the sum of the two. */
#define SQRT_HALF     0x1.6a09e667f3bcdp-1
#define SQRT_HALF_LOW (-0x1.bdd3413b26456p-55)

#define LOG_SQRT_2_PI 0.9189385332046727418
#define SQRT_2_PI_INV 0.3989422804014326779

/* From here on 1 - F(z) is 0. */
#define NO_TAIL 39
/* From here on 1 - F(z) is so small that its logarithm comes from the asymptotic series. */
#define FAR_TAIL 37

/*
 * 1 - F(z) of z >= 0.  Where erfc() is steep, the rounding of z/sqrt(2) would cost three digits:
 * what it leaves, `low`, enters by the slope of log erfc(a), which is near -(a + sqrt(a^2 + 2)).
 */
static double upper_tail(double z)
{
	double a = z * SQRT_HALF, low = fma(z, SQRT_HALF, -a) + z * SQRT_HALF_LOW, tail;

	if (z >= NO_TAIL)
		return 0;
	tail = erfc(a) / 2;
	return tail - tail * low * (a + sqrt(a * a + 2));
}

double bell_normal_cdf(double z) { return z < 0 ? upper_tail(-z) : 1 - upper_tail(z); }

double bell_normal_density(double z) { return SQRT_2_PI_INV * exp(-z * z / 2); }

/* log(1 - F(z)) of a large z: the series of Laplace, Abramowitz & Stegun 26.2.12. */
static double far_log_tail(double z)
{
	double s = 1 / (z * z);

	return -z * z / 2 - log(z) - LOG_SQRT_2_PI + log1p(-s * (1 - s * (3 - s * (15 - 105 * s))));
}

struct tails bell_tails(double z)
{
	double size = fabs(z), tail = erfc(size * SQRT_HALF) / 2,
	       small = size < FAR_TAIL ? log(tail) : far_log_tail(size), large = log1p(-tail);

	return z < 0 ? (struct tails){tail, small, large} : (struct tails){1 - tail, large, small};
}

/* ---- the quantile ---- */

/* The polynomials of AS 241, from the constant on: numerators and denominators. */
#define TERMS 8
static const double central[2][TERMS] = {
    {3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
     1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
     3.3430575583588128105e4, 2.5090809287301226727e3},
    {1, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
     2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4,
     5.2264952788528545610e3}};
static const double middle[2][TERMS] = {
    {1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
     3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1,
     2.27238449892691845833e-2, 7.74545014278341407640e-4},
    {1, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
     1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
     1.05075007164441684324e-9}};
static const double outer[2][TERMS] = {
    {6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0,
     2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
     2.71155556874348757815e-5, 2.01033439929228813265e-7},
    {1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
     7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
     2.04426310338993978564e-15}};

static double ratio(const double p[2][TERMS], double x)
{
	double top = p[0][TERMS - 1], bottom = p[1][TERMS - 1];

	for (int i = TERMS - 2; i >= 0; i--) {
		top = top * x + p[0][i];
		bottom = bottom * x + p[1][i];
	}
	return top / bottom;
}

double bell_tail_quantile(double tail, double log_tail)
{
	double q = 0.5 - tail, r;

	if (q <= 0.425)
		return q * ratio(central, 0.425 * 0.425 - q * q);
	r = sqrt(-log_tail);
	return r <= 5 ? ratio(middle, r - 1.6) : ratio(outer, r - 5);
}

double bell_normal_quantile(double p)
{
	double q = p - 0.5, tail = q < 0 ? p : 1 - p;

	if (!(p >= 0 && p <= 1))
		return NAN;
	if (tail == 0)
		return copysign(INFINITY, q);
	return copysign(bell_tail_quantile(tail, log(tail)), q);
}

/* ---- chi-squared ---- */

/* Above this, the sum of the tail would be long, and the cube root is normal to 1e-9. */
#define MAX_SUMMED_DF 1e8

/* E. B. Wilson and M. M. Hilferty, PNAS 17 (1931), 684-688. */
static double wilson_hilferty(double x, double df)
{
	/* 1 less the cube root of x/df, which is near 1. */
	double root = -expm1(log1p((x - df) / df) / 3);

	return bell_normal_cdf((root - 2 / (9 * df)) * sqrt(4.5 * df));
}

/*
 * For df = 2 m the tail is the sum over i < m of the Poisson terms e^-u u^k/Gamma(k + 1) with u =
 * x/2 and k = i; for df = 2 m + 1 it is erfc(sqrt u) and the sum of these terms with k = i + 1/2.
 * The sum begins with the largest term, and goes both ways.
 */
double bell_chi_squared_upper(double x, double df)
{
	double u = x / 2, m = floor(df / 2), half = df / 2 - m, top, first, sum, term;
	int sign;

	if (!(u > 0))
		return 1;
	if (df > MAX_SUMMED_DF)
		return wilson_hilferty(x, df);
	sum = half > 0 ? erfc(sqrt(u)) : 0;
	if (m < 1)
		return sum;
	top = half + fmin(floor(u), m - 1);
	first = exp(top * log(u) - u - lgamma_r(top + 1, &sign));
	term = first;
	for (double k = top; k >= half && term > sum * 0x1p-60; k--) {
		sum += term;
		term *= k / u;
	}
	term = first;
	for (double k = top + 1; k <= m - 1 + half && term > 0; k++) {
		term *= u / k;
		sum += term;
	}
	return fmin(sum, 1);
}
