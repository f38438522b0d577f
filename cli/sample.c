/* SPDX-License-Identifier: BSD-3-Clause */
/* sample.c - samples of the normal distribution, block by block. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <bellshape/normal.h>
#include <bellshape/table.h>

#include "commands.h"
#include "error.h"
#include "npy/header.h"
#include "number.h"
#include "options.h"
#include "output.h"
#include "progress.h"

/* Samples that are made at a time; and lines of text that are formatted at a time. */
enum { BLOCK = 1 << 18, LINES = 4096 };

static uint64_t random_seed(void)
{
	uint64_t seed;
	ssize_t got;

	do
		got = getrandom(&seed, sizeof seed, 0);
	while (got < 0 && errno == EINTR);
	if (got != sizeof seed) /* so few bytes come all at once or not at all */
		die(EXIT_DATA,
		    "sample: no seed from the operating system: %s; give one with --seed",
		    got < 0 ? strerror(errno) : "cut short");
	return seed;
}

static bool is_npy(const char *path)
{
	size_t length = path ? strlen(path) : 0;

	return length >= 4 && !strcmp(path + length - 4, ".npy");
}

static void put_npy_head(struct output *out, const struct sample_options *o)
{
	const struct npy_header h = {.type = o->type, .flat = true, .rows = o->n};

	output_advance(out, npy_format_head(&h, output_reserve(out, NPY_HEAD_CAPACITY)));
}

/* Makes n samples of the run, from number `first` on. */
static void fill(const struct options *options, uint64_t seed, uint64_t first, void *block,
		 size_t n)
{
	const struct sample_options *o = &options->sample;
	const struct bell_normal_stream from = {seed, o->stream, o->offset + first};

	if (o->type == BELL_F32)
		check(bell_normal_fill_f32(&from, o->mean, o->sd, n, options->threads, block),
		      "sample");
	else
		check(bell_normal_fill_f64(&from, o->mean, o->sd, n, options->threads, block),
		      "sample");
}

/* Writes one number a line; returns how many bytes these are. */
static size_t put_text(struct output *out, enum bell_type type, const void *block, size_t n)
{
	size_t bytes = 0;

	for (size_t i = 0; i < n;) {
		size_t end = n - i < LINES ? n : i + LINES;
		char *text = output_reserve(out, (end - i) * (NUMBER_LENGTH + 1)), *p = text;

		for (; i < end; i++) {
			p += type == BELL_F32 ? number_format_f32(((const float *)block)[i], p)
					      : number_format(((const double *)block)[i], p);
			*p++ = '\n';
		}
		output_advance(out, (size_t)(p - text));
		bytes += (size_t)(p - text);
	}
	return bytes;
}

void run_sample(const struct options *options)
{
	const struct sample_options *o = &options->sample;
	size_t size = bell_type_size(o->type), n;
	bool npy = is_npy(options->output);
	uint64_t seed = o->seeded ? o->seed : random_seed();
	void *block = allocate(o->n < BLOCK ? o->n : BLOCK, size);
	double bytes = 0;
	struct output out;

	output_open(&out, options->output, false);
	if (!o->seeded)
		fprintf(stderr, "seed %" PRIu64 "\n", seed);
	if (npy)
		put_npy_head(&out, o);
	for (uint64_t done = 0; done < o->n; done += n) {
		n = o->n - done < BLOCK ? o->n - done : BLOCK;
		fill(options, seed, done, block, n);
		if (npy)
			output_put(&out, block, n * size);
		bytes += (double)(npy ? n * size : put_text(&out, o->type, block, n));
		/* The length of the whole text is not known, but nearly. */
		progress_show((uint64_t)bytes,
			      (uint64_t)fmin(bytes / (double)(done + n) * (double)o->n, 0x1p63));
	}
	output_end(&out);
	free(block);
}
