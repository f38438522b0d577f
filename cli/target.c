/* SPDX-License-Identifier: BSD-3-Clause */
/* target.c - where an output leads. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "error.h"
#include "target.h"

/* As many as the system follows. */
enum { MAX_LINKS = 40 };

static bool same_file(const struct stat *a, int descriptor)
{
	struct stat b;

	return !fstat(descriptor, &b) && a->st_dev == b.st_dev && a->st_ino == b.st_ino;
}

/*
 * Returns a descriptor for a link of /proc/PID/fd: our own one, or one that adds to the file of
 * another process; or -1 if the link is none of these.
 */
static int descriptor_of(const char *link)
{
	const char *name = strrchr(link, '/') + 1;
	size_t digits = strspn(name, "0123456789");
	struct stat status;

	if (!digits || name[digits] || digits > 9)
		return -1;
	if (stat(link, &status))
		die(EXIT_DATA, "%s: %s", link, strerror(errno));
	if (same_file(&status, atoi(name)))
		return atoi(name);
	int descriptor = open(link, O_WRONLY | O_APPEND | O_CLOEXEC);
	if (descriptor < 0)
		die(EXIT_DATA, "%s: %s", link, strerror(errno));
	return descriptor;
}

/* Returns where the link at `path`, of which `link` is open, leads; it frees the path. */
static char *read_link(char *path, int link)
{
	char text[PATH_MAX];
	ssize_t length = readlinkat(link, "", text, sizeof text - 1);
	const char *slash = strrchr(path, '/');
	char *next;

	if (length < 0)
		die(EXIT_DATA, "%s: %s", path, strerror(errno));
	text[length] = 0;
	if (*text == '/')
		slash = NULL;
	if (asprintf(&next, "%.*s%s", slash ? (int)(slash + 1 - path) : 0, path, text) < 0)
		out_of_memory();
	free(path);
	return next;
}

/* Follows the links as far as to a descriptor or to what is no link. */
static char *follow(const char *path, int *descriptor)
{
	char *here = copy_text(path, strlen(path));

	for (int i = 0; i < MAX_LINKS && *descriptor < 0; i++) {
		int link = open(here, O_PATH | O_NOFOLLOW | O_CLOEXEC);
		struct stat status;
		struct statfs where;

		if (link < 0) /* there is nothing as yet, or what creates the file will tell */
			return here;
		if (fstat(link, &status) || fstatfs(link, &where))
			die(EXIT_DATA, "%s: %s", path, strerror(errno));
		bool ends = !S_ISLNK(status.st_mode);
		if (!ends && where.f_type == PROC_SUPER_MAGIC)
			*descriptor = descriptor_of(here);
		if (!ends && *descriptor < 0)
			here = read_link(here, link);
		close(link);
		if (ends || *descriptor >= 0)
			return here;
	}
	die(EXIT_DATA, "%s: %s", path, strerror(ELOOP));
}

char *target_find(const char *path, int *descriptor)
{
	struct stat status;

	*descriptor = -1;
	char *target = follow(path, descriptor);
	if (*descriptor >= 0 || stat(target, &status) || !S_ISREG(status.st_mode))
		return target;
	for (int i = STDOUT_FILENO; i <= STDERR_FILENO && *descriptor < 0; i++)
		if (same_file(&status, i))
			*descriptor = i;
	return target;
}
