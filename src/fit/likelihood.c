/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * likelihood.c - the log-likelihood of a column at any lambda, its score and slope.
 *
 * On the side with power w, a node at d has psi = expm1(w d)/w and phi = d psi/d lambda (see
 * kernels/likelihood.inc).  With M2 and C the sums of (psi - mean)^2 and (psi - mean) phi,
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
#include "kernels/bin_series.h"

#define LOG2 0x1.62e42fefa39efp-1

#define FACTORIAL_8 40320

/* Up to this exp(shift) and its inverse are far from the ends of the doubles. */
#define MAX_SHIFT 600

double bell_exp(const struct backend *b, double x)
{
	double pad[NODE_PAD] = {x > 0 ? x : -x};

	if (pad[0] > MAX_EXP)
		return x > 0 ? INFINITY : 0;
	b->exponential(pad, NODE_PAD, pad);
	return x > 0 ? pad[0] + 1 : 1 / (pad[0] + 1);
}

double bell_log(const struct backend *b, double x)
{
	double pad[NODE_PAD] = {0}, m;
	int e;

	m = frexp(x, &e);
	if (m < 0.70710678118654752)
		m *= 2, e--;
	pad[0] = 2 * m - 1; /* (|x| - 1)/2 = m - 1 */
	b->coordinate(pad, NODE_PAD, 1, pad);
	return e * LOG2 + pad[0];
}

static double larger(double a, double b) { return a > b ? a : b; }

/* The position at which power times position is largest on a side; 0 if the side is empty. */
static double extreme(const struct column *c, int side, double power)
{
	if (!c->side[side].n)
		return 0;
	return power > 0 ? c->high[side] : c->low[side];
}

/* Sums over all nodes with their weights; see sum_nodes(). */
struct sums {
	/* The means of psi, phi and chi, with the sign of x where they have it. */
	double psi, phi, chi;

	/*
	 * Sums of products of deviations from these means, within the nodes too: psi psi, psi phi,
	 * phi phi and chi psi.
	 */
	double m2, c, phi2, chi_psi;
};

static struct sums sum_nodes(const struct column *c, double origin)
{
	struct sums s = {0};

	for (int side = 0; side < 2; side++) {
		const double *w = c->side[side].weight, *psi = c->out[side][0],
			     *phi = c->out[side][1];
		const double *chi = c->out[side][2], sign = side ? -1 : 1;

		for (size_t i = 0; i < c->side[side].n; i++) {
			s.psi += w[i] * sign * psi[i];
			s.phi += w[i] * phi[i];
			s.chi += w[i] * sign * chi[i];
		}
	}
	s.psi /= c->total;
	s.phi /= c->total;
	s.chi /= c->total;
	for (int side = 0; side < 2; side++) {
		const double *w = c->side[side].weight, *psi = c->out[side][0],
			     *phi = c->out[side][1];
		const double *chi = c->out[side][2], *var = c->out[side][3], *cov = c->out[side][4];
		const double sign = side ? -1 : 1;

		for (size_t i = 0; i < c->side[side].n; i++) {
			double y = sign * psi[i] - s.psi, p = phi[i] - s.phi;
			double d = c->side[side].at[i] - origin, move = var[i] * d * d;

			s.m2 += w[i] * (y * y + var[i]);
			s.c += w[i] * (y * p + sign * cov[i]);
			/*
			 * within a bin psi, phi and chi move together: by 1, d and d^2 times the
			 * move of psi
			 */
			s.phi2 += w[i] * (p * p + move);
			s.chi_psi += w[i] * (y * (sign * chi[i] - s.chi) + move);
		}
	}
	return s;
}

struct point bell_likelihood(const struct backend *b, struct column *c, double t)
{
	struct point p = {.t = t, .power = {t, 2 * c->unit - t}, .scale = 1};
	double add = 0, jacobian, ratio;
	struct sums s;

