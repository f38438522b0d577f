/* SPDX-License-Identifier: BSD-3-Clause */
/* pictures_svg.c - the pictures of a report as files. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "error.h"
#include "output.h"
#include "pictures.h"

/* So much of the name of a column is in those of its files. */
enum { NAME_PART = 60 };

/* Writes what of a name is fit for the name of a file anywhere. */
static void plain_name(const char *name, char out[NAME_PART + 1])
{
	size_t n = 0;

	for (; *name && n < NAME_PART; name++)
		out[n++] = isalnum((unsigned char)*name) || *name == '-' ? *name : '_';
	out[n] = 0;
}

static enum bell_status write_bytes(void *context, const char *bytes, size_t n)
{
	output_put(context, bytes, n);
	return BELL_OK;
}

static void write_column(const struct bell_report_column *c, size_t index, const char *folder,
			 struct bell_report_numbers *numbers)
{
	char name[NAME_PART + 1];

	plain_name(c->name, name);
	check(bell_report_numbers(c, numbers), c->name);
	for (int i = 0; i < BELL_REPORT_PICTURES; i++) {
		enum bell_report_picture picture = (enum bell_report_picture)i;
		struct output out;
		char *path;

		if (!bell_report_has_picture(numbers, picture))
			continue;
		if (asprintf(&path, "%s/%03zu-%s-%s.svg", folder, index + 1, name,
			     bell_report_picture_name(picture)) < 0)
			out_of_memory();
		output_open(&out, path, true);
		check(bell_report_svg(c, numbers, picture, write_bytes, &out), c->name);
		output_end(&out);
		free(path);
	}
}

static void make_folder(const char *folder)
{
	struct stat status;

	if (!mkdir(folder, 0777))
		return;
	if (errno != EEXIST || stat(folder, &status))
		die(EXIT_DATA, "%s: %s", folder, strerror(errno));
	if (!S_ISDIR(status.st_mode))
		die(EXIT_DATA, "%s: is no folder", folder);
}

void pictures_svg(const struct bell_report_column *columns, size_t n, const char *folder)
{
	struct bell_report_numbers *numbers = allocate(1, sizeof *numbers);

	make_folder(folder);
	for (size_t i = 0; i < n; i++)
		write_column(&columns[i], i, folder, numbers);
	free(numbers);
}
