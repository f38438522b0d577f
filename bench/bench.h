/* SPDX-License-Identifier: BSD-3-Clause */
/* bench.h - one measured case, the data it runs on, and what to say of it. */
#ifndef BELL_BENCH_H
#define BELL_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <bellshape/bellshape.h>
#include "dispatch.h"

#define JOB_N         1000000 /* values of a job */
#define TABLE_ROWS    100
#define TABLE_COLUMNS 1000

enum column { LOGNORMAL, MIXED, COLUMNS };

/* The values of JOB_N rows, and a pool too large for any cache that repeats the mixed ones. */
struct data {
	struct {
		float *f32, *z32;
		double *f64, *z64; /* and the transform of each */
		struct bell_fit fit;
	} column[COLUMNS];
	float *pool32;
	double *pool64;
	void *out;   /* room for a pool of doubles */
	size_t room; /* elements of a pool */
};

struct bench {
	const char *group;   /* "read", "kernel" or "job" */
	char what[48];       /* of a kernel: its name */
	const char *backend; /* "" for group "read" */
	const char *place;   /* where the data lie: "L1", "L2", "1e6" (values), "DRAM" */
	size_t n;            /* values a call handles */
	unsigned threads;
	unsigned value_bytes; /* read for each value */
	void (*run)(const struct bench *b);

	const struct data *data;
	const struct backend *kernels;
	void (*step)(const struct bench *b, size_t first, size_t n); /* of a kernel: one chunk */
	enum column column;                                          /* of a job */
	bool f32;

	size_t calls;   /* in a sample */
	bool warm;      /* a call goes before it that is not timed */
	double *sample; /* ns a value, `repetitions` of them; sorted in the end */
};

/* A growing list of cases; add() gives a copy of `b` a place at its end. */
struct list {
	struct bench *bench;
	size_t n, room;
	const char *filter; /* NULL, or a part of the label that a case must have */
};

void list_add(struct list *list, const struct bench *b);

/* "kernel scan_f64 avx2 L1 threads=1": what --filter looks at. */
void bench_label(const struct bench *b, char *text, size_t size);

/* The start of the next n elements of the pools, which nobody has touched for a long time. */
size_t pool_next(const struct data *data, size_t n);

void data_make(struct data *data, bool with_pool);
void data_free(struct data *data);

/* The cases: in read.c, kernels.c, jobs.c. */
void add_reads(struct list *list, const struct data *data, bool quick);
void add_kernels(struct list *list, const struct data *data, bool quick);
void add_jobs(struct list *list, const struct data *data, bool quick);

struct report {
	const struct list *list;
	size_t repetitions;
	bool quick;
};

void report_text(const struct report *r, FILE *out);
void report_json(const struct report *r, FILE *out);

/* Ends the program with a line on stderr if a call failed. */
void expect(enum bell_status status, const char *what);
void *must(void *pointer);

#endif
