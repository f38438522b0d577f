/* SPDX-License-Identifier: BSD-3-Clause */
/* cpus.c - how many CPUs this process may use: its affinity mask, and the quotas of cgroups. */
#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "cpus.h"

/* Where distributions and containers mount the file systems of control groups. */
#define MOUNTS "/sys/fs/cgroup"

static unsigned in_affinity_mask(void)
{
	cpu_set_t cpus;
	long online;

	if (sched_getaffinity(0, sizeof cpus, &cpus) == 0)
		return (unsigned)CPU_COUNT(&cpus);
	/* The mask of a machine with more than CPU_SETSIZE CPUs does not fit. */
	online = sysconf(_SC_NPROCESSORS_ONLN);
	return online > 0 ? (unsigned)online : 1;
}

/* Reads up to two words from a file of a control group.  Returns how many there are. */
static int read_words(const char *folder, const char *name, char first[32], char second[32])
{
	char path[2 * PATH_MAX];
	FILE *file;
	int words;

	if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path)
		return 0;
	file = fopen(path, "re");
	if (!file)
		return 0;
	words = fscanf(file, "%31s %31s", first, second);
	fclose(file);
	return words;
}

/* The microseconds of CPU time that a group may use in each period, as CPUs; UINT_MAX if any. */
static unsigned in_quota(const char *folder, bool unified)
{
	char quota[32] = "", period[32] = "", none[32];
	long long time, each;

	if (unified)
		read_words(folder, "cpu.max", quota, period);
	else if (read_words(folder, "cpu.cfs_quota_us", quota, none) > 0)
		read_words(folder, "cpu.cfs_period_us", period, none);
	/* No limit is "max" in version 2 of control groups, and -1 in version 1. */
	time = strtoll(quota, NULL, 10);
	each = strtoll(period, NULL, 10);
	if (time <= 0 || each <= 0)
		return UINT_MAX;
	time = (time - 1) / each + 1;
	return time < UINT_MAX ? (unsigned)time : UINT_MAX;
}

/*
 * Returns the least quota of the group `path` below `mount`, and of all groups that it lies in.  In
 * a container the path may be that of the host, where the mount shows the container's group alone:
 * then there is no such folder, and the last one read, the mount itself, has the quota.
 */
static unsigned in_groups(const char *root, const char *mount, const char *path, bool unified)
{
	char folder[PATH_MAX];
	size_t top, length = strlen(path);
	unsigned least = UINT_MAX;

	top = (size_t)snprintf(folder, sizeof folder, "%s" MOUNTS "%s%s", root, *mount ? "/" : "",
			       mount);
	if (top >= sizeof folder)
		return UINT_MAX;
	/* A path with ".." leads out of what this process sees. */
	if (!strstr(path, "/..") && length < sizeof folder - top)
		memcpy(folder + top, path, length + 1);
	for (;;) {
		unsigned quota = in_quota(folder, unified);

		least = quota < least ? quota : least;
		if (!folder[top])
			return least;
		*strrchr(folder + top, '/') = '\0';
	}
}

/* Whether a list of controllers, such as "cpu,cpuacct", has that of CPU time. */
static bool has_cpu(const char *list)
{
	for (; *list; list += strcspn(list, ","), list += *list == ',')
		if (strcspn(list, ",") == 3 && !strncmp(list, "cpu", 3))
			return true;
	return false;
}

/* A line of /proc/self/cgroup: "number:controllers:path", without controllers in version 2. */
static unsigned in_line(const char *root, char *line)
{
	char *controllers = strchr(line, ':'), *path;
	unsigned joint, alone;

	line[strcspn(line, "\n")] = '\0';
	path = controllers ? strchr(controllers + 1, ':') : NULL;
	if (!path || path[1] != '/')
		return UINT_MAX;
	*path++ = '\0';
	if (!*++controllers)
		return in_groups(root, "", path, true);
	if (!has_cpu(controllers))
		return UINT_MAX;
	joint = in_groups(root, controllers, path, false);
	alone = in_groups(root, "cpu", path, false);
	return joint < alone ? joint : alone;
}

unsigned bell_cpus(const char *root)
{
	unsigned least = in_affinity_mask();
	char text[PATH_MAX + 64];
	FILE *file;

	snprintf(text, sizeof text, "%s/proc/self/cgroup", root);
	file = fopen(text, "re");
	while (file && fgets(text, sizeof text, file)) {
		unsigned cpus = in_line(root, text);

		least = cpus < least ? cpus : least;
	}
	if (file)
		fclose(file);
	return least ? least : 1;
}
