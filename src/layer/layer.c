/* SPDX-License-Identifier: BSD-3-Clause */
/* layer.c - normality normalization: groups of a tensor, block by block. */
#include <math.h>
#include <string.h>
#include "layer/plan.h"
#include "parallel.h"

#define LEAST_POWER 1e-30 /* closer to 0 it is 0 */

/* psi at lambda: on either side of zero. */
static void psi_of(const struct layer *l, double lambda, struct layer_psi p[2])
{
	double shift = l->options->compat && !l->options->plain ? sqrt(l->options->eps) : 0;

	for (int side = 0; side < 2; side++) {
		double eta = side ? 2 - lambda : lambda;
		bool straight = fabs(eta) <= (shift > 0 ? shift : LEAST_POWER);

		eta += eta < 0 ? -shift : shift;
		p[side] = (struct layer_psi){.power = straight ? 0 : eta,
					     .inverse = straight ? 0 : 1 / eta,
					     .square = straight ? 0 : 1 / (eta * eta),
					     .straight = straight,
					     .moving = !(straight && shift > 0)};
	}
}

/* ---- a sweep over a bundle of groups ---- */

struct sweep {
	const struct layer *l;
	size_t first, count; /* its groups */
	void (*step)(const struct sweep *s, char *room, size_t first, size_t n,
		     double (*out)[SUMS]);
	char *room;
	double *weights; /* gradients: of weight, then of bias, `weights` of either */
	/* u; h and log1p|h|, or p and t; x: are where a step before has put them */
	bool loaded, ready, shaped;
	bool noisy;
	size_t next; /* chunk that no thread has taken */

	struct pass {
		double mean, r, center; /* h = (u - mean) r; of x */
		struct layer_psi psi[2];
		struct layer_slope slope;
		struct layer_gradient gradient;
		double spread; /* of the noise */
		double sum[SUMS];
	} group[BUNDLE];
};

/* A step over the blocks of a chunk, of the `count` groups of the sweep. */
static void run_chunk(const struct sweep *s, size_t count, char *room, size_t chunk,
		      double (*sum)[SUMS])
{
	size_t end = least((chunk + 1) * LAYER_CHUNK, s->l->n);
	double out[BUNDLE][SUMS];

	for (size_t k = 0; k < count; k++)
		memset(sum[k], 0, sizeof sum[k]);
	for (size_t first = chunk * LAYER_CHUNK; first < end; first += LAYER_BLOCK) {
		memset(out, 0, count * sizeof *out);
		s->step(s, room, first, least(LAYER_BLOCK, end - first), out);
		for (size_t k = 0; k < count; k++)
			for (int i = 0; i < SUMS; i++)
				sum[k][i] += out[k][i];
	}
}

static void run_chunks(void *context, size_t worker)
{
	struct sweep *s = context;
	const struct layer *l = s->l;

	for (size_t chunk; (chunk = bell_next(&s->next)) < chunks_of(l);)
		run_chunk(s, s->count, l->rooms + worker * l->room, chunk,
			  (double(*)[SUMS])(l->partial + chunk * l->bundle * SUMS));
}

/* A step over a bundle: the sums of its sums, in one order whatever the threads. */
static void sweep(struct sweep *s,
		  void (*step)(const struct sweep *, char *, size_t, size_t, double (*)[SUMS]))
{
	const struct layer *l = s->l;
	size_t count = s->count;
	double own[BUNDLE][SUMS], (*sum)[SUMS] = own;

	s->step = step;
	for (size_t k = 0; k < count; k++)
		memset(s->group[k].sum, 0, sizeof s->group[k].sum);
	s->next = 0;
	if (l->inside > 1)
		bell_parallel(l->inside, l->inside, run_chunks, s);
	for (size_t c = 0; c < chunks_of(l); c++) {
		if (l->inside > 1)
			sum = (double(*)[SUMS])(l->partial + c * l->bundle * SUMS);
		else
			run_chunk(s, count, s->room, c, own);
		for (size_t k = 0; k < count; k++)
			for (int i = 0; i < SUMS; i++)
				s->group[k].sum[i] += sum[k][i];
	}
}

/* ---- statistics ---- */

/* lambda and what the gradient needs of it, from the sums of layer_score. */
static void newton(const struct bell_layer_options *o, const struct bell_layer_sums *s,
		   struct bell_layer_statistics *saved)
{
	double n = s->count, m1 = s->sum[0] / n, d = s->sum[1] / n;

	saved->mean_hd = m1;
	saved->mean_d = d;
	saved->slope = m1 - s->sum[2] / n;
	saved->curvature = s->sum[3] / n + s->sum[4] / n - d * d - 2 * m1 * m1;
	saved->lambda = 1 - o->alpha * saved->slope / (saved->curvature + sqrt(o->eps));
}

/* What the sums of a step say. */
static void settle(const struct bell_layer_options *o, enum bell_layer_step step,
		   const struct bell_layer_sums *s, struct bell_layer_statistics *saved)
{
	if (step == BELL_LAYER_MOMENTS)
		*saved = isnan(s->sum[0])
			     ? (struct bell_layer_statistics){NAN, NAN, NAN, NAN, NAN,
							      NAN, NAN, NAN, NAN}
			     : (struct bell_layer_statistics){.mean = s->sum[0],
							      .variance = s->sum[1] / s->count,
							      .lambda = 1};
	else if (step == BELL_LAYER_SCORE && !o->plain)
		newton(o, s, saved);
	else if (step == BELL_LAYER_CENTER && o->noise > 0 && !o->plain)
		saved->center = s->sum[0] / s->count;
	else if (step == BELL_LAYER_SPREAD && o->noise > 0)
		saved->spread = s->sum[0] / s->count;
}

