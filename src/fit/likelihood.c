/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * likelihood.c - the log-likelihood of a column at any lambda, its score and slope.
 *
 * On the side with power w, a value at d has psi = expm1(w d)/w and phi = d psi/d lambda
 * (likelihood.inc). With M2 and C the sums of (psi - mean)^2 and (psi - mean) phi,
 *
 *	log-likelihood = -N/2 log(M2/N) + (lambda - 1) sum(s d)
 *	score          = -N C/M2 + sum(s d)
 *
 * The likelihood of a one-signed column depends on differences of d alone: they are taken from the
 * extreme at which w d is largest, so that no exponent is positive.  A mixed column has its origin
 * at 0 and takes exp(-shift) out of everything, shift being the largest w d.
 */
#include <math.h>
#include "fit/likelihood.h"

/* up to here exp(shift) and its inverse are far from the ends of a double */
#define MAX_SHIFT 600

static double larger(double a, double b) { return a > b ? a : b; }

/* Where w d is largest on a side; 0 if the side is empty. */
static double extreme(const struct column *c, int side, double power)
{
	if (!c->side[side].n)
		return 0;
	return power > 0 ? c->high[side] : c->low[side];
}

struct sums {
	double mean[3];              /* of psi, phi and chi */
	double m2, c, phi2, chi_psi; /* central */
};

/*
 * Sums over both sides, whose terms are in `out`; total[side]: the weighted sums of psi, phi and
 * chi.
 */
static struct sums sum_sides(const struct backend *b, const struct column *c, double total[2][3])
{
	struct sums s = {0};

	for (int q = 0; q < 3; q++)
		s.mean[q] = (total[0][q] + (q == 1 ? total[1][q] : -total[1][q])) / c->total;
	for (int side = 0; side < 2; side++) {
		double sum[4];

		b->score_spread(&c->side[side], c->out[side], side ? -1 : 1, s.mean, sum);
		s.m2 += sum[0];
		s.c += sum[1];
		s.phi2 += sum[2];
		s.chi_psi += sum[3];
	}
	return s;
}

struct point bell_likelihood(const struct backend *b, struct column *c, double t)
{
	struct point p = {.t = t, .power = {t, 2 * c->identity - t}, .scale = 1};
	double add = 0, jacobian, ratio, total[2][3];
	struct sums s;

	if (c->mixed) {
		p.shift = larger(0, larger(p.power[0] * extreme(c, 0, p.power[0]),
					   p.power[1] * extreme(c, 1, p.power[1])));
		if (p.shift <= MAX_SHIFT)
			p.scale = bell_exp(b, -p.shift);
		else
			add = 1; /* E = expm1(z - shift) + 1: the constant 1 is exp(-shift), nothing
				  */
	} else {
		int side = c->sign < 0;

		p.origin = extreme(c, side, p.power[side]);
	}
	for (int side = 0; side < 2; side++) {
		struct probe probe = {.power = p.power[side],
				      .origin = p.origin,
				      .shift = add ? p.shift : 0,
				      .scale = p.scale,
				      .add = add};

		b->score(&c->side[side], &probe, c->out[side], total[side]);
	}
	s = sum_sides(b, c, total);
	p.mean = s.mean[0];
	p.sd = sqrt(s.m2 / c->total);
	ratio = s.c / s.m2;
	jacobian = c->sum - (c->mixed ? 0 : c->sign * c->total * p.origin);
	p.score = jacobian - c->total * ratio;
	p.slope = -c->total * ((s.phi2 + s.chi_psi) / s.m2 - 2 * ratio * ratio);
	p.value = -c->total / 2 * log_of(b, s.m2 / c->total) + (t - c->identity) * c->sum;
	p.value -= c->total * (c->mixed ? p.shift : p.power[c->sign < 0] * p.origin);
	return p;
}

