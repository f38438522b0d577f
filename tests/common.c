/* SPDX-License-Identifier: BSD-3-Clause */
/* common.c - what the tests share. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "common.h"

bool same(double a, double b) { return (a != a && b != b) || memcmp(&a, &b, sizeof a) == 0; }

bool same_words(const void *a, const void *b, size_t size)
{
	for (size_t i = 0; i + sizeof(double) <= size; i += sizeof(double)) {
		double p, q;

		memcpy(&p, (const char *)a + i, sizeof p);
		memcpy(&q, (const char *)b + i, sizeof q);
		if (!same(p, q))
			return false;
	}
	return true;
}

bool near(double a, double b, double tolerance) { return a == b || fabs(a - b) <= tolerance; }

void words_put(struct words *w, const void *words, size_t n)
{
	cr_assert(w->n + n <= COUNT(w->word));
	memcpy(w->word + w->n, words, n * sizeof *w->word);
	w->n += n;
}

uint64_t rng_bits(struct rng *rng) /* splitmix64 */
{
	uint64_t z = rng->state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

double rng_unit(struct rng *rng) { return ((double)(rng_bits(rng) >> 12) + 0.5) * 0x1p-52; }

double rng_normal(struct rng *rng)
{
	double sum = -6;

	for (int i = 0; i < 12; i++)
		sum += rng_unit(rng);
	return sum;
}

static const double specials[] = {
    NAN,
    -NAN,
    INFINITY,
    -INFINITY,
    0.0,
    -0.0,
    5e-324,
    -5e-324,
    1e-310,
    -1e-310,
    DBL_MIN,
    -DBL_MIN,
    1.7e308,
    -1.7e308,
    DBL_MAX,
    -DBL_MAX,
    1e-300,
    -1e300,
    FLT_MAX,
    -FLT_MAX,
    FLT_MIN,
    1e-45,
    -1e-42,
    1,
    -1,
    0.5,
    1.5,
    2.5,
    -2.5,
    DBL_EPSILON,
    -DBL_EPSILON / 2,
    1e16,
    -1e16,
    0x1p52 + 0.5,
    1000,
    -1000,
    1000.25,
    0x1p1000,
    0x1.fffffffffffffp1000,
    0x1p-64,
    0.3,
    -0.3,
    0.06449445891785943, /* log1p of it is 1/16: half of a bin of width 1/8 */
    -0.06449445891785943,
    0.20623024941639052};

double rng_hostile(struct rng *rng)
{
	uint64_t bits = rng_bits(rng);
	double any;

	if (bits & 1)
		return specials[(bits >> 8) % COUNT(specials)];
	if (bits & 2)
		return 1000 + rng_normal(rng) * 10;
	if (bits & 4)
		return rng_normal(rng);
	bits = rng_bits(rng);
	memcpy(&any, &bits, sizeof any);
	return any;
}

static double rng_exponential(struct rng *rng) { return -log(rng_unit(rng)); }

/* ---- columns ---- */

const char *const kind_name[KINDS + 1] = {
    [LOGNORMAL] = "lognormal",
    [NORMAL] = "normal",
    [GAMMA_MIXED] = "gamma of both signs",
    [CAUCHY] = "cauchy",
    [NEGATIVE] = "negative",
    [PRESSURE] = "air pressure",
    [DEPTH] = "depth",
    [KELVIN] = "kelvin",
    [PRICE] = "price",
    [UNIX_TIME] = "unix time",
    [PH] = "pH",
    [LATITUDE] = "latitude",
    [COUNTS] = "counts",
    [ZEROS] = "zeros",
    [UNIFORM] = "uniform",
    [BIMODAL] = "bimodal",
    [PERCENT] = "percent",
    [SIZES] = "sizes",
    [TINY] = "tiny",
    [ROUNDED] = "rounded",
    [WIDE] = "wide",
};

static double draw(enum kind kind, struct rng *rng)
{
	switch (kind) {
	case LOGNORMAL:
		return exp(rng_normal(rng));
	case NORMAL:
		return rng_normal(rng);
	case GAMMA_MIXED:
		return rng_exponential(rng) + rng_exponential(rng) - 1.5;
	case CAUCHY:
		return tan(3.14159 * (rng_unit(rng) - 0.5));
	case NEGATIVE:
		return -exp(rng_normal(rng));
	case PRESSURE:
		return 1013 - 5 * log(rng_exponential(rng));
	case DEPTH:
		return -1013 + 5 * log(rng_exponential(rng));
	case KELVIN:
		return 290 + exp(0.6 * rng_normal(rng));
	case PRICE:
		return 1e5 + 5e3 * rng_exponential(rng);
	case UNIX_TIME:
		return 1.7e9 + 86400 * rng_exponential(rng);
	case PH:
		return 7.4 + 0.02 * (rng_exponential(rng) + rng_exponential(rng));
	case LATITUDE:
		return 52 + 0.01 * rng_exponential(rng);
	case COUNTS:
		return floor(3 * rng_exponential(rng));
	case ZEROS:
		return rng_unit(rng) < 0.9 ? 0 : 1000 * rng_exponential(rng);
	case UNIFORM:
		return rng_unit(rng);
	case BIMODAL:
		return rng_normal(rng) + (rng_bits(rng) & 1 ? 4 : -2);
	case PERCENT:
		return 100 * pow(rng_unit(rng), 0.3);
	case SIZES:
		return exp(4 * rng_normal(rng));
	case TINY:
		return 1e-12 * exp(0.5 * rng_normal(rng));
	case ROUNDED:
		return rint(2000 * exp(0.8 * rng_normal(rng))) / 100;
	case WIDE:
		return (rng_bits(rng) & 1 ? 1 : -1) * pow(10, 600 * rng_unit(rng) - 300);
	}
	return 0;
}

double *column(enum kind kind, size_t n)
{
	struct rng rng = {(uint64_t)kind + 1};
	double *x = malloc(n * sizeof *x);

	cr_assert_not_null(x);
	for (size_t i = 0; i < n; i++)
		x[i] = draw(kind, &rng);
	return x;
}

float *narrowed(const double *x, size_t n)
{
	float *f = malloc(n * sizeof *f);

	cr_assert_not_null(f);
	for (size_t i = 0; i < n; i++)
		f[i] = (float)x[i];
	return f;
}

void shuffle(double *x, size_t n)
{
	struct rng rng = {n};

	for (size_t i = n; i > 1; i--) {
		size_t j = rng_bits(&rng) % i;
		double swap = x[i - 1];

		x[i - 1] = x[j];
		x[j] = swap;
	}
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

void sort(double *x, size_t n) { qsort(x, n, sizeof *x, ascending); }

/* ---- sketches ---- */

struct bell_sketch *sketch_of(const double *x, const double *weights, size_t n,
			      const struct bell_sketch_options *options)
{
	struct bell_sketch *s;

	CHECK(bell_sketch_create(options, &s));
	CHECK(bell_sketch_update_f64(s, x, weights, n, 1));
	return s;
}

struct bytes bytes_of(const struct bell_sketch *sketch)
{
	struct bytes b = {.size = bell_sketch_size(sketch)};

	b.data = malloc(b.size);
	cr_assert_not_null(b.data);
	CHECK(bell_sketch_serialize(sketch, b.data, b.size));
	return b;
}

bool same_bytes(const struct bell_sketch *a, const struct bell_sketch *b)
{
	struct bytes p = bytes_of(a), q = bytes_of(b);
	bool equal = p.size == q.size && memcmp(p.data, q.data, p.size) == 0;

	free(p.data);
	free(q.data);
	return equal;
}

/* ---- the inverse ---- */

bool returns_as(const struct bell_transform *t, double z, double x)
{
	double ulp = 4 * DBL_EPSILON * (1 + fabs(z)), slack = 1e-12 * fabs(x);
	double y[3] = {z - ulp, z, z + ulp}, back[3];

	CHECK(bell_transform_inverse_f64(t, y, 3, BELL_OUTSIDE_CLIP, 1, back, NULL));
	return near(back[1], x, slack) || (back[0] - slack <= x && x <= back[2] + slack);
}

/* ---- guarded memory ---- */

struct guarded guarded_make(size_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), usable = (size + page - 1) / page * page;
	struct guarded g = {.length = usable + 2 * page};

	g.map = mmap(NULL, g.length, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	cr_assert_neq(g.map, MAP_FAILED);
	g.low = g.map + page;
	g.high = g.low + usable;
	cr_assert_eq(mprotect(g.low, usable, PROT_READ | PROT_WRITE), 0);
	return g;
}

void guarded_free(struct guarded *g) { munmap(g->map, g->length); }

struct bell_moments moments_of(const double *x, size_t n)
{
	struct bell_moments m;

	CHECK(bell_moments_f64(x, n, 1, &m));
	return m;
}

bool same_moments(const struct bell_moments *a, const struct bell_moments *b)
{
	return same_words(a, b, sizeof *a);
}
