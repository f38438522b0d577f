/* SPDX-License-Identifier: BSD-3-Clause */
/* test_parallel_cpus.c - what 0 threads stands for.  Each test is a process of its own. */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "common.h"
#include "cpus.h"
#include "parallel.h"

/* ---- BELLSHAPE_NUM_THREADS ---- */

static unsigned in_mask(void)
{
	cpu_set_t cpus;

	cr_assert_eq(sched_getaffinity(0, sizeof cpus, &cpus), 0);
	return (unsigned)CPU_COUNT(&cpus);
}

static void expect_standard(const char *value, unsigned expected)
{
	setenv("BELLSHAPE_NUM_THREADS", value, 1);
	cr_expect_eq(bell_threads(0, BELL_MAX_THREADS), expected, "\"%s\": %u", value,
		     bell_threads(0, BELL_MAX_THREADS));
	setenv("BELLSHAPE_NUM_THREADS", "9", 1);
	cr_expect_eq(bell_threads(0, BELL_MAX_THREADS), expected, "it is read once");
}

Test(parallel_cpus, the_variable_says_what_0_is)
{
	expect_standard("7", 7);
	cr_expect_eq(bell_threads(0, 3), 3, "no more than shares");
	cr_expect_eq(bell_threads(0, 0), 1);
	cr_expect_eq(bell_threads(5, 100), 5, "a number that is given stands");
	cr_expect_eq(bell_threads(2000, 5000), BELL_MAX_THREADS);
}

Test(parallel_cpus, the_variable_may_be_1) { expect_standard("1", 1); }
Test(parallel_cpus, the_variable_may_be_the_most) { expect_standard("1024", 1024); }
Test(parallel_cpus, too_large_counts_as_unset) { expect_standard("1025", bell_cpus("")); }
Test(parallel_cpus, enormous_counts_as_unset)
{
	expect_standard("18446744073709551618", bell_cpus(""));
}
Test(parallel_cpus, nothing_counts_as_unset) { expect_standard("", bell_cpus("")); }
Test(parallel_cpus, zero_counts_as_unset) { expect_standard("0", bell_cpus("")); }
Test(parallel_cpus, a_sign_counts_as_unset) { expect_standard("-2", bell_cpus("")); }
Test(parallel_cpus, a_list_counts_as_unset) { expect_standard("4,2", bell_cpus("")); }

Test(parallel_cpus, unset_is_the_affinity_mask_or_less)
{
	unsetenv("BELLSHAPE_NUM_THREADS");
	cr_expect_eq(bell_threads(0, BELL_MAX_THREADS), bell_cpus(""));
	cr_expect_leq(bell_cpus(""), in_mask());
}

/* Not all in the mask of a thread: the first of them alone. */
Test(parallel_cpus, the_affinity_mask_counts)
{
	cpu_set_t cpus, one;
	int cpu = 0;

	cr_assert_eq(sched_getaffinity(0, sizeof cpus, &cpus), 0);
	while (!CPU_ISSET(cpu, &cpus))
		cpu++;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	cr_assert_eq(sched_setaffinity(0, sizeof one, &one), 0);
	cr_expect_eq(bell_cpus(""), 1);
}

/* ---- control groups, in a folder that stands for the root of the file system ---- */

static char root[] = "/tmp/bellshape-cpus-XXXXXX";

static void make_root(void) { cr_assert_not_null(mkdtemp(root)); }

static void remove_root(void)
{
	char command[64];

	snprintf(command, sizeof command, "rm -r %s", root);
	cr_assert_eq(system(command), 0);
}

/* Writes a file, and the folders that it lies in. */
static void put(const char *name, const char *text)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof path, "%s%s", root, name);
	for (char *slash = path + sizeof root; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		mkdir(path, 0777);
		*slash = '/';
	}
	file = fopen(path, "w");
	cr_assert_not_null(file, "%s", path);
	fputs(text, file);
	fclose(file);
}

/* As many as the quota grants, if there are so many CPUs. */
static void expect_cpus(unsigned quota)
{
	unsigned expected = quota < in_mask() ? quota : in_mask();

	cr_expect_eq(bell_cpus(root), expected, "%u", bell_cpus(root));
}

#define GROUPS(name) Test(parallel_cpus, name, .init = make_root, .fini = remove_root)

