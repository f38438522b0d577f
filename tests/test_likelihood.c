/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * test_likelihood.c - the kernels of fits from nodes, on every backend: the bits of "scalar", and
 * their definition.  "plain" runs with hostile input, but only the definition holds for it: SLEEF's
 * expm1 rounds in other places where there is no fused multiply-add.
 */
#include <math.h>
#include <string.h>
#include "common.h"
#include "dispatch.h"
#include "reference.h"

#define NODES 64

static const struct probe probes[] = {
    {.power = 0.5, .scale = 1},
    {.power = 0, .scale = 1},
    {.power = -2.25, .origin = 1.5, .scale = 1},
    {.power = 40, .origin = 3, .scale = 1},
    {.power = 0.01, .scale = 0.25},
    {.power = 300, .shift = 900, .scale = 1, .add = 1},
};

/* x: ARRAYS arrays of n each. */
#define ARRAYS (SKETCH_POWERS - 1)
static void run(const char *backend, const double *x, size_t n, struct words *r)
{
	static double out[4][NODES], array[QUADRATURE_ARRAYS][NODES];
	double *const outs[4] = {out[0], out[1], out[2], out[3]}, *arrays[QUADRATURE_ARRAYS];
	const double *moment[ARRAYS];
	const struct nodes nodes = {.n = n, .at = (double *)x, .weight = (double *)x + n};

	CHECK(bell_backend_use(backend));
	r->n = 0;
	for (size_t i = 0; i < COUNT(probes); i++) {
		double sum[7];

		bell_kernels()->score(&nodes, &probes[i], outs, sum);
		bell_kernels()->score_spread(&nodes, outs, i % 2 ? -1 : 1, sum, sum + 3);
		for (size_t j = 0; j < 4; j++)
			words_put(r, out[j], n);
		words_put(r, sum, 7);
	}
	for (size_t j = 0; j < ARRAYS; j++)
		moment[j] = x + j * n;
	for (size_t j = 0; j < QUADRATURE_ARRAYS; j++)
		arrays[j] = array[j];
	bell_kernels()->quadrature(moment, n, arrays);
	for (size_t j = 0; j < QUADRATURE_ARRAYS; j++)
		words_put(r, array[j], n);
}

/* The moments of six values in each of n bins, some of which are equal. */
static void draw_moments(struct rng *rng, double *x, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		double value[6];

		for (size_t k = 0; k < COUNT(value); k++)
			value[k] = k && rng_unit(rng) < 0.2 ? value[k - 1] : 2 * rng_unit(rng) - 1;
		for (size_t j = 0; j < ARRAYS; j++) {
			x[j * n + i] = 0;
			for (size_t k = 0; k < COUNT(value); k++)
				x[j * n + i] += pow(value[k], (double)j + 1) / COUNT(value);
		}
	}
}

/* Nodes end at an unmapped page. */
Test(score, is_the_same_everywhere)
{
	static struct words want, got;
	struct guarded g = guarded_make(ARRAYS * NODES * sizeof(double));
	struct rng rng = {5};
	const char *name;

	if (bell_backend_use("scalar") != BELL_OK)
		cr_skip_test("without a measure");
	for (size_t b = 0; (name = bell_backend_name(b)); b++)
		for (int round = 0; round < 200; round++)
			for (size_t n = NODE_PAD; n <= NODES; n += NODE_PAD) {
				double *x = (double *)(void *)g.high - ARRAYS * n;

				for (size_t i = 0; i < ARRAYS * n; i++)
					x[i] = round % 4 == 0 ? rng_hostile(&rng)
					       : i < n        ? 3 * rng_unit(&rng)
							      : rng_unit(&rng);
				if (round % 4 == 1)
					draw_moments(&rng, x, n);
				run("scalar", x, n, &want);
				run(name, x, n, &got);
				for (size_t i = 0; i < want.n && strcmp(name, "plain") != 0; i++)
					cr_assert(same(want.word[i], got.word[i]),
						  "%s: %zu nodes: word %zu is %a, of scalar %a",
						  name, n, i, got.word[i], want.word[i]);
			}
	guarded_free(&g);
}

/*
 * To the last digits where a series stands for a difference, which is |z| < 0.3; chi only guides a
 * search.
 */
