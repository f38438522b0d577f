/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * emulate.c - keeps Criterion's workers in the emulator, and writes down what each process runs on.
 *
 * Criterion runs each test in a process that it starts by executing itself; a user-mode emulator
 * leaves such a call to the kernel, which starts the worker without it.  scripts/check-long
 * preloads this file into emulated programs: EMULATOR names the emulator, EMULATE_LOG a file that
 * gets a line from every process.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#ifdef __x86_64__
#include <cpuid.h>
#endif

#define MOST 4096

__attribute__((visibility("default"))) int execve(const char *path, char *const argv[],
						  char *const envp[])
{
	const char *emulator = getenv("EMULATOR");
	const char *arguments[MOST + 4] = {emulator, "-0", argv[0], path};
	const char *environment[MOST + 1] = {NULL};
	size_t n = 0;

	if (!emulator || !argv[0] || strcmp(argv[0], "boxfort-worker") != 0)
		return (int)syscall(SYS_execve, path, argv, envp);
	for (size_t i = 1; i < MOST && argv[i]; i++)
		arguments[i + 3] = argv[i];
	for (size_t i = 0; n < MOST && envp[i]; i++) /* this file is not for the emulator itself */
		if (strncmp(envp[i], "LD_PRELOAD=", 11) != 0)
			environment[n++] = envp[i];
	return (int)syscall(SYS_execve, emulator, arguments, environment);
}

/*
 * "worker aarch64" or "worker TCGTCGTCGTCG fma=0 avx2=0 avx512=0": the processor says itself what
 * it is.
 */
__attribute__((constructor)) static void write_down(void)
{
	const char *log = getenv("EMULATE_LOG"), *kind = getenv("BXFI_MAP") ? "worker" : "first";
	int file = log ? open(log, O_WRONLY | O_APPEND | O_CREAT, 0666) : -1;
	char line[100];
	int n;

	if (file < 0)
		return;
#ifdef __x86_64__
	unsigned leaf, name[3];

	__cpuid(0x40000000, leaf, name[0], name[1], name[2]); /* under a hypervisor, its name */
	__builtin_cpu_init();
	n = snprintf(line, sizeof line, "%s %.12s fma=%d avx2=%d avx512=%d\n", kind,
		     (const char *)name, !!__builtin_cpu_supports("fma"),
		     !!__builtin_cpu_supports("avx2"), !!__builtin_cpu_supports("avx512f"));
#elif defined(__aarch64__)
	n = snprintf(line, sizeof line, "%s aarch64\n", kind);
#else
	n = snprintf(line, sizeof line, "%s unknown\n", kind);
#endif
	if (write(file, line, (size_t)n) != n)
		abort();
	close(file);
}
