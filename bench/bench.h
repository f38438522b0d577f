/* SPDX-License-Identifier: BSD-3-Clause */
/* bench.h - one measured case, and the list of all of them. Everything else here builds on it. */
#ifndef BELL_BENCH_H
#define BELL_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <bellshape/bellshape.h>
#include "dispatch.h"

struct data;  /* data.h */
struct layer; /* layers.c */

/* The columns of data.h. */
enum column { LOGNORMAL, MIXED, COLUMNS };

/* A case: a function that is timed, what it runs on, and the samples that were taken of it. */
struct bench {
	const char *group;   /* "clock", "memory", "kernel" or "job" */
	char what[48];       /* the name of the kernel or of the job */
	const char *backend; /* "" if the case runs the same on every backend */
	const char *place;   /* where the data lie, "L1", "L2", "DRAM", or how many: "1e6" */
	size_t n;            /* values that a call handles */
	unsigned threads;
	unsigned reads, writes; /* bytes a value between memory and registers */
	void (*run)(const struct bench *b);

	const struct data *data;
	const struct backend *kernels;
	/* The arrays of a kernel (kernels.c). */
	struct arrays *arrays;
	/* The column of a job. */
	enum column column;
	bool f32;
	const struct layer *layer;

	size_t calls;   /* in a sample */
	bool warm;      /* an untimed call precedes each sample */
	double *sample; /* ns a value, one for each repetition; sorted before they are reported */
	double *other;  /* the samples that the program of --beside took, or NULL */
};

/* A growing list of cases. */
struct list {
	struct bench *bench;
	size_t n, capacity;
	const char *filter; /* NULL, or a text that the label of a case must contain */
};

/*
 * Appends a copy of `b`, unless the filter leaves it out. The cases of the groups "clock" and
 * "memory" are always kept, because the others are reported relative to them.
 */
void list_add(struct list *list, const struct bench *b);

/* Frees the cases and their samples. */
void list_free(struct list *list);

/* Writes the label of a case, which --filter searches: "kernel scan_f64 avx2 L1 threads=1". */
#define LABEL 128
void bench_label(const struct bench *b, char text[LABEL]);

/* Ends the program with a line on stderr, made as printf() would. */
_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Ends the program with a line on stderr if `status` is not BELL_OK. */
void expect(enum bell_status status, const char *what);

/* Returns `pointer`; if it is NULL, ends the program, which is out of memory. */
void *must(void *pointer);

#endif
