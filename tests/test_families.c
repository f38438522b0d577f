/* SPDX-License-Identifier: BSD-3-Clause */
/* test_families.c - fits and transforms of identity, log, sqrt, log-shift, asinh, exponential. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "common.h"
#include "fits.h"
#include "golden.h"

static const enum bell_method methods[] = {BELL_IDENTITY,  BELL_LOG,   BELL_SQRT,
					   BELL_LOG_SHIFT, BELL_ASINH, BELL_EXPONENTIAL};

/* Those whose parameter is estimated, and which do not depend on the scale of x then. */
static const enum bell_method estimated[] = {BELL_LOG_SHIFT, BELL_ASINH, BELL_EXPONENTIAL};

static struct bell_fit_options options_of(enum bell_method method)
{
	struct bell_fit_options o;

	bell_fit_options_default(&o);
	o.method = method;
	return o;
}

static struct bell_fit fit_by(enum bell_method method, const double *x, size_t n)
{
	const struct bell_fit_options o = options_of(method);

	return fit_of(x, NULL, n, &o);
}

/* What the method estimates; 0 where it estimates nothing. */
static double parameter_of(const struct bell_fit *fit)
{
	switch (fit->transform.method) {
	case BELL_LOG_SHIFT:
		return fit->transform.shift;
	case BELL_ASINH:
		return fit->transform.unit;
	case BELL_EXPONENTIAL:
		return fit->lambda;
	default:
		return 0;
	}
}

static struct bell_fit_options fixed_at(enum bell_method method, double parameter)
{
	struct bell_fit_options o = options_of(method);

	if (method == BELL_EXPONENTIAL)
		o.lambda = parameter;
	o.unit = o.shift = parameter;
	return o;
}

/* ---- against mpmath ---- */

static double number(const cJSON *o, const char *key)
{
	return strtod(cJSON_GetObjectItem(o, key)->valuestring, NULL);
}

static void check_golden(const cJSON *o, const double *x, size_t n)
{
	const char *name = cJSON_GetObjectItem(o, "name")->valuestring;
	const cJSON *z = cJSON_GetObjectItem(o, "z");
	enum bell_method method;
	struct bell_fit fit;
	double y[3], sd_of_x, rounding, parameter = number(o, "parameter");
	struct bell_moments m = moments_of(x, n);

	CHECK(bell_method_of_name(cJSON_GetObjectItem(o, "method")->valuestring, &method));
	fit = fit_by(method, x, n);
	sd_of_x = bell_moments_sd(&m, true);
	/* what the rounding of x is in sd */
	rounding = 0x1p-50 * fabs(m.mean) / sd_of_x;
	cr_expect_eq(fit.transform.method, method);
	cr_expect(near(parameter_of(&fit), parameter, 1e-9 * fabs(parameter)), "%s, %s: %.17g",
		  name, bell_method_name(method), parameter_of(&fit));
	cr_expect(near(fit.log_likelihood, number(o, "log_likelihood"),
		       1e-13 * fabs(fit.log_likelihood) + 50 * rounding + 1e-11),
		  "%s, %s: %.17g", name, bell_method_name(method), fit.log_likelihood);
	/* psi of the exponential transform has the error of its exponent */
	cr_expect(near(fit.mean, number(o, "mean"), 1e-9 * fabs(fit.mean)), "%s, %s: %.17g", name,
		  bell_method_name(method), fit.mean);
	cr_expect(near(fit.sd, number(o, "sd"), 1e-9 * fit.sd), "%s, %s: %.17g", name,
		  bell_method_name(method), fit.sd);
	cr_expect(near(fit.skewness_after, number(o, "skewness"), 1e-9));
	cr_expect(near(fit.kurtosis_after, number(o, "kurtosis"), 1e-9));
	CHECK(bell_transform_apply_f64(&fit.transform, x, 3, 1, y));
	for (int i = 0; i < 3; i++)
		cr_expect(near(y[i], strtod(cJSON_GetArrayItem(z, i)->valuestring, NULL),
			       1e-11 + rounding),
			  "%s, %s: z %.17g", name, bell_method_name(method), y[i]);
}

Test(families, fits_are_those_of_mpmath)
{
	cJSON *file = golden_file("families.json");
	const cJSON *columns = cJSON_GetObjectItem(file, "columns"), *fit, *column;
	int fits = 0;

	cJSON_ArrayForEach(fit, cJSON_GetObjectItem(file, "fits"))
	{
		const char *name = cJSON_GetObjectItem(fit, "name")->valuestring;

		cJSON_ArrayForEach(column, columns)
		{
			size_t n;
			double *x;

			if (strcmp(cJSON_GetObjectItem(column, "name")->valuestring, name) != 0)
				continue;
			x = golden_numbers(cJSON_GetObjectItem(column, "x"), &n);
			check_golden(fit, x, n);
			free(x);
			fits++;
		}
	}
	cr_expect(fits > 35, "%d", fits);
	cJSON_Delete(file);
}

