/* SPDX-License-Identifier: BSD-3-Clause */
/* compare.c - this build against a saved run, or sample by sample beside another build. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cjson/cJSON.h>
#include "compare.h"
#include "measure.h"

/* ---- a saved run ---- */

static char *read_file(const char *path)
{
	FILE *f = fopen(path, "r");
	size_t n = 0, capacity = 1 << 16;
	char *text = must(malloc(capacity));

	if (!f)
		fail("%s: %s", path, strerror(errno));
	while ((n += fread(text + n, 1, capacity - n - 1, f)) == capacity - 1)
		text = must(realloc(text, capacity *= 2));
	if (ferror(f))
		fail("%s: %s", path, strerror(errno));
	fclose(f);
	text[n] = 0;
	return text;
}

static const cJSON *saved_case(const cJSON *results, const char *label)
{
	const cJSON *found;

	cJSON_ArrayForEach(found, results)
	{
		const char *name = cJSON_GetStringValue(cJSON_GetObjectItem(found, "label"));

		if (name && !strcmp(name, label))
			return found;
	}
	return NULL;
}

static double number(const cJSON *object, const char *name)
{
	return cJSON_GetNumberValue(cJSON_GetObjectItem(object, name));
}

void compare_saved(const struct report *r, const char *path, FILE *out)
{
	char *text = read_file(path), label[LABEL];
	cJSON *saved = cJSON_Parse(text);
	const cJSON *results = cJSON_GetObjectItem(saved, "results");
	size_t lacking = 0;

	if (!cJSON_IsArray(results))
		fail("%s: no run that bellshape-bench --json has saved", path);
	fprintf(
	    out,
	    "ns a value, medians; ratio = now/then; * where the middle halves of the samples are "
	    "apart\nclock now %.3f GHz, then %.3f GHz\n\n%8s %9s %7s\n",
	    report_clock(r), number(saved, "clock_ghz"), "now", "then", "ratio");
	for (size_t i = 0; i < r->list->n; i++) {
		const struct bench *b = &r->list->bench[i];
		const cJSON *old;

		bench_label(b, label);
		old = saved_case(results, label);
		lacking += !old;
		if (!old)
			continue;
		bool apart = report_quantile(r, b, 0.25) > number(old, "q3") ||
			     report_quantile(r, b, 0.75) < number(old, "q1");
		fprintf(out, "%8.3f %9.3f %6.3f%c  %s\n", report_quantile(r, b, 0.5),
			number(old, "median"), report_quantile(r, b, 0.5) / number(old, "median"),
			apart ? '*' : ' ', label);
	}
	if (lacking)
		fprintf(out, "\n%zu cases are not in %s\n", lacking, path);
	cJSON_Delete(saved);
	free(text);
}

/* ---- a program beside ---- */

struct beside {
	pid_t process;
	FILE *to, *from;
	size_t cases;
	size_t *index; /* where the other program has each of our cases; SIZE_MAX: nowhere */
};

void beside_serve(struct list *list)
{
	char label[LABEL];
	size_t i;

	for (size_t k = 0; k < list->n; k++) {
		bench_label(&list->bench[k], label);
		puts(label);
	}
	puts("");
	fflush(stdout);
	while (scanf("%zu", &i) == 1 && i < list->n) {
		printf("%.17g\n", bench_sample(&list->bench[i]));
		fflush(stdout);
	}
}

/* Starts the program with a pipe to its stdin and one from its stdout. */
static void start(struct beside *other, const char *program, char *const argv[])
{
	int down[2], up[2];

	if (pipe(down) || pipe(up))
		fail("pipe: %s", strerror(errno));
	other->process = fork();
	if (other->process < 0)
		fail("fork: %s", strerror(errno));
	if (!other->process) {
		dup2(down[0], STDIN_FILENO);
		dup2(up[1], STDOUT_FILENO);
		close(down[1]);
		close(up[0]);
		execv(program, argv);
		fprintf(stderr, "bellshape-bench: %s: %s\n", program, strerror(errno));
		_exit(1);
	}
	close(down[0]);
	close(up[1]);
	other->to = must(fdopen(down[1], "w"));
	other->from = must(fdopen(up[0], "r"));
}

/* Reads the labels that the other program prints, and finds our cases among them. */
static void match(struct beside *other, const char *program, const struct list *list)
{
	char line[LABEL + 2], label[LABEL];
	size_t there = 0;

	other->cases = list->n;
	other->index = must(malloc(list->n * sizeof *other->index));
	memset(other->index, 0xFF, list->n * sizeof *other->index);
	for (; fgets(line, sizeof line, other->from) && *line != '\n'; there++)
		for (size_t i = 0; i < list->n; i++) {
			bench_label(&list->bench[i], label);
			if (!strncmp(line, label, strlen(label)) && line[strlen(label)] == '\n')
				other->index[i] = there;
		}
	if (!there)
		fail("%s says nothing: is it a bellshape-bench that knows --serve?", program);
}

struct beside *beside_start(const char *program, const struct list *list, bool quick,
			    unsigned threads)
{
	struct beside *other = must(calloc(1, sizeof *other));
	char number_of[16];
	char *argv[8] = {(char *)program, "--serve"};
	int n = 2;

	if (quick)
		argv[n++] = "--quick";
	if (list->filter) {
		argv[n++] = "--filter";
		argv[n++] = (char *)list->filter;
	}
	if (threads) {
		snprintf(number_of, sizeof number_of, "%u", threads);
		argv[n++] = "--threads";
		argv[n++] = number_of;
	}
	start(other, program, argv);
	match(other, program, list);
	return other;
}

double beside_sample(struct beside *other, size_t i)
{
	double ns;

	if (other->index[i] == SIZE_MAX)
		return NAN;
	if (fprintf(other->to, "%zu\n", other->index[i]) < 0 || fflush(other->to) ||
	    fscanf(other->from, "%lf", &ns) != 1)
		fail("the program beside has died");
	return ns;
}

void beside_end(struct beside *other)
{
	if (!other)
		return;
	fclose(other->to);
	fclose(other->from);
	waitpid(other->process, NULL, 0);
	free(other->index);
	free(other);
}

/* Two equal programs differ by this much, because their code and data lie at other addresses. */
#define LUCK 0.03

/* The samples of both programs must be in the order in which they were taken, pair by pair. */
void compare_beside(const struct report *r, FILE *out)
{
	double *ratio = must(malloc(r->repetitions * sizeof *ratio));
	size_t n = r->repetitions;
	char label[LABEL];

	fprintf(out,
		"ns a value, medians; ratio = this/%s, of the two samples of a turn: median, "
		"quartiles; * where these\nleave out 0.97 to 1.03\n\n%8s %9s %7s  %15s\n",
		r->beside, "this", "other", "ratio", "quartiles");
	for (size_t i = 0; i < r->list->n; i++) {
		const struct bench *b = &r->list->bench[i];

		if (isnan(b->other[0]))
			continue;
		for (size_t k = 0; k < n; k++)
			ratio[k] = b->sample[k] / b->other[k];
		sort_numbers(ratio, n);
		sort_numbers(b->sample, n);
		sort_numbers(b->other, n);
		bench_label(b, label);
		double q1 = quantile(ratio, n, 0.25), q3 = quantile(ratio, n, 0.75);
		fprintf(out, "%8.3f %9.3f %6.3f%c  %.3f to %.3f  %s\n", quantile(b->sample, n, 0.5),
			quantile(b->other, n, 0.5), quantile(ratio, n, 0.5),
			q1 > 1 + LUCK || q3 < 1 - LUCK ? '*' : ' ', q1, q3, label);
	}
	free(ratio);
}
