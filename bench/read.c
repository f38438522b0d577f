/* SPDX-License-Identifier: BSD-3-Clause */
/* read.c - how fast this machine reads, and writes: the measure of whatever is bound by memory. */
#include <string.h>
#include "bench.h"

#if defined(__x86_64__)
#define WIDE __attribute__((target("avx2")))
#else
#define WIDE
#endif

typedef double wide __attribute__((vector_size(32)));

#define SUMS   8 /* independent, so that no addition waits for the one before */
#define STRIPE (SUMS * sizeof(wide) / sizeof(double))

static double sink; /* keeps the sums from being optimised away */

/* The sum of n elements, n a multiple of STRIPE, x aligned to a wide. */
#define SUM_BODY                                           \
	const wide *v = (const wide *)x;                   \
	wide s[SUMS] = {{0}};                              \
                                                           \
	for (size_t i = 0; i < n / STRIPE; i++, v += SUMS) \
		for (int j = 0; j < SUMS; j++)             \
			s[j] += v[j];                      \
	for (int j = 1; j < SUMS; j++)                     \
		s[0] += s[j];                              \
	return s[0][0] + s[0][1] + s[0][2] + s[0][3];

static WIDE double sum_wide(const double *x, size_t n) { SUM_BODY }
static double sum_any(const double *x, size_t n) { SUM_BODY }

static double sum(const double *x, size_t n)
{
#if defined(__x86_64__)
	if (!(bell_cpu() & CPU_AVX2))
		return sum_any(x, n);
#endif
	return sum_wide(x, n);
}

static void run_hot(const struct bench *b) { sink += sum(b->data->column[MIXED].f64, b->n); }

static void run_cold(const struct bench *b)
{
	sink += sum(b->data->pool64 + pool_next(b->data, b->n), b->n);
}

static void run_memset(const struct bench *b) { memset(b->data->out, 1, b->n * sizeof(double)); }

void add_reads(struct list *list, const struct data *data, bool quick)
{
	static const struct {
		const char *place;
		size_t n;
	} hot[] = {{"L1", 2048}, {"L2", 32768}, {"1e6", JOB_N / STRIPE * STRIPE}};
	struct bench b = {.group = "read",
			  .what = "sum_f64",
			  .backend = "",
			  .threads = 1,
			  .value_bytes = sizeof(double),
			  .run = run_hot,
			  .data = data};

	for (size_t i = 0; i < sizeof hot / sizeof *hot; i++) {
		b.place = hot[i].place;
		b.n = hot[i].n;
		list_add(list, &b);
	}
	list_add(list, &(struct bench){.group = "write",
				       .what = "memset f64",
				       .backend = "",
				       .place = "1e6",
				       .n = JOB_N,
				       .threads = 1,
				       .value_bytes = sizeof(double),
				       .run = run_memset,
				       .data = data});
	if (quick)
		return;
	b.place = "DRAM";
	b.n = 1 << 17;
	b.run = run_cold;
	list_add(list, &b);
}
