/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * bandwidth.c - how fast this machine reads, copies and writes, and how long a clock cycle is. The
 * reports relate all other cases to these.
 */
#include <string.h>
#include "cases.h"
#include "parallel.h"

/* ---- reading: the sum of n doubles, n a multiple of STRIPE, x aligned to 64 bytes ---- */

#define STRIPE 64

#define SUM(name, target, bytes)                                                        \
	target static double name(const double *x, size_t n)                            \
	{                                                                               \
		typedef double wide __attribute__((vector_size(bytes)));                \
		enum { LANES = bytes / sizeof(double), SUMS = STRIPE / LANES };         \
		const wide *v = (const wide *)x;                                        \
		wide s[SUMS] = {{0}}; /* independent, so that none waits for another */ \
		double total = 0;                                                       \
                                                                                        \
		for (size_t i = 0; i < n / STRIPE; i++, v += SUMS)                      \
			for (int j = 0; j < SUMS; j++)                                  \
				s[j] += v[j];                                           \
		for (int j = 1; j < SUMS; j++)                                          \
			s[0] += s[j];                                                   \
		for (int j = 0; j < LANES; j++)                                         \
			total += s[0][j];                                               \
		return total;                                                           \
	}

SUM(sum_any, , 16)
#if defined(__x86_64__)
SUM(sum_avx2, __attribute__((target("avx2"))), 32)
SUM(sum_avx512, __attribute__((target("avx512f"))), 64)
#endif

static double sum(const double *x, size_t n)
{
#if defined(__x86_64__)
	if (bell_cpu() & CPU_AVX512)
		return sum_avx512(x, n);
	if (bell_cpu() & CPU_AVX2)
		return sum_avx2(x, n);
#endif
	return sum_any(x, n);
}

static double sink[BELL_MAX_THREADS]; /* keeps the compiler from removing the sums */

/* ---- the parts of a call, one for each thread ---- */

struct part {
	const struct bench *b;
	const double *x;
	double *y;
};

static void part_of(const struct part *p, size_t i, size_t *first, size_t *n)
{
	size_t share = p->b->n / p->b->threads / STRIPE * STRIPE;

	*first = i * share;
	*n = i + 1 < p->b->threads ? share : p->b->n - *first;
}

static void read_part(void *context, size_t i)
{
	const struct part *p = context;
	size_t first, n;

	part_of(p, i, &first, &n);
	sink[i] += sum(p->x + first, n);
}

static void copy_part(void *context, size_t i)
{
	const struct part *p = context;
	size_t first, n;

	part_of(p, i, &first, &n);
	memcpy(p->y + first, p->x + first, n * sizeof(double));
}

static void write_part(void *context, size_t i)
{
	const struct part *p = context;
	size_t first, n;

	part_of(p, i, &first, &n);
	memset(p->y + first, 1, n * sizeof(double));
}

static void run(const struct bench *b, void (*task)(void *context, size_t i))
{
	bool cold = !strcmp(b->place, "DRAM") || !strcmp(b->place, "1e7");
	size_t first = cold ? pool_next(b->data, b->n) : 0;
	struct part part = {b, b->data->pool64 + first, (double *)b->data->out + first};

	bell_parallel(b->threads, b->threads, task, &part);
}

static void run_read(const struct bench *b) { run(b, read_part); }
static void run_copy(const struct bench *b) { run(b, copy_part); }
static void run_write(const struct bench *b) { run(b, write_part); }

static void add_ways(struct list *list, struct bench b)
{
	static const struct {
		const char *what;
		void (*run)(const struct bench *b);
		unsigned reads, writes;
	} way[] = {{"read", run_read, 8, 0}, {"copy", run_copy, 8, 8}, {"write", run_write, 0, 8}};

	for (size_t i = 0; i < sizeof way / sizeof *way; i++) {
		snprintf(b.what, sizeof b.what, "%s", way[i].what);
		b.run = way[i].run;
		b.reads = way[i].reads;
		b.writes = way[i].writes;
		list_add(list, &b);
	}
}

void add_memory(struct list *list, const struct data *data, bool quick)
{
	static const struct {
		const char *place;
		size_t n;
		bool full; /* left out by --quick, whose pool fits into the caches */
	} place[] = {{"L1", 1 << 10, false},
		     {"L2", 1 << 14, false},
		     {"1e6", JOB_N, false},
		     {"DRAM", 1 << 15, true},
		     {"1e7", LONG_N, true}};
	struct bench b = {.group = "memory", .backend = "", .data = data};

	for (size_t i = 0; i < sizeof place / sizeof *place; i++) {
		if (place[i].full && quick)
			continue;
		b.place = place[i].place;
		b.n = place[i].n / STRIPE * STRIPE;
		b.threads = 1;
		add_ways(list, b);
		b.threads = data->threads;
		if (b.place[0] == '1' && b.threads > 1)
			add_ways(list, b);
	}
}

void add_reading(struct list *list, const struct data *data)
{
	add_on_threads(list, &(struct bench){.group = "memory",
					     .what = "read",
					     .backend = "",
					     .place = "1e7",
					     .n = LONG_N / STRIPE * STRIPE,
					     .reads = 8,
					     .run = run_read,
					     .data = data});
}

/* ---- the clock ---- */

#define ADD     \
	x += y; \
	__asm__ volatile("" : "+r"(x), "+r"(y));
#define ADD4 ADD ADD ADD ADD
#define ADDS 64

/* Every CPU takes one cycle for an addition of registers that waits for the one before. */
static void run_clock(const struct bench *b)
{
	size_t x = 1, y = 3;

	for (size_t i = 0; i < b->n; i += ADDS) {
		ADD4 ADD4 ADD4 ADD4 ADD4 ADD4 ADD4 ADD4 ADD4 ADD4 ADD4 ADD4 ADD4 ADD4 ADD4 ADD4
	}
	sink[0] += (double)(x & 1);
}

void add_clock(struct list *list)
{
	list_add(list, &(struct bench){.group = "clock",
				       .what = "dependent additions",
				       .backend = "",
				       .place = "",
				       .n = 1024 * ADDS,
				       .threads = 1,
				       .run = run_clock});
}
