/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * bench.c - the program bellshape-bench: every kernel and the main jobs, in ns a value.
 *
 * The machine may be shared and its clock may wander, so one sample of every case is taken in
 * turn, again and again: what disturbs a moment disturbs all cases alike, and medians compare.
 */
#include <stdlib.h>
#include <string.h>
#include "bench.h"
#include "parallel.h"

static const char usage[] =
    "Example: bellshape-bench --filter transform\n"
    "Times every kernel on every backend that runs here, and the main jobs.\n\n"
    "  --quick           few cases and repetitions, under 5 seconds\n"
    "  --filter TEXT     only cases whose label contains TEXT, such as \"kernel scan_f64 avx2 "
    "L1\",\n"
    "                    \"job fit lognormal f64\", \"threads=2\"; may be given once\n"
    "  --repeat N        samples of each case (default 21; --quick: 5)\n"
    "  --threads N       of the jobs that run on several (default: one for each CPU)\n"
    "  --list            the labels, without timing\n"
    "  --json            for machines\n"
    "  --svg FILE        also draws the kernels\n"
    "  --against FILE    compares with a run that --json has saved\n"
    "  --beside PROGRAM  takes each sample in turn with the bellshape-bench of another build, and\n"
    "                    compares\n"
    "  --help\n"
    "Jobs run on the backend that BELLSHAPE_BACKEND names, or on the best one.\n";

struct options {
	bool quick, json, list, serve;
	const char *filter, *svg, *against, *beside;
	size_t repeat, threads;
};

void expect(enum bell_status status, const char *what)
{
	if (status == BELL_OK)
		return;
	fprintf(stderr, "bellshape-bench: %s: %s\n", what, bell_status_text(status));
	exit(1);
}

void bench_label(const struct bench *b, char text[LABEL])
{
	snprintf(text, LABEL, "%s %s %s%s%s%sthreads=%u", b->group, b->what, b->backend,
		 *b->backend ? " " : "", b->place, *b->place ? " " : "", b->threads);
}

void list_add(struct list *list, const struct bench *b)
{
	char label[LABEL];

	bench_label(b, label);
	/* the measures of all others always run */
	if (list->filter && strcmp(b->group, "memory") != 0 && strcmp(b->group, "clock") != 0 &&
	    !strstr(label, list->filter))
		return;
	if (list->n == list->room) {
		list->room = list->room ? 2 * list->room : 64;
		list->bench = must(realloc(list->bench, list->room * sizeof *list->bench));
	}
	list->bench[list->n++] = *b;
}

int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void measure(struct list *list, size_t repetitions, struct beside *other)
{
	for (size_t i = 0; i < list->n; i++) {
		list->bench[i].sample = must(malloc(repetitions * sizeof(double)));
		if (other)
			list->bench[i].other = must(malloc(repetitions * sizeof(double)));
	}
	for (size_t r = 0; r < repetitions; r++)
		for (size_t i = 0; i < list->n; i++) {
			struct bench *b = &list->bench[i];

			if (other && r % 2) /* whoever is second finds the caches emptied */
				b->other[r] = beside_sample(other, i);
			b->sample[r] = bench_sample(b);
			if (other && r % 2 == 0)
				b->other[r] = beside_sample(other, i);
		}
}

static void print_list(const struct list *list)
{
	char label[LABEL];

	for (size_t i = 0; i < list->n; i++) {
		bench_label(&list->bench[i], label);
		puts(label);
	}
}

static void draw(const struct report *report, const char *path)
{
	FILE *out = fopen(path, "w");

	if (out)
		chart_svg(report, out);
	if (!out || ferror(out) || fclose(out)) {
		fprintf(stderr, "bellshape-bench: cannot write %s\n", path);
		exit(1);
	}
}