double bell_likelihood_constant(const struct backend *b, const struct column *c)
{
	double unit = c->family.unit, mean = isinf(unit) ? 0 : c->mean + bell_column_shift(b, c);

	/* dx is c times d(x/c) */
	if (unit > 0 && unit != 1 && !isinf(unit))
		mean += log_of(b, unit);
	return -c->total * (log_of(b, c->unit) + mean);
}

void bell_shape(const struct column *c, const struct point *p, double *skewness, double *kurtosis)
{
	double m3 = 0, m4 = 0;

	for (int side = 0; side < 2; side++) {
		const struct nodes *nodes = &c->side[side];
		double sign = side ? -1 : 1;

		for (size_t i = 0; i < nodes->n; i++) {
			double y = (sign * c->out[side][0][i] - p->mean) / p->sd, y2 = y * y;

			m3 += nodes->weight[i] * y2 * y;
			m4 += nodes->weight[i] * y2 * y2;
		}
	}
	*skewness = m3 / c->total;
	*kurtosis = m4 / c->total - 3;
}

/*
 * With q = c/(c + a) = 1 - dl/dlog a, phi = |psi| and e = exp(w l), the derivative of the
 * log-likelihood in log c is N times
 *
 *	cov(psi, s e (1 - q))/var(psi) - (lambda - 1) mean(s (1 - q)) - 1
 *
 * or for one sign, because e = 1 + w phi, (w - 1) mean(q) - cov(phi, e q)/var(phi), of which
 * nothing cancels while c is below the values.
 */
double bell_unit_score(const struct column *c, const struct point *p)
{
	double mean = 0, covariance = 0, sizes = 0, power, score;
	bool below;

	for (int side = 0; side < 2; side++)
		for (size_t i = 0; i < c->side[side].n; i++)
			sizes += c->side[side].weight[i] * c->slope[side][i];
	below = !c->mixed && sizes > c->total / 2;
	for (int side = 0; side < 2; side++) {
		const struct nodes *nodes = &c->side[side];
		double sign = side ? -1 : 1;

		for (size_t i = 0; i < nodes->n; i++) {
			double slope = below ? 1 - c->slope[side][i] : c->slope[side][i];
			double y = sign * c->out[side][0][i] - p->mean;

			mean += nodes->weight[i] * sign * slope;
			covariance += nodes->weight[i] * y * sign * c->out[side][3][i] * slope;
		}
	}
	mean /= c->total;
	covariance /= c->total * p->sd * p->sd * c->unit;
	/* lambda - 1, which is w - 1 times the sign where there is one */
	power = (p->t - c->identity) / c->unit;
	score = covariance - power * mean;
	return below ? -score : score - 1;
}

/*
 * The derivative of degree m = 2 rank of psi in t = log|x|, over m!: psi' = e^z dl/dt, and each
 * further derivative brings a factor of about w dl/dt, or what log(1 + e^t) adds, whose Taylor
 * series has radius pi.
 */
static double derivative(double w, double slope, int rank, bool curved)
{
	static const double factorial[] = {1, 1 / 2.0, 1 / 24.0, 1 / 720.0, 1 / 40320.0};
	double factor = fabs(w) * slope + (curved ? 1 / 3.0 : 0), f = slope * factor;

	for (int i = 1; i < rank; i++)
		f *= factor * factor;
	return f * factorial[rank];
}

double bell_remainder(const struct column *c, const struct point *p)
{
	bool curved = c->family.unit > 0;
	double sum = 0;

	for (int side = 0; side < 2; side++) {
		const struct nodes *nodes = &c->side[side];
		double w = p->power[side] / c->unit;

		for (size_t i = 0; i < nodes->n; i++)
			if (c->rest[side][i] > 0)
				sum +=
				    nodes->weight[i] * c->out[side][3][i] * c->rest[side][i] *
				    derivative(w, c->slope[side][i], (int)c->rank[side][i], curved);
	}
	return sum / c->total / p->sd / c->unit;
}
