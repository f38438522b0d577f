/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * test_flush.c - the same bits where the CPU takes subnormal numbers for 0 and makes 0 of them, as
 * programs that are built with -ffast-math have it.
 */
#include <stdlib.h>
#include <string.h>
#include "common.h"
#include "layer_tensors.h"

/* Sets or clears flushing in this thread; threads that it starts inherit it. */
#if defined(__x86_64__)
#include <xmmintrin.h>
static void flush(bool on)
{
	const unsigned bits = 0x8040; /* FTZ and DAZ */

	_mm_setcsr(on ? _mm_getcsr() | bits : _mm_getcsr() & ~bits);
}
#elif defined(__aarch64__)
static void flush(bool on)
{
	const unsigned long long bit = 1 << 24; /* FZ */
	unsigned long long fpcr;

	__asm__ volatile("mrs %0, fpcr" : "=r"(fpcr));
	fpcr = on ? fpcr | bit : fpcr & ~bit;
	__asm__ volatile("msr fpcr, %0" : : "r"(fpcr));
}
#else
static void flush(bool on) { (void)on; }
#define CANNOT_FLUSH 1
#endif

enum { N = 30000, THREADS = 2 };

/* Results of every kind of call but those of float32 transforms, which are in struct narrow. */
struct results {
	double z[N], back[N], samples[N], nodes[2][N];
	struct bell_moments moments, narrow_moments;
	struct bell_fit fit, plain_fit, narrow_fit;
	unsigned char bytes[1 << 18];
	size_t size, node_count;
};

struct narrow {
	float z[N], back[N];
};

static void compute(const double *x, const float *narrow, struct results *r, struct narrow *f)
{
	struct bell_normal_stream from = {.seed = 1};
	struct bell_fit_options plain;
	struct bell_sketch *sketch;

	CHECK(bell_moments_f64(x, N, THREADS, &r->moments));
	CHECK(bell_moments_f32(narrow, N, THREADS, &r->narrow_moments));
	bell_fit_options_default(&plain);
	plain.standardize = false;
	CHECK(bell_fit_f64(x, NULL, N, NULL, THREADS, &r->fit));
	CHECK(bell_fit_f64(x, NULL, N, &plain, THREADS, &r->plain_fit));
	CHECK(bell_fit_f32(narrow, NULL, N, NULL, THREADS, &r->narrow_fit));
	CHECK(bell_transform_apply_f64(&r->fit.transform, x, N, THREADS, r->z));
	CHECK(bell_transform_inverse_f64(&r->fit.transform, r->z, N, BELL_OUTSIDE_CLIP, THREADS,
					 r->back, NULL));
	CHECK(bell_transform_apply_f32(&r->narrow_fit.transform, narrow, N, THREADS, f->z));
	CHECK(bell_transform_inverse_f32(&r->narrow_fit.transform, f->z, N, BELL_OUTSIDE_CLIP,
					 THREADS, f->back, NULL));
	CHECK(bell_normal_fill_f64(&from, 0, 1, N, THREADS, r->samples));
	sketch = sketch_of(x, NULL, N, NULL);
	r->size = bell_sketch_size(sketch);
	cr_assert(r->size <= sizeof r->bytes);
	CHECK(bell_sketch_serialize(sketch, r->bytes, r->size));
	CHECK(bell_sketch_nodes(sketch, N, r->nodes[0], r->nodes[1], &r->node_count));
	bell_sketch_free(sketch);
}

Test(flush, is_noticed)
{
	volatile double least = 5e-324, sum;

#ifdef CANNOT_FLUSH
	cr_skip_test("no way to flush on this processor");
#endif
	flush(true);
	sum = least + least;
	flush(false);
	cr_expect(sum == 0, "%g", sum);
	sum = least + least;
	cr_expect(sum > 0);
}

/* In float32, a 0 and its z may be off by a rounding: the kernel asks whether a number is one. */
static void check_narrow(const float *x, const struct narrow *a, const struct narrow *b,
			 const char *kind)
{
	for (size_t i = 0; i < N; i++)
		if (x[i] != 0)
			cr_assert(same(a->z[i], b->z[i]) && same(a->back[i], b->back[i]), "%s: %g",
				  kind, x[i]);
		else
			cr_assert(near(a->z[i], b->z[i], 1e-6) && near(0, b->back[i], 1e-6),
				  "%s: %g %g", kind, b->z[i], b->back[i]);
}

Test(flush, columns)
{
	struct results *a = calloc(1, sizeof *a), *b = calloc(1, sizeof *b);
	struct narrow *c = calloc(1, sizeof *c), *d = calloc(1, sizeof *d);

	for (int kind = 0; kind < KINDS; kind++) {
		double *x = column((enum kind)kind, N);
		float *narrow = narrowed(x, N);

		compute(x, narrow, a, c);
		flush(true);
		compute(x, narrow, b, d);
		flush(false);
		cr_expect(!memcmp(a, b, sizeof *a), "%s", kind_name[kind]);
		check_narrow(narrow, c, d, kind_name[kind]);
		free(narrow);
		free(x);
	}
	free(d);
	free(c);
	free(b);
	free(a);
}

Test(flush, layers)
{
	const struct bell_layer_shape shapes[] = {bell_layer_shape_batch(300, 20, 1),
						  bell_layer_shape_group(3, 6, 500, 2)};

	for (int type = 0; type < TYPES; type++)
		for (size_t i = 0; i < COUNT(shapes); i++) {
			struct layer l = layer_make(type, &shapes[i]);
			struct bell_layer_statistics *s[2];
			void *out[2], *du[2];

			for (size_t e = 0; e < l.n; e++) {
				layer_set(&l, l.u, e, (double)(e * e % 97) - 20);
				layer_set(&l, l.g, e, (double)(e % 5) - 2);
			}
			for (int on = 0; on < 2; on++) {
				s[on] = calloc(l.groups, sizeof *s[on]);
				out[on] = layer_array(&l);
				du[on] = layer_array(&l);
				flush(on);
				CHECK(layer_forward(&l, out[on], s[on], NULL));
				CHECK(layer_backward(&l, s[on], du[on], NULL, NULL));
				flush(false);
			}
			cr_expect(!memcmp(s[0], s[1], l.groups * sizeof *s[0]));
			for (size_t e = 0; e < l.n; e++)
				cr_assert(
				    same(layer_get(&l, out[0], e), layer_get(&l, out[1], e)) &&
				    same(layer_get(&l, du[0], e), layer_get(&l, du[1], e)));
			for (int on = 0; on < 2; on++) {
				free(s[on]);
				free(out[on]);
				free(du[on]);
			}
			layer_free(&l);
		}
}
