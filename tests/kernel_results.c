/* SPDX-License-Identifier: BSD-3-Clause */
/* kernel_results.c - what a call of a kernel gave, and whether two calls gave the same. */
#include <math.h>
#include <string.h>
#include "kernel_calls.h"

size_t kernel_results(const struct kernel_call *c, struct kernel_result out[KERNEL_RESULTS])
{
	const struct kernel *k = c->kernel;
	size_t n = 0;

	if (k->results)
		return k->results(c, out);
	if (k->sums)
		out[n++] = (struct kernel_result){KERNEL_F64, c->sum, k->sums};
	for (unsigned i = 0; i < KERNEL_OUTPUTS; i++) {
		size_t elements = kernel_output_elements(k, c->parameters, c->n, i);

		if (elements)
			out[n++] = (struct kernel_result){k->output[i].type, c->out[i], elements};
	}
	return n;
}

static bool same_element(const struct kernel_result *a, const struct kernel_result *b, size_t i)
{
	size_t size = kernel_type_size(a->type);
	const char *p = (const char *)a->data + i * size, *q = (const char *)b->data + i * size;

	if (a->type == KERNEL_F32 && isnan(((const float *)a->data)[i]))
		return isnan(((const float *)b->data)[i]);
	if (a->type == KERNEL_F64 && isnan(((const double *)a->data)[i]))
		return isnan(((const double *)b->data)[i]);
	return !memcmp(p, q, size);
}

bool kernel_same_results(const struct kernel_call *a, const struct kernel_call *b, size_t *where)
{
	struct kernel_result p[KERNEL_RESULTS], q[KERNEL_RESULTS];
	size_t n = kernel_results(a, p), m = kernel_results(b, q);

	*where = 0;
	for (size_t r = 0; r < n && r < m; r++)
		for (size_t i = 0; i < p[r].n; i++, ++*where)
			if (p[r].n != q[r].n || !same_element(&p[r], &q[r], i))
				return false;
	return n == m;
}