	if (c->mixed) {
		p.shift = larger(0, larger(p.power[0] * extreme(c, 0, p.power[0]),
					   p.power[1] * extreme(c, 1, p.power[1])));
		if (p.shift <= MAX_SHIFT)
			p.scale = bell_exp(b, -p.shift);
		else /* the kernel computes exp(z - shift) as expm1(z - shift) + add */
			add = 1;
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

		b->score(&c->side[side], &probe, c->out[side]);
	}
	s = sum_nodes(c, p.origin);
	p.mean = s.psi;
	p.sd = sqrt(s.m2 / c->total);
	ratio = s.c / s.m2;
	jacobian = c->sum - (c->mixed ? 0 : c->sign * c->total * p.origin);
	p.score = jacobian - c->total * ratio;
	p.slope = -c->total * ((s.phi2 + s.chi_psi) / s.m2 - 2 * ratio * ratio);
	p.value = -c->total / 2 * bell_log(b, s.m2 / c->total) + (t - c->unit) * c->sum;
	p.value -= c->total * (c->mixed ? p.shift : p.power[c->sign < 0] * p.origin);
	return p;
}

double bell_likelihood_constant(const struct backend *b, const struct column *c)
{
	double mean = c->mean + shift_of(b, c->method, c->center);

	return -c->total * (bell_log(b, c->unit) + mean);
}

/*
 * The third and fourth central moments of G(w, u) = expm1(wu)/w over a bin, from the central
 * moments m_j of u.  The mean of G^k is the sum of k! S(j, k) w^(j-k)/j! m_j, S being Stirling's
 * numbers of the second kind; for k = 1 and 2 the kernels have the same tables.
 */
static void bin_shape(double w, double *const m[], size_t i, double *g3, double *g4)
{
	static const double g3_series[] = {0,           1,           36.0 / 24,
					   150.0 / 120, 540.0 / 720, 1806.0 / 5040};
	static const double g4_series[] = {0, 0, 1, 240.0 / 120, 1560.0 / 720, 8400.0 / 5040};
	/* before = w^(j-1), before2 = w^(j-2) */
	double power = 1, sum1 = 0, sum2 = 0, sum3 = 0, sum4 = 0, before = 0, before2 = 0;

	for (int j = 0; j < SKETCH_POWERS - 2; j++) {
		sum1 += g_series[j] * power * w * m[j][i];
		sum2 += g2_series[j] * power * m[j][i];
		sum3 += g3_series[j] * before * m[j][i];
		sum4 += g4_series[j] * before2 * m[j][i];
		before2 = before;
		before = power;
		power *= w;
	}
	*g3 = sum3 - 3 * sum1 * sum2 + 2 * sum1 * sum1 * sum1;
	*g4 = sum4 - 4 * sum1 * sum3 + 6 * sum1 * sum1 * sum2 - 3 * sum1 * sum1 * sum1 * sum1;
}

void bell_shape(const struct column *c, const struct point *p, double *skewness, double *kurtosis)
{
	double m3 = 0, m4 = 0;

	for (int side = 0; side < 2; side++) {
		const struct nodes *nodes = &c->side[side];
		double sign = side ? -1 : 1;

		for (size_t i = 0; i < nodes->n; i++) {
			double y = (sign * c->out[side][0][i] - p->mean) / p->sd,
			       e = c->out[side][5][i] / p->sd;
			double v = c->out[side][3][i] / (p->sd * p->sd), g3 = 0, g4 = 0;

			if (nodes->m[0])
				bin_shape(p->power[side], nodes->m, i, &g3, &g4);
			g3 *= sign * e * e * e;
			g4 *= e * e * e * e;
			m3 += nodes->weight[i] * (y * y * y + 3 * y * v + g3);
			m4 += nodes->weight[i] * (y * y * y * y + 6 * y * y * v + 4 * y * g3 + g4);
		}
	}
	*skewness = m3 / c->total;
	*kurtosis = m4 / c->total - 3;
}

double bell_remainder(const struct column *c, const struct point *p)
{
	double sum = 0;

	for (int side = 0; side < 2; side++) {
		const struct nodes *nodes = &c->side[side];
		double w = fabs(p->power[side]), w2 = w * w;

		for (size_t i = 0; nodes->m[0] && i < nodes->n; i++) {
			/*
			 * the eighth moment is about the sixth times the half width squared, or
			 * less
			 */
			double h = c->half[side][i], m8 = fabs(nodes->m[4][i]) * h * h;

			sum += nodes->weight[i] * c->out[side][5][i] * w * w2 * w2 * w2 * m8 /
			       FACTORIAL_8;
		}
	}
	return sum / c->total / p->sd;
}
