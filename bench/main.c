/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * main.c - the program bellshape-bench: every kernel and the main jobs, in ns a value.
 *
 * The machine may be shared, and its clock may change. The program therefore takes one sample of
 * every case in turn, again and again: a disturbance then meets all cases alike, and their medians
 * stay comparable.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "cases.h"
#include "compare.h"
#include "measure.h"
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
    "  --scaling         a few jobs on 1, 2, 4, ... threads, as a table and by --svg as a picture\n"
    "  --svg FILE        also draws the kernels\n"
    "  --against FILE    compares with a run that --json has saved\n"
    "  --beside PROGRAM  takes each sample in turn with the bellshape-bench of another build, and\n"
    "                    compares\n"
    "  --help\n"
    "Jobs run on the backend that BELLSHAPE_BACKEND names, or on the best one.\n";

#define REPETITIONS       21
#define REPETITIONS_QUICK 5
#define MAX_REPETITIONS   1000000
#define MIN_SAMPLE        2e6 /* ns: a thousand times what reading the clock costs */
#define MIN_SAMPLE_QUICK  2e5

struct options {
	bool quick, json, list, serve, scaling;
	const char *filter, *svg, *against, *beside;
	size_t repeat, threads;
};

/*
 * Takes the samples of all cases, those of the other program beside them. The program whose turn is
 * second finds its data gone from the caches, so the two change places in every repetition.
 */
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

			if (other && r % 2)
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

static void draw(const struct report *report, const char *path,
		 void (*svg)(const struct report *report, FILE *out))
{
	FILE *out = fopen(path, "w");

	if (out)
		svg(report, out);
	if (!out || ferror(out) || fclose(out))
		fail("cannot write %s", path);
}

static void measure_and_report(const struct options *o, struct list *list)
{
	struct report report = {.list = list,
				.repetitions = o->repeat  ? o->repeat
					       : o->quick ? REPETITIONS_QUICK
							  : REPETITIONS,
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
		sort_numbers(list->bench[i].sample, report.repetitions);
	if (o->against)
		compare_saved(&report, o->against, stdout);
	else
		(o->json ? report_json : o->scaling ? scaling_text : report_text)(&report, stdout);
	if (o->svg)
		draw(&report, o->svg, o->scaling ? scaling_svg : chart_svg);
}

static void add_cases(struct list *list, const struct data *data, const struct options *o)
{
	add_clock(list);
	if (o->scaling) {
		add_scaling(list, data);
		return;
	}
	add_memory(list, data, o->quick);
	add_kernels(list, data, o->quick);
	add_jobs(list, data, o->quick);
	add_layers(list, data, o->quick);
}

static void run(const struct options *o)
{
	struct data data = {.threads = bell_threads((unsigned)o->threads, BELL_MAX_THREADS),
			    .each_count = o->scaling};
	struct list list = {.filter = o->filter};

	if (!o->list)
		data_make(&data, !o->quick || o->scaling);
	add_cases(&list, &data, o);
	for (size_t i = 0; i < list.n && !o->list; i++)
		bench_calibrate(&list.bench[i], o->quick ? MIN_SAMPLE_QUICK : MIN_SAMPLE);
	if (o->list)
		print_list(&list);
	else if (o->serve)
		beside_serve(&list);
	else
		measure_and_report(o, &list);
	list_free(&list);
	layers_free();
	data_free(&data);
}

static int usage_error(const char *argument)
{
	fprintf(stderr, "bellshape-bench: cannot make sense of '%s'\n\n%s", argument, usage);
	return 2;
}

/* Reads a number from 1 to max; 0 if the text is anything else. */
static size_t parse_count(const char *text, size_t max)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	return *end || n > max || !strchr("0123456789", *text) ? 0 : n;
}

/*
 * Reads the option `a`, and `value`, the argument that follows it (or NULL), if the option has one.
 * Returns how many arguments these are; 0 if the option is unknown or its value is wrong.
 */
static int parse_option(struct options *o, const char *a, const char *value)
{
	const struct {
		const char *name;
		bool *flag;
		const char **text;
		size_t *number, max;
	} known[] = {
	    {"--quick", &o->quick, NULL, NULL, 0},
	    {"--json", &o->json, NULL, NULL, 0},
	    {"--list", &o->list, NULL, NULL, 0},
	    {"--serve", &o->serve, NULL, NULL, 0},
	    {"--scaling", &o->scaling, NULL, NULL, 0},
	    {"--filter", NULL, &o->filter, NULL, 0},
	    {"--svg", NULL, &o->svg, NULL, 0},
	    {"--against", NULL, &o->against, NULL, 0},
	    {"--beside", NULL, &o->beside, NULL, 0},
	    {"--repeat", NULL, NULL, &o->repeat, MAX_REPETITIONS},
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
		return (*known[i].number = parse_count(value, known[i].max)) ? 2 : 0;
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct options o = {.repeat = 0};

	for (int i = 1, taken; i < argc; i += taken) {
		if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h"))
			return fputs(usage, stdout) < 0;
		taken = parse_option(&o, argv[i], i + 1 < argc ? argv[i + 1] : NULL);
		if (!taken)
			return usage_error(argv[i]);
	}
	if (!bell_backend())
		fail("BELLSHAPE_BACKEND=%s: %s", getenv("BELLSHAPE_BACKEND"),
		     bell_status_text(BELL_EBACKEND));
	run(&o);
	return 0;
}
