/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * bench.c - the program bellshape-bench: every kernel and the main jobs, in ns a value.
 *
 * The machine may be shared and its clock may wander, so one sample of every case is taken in
 * turn, again and again: what disturbs a moment disturbs all cases alike, and medians compare.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "bench.h"

static const char usage[] =
    "Example: bellshape-bench --filter transform\n"
    "Times every kernel on every backend that runs here, and the main jobs.\n\n"
    "  --quick        few cases and repetitions, under 5 seconds\n"
    "  --filter TEXT  only cases whose label contains TEXT, such as \"kernel scan_f64 avx2 L1\",\n"
    "                 \"job fit lognormal f64\", \"threads=2\"; may be given once\n"
    "  --repeat N     samples of each case (default 21; --quick: 5)\n"
    "  --list         the labels, without timing\n"
    "  --json         for machines\n"
    "  --help\n"
    "Jobs run on the backend that BELLSHAPE_BACKEND names, or on the best one.\n";

struct options {
	bool quick, json, list;
	const char *filter;
	size_t repeat;
};

void expect(enum bell_status status, const char *what)
{
	if (status == BELL_OK)
		return;
	fprintf(stderr, "bellshape-bench: %s: %s\n", what, bell_status_text(status));
	exit(1);
}

void bench_label(const struct bench *b, char *text, size_t size)
{
	snprintf(text, size, "%s %s %s%s%s threads=%u", b->group, b->what, b->backend,
		 *b->backend ? " " : "", b->place, b->threads);
}

void list_add(struct list *list, const struct bench *b)
{
	char label[128];

	bench_label(b, label, sizeof label);
	/* what reads reach is the measure of all others: they always run */
	if (list->filter && strcmp(b->group, "read") != 0 && !strstr(label, list->filter))
		return;
	if (list->n == list->room) {
		list->room = list->room ? 2 * list->room : 64;
		list->bench = must(realloc(list->bench, list->room * sizeof *list->bench));
	}
	list->bench[list->n++] = *b;
}

static double now(void) /* in ns */
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double time_of(const struct bench *b, size_t calls)
{
	double start = now();

	for (size_t i = 0; i < calls; i++)
		b->run(b);
	return now() - start;
}

#define SHORT 2e6 /* ns: a call that feels what other cases left in the caches */

/* How many calls make a sample of at least `least` ns, and whether one is to go before them. */
static void calibrate(struct bench *b, double least)
{
	double t;

	b->run(b);
	b->calls = 1;
	t = time_of(b, 1);
	b->warm = t < SHORT;
	for (; t < least && b->calls < (size_t)1 << 30; t = time_of(b, b->calls))
		b->calls *= t > least / 8 ? 2 : 8;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void measure(struct list *list, size_t repetitions, double least)
{
	for (size_t i = 0; i < list->n; i++) {
		struct bench *b = &list->bench[i];

		calibrate(b, least);
		b->sample = must(malloc(repetitions * sizeof *b->sample));
	}
	for (size_t r = 0; r < repetitions; r++)
		for (size_t i = 0; i < list->n; i++) {
			struct bench *b = &list->bench[i];

			if (b->warm)
				b->run(b);
			b->sample[r] = time_of(b, b->calls) / ((double)b->calls * (double)b->n);
		}
	for (size_t i = 0; i < list->n; i++)
		qsort(list->bench[i].sample, repetitions, sizeof(double), ascending);
}

static void print_list(const struct list *list)
{
	char label[128];

	for (size_t i = 0; i < list->n; i++) {
		bench_label(&list->bench[i], label, sizeof label);
		puts(label);
	}
}

static void run(const struct options *o)
{
	struct data data = {.room = 0};
	struct list list = {.filter = o->filter};
	size_t repetitions = o->repeat ? o->repeat : o->quick ? 5 : 21;
	struct report report = {.list = &list, .repetitions = repetitions, .quick = o->quick};

	data_make(&data, !o->quick);
	add_reads(&list, &data, o->quick);
	add_kernels(&list, &data, o->quick);
	add_jobs(&list, &data, o->quick);
	if (o->list) {
		print_list(&list);
	} else {
		measure(&list, repetitions, o->quick ? 2e5 : 2e6);
		(o->json ? report_json : report_text)(&report, stdout);
	}
	for (size_t i = 0; i < list.n; i++)
		free(list.bench[i].sample);
	free(list.bench);
	data_free(&data);
}

static int wrong(const char *argument)
{
	fprintf(stderr, "bellshape-bench: cannot make sense of '%s'\n\n%s", argument, usage);
	return 2;
}

int main(int argc, char **argv)
{
	struct options o = {.repeat = 0};

	for (int i = 1; i < argc; i++) {
		const char *a = argv[i], *value = i + 1 < argc ? argv[i + 1] : NULL;

		if (!strcmp(a, "--quick"))
			o.quick = true;
		else if (!strcmp(a, "--json"))
			o.json = true;
		else if (!strcmp(a, "--list"))
			o.list = true;
		else if (!strcmp(a, "--filter") && value)
			o.filter = argv[++i];
		else if (!strcmp(a, "--repeat") && value && (o.repeat = strtoul(value, NULL, 10)))
			i++;
		else if (!strcmp(a, "--help") || !strcmp(a, "-h"))
			return fputs(usage, stdout) < 0;
		else
			return wrong(a);
	}
	if (!bell_backend()) {
		fprintf(stderr, "bellshape-bench: BELLSHAPE_BACKEND=%s: %s\n",
			getenv("BELLSHAPE_BACKEND"), bell_status_text(BELL_EBACKEND));
		return 1;
	}
	run(&o);
	return 0;
}
