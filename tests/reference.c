/* SPDX-License-Identifier: BSD-3-Clause */
/* reference.c - slow and simple: what the library's results are held against. */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include "reference.h"

#define CHI2_95 3.841458820694124L

static long double mean_of(const struct reference *r, const long double *y)
{
	long double sum = 0;

	for (size_t i = 0; i < r->n; i++)
		sum += r->weight[i] * y[i];
	return sum / r->total;
}

/* Mean of (a - mean a)(b - mean b). */
static long double covariance(const struct reference *r, const long double *a, const long double *b)
{
	long double ma = mean_of(r, a), mb = mean_of(r, b), sum = 0;

	for (size_t i = 0; i < r->n; i++)
		sum += r->weight[i] * (a[i] - ma) * (b[i] - mb);
	return sum / r->total;
}

struct reference reference_make(const double *x, const double *weight, size_t n)
{
	struct reference r = {.n = n};
	bool below = false, above = false;

	r.l = malloc(n * sizeof *r.l);
	r.weight = malloc(n * sizeof *r.weight);
	for (size_t i = 0; i < n; i++) {
		r.l[i] = x[i] < 0 ? -log1pl(-(long double)x[i]) : log1pl(x[i]);
		r.weight[i] = weight ? weight[i] : 1;
		r.total += r.weight[i];
		below = below || x[i] < 0;
		above = above || x[i] >= 0;
	}
	r.sd = sqrtl(covariance(&r, r.l, r.l));
	r.sign = below && above ? 0 : below ? -1 : 1;
	r.mean = r.sign ? mean_of(&r, r.l) : 0;
	for (size_t i = 0; i < n; i++)
		r.l[i] -= r.mean;
	return r;
}

void reference_free(struct reference *r)
{
	free(r->l);
	free(r->weight);
}

/* The power of a value, and its |d|: one-signed columns measure d from their mean. */
static long double power_of(const struct reference *r, size_t i, long double lambda)
{
	return (r->sign ? r->sign > 0 : r->l[i] >= 0) ? lambda : 2 - lambda;
}

static long double side_of(const struct reference *r, size_t i)
{
	return (r->sign ? r->sign > 0 : r->l[i] >= 0) ? 1 : -1;
}

void reference_psi(const struct reference *r, long double lambda, long double *out)
{
	for (size_t i = 0; i < r->n; i++) {
		long double w = power_of(r, i, lambda), s = side_of(r, i), d = s * r->l[i];

		out[i] = s * (w != 0 ? expm1l(w * d) / w : d);
	}
}

void reference_terms(long double z, long double *p2, long double *p3)
{
	long double term = 0.5L; /* z^k/(k + 2)! */

	*p2 = *p3 = 0;
	for (int k = 0; k < 60 && (k < 9 || fabsl(term) > 1e-24L); term *= z / (k++ + 3)) {
		*p2 += term * (k + 1);
		*p3 += term / (k + 3) * (k + 1) * (k + 2);
	}
}

static long double p2_of(long double z)
{
	long double p2, p3;

	if (fabsl(z) > 1)
		return (expl(z) * (z - 1) + 1) / (z * z);
	reference_terms(z, &p2, &p3);
	return p2;
}

/* Half the log of the variance, and its derivative, less the Jacobian's share. */
long double reference_likelihood(const struct reference *r, long double lambda)
{
	long double *psi = calloc(r->n, sizeof *psi), value, shift = 0;

	reference_psi(r, lambda, psi);
	value = -r->total / 2 * logl(covariance(r, psi, psi));
	free(psi);
	/*
	 * psi about the mean lacks the factor e^(w mean): with (lambda - 1) mean that leaves
	 * -|mean|
	 */
	if (r->sign)
		shift = -r->sign * r->mean;
	else
		shift = (lambda - 1) * mean_of(r, r->l);
	return value + r->total * shift;
}

long double reference_score(const struct reference *r, long double lambda)
{
	long double *psi = calloc(r->n, sizeof *psi), *phi = malloc(r->n * sizeof *phi), score;

	reference_psi(r, lambda, psi);
	for (size_t i = 0; i < r->n; i++) {
		long double d = side_of(r, i) * r->l[i];

		phi[i] = d * d * p2_of(power_of(r, i, lambda) * d);
	}
	score = mean_of(r, r->l) - covariance(r, psi, phi) / covariance(r, psi, psi);
	free(psi);
	free(phi);
	return score * r->total;
}

/* Where the falling function f changes sign between low, where it is positive, and high. */
static long double bisect(long double (*f)(const struct reference *, long double, const void *),
			  const struct reference *r, const void *context, long double low,
			  long double high)
{
	for (int i = 0; i < 90 && low + (high - low) / 2 != low; i++) {
		long double middle = low + (high - low) / 2;

		if (f(r, middle, context) > 0)
			low = middle;
		else
			high = middle;
	}
	return low + (high - low) / 2;
}

static long double score_at(const struct reference *r, long double lambda, const void *context)
{
	(void)context;
	return reference_score(r, lambda);
}

long double reference_lambda(const struct reference *r)
{
	long double low = 1, high = 1, step = 1 / r->sd;

	for (; reference_score(r, low) <= 0; step *= 2)
		low -= step;
	for (; reference_score(r, high) > 0; step *= 2)
		high += step;
	return bisect(score_at, r, NULL, low, high);
}

struct end {
	long double lambda, most;
	int direction;
};

static long double inside(const struct reference *r, long double h, const void *context)
{
	const struct end *e = context;

	return CHI2_95 - 2 * (e->most - reference_likelihood(r, e->lambda + e->direction * h));
}

long double reference_end(const struct reference *r, long double lambda, int direction)
{
	struct end e = {lambda, reference_likelihood(r, lambda), direction};
	long double high = 1 / r->sd / sqrtl(r->total);

	while (inside(r, high, &e) > 0)
		high *= 2;
	return lambda + direction * bisect(inside, r, &e, 0, high);
}

void reference_shape(const struct reference *r, const long double *y, long double shape[2])
{
	long double mean = mean_of(r, y), sd = sqrtl(covariance(r, y, y));

	shape[0] = shape[1] = 0;
	for (size_t i = 0; i < r->n; i++) {
		long double z = (y[i] - mean) / sd;

		shape[0] += r->weight[i] * z * z * z / r->total;
		shape[1] += r->weight[i] * z * z * z * z / r->total;
	}
	shape[1] -= 3;
}