/* ---- the likelihood and its maximum ---- */

/* l and log l' by their definitions; psi of the exponential transform relative to x0. */
static long double psi(enum bell_method method, long double p, long double x, long double x0)
{
	switch (method) {
	case BELL_LOG:
		return logl(x);
	case BELL_SQRT:
		return sqrtl(x);
	case BELL_LOG_SHIFT:
		return logl(x + p);
	case BELL_ASINH:
		return asinhl(x / p);
	case BELL_EXPONENTIAL:
		return p != 0 ? expm1l(p * (x - x0)) / p : x;
	default:
		return x;
	}
}

static long double log_slope(enum bell_method method, long double p, long double x, long double x0)
{
	switch (method) {
	case BELL_LOG:
		return -logl(x);
	case BELL_SQRT:
		return -logl(2 * sqrtl(x));
	case BELL_LOG_SHIFT:
		return -logl(x + p);
	case BELL_ASINH:
		return -logl(hypotl(x, p));
	case BELL_EXPONENTIAL:
		return p * (x - x0);
	default:
		return 0;
	}
}

static double likelihood(enum bell_method method, double p, const double *x, size_t n)
{
	long double mean = 0, square = 0, jacobian = 0;

	for (size_t i = 0; i < n; i++) {
		mean += psi(method, p, x[i], x[0]) / n;
		jacobian += log_slope(method, p, x[i], x[0]);
	}
	for (size_t i = 0; i < n; i++) {
		long double d = psi(method, p, x[i], x[0]) - mean;

		square += d * d / n;
	}
	return (double)(jacobian - n / 2.0L * logl(square));
}

static bool in_domain(enum bell_method method, double min)
{
	return method == BELL_LOG || method == BELL_BOX_COX ? min > 0
							    : method != BELL_SQRT || min > 0;
}

/* The likelihood is the one that the definitions give, and no other parameter has a larger one. */
Test(families, likelihood_is_the_largest)
{
	static const double factor[] = {1e-3, 0.1, 0.5, 0.99, 1.01, 2, 10, 1e3};

	for (int kind = 0; kind < KINDS; kind++) {
		enum { N = 400 };
		double *x = column((enum kind)kind, N), lowest = INFINITY;

		for (int i = 0; i < N; i++)
			lowest = fmin(lowest, x[i]);
		for (size_t m = 0; m < COUNT(methods); m++) {
			struct bell_fit fit, other;
			double p, c;

			if (!in_domain(methods[m], lowest))
				continue;
			fit = fit_by(methods[m], x, N);
			p = parameter_of(&fit);
			cr_expect(
			    near(fit.log_likelihood, likelihood(methods[m], p, x, N), 1e-9 * N),
			    "%s, %s: %.17g, not %.17g", kind_name[kind],
			    bell_method_name(methods[m]), fit.log_likelihood,
			    likelihood(methods[m], p, x, N));
			cr_expect(
			    near(fit.lr_vs_identity,
				 2 * (fit.log_likelihood - likelihood(BELL_IDENTITY, 0, x, N)),
				 1e-8 * N));
			if (!bell_method_parameters(methods[m]) || fit.flags & BELL_FIT_BOUND)
				continue;
			cr_expect(fit.ci95[0] < p && fit.ci95[1] > p);
			c = methods[m] == BELL_LOG_SHIFT ? p + lowest : p;
			for (size_t k = 0; k < COUNT(factor); k++) {
				struct bell_fit_options o =
				    fixed_at(methods[m], c * factor[k] + p - c);

				/* beyond the bound, an artefact may have more */
				if (factor[k] < 0.5 && methods[m] != BELL_EXPONENTIAL)
					continue;
				other = fit_of(x, NULL, N, &o);
				cr_expect(other.log_likelihood <=
					      fit.log_likelihood + 0x1p-10 + 1e-9 * N,
					  "%s, %s at %g: %.17g is below %.17g", kind_name[kind],
					  bell_method_name(methods[m]), factor[k],
					  fit.log_likelihood, other.log_likelihood);
			}
			for (int end = 0; end < 2; end++) {
				struct bell_fit_options o = fixed_at(methods[m], fit.ci95[end]);

				if (isinf(fit.ci95[end]))
					continue;
				other = fit_of(x, NULL, N, &o);
				cr_expect(fit.log_likelihood - other.log_likelihood <
					      1.9207294 + 1e-6,
					  "%s, %s: end %d", kind_name[kind],
					  bell_method_name(methods[m]), end);
			}
		}
		free(x);
	}
}

