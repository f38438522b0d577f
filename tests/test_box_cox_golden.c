/* SPDX-License-Identifier: BSD-3-Clause */
/* test_box_cox_golden.c - Box-Cox fitted, against 50 digits: from values and from bins. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "fits.h"
#include "golden.h"

static const struct bell_sketch_options box_cox = {.method = BELL_BOX_COX};

/* A column of box_cox.json. */
struct exact {
	const char *name;
	double *x, *z; /* z of the first values */
	size_t n, first;
	double lambda, ci95[2], likelihood, lr, scipy, sd; /* sd: of lambda */
};

static double text_number(const cJSON *o, const char *name)
{
	return strtod(cJSON_GetObjectItem(o, name)->valuestring, NULL);
}

static struct exact exact_of(const cJSON *o)
{
	const cJSON *ci95 = cJSON_GetObjectItem(o, "ci95"),
		    *scipy = cJSON_GetObjectItem(o, "scipy_llf");
	struct exact e = {.name = cJSON_GetObjectItem(o, "name")->valuestring,
			  .lambda = text_number(o, "lambda"),
			  .likelihood = text_number(o, "log_likelihood"),
			  .lr = text_number(o, "lr_vs_identity"),
			  .scipy = scipy ? scipy->valuedouble : NAN};

	e.x = golden_numbers(cJSON_GetObjectItem(o, "x"), &e.n);
	e.z = golden_numbers(cJSON_GetObjectItem(o, "z"), &e.first);
	for (int end = 0; end < 2; end++)
		e.ci95[end] = strtod(cJSON_GetArrayItem(ci95, end)->valuestring, NULL);
	e.sd = (e.ci95[1] - e.ci95[0]) / 3.92;
	return e;
}

/* `tolerance` in sd of lambda. */
static void check_fit(const struct exact *e, const struct bell_fit *fit, const char *path,
		      double tolerance)
{
	/* at lambda = 1 bins hundreds of log 2 from their anchor are wide */
	bool wide =
	    tolerance > 1e-12 && (!strcmp(e->name, "every size") || !strcmp(e->name, "ends"));
	double off = fabs(fit->lambda - e->lambda) / e->sd, z[16];

	cr_expect_eq(fit->transform.method, BELL_BOX_COX);
	cr_expect(!(fit->flags & BELL_FIT_ILL_CONDITIONED), "%s, %s", e->name, path);
	cr_expect(off <= tolerance, "%s, %s: lambda %.17g not %.17g, off by %g sd", e->name, path,
		  fit->lambda, e->lambda, off);
	for (int end = 0; end < 2; end++)
		cr_expect(near(fit->ci95[end], e->ci95[end], 10 * tolerance * e->sd),
			  "%s, %s: ci95 %.17g not %.17g", e->name, path, fit->ci95[end],
			  e->ci95[end]);
	cr_expect(near(fit->log_likelihood, e->likelihood, 1e-11 * (1 + fabs(e->likelihood))),
		  "%s, %s: likelihood %.17g not %.17g", e->name, path, fit->log_likelihood,
		  e->likelihood);
	cr_expect(near(fit->lr_vs_identity, e->lr, (wide ? 1e-2 : 1e-11 + tolerance) * (1 + e->lr)),
		  "%s, %s: lr %.17g not %.17g", e->name, path, fit->lr_vs_identity, e->lr);
	cr_expect(isnan(e->scipy) ||
		      near(fit->log_likelihood, e->scipy, 1e-9 * (1 + fabs(e->scipy))),
		  "%s, %s: likelihood %.17g, SciPy's %.17g", e->name, path, fit->log_likelihood,
		  e->scipy);
	CHECK(bell_transform_apply_f64(&fit->transform, e->x, e->first, 1, z));
	for (size_t i = 0; i < e->first; i++)
		cr_expect(near(z[i], e->z[i], 1e-12 + tolerance), "%s, %s: z[%zu] %.17g not %.17g",
			  e->name, path, i, z[i], e->z[i]);
}

static void check_inverse(const struct exact *e, const struct bell_fit *fit)
{
	double *z = malloc(e->n * sizeof *z);

	CHECK(bell_transform_apply_f64(&fit->transform, e->x, e->n, 1, z));
	for (size_t i = 0; i < e->n; i++)
		cr_expect(isfinite(z[i]) && returns_as(&fit->transform, z[i], e->x[i]),
			  "%s: %.17g via %.17g", e->name, e->x[i], z[i]);
	free(z);
}

/* Each value `copies` times with weight 1/copies: bins, and the same likelihood. */
static struct bell_sketch *bins_of(const double *x, size_t n, size_t copies)
{
	double *all = malloc((n * copies + 1) * sizeof *all),
	       *weight = malloc((n * copies + 1) * sizeof *weight);
	struct bell_sketch *s;

	for (size_t i = 0; i < n * copies; i++) {
		all[i] = x[i % n];
		weight[i] = 1 / (double)copies;
	}
	s = sketch_of(all, weight, n * copies, &box_cox);
	free(all);
	free(weight);
	return s;
}

/* Through bins of two halves, merged, as bytes and back. */
static struct bell_fit fit_from_bins(const struct exact *e)
{
	struct bell_sketch *s, *other;
	struct bell_sketch_summary summary;
	struct bytes bytes;
	struct bell_fit fit;
	size_t copies = 1;

	while (e->n / 2 * copies <= BELL_SKETCH_EXACT)
		copies *= 2;
	s = bins_of(e->x, e->n / 2, copies);
	other = bins_of(e->x + e->n / 2, e->n - e->n / 2, copies);
	CHECK(bell_sketch_merge(s, other));
	bell_sketch_free(other);
	bytes = bytes_of(s);
	CHECK(bell_sketch_deserialize(bytes.data, bytes.size, &other));
	cr_expect(same_bytes(s, other), "%s", e->name);
	CHECK(bell_sketch_summary(other, &summary));
	cr_expect(summary.bins > 0 && summary.grid.method == BELL_BOX_COX, "%s", e->name);
	CHECK(bell_fit_sketch(other, NULL, &fit));
	free(bytes.data);
	bell_sketch_free(s), bell_sketch_free(other);
	return fit;
}

Test(box_cox, agrees_with_50_digits)
{
	cJSON *file = golden_file("box_cox.json");
	struct bell_fit_options o;
	const cJSON *item;
	int seen = 0;

	bell_fit_options_default(&o);
	o.method = BELL_BOX_COX;
	cJSON_ArrayForEach(item, file)
	{
		struct exact e = exact_of(item);
		struct bell_fit fit = fit_of(e.x, NULL, e.n, &o), bins = fit_from_bins(&e);

		check_fit(&e, &fit, "values", e.n > BELL_SKETCH_EXACT ? 1e-10 : 1e-12);
		check_inverse(&e, &fit);
		check_fit(&e, &bins, "bins", 1e-10);
		check_inverse(&e, &bins);
		free(e.x), free(e.z);
		seen++;
	}
	cr_assert_eq(seen, 16);
	cJSON_Delete(file);
}
