/* SPDX-License-Identifier: BSD-3-Clause */
/* run.c - runs the program in a folder of its own and reads what it left. */
#include <criterion/criterion.h>
#include <dirent.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run.h"

static char folder[] = "/tmp/test_cli.XXXXXX";
static char **got; /* what get() gave, to be freed at the end */
static size_t gotten;

/* An absolute path from the environment, which the shell then knows under a short name. */
static void name(const char *variable, const char *brief)
{
	const char *value = getenv(variable);

	cr_assert_not_null(value, "the environment has no %s", variable);
	char *path = realpath(value, NULL);
	cr_assert_not_null(path, "%s=%s is not there", variable, value);
	setenv(brief, path, 1);
	free(path);
}

void run_begin(void)
{
	name("BELLSHAPE_PROGRAM", "B");
	name("BELLSHAPE_DATA", "D");
	unsetenv("BELLSHAPE_BACKEND");
	cr_assert_not_null(mkdtemp(folder));
	cr_assert_eq(chdir(folder), 0);
}

void run_end(void)
{
	char line[64];

	while (gotten)
		free(got[--gotten]);
	free(got);
	snprintf(line, sizeof line, "rm -rf %s", folder);
	if (chdir("/") || system(line))
		perror(line);
}

int run(const char *format, ...)
{
	char line[4096];
	va_list list;

	va_start(list, format);
	int n = snprintf(line, sizeof line, "{ ");
	n += vsnprintf(line + n, sizeof line - (size_t)n, format, list);
	va_end(list);
	cr_assert(n < (int)sizeof line - 40);
	strcat(line, "\n} >.out 2>.err");
	int status = system(line);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

char *get(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	char *bytes = NULL;
	size_t used = 0, n;

	if (!file)
		return NULL;
	do {
		bytes = realloc(bytes, used + 65536 + 1);
		cr_assert_not_null(bytes);
		used += n = fread(bytes + used, 1, 65536, file);
	} while (n);
	fclose(file);
	bytes[used] = 0;
	if (size)
		*size = used;
	got = realloc(got, (gotten + 1) * sizeof *got);
	return got[gotten++] = bytes;
}

const char *out(void)
{
	const char *text = get(".out", NULL);

	return text ? text : "";
}

const char *err(void)
{
	const char *text = get(".err", NULL);

	return text ? text : "";
}

cJSON *json(void)
{
	cJSON *root = cJSON_Parse(out());

	cr_assert_not_null(root, "no JSON: %s%s", out(), err());
	return root;
}

bool failed_with(const char *text)
{
	const char *line = err(), *end = strchr(line, '\n');

	return !*out() && end && !end[1] && !strncmp(line, "bellshape: ", 11) && strstr(line, text);
}

void put(const char *path, const void *bytes, size_t size)
{
	FILE *file = fopen(path, "wb");

	cr_assert_not_null(file);
	cr_assert_eq(fwrite(bytes, 1, size, file), size);
	cr_assert_eq(fclose(file), 0);
}

void put_text(const char *path, const char *text) { put(path, text, strlen(text)); }

bool same_files(const char *a, const char *b)
{
	size_t n, m;
	char *x = get(a, &n), *y = get(b, &m);
	bool same = x && y && n == m && !memcmp(x, y, n);

	return same;
}

size_t files(void)
{
	DIR *here = opendir(".");
	size_t count = 0;

	for (struct dirent *entry; (entry = readdir(here));)
		count += *entry->d_name != '.';
	closedir(here);
	return count;
}

cJSON *column(cJSON *root, const char *wanted)
{
	cJSON *item;

	cJSON_ArrayForEach(
	    item,
	    cJSON_GetObjectItem(
		root,
		"columns")) if (!strcmp(cJSON_GetStringValue(cJSON_GetObjectItem(item, "name")),
					wanted)) return item;
	cr_assert_fail("no column %s", wanted);
	return NULL;
}

double value(cJSON *item, const char *key)
{
	cJSON *number = cJSON_GetObjectItemCaseSensitive(item, key);

	cr_assert_not_null(number, "no key %s", key);
	return cJSON_IsNull(number) ? NAN : cJSON_GetNumberValue(number);
}

double printed_value(const char *wanted, const char *key)
{
	cJSON *root = json();
	double number = value(column(root, wanted), key);

	cJSON_Delete(root);
	return number;
}

/* Cuts the next cell off *text; *last: it is the last one of its line. */
static char *next_cell(char **text, bool *last)
{
	char *cell = *text, *end = cell + strcspn(cell, ",\n");

	*last = *end != ',';
	*text = *end ? end + 1 : end;
	*end = 0;
	return cell;
}

bool same_tables(const char *a, const char *b, double tolerance)
{
	char *x = get(a, NULL), *y = get(b, NULL), *p = x, *q = y;
	bool same = x && y;
	size_t line = 1;

	while (same && (*p || *q)) {
		bool last, other;
		char *s = next_cell(&p, &last), *t = next_cell(&q, &other), *s_end, *t_end;
		double u = strtod(s, &s_end), v = strtod(t, &t_end);

		same = last == other &&
		       (!strcmp(s, t) || (*s && *t && !*s_end && !*t_end &&
					  fabs(u - v) <= tolerance * fmax(fabs(u), fabs(v))));
		if (!same)
			cr_log_error("%s, %s, line %zu: %s, %s", a, b, line, s, t);
		line += last;
	}
	return same;
}
