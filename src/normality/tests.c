/* SPDX-License-Identifier: BSD-3-Clause */
/* tests.c - the p-values of all tests but Shapiro-Wilk. */
#include <math.h>
#include "distribution.h"
#include "normality/tests.h"

/* The least numbers of values for which the tests are defined. */
#define MIN_ANDERSON_DARLING 8
#define MIN_DAGOSTINO        8
#define MIN_FRANCIA          5
#define MIN_JARQUE_BERA      2
#define MIN_LILLIEFORS       5
#define MIN_PEARSON          3

static const struct bell_normality_test undefined = {NAN, NAN};

#define POLYNOMIAL(x, ...)                        \
	polynomial((const double[]){__VA_ARGS__}, \
		   (int)(sizeof((const double[]){__VA_ARGS__}) / sizeof(double)), x)

/* R. B. D'Agostino and M. A. Stephens, "Goodness-of-fit techniques" (Dekker 1986), table 4.9. */
static struct bell_normality_test anderson_darling(double a2, double n)
{
	double a = a2 * (1 + 0.75 / n + 2.25 / (n * n)), p;

	if (n < MIN_ANDERSON_DARLING)
		return undefined;
	p = a < 0.2    ? -expm1(POLYNOMIAL(a, -13.436, 101.14, -223.73))
	    : a < 0.34 ? -expm1(POLYNOMIAL(a, -8.318, 42.796, -59.938))
	    : a < 0.6  ? exp(POLYNOMIAL(a, 0.9177, -4.279, -1.38))
	    : a < 10   ? exp(POLYNOMIAL(a, 1.2937, -5.709, 0.0186))
		       : 3.7e-24;
	return (struct bell_normality_test){a2, p};
}

/* P. Royston, "A toolkit for testing for non-normality", The Statistician 42 (1993), 37-43. */
static struct bell_normality_test shapiro_francia(double r, double n)
{
	double u = log(n), v = log(u), mean = -1.2725 + 1.0521 * (v - u),
	       sd = 1.0308 - 0.26758 * (v + 2 / u);

	if (!(n >= MIN_FRANCIA && n <= BELL_MAX_SHAPIRO))
		return undefined;
	return (struct bell_normality_test){
	    r * r, bell_normal_cdf((mean - log(fmax((1 - r) * (1 + r), 0))) / sd)};
}

/*
 * R. B. D'Agostino, "Transformation to normality of the null distribution of g1", Biometrika 57
 * (1970), 679-681.
 */
static double skewness_score(double skewness, double n)
{
	double y = skewness * sqrt((n + 1) * (n + 3) / (6 * (n - 2))),
	       beta = 3 * (n * n + 27 * n - 70) / (n - 2) * ((n + 1) / (n + 5)) *
		      ((n + 3) / (n + 7)) / (n + 9),
	       w = sqrt(2 * (beta - 1)) - 1;

	return asinh(y / sqrt(2 / (w - 1))) / sqrt(log(w) / 2);
}

/*
 * F. J. Anscombe and W. J. Glynn, "Distribution of the kurtosis statistic b2 for normal samples",
 * Biometrika 70 (1983), 227-234.
 */
static double kurtosis_score(double kurtosis, double n)
{
	double variance = 24 * n / (n + 1) * ((n - 2) / (n + 1)) * ((n - 3) / (n + 3)) / (n + 5),
	       x = (kurtosis + 6 / (n + 1)) / sqrt(variance),
	       skewness = 6 * (n * n - 5 * n + 2) / ((n + 7) * (n + 9)) *
			  sqrt(6 * (n + 3) / n * ((n + 5) / (n - 2)) / (n - 3)),
	       s = 2 / skewness, a = 6 + 4 * s * (s + sqrt(1 + s * s)),
	       power = cbrt((1 - 2 / a) / (1 + x * sqrt(2 / (a - 4))));

	return (1 - 2 / (9 * a) - power) / sqrt(2 / (9 * a));
}

/* R. B. D'Agostino and E. S. Pearson, Biometrika 60 (1973), 613-622. */
static struct bell_normality_test dagostino_pearson(const struct bell_normality *of)
{
	double s, k, k2;

	if (of->n < MIN_DAGOSTINO)
		return undefined;
	s = skewness_score(of->skewness, of->n);
	k = kurtosis_score(of->kurtosis, of->n);
	k2 = s * s + k * k;
	return (struct bell_normality_test){k2, exp(-k2 / 2)};
}

/* C. M. Jarque and A. K. Bera, Economics Letters 6 (1980), 255-259. */
static struct bell_normality_test jarque_bera(const struct bell_normality *of)
{
	double s = of->skewness, k = of->kurtosis, jb = of->n / 6 * (s * s + k * k / 4);

	return of->n < MIN_JARQUE_BERA ? undefined : (struct bell_normality_test){jb, exp(-jb / 2)};
}

/*
 * G. E. Dallal and L. Wilkinson, The American Statistician 40 (1986), 294-296, for p up to 0.1; M.
 * A. Stephens, JASA 69 (1974), 730-737, whose table is fitted by polynomials, for larger ones.
 */
static struct bell_normality_test lilliefors(double d, double n)
{
	double m = fmin(n, 100), scaled = n > 100 ? d * pow(n / 100, 0.49) : d, root = sqrt(n), k,
	       p = exp(-7.01256 * scaled * scaled * (m + 2.78019) +
		       2.99587 * scaled * sqrt(m + 2.78019) - 0.122119 + 0.974598 / sqrt(m) +
		       1.67997 / m);

	if (n < MIN_LILLIEFORS)
		return undefined;
	k = (root - 0.01 + 0.85 / root) * d;
	if (p > 0.1)
		p = k <= 0.302 ? 1
		    : k <= 0.5
			? POLYNOMIAL(k, 2.76773, -19.828315, 80.709644, -138.55152, 81.218052)
		    : k <= 0.9
			? POLYNOMIAL(k, -4.901232, 40.662806, -97.490286, 94.029866, -32.355711)
		    : k <= 1.31
			? POLYNOMIAL(k, 6.198765, -19.558097, 23.186922, -12.234627, 2.423045)
			: 0;
	return (struct bell_normality_test){d, p};
}

static void pearson(const struct order_statistics *order, struct bell_normality *out)
{
	/* Three numbers are fixed by the values: their count, mean and sd. */
	double df = order->classes - 3;

	if (out->n < MIN_PEARSON || isnan(order->pearson))
		return;
	out->pearson_classes = order->classes;
	out->pearson_df = df;
	out->pearson_per_df = order->pearson / df;
	out->pearson = (struct bell_normality_test){order->pearson,
						    bell_chi_squared_upper(order->pearson, df)};
}

void bell_tests(const struct order_statistics *order, struct bell_normality *out)
{
	double n = out->n;

	out->qq_correlation = order->r;
	out->distance = order->distance;
	out->anderson_darling = anderson_darling(order->a2, n);
	/* Without the values, 1 - r^2 has too few digits for a p-value. */
	if (!isnan(order->pearson))
		out->shapiro_francia = shapiro_francia(order->r, n);
	out->dagostino_pearson = dagostino_pearson(out);
	out->jarque_bera = jarque_bera(out);
	out->lilliefors = lilliefors(order->distance, n);
	pearson(order, out);
}