static void merge(enum bell_layer_step step, const struct bell_layer_sums *from,
		  struct bell_layer_sums *into)
{
	double n = into->count + from->count;

	if (step == BELL_LAYER_MOMENTS) {
		double apart = from->sum[0] - into->sum[0], share = n > 0 ? from->count / n : 0;

		into->sum[1] += from->sum[1] + apart * apart * (into->count * share);
		into->sum[0] += apart * share;
	} else {
		for (int i = 0; i < 5; i++)
			into->sum[i] += from->sum[i];
	}
	into->count = n;
}

/* What the passes over group k need of the statistics of a step. */
static void adopt(struct sweep *s, size_t k, enum bell_layer_step step,
		  const struct bell_layer_statistics *saved)
{
	const struct bell_layer_options *o = s->l->options;
	struct pass *p = &s->group[k];

	if (step == BELL_LAYER_MOMENTS) {
		p->mean = saved->mean;
		p->r = 1 / sqrt(saved->variance + o->eps);
	} else if (step == BELL_LAYER_SCORE) {
		psi_of(s->l, o->plain ? 1 : saved->lambda, p->psi);
	} else if (step == BELL_LAYER_CENTER) {
		p->center = saved->center;
	} else {
		p->spread = s->noisy ? o->noise * saved->spread : 0;
	}
}

static void adopt_all(struct sweep *s, size_t k, const struct bell_layer_statistics *saved)
{
	for (int step = BELL_LAYER_MOMENTS; step <= BELL_LAYER_SPREAD; step++)
		adopt(s, k, (enum bell_layer_step)step, saved);
}

static double through_lambda(const struct layer *l, const struct bell_layer_statistics *saved)
{
	const struct bell_layer_options *o = l->options;

	return l->evaluating || o->plain ? 0 : o->alpha / (saved->curvature + sqrt(o->eps));
}

/* The parameters of layer_terms and, from the sums that it makes, of layer_gradient. */
static struct layer_slope slope_of(const struct layer *l, const struct bell_layer_statistics *saved)
{
	double rho;

	if (through_lambda(l, saved) == 0)
		return (struct layer_slope){0};
	rho = saved->slope / (saved->curvature + sqrt(l->options->eps));
	return (struct layer_slope){
	    .rho = rho, .mean_d = saved->mean_d, .factor = 1 + 4 * rho * saved->mean_hd};
}

static struct layer_gradient gradient_of(const struct layer *l,
					 const struct bell_layer_statistics *saved, double r,
					 const struct bell_layer_sums *s)
{
	double c = -through_lambda(l, saved) * s->sum[0] / s->count;

	if (l->evaluating)
		return (struct layer_gradient){.r = r};
	return (struct layer_gradient){.r = r,
				       .c = c,
				       .m0 = (s->sum[1] + c * s->sum[3]) / s->count,
				       .m1 = (s->sum[2] + c * s->sum[4]) / s->count};
}

/* ---- the calls ---- */

/* Plans and runs, if all is `given` that has to be, and no group has fewer than `fewest` values. */
static enum bell_status call(struct layer *l, size_t element, bool given, size_t fewest,
			     layer_task *task, double *dweight, double *dbias)
{
	enum bell_status status = bell_layer_plan(l, dweight);

	if (status == BELL_OK && (!given || !dweight != !dbias || l->n < fewest))
		return BELL_EINVAL;
	return status == BELL_OK ? bell_layer_run(l, element, task, dweight, dbias) : status;
}

#define TYPE(name) name##_f32
#define elem       float
#include "layer/blocks.inc"
#include "layer/forward.inc"
#include "layer/backward.inc"
#include "layer/calls.inc"
#undef TYPE
#undef elem

#define TYPE(name) name##_f64
#define elem       double
#include "layer/blocks.inc"
#include "layer/forward.inc"
#include "layer/backward.inc"
#include "layer/calls.inc"
#undef TYPE
#undef elem

enum bell_status bell_layer_track(size_t groups, double count, double momentum,
				  const struct bell_layer_statistics *saved,
				  struct bell_layer_statistics *running)
{
	if (!groups || !(count >= 2 && count < INFINITY) || !(momentum >= 0 && momentum <= 1) ||
	    !saved || !running)
		return BELL_EINVAL;
	for (size_t k = 0; k < groups; k++) {
		double variance = saved[k].variance * (count / (count - 1));

		running[k].mean += momentum * (saved[k].mean - running[k].mean);
		running[k].variance += momentum * (variance - running[k].variance);
		running[k].lambda += momentum * (saved[k].lambda - running[k].lambda);
	}
	return BELL_OK;
}

enum bell_status bell_layer_merge(enum bell_layer_step step, size_t groups,
				  const struct bell_layer_sums *from, struct bell_layer_sums *into)
{
	if (step > BELL_LAYER_GRADIENT || !groups || !from || !into)
		return BELL_EINVAL;
	for (size_t k = 0; k < groups; k++)
		merge(step, &from[k], &into[k]);
	return BELL_OK;
}

enum bell_status bell_layer_settle(const struct bell_layer_options *options,
				   enum bell_layer_step step, size_t groups,
				   const struct bell_layer_sums *sums,
				   struct bell_layer_statistics *saved)
{
	if (!bell_layer_valid(options) || step > BELL_LAYER_SPREAD || !groups || !sums || !saved)
		return BELL_EINVAL;
	for (size_t k = 0; k < groups; k++)
		if (!(sums[k].count >= 2))
			return BELL_EINVAL;
	for (size_t k = 0; k < groups; k++)
		settle(options, step, &sums[k], &saved[k]);
	return BELL_OK;
}
