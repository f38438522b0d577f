/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * kernel_calls.h - how each kernel is called: its data, the call, and what it writes.
 *
 * Each kernel of kernels.def is described once, in kernel_calls.c.  The tests of equality
 * (test_backends.c), the golden hashes (test_hashes.c), the fuzz target (fuzz/kernels.c) and the
 * benchmarks (bench/kernels.c) all call it by that description: they bring the memory and the
 * numbers in it, and look at the results.
 */
#ifndef TESTS_KERNEL_CALLS_H
#define TESTS_KERNEL_CALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "dispatch.h"

#define KERNEL_INPUTS  SKETCH_POWERS
#define KERNEL_OUTPUTS 6
#define KERNEL_SUMS    5

/* The rows of a table of bins: a window of 257 bins on each side of zero. */
#define KERNEL_TABLE_ROWS (ROW_BINS + 2 * 257)

/* KERNEL_U16 are the bits of numbers of bfloat16 or binary16. */
enum kernel_type { KERNEL_F32, KERNEL_F64, KERNEL_I32, KERNEL_U32, KERNEL_I64, KERNEL_U16 };

/* Returns the bytes of an element of a type. */
size_t kernel_type_size(enum kernel_type type);

/*
 * All that a call takes beside arrays; each kernel reads some of it.  `optional` says whether the
 * inputs and outputs are given that a kernel also does without.
 */
struct kernel_parameters {
	bool optional;
	double center;     /* and means */
	double factor;     /* the inverse of a standard deviation */
	double spread;     /* of noise */
	size_t columns;    /* of a matrix of n / columns lines */
	size_t table_rows; /* that the window's bins need, and those set apart */
	struct window window;
	struct bell_transform transform;
	double fill[2];
	struct probe probe;
	struct draw draw;
	struct layer_psi psi[2];
	struct layer_slope slope;
	struct layer_gradient gradient;
};

/* An array that a kernel writes: `each` elements for each of the call's n, or a fixed number. */
struct kernel_output {
	enum kernel_type type;
	size_t each;
	size_t fixed;
	bool padded;   /* n is rounded up to a multiple of LAYER_PAD */
	bool optional; /* may be NULL */
	bool adds;     /* the kernel adds to what is there */
	bool aside;    /* hardly written to, or always at one place: no traffic for a benchmark */
};

struct kernel_call;

/* Part of what a call wrote. */
struct kernel_result {
	enum kernel_type type;
	const void *data;
	size_t n;
};

/* Sums, outputs, and the rows of a block one by one. */
#define KERNEL_RESULTS (1 + KERNEL_OUTPUTS + BLOCK)

struct kernel {
	const char *name;
	enum kernel_type type; /* of its inputs */
	/* n is a multiple of `step` and at most `max`; 0 means any n */
	size_t step, max;
	unsigned inputs, required; /* arrays of n elements; those after `required` may be NULL */
	unsigned sums;             /* numbers that it returns or writes to a short array */
	struct kernel_output output[KERNEL_OUTPUTS];
	/* 0, or 1 + the input that may be the same array as output 0 */
	unsigned in_place;
	/* Parameters to test it with.  The first are ordinary ones: benchmarks take them. */
	const struct kernel_parameters *parameters;
	size_t parameter_sets;
	void (*run)(const struct backend *b, struct kernel_call *c);
	/* lists what a call wrote that has a meaning; NULL if that is all sums and outputs */
	size_t (*results)(const struct kernel_call *c, struct kernel_result *out);
};

/* One call: the caller sets all but `sum` and `count`. */
struct kernel_call {
	const struct kernel *kernel;
	const struct kernel_parameters *parameters;
	size_t n;
	const void *in[KERNEL_INPUTS];
	void *out[KERNEL_OUTPUTS];
	/* a scan's result is five numbers, which a benchmark shall not copy */
	union {
		double sum[KERNEL_SUMS];
		struct scan scan;
	};
	size_t count; /* elements that a sketch found outside its window */
};

/* Every kernel of kernels.def, in its order. */
extern const struct kernel *const kernels[];
extern const size_t kernel_count;

/* Returns the kernel of that name, or NULL. */
const struct kernel *kernel_named(const char *name);

/* Returns how many inputs a kernel reads with these parameters. */
unsigned kernel_inputs(const struct kernel *k, const struct kernel_parameters *p);

/* Returns the elements of output i, or 0 if there is no such output with these parameters. */
size_t kernel_output_elements(const struct kernel *k, const struct kernel_parameters *p, size_t n,
			      unsigned i);

/* Lists what a call has written that has a meaning, sums first; returns the length of the list. */
size_t kernel_results(const struct kernel_call *c, struct kernel_result out[KERNEL_RESULTS]);

/*
 * Returns whether two calls of one kernel have the same results, to the bit, where any NaN equals
 * any other.  If they do not, sets *where to the number of the first word that differs.
 */
bool kernel_same_results(const struct kernel_call *a, const struct kernel_call *b, size_t *where);

#endif