/* z does not depend on the scale of x, but for what the rounding of x does to it. */
Test(families, scale_does_not_matter)
{
	static const double factor[] = {1e-30, 3e-7, 0.1, 1 / 3.0, 7e11, 1e30, 0x1p40};
	enum { N = 500 };

	for (int kind = 0; kind < KINDS; kind++)
		for (size_t m = 0; m < COUNT(estimated); m++) {
			double *x = column((enum kind)kind, N), z[N], kx[N], kz[N];
			struct bell_fit fit = fit_by(estimated[m], x, N);
			struct bell_moments moments = moments_of(x, N);
			double rounding =
			    0x1p-49 * fabs(moments.mean) / bell_moments_sd(&moments, true);

			/* next to where log-shift ends, the rounding of x is more of x + shift */
			if (estimated[m] == BELL_LOG_SHIFT)
				rounding = 0x1p-49 * fabs(moments.max - moments.min + fit.min) /
					   (fit.min + fit.transform.shift);
			CHECK(bell_transform_apply_f64(&fit.transform, x, N, 1, z));
			for (size_t k = 0; k < COUNT(factor); k++) {
				struct bell_fit other;

				for (int i = 0; i < N; i++)
					kx[i] = x[i] * factor[k];
				other = fit_by(estimated[m], kx, N);
				CHECK(bell_transform_apply_f64(&other.transform, kx, N, 1, kz));
				for (int i = 0; i < N; i++)
					cr_assert(near(kz[i], z[i], 1e-12 + rounding),
						  "%s times %g, %s: z off by %g", kind_name[kind],
						  factor[k], bell_method_name(estimated[m]),
						  kz[i] - z[i]);
				cr_expect_eq(fit.flags, other.flags);
			}
			free(x);
		}
}

/*
 * Zeros, or any value that occurs often at the end of the domain, do not draw the parameter to
 * where they alone make the likelihood grow: it lies in the middle of the other values.
 */
Test(families, ties_do_not_win)
{
	static const double share[] = {0.005, 0.02, 0.1, 0.4, 0.8, 0.95}, zero[] = {0, 3};
	enum { N = 2000 };

	for (size_t k = 0; k < COUNT(share); k++)
		for (size_t j = 0; j < COUNT(zero); j++) {
			struct rng rng = {77};
			static double x[N];
			double tiny = zero[j] > 0 ? 1e-13 : 1e-200;
			struct bell_fit fit, other;

			for (int i = 0; i < N; i++)
				x[i] = zero[j] +
				       (rng_unit(&rng) < share[k] ? 0 : exp(rng_normal(&rng)));
			fit = fit_by(BELL_LOG_SHIFT, x, N);
			cr_expect(fit.transform.shift + zero[j] > 0.01, "%g at %g: %g", share[k],
				  zero[j], fit.transform.shift);
			/* one tiny value changes little */
			x[0] = zero[j] + tiny;
			other = fit_by(BELL_LOG_SHIFT, x, N);
			cr_expect(near(other.transform.shift, fit.transform.shift, 0.05));
			if (zero[j] > 0)
				continue;
			fit = fit_by(BELL_ASINH, x, N);
			cr_expect(fit.unit > 0.01, "%g: %g", share[k], fit.unit);
			/* the density at the zeros is that of a scale that other values have */
			fit = fit_by(BELL_SQRT, x, N);
			cr_expect(fit.log_likelihood < fit_by(BELL_ASINH, x, N).log_likelihood + N,
				  "%g", fit.log_likelihood);
			cr_expect(isfinite(fit.log_likelihood) && isfinite(fit.lr_vs_identity));
		}
}

/* A sketch with bins gives the fit of the values. */
Test(families, bins_fit_as_values_do)
{
	enum { N = 20000 };

	for (int kind = 0; kind < KINDS; kind++) {
		double *x = column((enum kind)kind, N), lowest = INFINITY;
		struct bell_sketch *s = sketch_of(x, NULL, N, NULL);

		for (int i = 0; i < N; i++)
			lowest = fmin(lowest, x[i]);
		for (size_t m = 0; m < COUNT(methods); m++) {
			struct bell_fit_options o = options_of(methods[m]);
			struct bell_fit fit;
			double expected, error;

			if (!in_domain(methods[m], lowest))
				continue;
			CHECK(bell_fit_sketch(s, &o, &fit));
			expected = likelihood(methods[m], parameter_of(&fit), x, N);
			error = fit.flags & BELL_FIT_ILL_CONDITIONED ? 1e-3 : 1e-9;
			cr_expect(near(fit.log_likelihood, expected, error * N + 1e-6),
				  "%s, %s: %.17g, not %.17g, flags %u", kind_name[kind],
				  bell_method_name(methods[m]), fit.log_likelihood, expected,
				  fit.flags);
		}
		bell_sketch_free(s);
		free(x);
	}
}
