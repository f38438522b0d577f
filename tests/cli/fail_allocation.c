/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * fail_allocation.c - for LD_PRELOAD: one allocation of the program fails.
 *
 * FAIL_AT is the number of the allocation, counted from 1; when it fails, the file FAIL_MARK is
 * made, so that a test knows whether there were as many.  Only a program of the name bellshape is
 * concerned: a shell or an emulator that runs it is not.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What the functions of the GNU C library are called besides. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

#define EXPORT __attribute__((visibility("default")))

static atomic_long left; /* allocations up to the one that fails; 0 or less: none does */

__attribute__((constructor)) static void start(void)
{
	const char *at = getenv("FAIL_AT");

	if (at && !strcmp(program_invocation_short_name, "bellshape"))
		left = atol(at);
}

static bool fails(void)
{
	const char *mark = getenv("FAIL_MARK");

	if (atomic_load(&left) <= 0 || atomic_fetch_sub(&left, 1) != 1)
		return false;
	if (mark)
		close(open(mark, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	errno = ENOMEM;
	return true;
}

EXPORT void *malloc(size_t size) { return fails() ? NULL : __libc_malloc(size); }

EXPORT void *calloc(size_t count, size_t size)
{
	return fails() ? NULL : __libc_calloc(count, size);
}

EXPORT void *realloc(void *memory, size_t size)
{
	return fails() ? NULL : __libc_realloc(memory, size);
}

EXPORT void *aligned_alloc(size_t alignment, size_t size)
{
	return fails() ? NULL : __libc_memalign(alignment, size);
}

EXPORT int posix_memalign(void **memory, size_t alignment, size_t size)
{
	*memory = fails() ? NULL : __libc_memalign(alignment, size);
	return *memory ? 0 : ENOMEM;
}
