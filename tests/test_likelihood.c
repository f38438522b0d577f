/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * test_likelihood.c - the kernel `score` on every backend: the bits of "scalar", and its
 * definition.
 *
 * "plain", which has no fused multiply-add within expm1, is held to a tolerance on tame data.
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

/* x: `at`, weights, six moments, of n nodes each. */
static void run(const char *backend, const double *x, size_t n, bool tame, struct words *r)
{
	static double out[6][NODES];
	double *const outs[6] = {out[0], out[1], out[2], out[3], out[4], out[5]};

	CHECK(bell_backend_use(backend));
	r->n = 0;
	for (size_t i = 0; i < 2 * COUNT(probes); i++) {
		struct nodes nodes = {.n = n, .at = (double *)x, .weight = (double *)x + n};

		for (size_t j = 0; i % 2 && j < SKETCH_POWERS - 2; j++)
			nodes.m[j] = (double *)x + (2 + j) * n;
		bell_kernels()->score(&nodes, &probes[i / 2], outs);
		for (size_t j = 0; j < 6; j++)
			if (!tame || j == 0 || j == 5) /* the others cancel */
				words_put(r, out[j], n);
	}
}

/* Nodes end at an unmapped page. */
Test(score, is_the_same_everywhere)
{
	static struct words want, got;
	struct guarded g = guarded_make(8 * NODES * sizeof(double));
	struct rng rng = {5};
	const char *name;

	if (bell_backend_use("scalar") != BELL_OK)
		cr_skip_test("without a measure");
	for (size_t b = 0; (name = bell_backend_name(b)); b++) {
		bool tame = !strcmp(name, "plain");

		for (int round = 0; round < 200; round++)
			for (size_t n = NODE_PAD; n <= NODES; n += NODE_PAD) {
				double *x = (double *)(void *)g.high - 8 * n;

				for (size_t i = 0; i < 8 * n; i++)
					x[i] = !tame && round % 4 == 0 ? rng_hostile(&rng)
					       : i < n                 ? 3 * rng_unit(&rng)
					       : i < 2 * n             ? 1
								       : rng_unit(&rng) / 64;
				run("scalar", x, n, tame, &want);
				run(name, x, n, tame, &got);
				for (size_t i = 0; i < want.n; i++) {
					double a = want.word[i], b = got.word[i];

					cr_assert(tame ? near(a, b, 1e-13 * fabs(a)) : same(a, b),
						  "%s: %zu nodes: word %zu is %a, of scalar %a",
						  name, n, i, b, a);
				}
			}
	}
	guarded_free(&g);
}

/*
 * To the last digits where a series stands for a difference, which is |z| < 0.3; chi only guides a
 * search.
 */
Test(score, is_its_definition)
{
	static double at[NODES], weight[NODES], out[6][NODES];
	double *const outs[6] = {out[0], out[1], out[2], out[3], out[4], out[5]};
	static const char *const term[] = {"psi", "phi", "chi"};
	const struct nodes nodes = {.n = NODES, .at = at, .weight = weight};

	for (size_t i = 0; i < NODES; i++)
		at[i] = ((double)i - NODES / 2 + 0.5) / (NODES / 2);
	for (size_t b = 0; bell_backend_name(b); b++)
		for (double power = 0.01; power < 4; power *= 1.1) {
			const struct probe probe = {.power = power, .scale = 1};

			CHECK(bell_backend_use(bell_backend_name(b)));
			bell_kernels()->score(&nodes, &probe, outs);
			for (size_t i = 0; i < NODES; i++) {
				long double z = (long double)power * at[i],
					    d2 = (long double)at[i] * at[i], p2, p3, off[3];

				reference_terms(z, &p2, &p3);
				off[0] = fabsl(out[0][i] / (expm1l(z) / power) - 1) / 8e-16L;
				off[1] = fabsl(out[1][i] / (d2 * p2) - 1) /
					 (fabsl(z) < 0.3L ? 1e-15L : 3e-14L);
				off[2] = fabsl(out[2][i] / (d2 * at[i] * p3) - 1) / 3e-8L;
				for (int j = 0; j < 3; j++)
					cr_expect(off[j] <= 1, "%s: %s at z = %Lg off",
						  bell_backend_name(b), term[j], z);
			}
		}
}