GROUPS(no_control_groups) { expect_cpus(BELL_MAX_THREADS); }

GROUPS(version_2)
{
	put("/proc/self/cgroup", "0::/\n");
	put("/sys/fs/cgroup/cpu.max", "100000 100000\n");
	expect_cpus(1);
	put("/sys/fs/cgroup/cpu.max", "200000 100000\n");
	expect_cpus(2);
	put("/sys/fs/cgroup/cpu.max", "max 100000\n");
	expect_cpus(BELL_MAX_THREADS);
}

/* A part of a CPU needs a thread, too. */
GROUPS(quotas_round_up)
{
	put("/proc/self/cgroup", "0::/\n");
	put("/sys/fs/cgroup/cpu.max", "1000 100000\n");
	expect_cpus(1);
	put("/sys/fs/cgroup/cpu.max", "100001 100000\n");
	expect_cpus(2);
	put("/sys/fs/cgroup/cpu.max", "9223372036854775807 1\n");
	expect_cpus(BELL_MAX_THREADS);
}

GROUPS(version_2_in_groups)
{
	put("/proc/self/cgroup", "0::/slice/service\n");
	put("/sys/fs/cgroup/slice/service/cpu.max", "max 100000\n");
	put("/sys/fs/cgroup/slice/cpu.max", "50000 50000\n");
	expect_cpus(1);
	put("/sys/fs/cgroup/slice/cpu.max", "max 100000\n");
	put("/sys/fs/cgroup/slice/service/cpu.max", "50000 50000\n");
	expect_cpus(1);
}

/* The path is that of the host, and the mount shows the container alone. */
GROUPS(a_path_that_is_not_there)
{
	put("/proc/self/cgroup", "0::/docker/0123abcd\n");
	put("/sys/fs/cgroup/cpu.max", "100000 100000\n");
	expect_cpus(1);
	put("/proc/self/cgroup", "0::/../other\n");
	expect_cpus(1);
	put("/sys/fs/cgroup/cpu.max", "max 100000\n");
	put("/sys/fs/other/cpu.max", "100000 100000\n");
	expect_cpus(BELL_MAX_THREADS);
}

GROUPS(version_1)
{
	put("/proc/self/cgroup", "5:cpuset:/\n4:cpu,cpuacct:/docker/0123\n3:memory:/docker/0123\n");
	put("/sys/fs/cgroup/cpu,cpuacct/docker/0123/cpu.cfs_quota_us", "100000\n");
	put("/sys/fs/cgroup/cpu,cpuacct/docker/0123/cpu.cfs_period_us", "100000\n");
	expect_cpus(1);
	put("/sys/fs/cgroup/cpu,cpuacct/docker/0123/cpu.cfs_quota_us", "-1\n");
	expect_cpus(BELL_MAX_THREADS);
	put("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "20000\n");
	put("/sys/fs/cgroup/cpu/cpu.cfs_period_us", "20000\n");
	expect_cpus(1);
}

/* "cpuacct" and "cpuset" are not the controller of CPU time. */
GROUPS(version_1_of_other_controllers)
{
	put("/proc/self/cgroup", "2:cpuacct:/\n3:cpuset:/\n");
	put("/sys/fs/cgroup/cpuacct/cpu.cfs_quota_us", "1000\n");
	put("/sys/fs/cgroup/cpuacct/cpu.cfs_period_us", "1000\n");
	put("/sys/fs/cgroup/cpuset/cpu.cfs_quota_us", "1000\n");
	put("/sys/fs/cgroup/cpuset/cpu.cfs_period_us", "1000\n");
	expect_cpus(BELL_MAX_THREADS);
}

GROUPS(damaged_files_are_no_limit)
{
	const char *lines[] = {"", "\n", "0", "0:", "0::", "0::x\n", "0::/\n", "4:cpu:/\n"};
	const char *quotas[] = {"",           "\n",         "x 100000\n", "100000\n",
				"100000 0\n", "0 100000\n", "-5 7\n"};

	for (size_t i = 0; i < COUNT(lines); i++)
		for (size_t j = 0; j < COUNT(quotas); j++) {
			put("/proc/self/cgroup", lines[i]);
			put("/sys/fs/cgroup/cpu.max", quotas[j]);
			put("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", quotas[j]);
			expect_cpus(BELL_MAX_THREADS);
		}
}