Test(score, is_its_definition)
{
	static double at[NODES], weight[NODES], out[4][NODES], sum[3];
	double *const outs[4] = {out[0], out[1], out[2], out[3]};
	static const char *const term[] = {"psi", "phi", "chi"};
	const struct nodes nodes = {.n = NODES, .at = at, .weight = weight};

	for (size_t i = 0; i < NODES; i++)
		at[i] = ((double)i - NODES / 2 + 0.5) / (NODES / 2);
	for (size_t b = 0; bell_backend_name(b); b++)
		for (double power = 0.01; power < 4; power *= 1.1) {
			const struct probe probe = {.power = power, .scale = 1};

			CHECK(bell_backend_use(bell_backend_name(b)));
			bell_kernels()->score(&nodes, &probe, outs, sum);
			for (size_t i = 0; i < NODES; i++) {
				long double z = (long double)power * at[i],
					    d2 = (long double)at[i] * at[i], p2, p3, off[3];

				reference_terms(z, &p2, &p3);
				off[0] = fabsl(out[0][i] / (expm1l(z) / power) - 1) / 8e-16L;
				off[1] = fabsl(out[1][i] / (d2 * p2) - 1) /
					 (fabsl(z) < 0.3L ? 1e-15L : 3e-14L);
				off[2] = fabsl(out[2][i] / (d2 * at[i] * p3) - 1) / 2e-4L;
				for (int j = 0; j < 3; j++)
					cr_expect(off[j] <= 1, "%s: %s at z = %Lg off",
						  bell_backend_name(b), term[j], z);
			}
		}
}

/* The Gauss-Legendre quadrature of four nodes, to the digits that moments of degree 7 leave. */
Test(quadrature, of_an_even_density)
{
	static const double place[4] = {0.3399810435848563, 0.8611363115940526, -0.3399810435848563,
					-0.8611363115940526},
			    share[4] = {0.3260725774312731, 0.1739274225687269, 0.3260725774312731,
					0.1739274225687269};
	static double in[ARRAYS][NODE_PAD], out[QUADRATURE_ARRAYS][NODE_PAD];
	const double *moment[ARRAYS];
	double *arrays[QUADRATURE_ARRAYS];

	for (int j = 0; j < ARRAYS; j++) {
		moment[j] = in[j];
		for (int i = 0; i < NODE_PAD; i++)
			in[j][i] = j % 2 ? 1.0 / (j + 2) : 0; /* of t^(j + 1) over [-1, 1] */
	}
	for (int j = 0; j < QUADRATURE_ARRAYS; j++)
		arrays[j] = out[j];
	for (size_t b = 0; bell_backend_name(b); b++) {
		CHECK(bell_backend_use(bell_backend_name(b)));
		bell_kernels()->quadrature(moment, NODE_PAD, arrays);
		cr_expect(out[QUADRATURE_SOLVED][5] == 1 && out[QUADRATURE_RANK][5] == 4);
		cr_expect(near(out[QUADRATURE_SD][5], sqrt(1 / 3.0), 1e-15));
		for (int j = 0; j < 4; j++) {
			int k = 0;

			while (k < 4 && !near(out[QUADRATURE_PLACE + j][5], place[k], 1e-14))
				k++;
			cr_assert(k < 4, "%.17g", out[QUADRATURE_PLACE + j][5]);
			cr_expect(near(out[QUADRATURE_SHARE + j][5], share[k], 1e-14), "%.17g",
				  out[QUADRATURE_SHARE + j][5]);
		}
	}
}

/*
 * Two and three values of a bin are its quadrature: the recurrence tells their number, and the
 * sweeps are left to others.
 */
Test(quadrature, of_few_values)
{
	static const double value[3] = {-0.75, 0.125, 0.5}, weight[3] = {0.5, 0.25, 0.25};
	static double in[ARRAYS][NODE_PAD], out[QUADRATURE_ARRAYS][NODE_PAD];
	const double *moment[ARRAYS];
	double *arrays[QUADRATURE_ARRAYS];

	for (int j = 0; j < ARRAYS; j++) {
		moment[j] = in[j];
		for (int count = 1; count <= 3; count++) {
			double all = 0;

			in[j][count] = 0;
			for (int i = 0; i < count; i++) {
				in[j][count] += weight[i] * pow(value[i], j + 1);
				all += weight[i];
			}
			in[j][count] /= all;
		}
	}
	for (int j = 0; j < QUADRATURE_ARRAYS; j++)
		arrays[j] = out[j];
	for (size_t b = 0; bell_backend_name(b); b++) {
		CHECK(bell_backend_use(bell_backend_name(b)));
		bell_kernels()->quadrature(moment, NODE_PAD, arrays);
		for (int count = 1; count <= 3; count++) {
			cr_expect(out[QUADRATURE_RANK][count] == count, "%s: %g of %d",
				  bell_backend_name(b), out[QUADRATURE_RANK][count], count);
			cr_expect(out[QUADRATURE_SOLVED][count] == 0);
		}
	}
}
