/* SPDX-License-Identifier: BSD-3-Clause */
/* bench.h - one measured case, the data it runs on, and what to say of it. */
#ifndef BELL_BENCH_H
#define BELL_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <bellshape/bellshape.h>
#include "dispatch.h"

#define JOB_N         1000000  /* values of a job */
#define LONG_N        10000000 /* of a job that takes a column far beyond the caches */
#define TABLE_ROWS    100
#define TABLE_COLUMNS 1000
#define ROW_COLUMNS   20 /* of a table by rows */

enum column { LOGNORMAL, MIXED, COLUMNS };

/* The values of JOB_N rows, and a pool too large for any cache that repeats the mixed ones. */
struct data {
	struct {
		float *f32, *z32;
		double *f64, *z64; /* and the transform of each */
		struct bell_fit fit;
	} column[COLUMNS];
	struct bell_model *model; /* ROW_COLUMNS times the lognormal fit */
	float *pool32;
	double *pool64;
	void *out;        /* room for a pool of doubles */
	size_t room;      /* elements of a pool */
	unsigned threads; /* of the cases that use several */
};

struct bench {
	const char *group;   /* "clock", "memory", "kernel" or "job" */
	char what[48];       /* of a kernel: its name */
	const char *backend; /* "" where none has a part in it */
	const char *place;   /* where the data lie: "L1", "L2", "DRAM", or how many: "1e6" */
	size_t n;            /* values a call handles */
	unsigned threads;
	unsigned reads, writes; /* bytes a value that cross the caches */
	void (*run)(const struct bench *b);

	const struct data *data;
	const struct backend *kernels;
	struct arrays *arrays; /* of a kernel, kernels.c */
	enum column column;    /* of a job */
	bool f32;
	const struct layer *layer;

	size_t calls;   /* in a sample */
	bool warm;      /* a call goes before it that is not timed */
	double *sample; /* ns a value, one for each repetition; sorted in the end */
	double *other;  /* the same of the program beside; or NULL */
};

/* A growing list of cases; list_add() gives a copy of `b` a place at its end. */
struct list {
	struct bench *bench;
	size_t n, room;
	const char *filter; /* NULL, or a part of the label that a case must have */
};

void list_add(struct list *list, const struct bench *b);

/* "kernel scan_f64 avx2 L1 threads=1": what --filter looks at. */
#define LABEL 128
void bench_label(const struct bench *b, char text[LABEL]);

/* The start of the next n elements of the pools, which nobody has touched for a long time. */
size_t pool_next(const struct data *data, size_t n);

void data_make(struct data *data, bool with_pool);
void data_free(struct data *data);

/* The cases: in bandwidth.c, kernels.c, jobs.c, layers.c. */
void add_clock(struct list *list);
void add_memory(struct list *list, const struct data *data, bool quick);
void add_kernels(struct list *list, const struct data *data, bool quick);
void add_jobs(struct list *list, const struct data *data, bool quick);
void add_layers(struct list *list, const struct data *data, bool quick);
void layers_free(void);

/* measure.c: counts the calls of a sample of at least `least` ns; takes one, in ns a value. */
void bench_calibrate(struct bench *b, double least);
double bench_sample(const struct bench *b);

/* ---- what a run found: report.c, chart.c ---- */

struct report {
	const struct list *list;
	size_t repetitions;
	bool quick;
	const char *beside; /* the other program, or NULL */
};

/* The value below which a part p of n sorted numbers lies. */
double quantile(const double *sorted, size_t n, double p);
double report_at(const struct report *r, const struct bench *b, double p);

/* Clock cycles a ns, by additions that wait for each other. */
double report_clock(const struct report *r);

/*
 * ns a value that the same bytes take if nothing is computed: read, copied or written at the same
 * place, threads alike.  0: not measured.
 */
double report_bound(const struct report *r, const struct bench *b);

void report_text(const struct report *r, FILE *out);
void report_json(const struct report *r, FILE *out);
void chart_svg(const struct report *r, FILE *out);

/* ---- another run: compare.c ---- */

/* Reads what --json wrote; prints each case's medians and ratio, and those that are apart. */
void compare_saved(const struct report *r, const char *path, FILE *out);

/* A program of another build that takes samples on demand: started, asked, and what it said. */
struct beside;
struct beside *beside_start(const char *program, const struct list *list, bool quick,
			    unsigned threads);
double beside_sample(struct beside *other, size_t i); /* ns a value; NaN: it lacks case i */
void beside_end(struct beside *other);
void beside_serve(struct list *list); /* what the other one runs: --serve */
void compare_beside(const struct report *r, FILE *out);

/* Ends the program with a line on stderr if a call failed. */
void expect(enum bell_status status, const char *what);
void *must(void *pointer);
int by_value(const void *a, const void *b); /* of doubles, for qsort() */

#endif