static void measure_and_report(const struct options *o, struct list *list)
{
	struct report report = {.list = list,
				.repetitions = o->repeat  ? o->repeat
					       : o->quick ? 5
							  : 21,
				.quick = o->quick,
				.beside = o->beside};
	struct beside *other =
	    o->beside ? beside_start(o->beside, list, o->quick, (unsigned)o->threads) : NULL;

	measure(list, report.repetitions, other);
	beside_end(other);
	if (other) {
		compare_beside(&report, stdout);
		return;
	}
	for (size_t i = 0; i < list->n; i++)
		qsort(list->bench[i].sample, report.repetitions, sizeof(double), by_value);
	if (o->against)
		compare_saved(&report, o->against, stdout);
	else
		(o->json ? report_json : report_text)(&report, stdout);
	if (o->svg)
		draw(&report, o->svg);
}

static void run(const struct options *o)
{
	struct data data = {.threads = bell_threads((unsigned)o->threads, BELL_MAX_THREADS)};
	struct list list = {.filter = o->filter};

	if (!o->list)
		data_make(&data, !o->quick);
	add_clock(&list);
	add_memory(&list, &data, o->quick);
	add_kernels(&list, &data, o->quick);
	add_jobs(&list, &data, o->quick);
	add_layers(&list, &data, o->quick);
	for (size_t i = 0; i < list.n && !o->list; i++)
		bench_calibrate(&list.bench[i], o->quick ? 2e5 : 2e6);
	if (o->list)
		print_list(&list);
	else if (o->serve)
		beside_serve(&list);
	else
		measure_and_report(o, &list);
	for (size_t i = 0; i < list.n; i++) {
		free(list.bench[i].sample);
		free(list.bench[i].other);
	}
	free(list.bench);
	layers_free();
	data_free(&data);
}

static int wrong(const char *argument)
{
	fprintf(stderr, "bellshape-bench: cannot make sense of '%s'\n\n%s", argument, usage);
	return 2;
}

/* A number from 1 to most, or 0. */
static size_t count(const char *text, size_t most)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	return *end || n > most || !strchr("0123456789", *text) ? 0 : n;
}

/* Takes one option, and what follows it if it has a value; how many arguments, 0: a wrong one. */
static int take(struct options *o, const char *a, const char *value)
{
	const struct {
		const char *name;
		bool *flag;
		const char **text;
		size_t *number, most;
	} known[] = {
	    {"--quick", &o->quick, NULL, NULL, 0},
	    {"--json", &o->json, NULL, NULL, 0},
	    {"--list", &o->list, NULL, NULL, 0},
	    {"--serve", &o->serve, NULL, NULL, 0},
	    {"--filter", NULL, &o->filter, NULL, 0},
	    {"--svg", NULL, &o->svg, NULL, 0},
	    {"--against", NULL, &o->against, NULL, 0},
	    {"--beside", NULL, &o->beside, NULL, 0},
	    {"--repeat", NULL, NULL, &o->repeat, 1000000},
	    {"--threads", NULL, NULL, &o->threads, BELL_MAX_THREADS},
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		if (strcmp(a, known[i].name) != 0)
			continue;
		if (known[i].flag)
			return *known[i].flag = true;
		if (!value)
			return 0;
		if (known[i].text)
			return *known[i].text = value, 2;
		return (*known[i].number = count(value, known[i].most)) ? 2 : 0;
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct options o = {.repeat = 0};

	for (int i = 1, taken; i < argc; i += taken) {
		if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h"))
			return fputs(usage, stdout) < 0;
		taken = take(&o, argv[i], i + 1 < argc ? argv[i + 1] : NULL);
		if (!taken)
			return wrong(argv[i]);
	}
	if (!bell_backend()) {
		fprintf(stderr, "bellshape-bench: BELLSHAPE_BACKEND=%s: %s\n",
			getenv("BELLSHAPE_BACKEND"), bell_status_text(BELL_EBACKEND));
		return 1;
	}
	run(&o);
	return 0;
}
