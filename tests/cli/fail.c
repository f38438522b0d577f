/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * fail.c - for LD_PRELOAD: one call of the program fails.
 *
 * FAIL_AT is the number of the call, counted from 1; when it fails, the file FAIL_MARK is made, so
 * that a test knows whether there were as many.  What is counted are allocations or, if FAIL_ERRNO
 * is set, calls that belong to the writing of files, and that number is what they fail with.  If
 * FAIL_THREADS is set, all allocations fail but those of the first thread, and at one time.  Only a
 * program of the name bellshape is concerned: a shell or an emulator that runs it is not.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

/* What the functions of the GNU C library are called besides. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

#define EXPORT __attribute__((visibility("default")))

static atomic_long left; /* calls up to the one that fails; 0 or less: none does */
static int with;         /* the error of a call of writing; 0: an allocation fails */
static bool threads;     /* it is those of all threads but the first */

__attribute__((constructor)) static void start(void)
{
	const char *at = getenv("FAIL_AT"), *error = getenv("FAIL_ERRNO");

	if (strcmp(program_invocation_short_name, "bellshape") != 0)
		return;
	threads = getenv("FAIL_THREADS");
	if (!at)
		return;
	with = error ? atoi(error) : 0;
	left = atol(at);
}

/* Counts a call of one kind; tells whether it is the one that fails. */
static bool fails(bool writing)
{
	const char *mark = getenv("FAIL_MARK");
	int error = with ? with : ENOMEM;

	if (threads && !writing && gettid() != getpid()) {
		usleep(20000); /* the others come so far, too */
		return true;
	}
	if (writing != (with != 0) || atomic_load(&left) <= 0 || atomic_fetch_sub(&left, 1) != 1)
		return false;
	if (mark)
		close(open(mark, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	errno = error;
	return true;
}

/* ---- memory ---- */

EXPORT void *malloc(size_t size) { return fails(false) ? NULL : __libc_malloc(size); }

EXPORT void *calloc(size_t count, size_t size)
{
	return fails(false) ? NULL : __libc_calloc(count, size);
}

EXPORT void *realloc(void *memory, size_t size)
{
	return fails(false) ? NULL : __libc_realloc(memory, size);
}

EXPORT void *aligned_alloc(size_t alignment, size_t size)
{
	return fails(false) ? NULL : __libc_memalign(alignment, size);
}

EXPORT int posix_memalign(void **memory, size_t alignment, size_t size)
{
	*memory = fails(false) ? NULL : __libc_memalign(alignment, size);
	return *memory ? 0 : ENOMEM;
}

/* Calls the function that this one stands in front of. */
#define NEXT(name, ...) ((__typeof__(name) *)dlsym(RTLD_NEXT, #name))(__VA_ARGS__)

/* Other threads have the time to say that they failed, too. */
EXPORT void exit(int status)
{
	if (threads)
		usleep(20000);
	NEXT(exit, status);
	__builtin_unreachable();
}

/* ---- writing ---- */

EXPORT ssize_t write(int descriptor, const void *bytes, size_t n)
{
	return fails(true) ? -1 : NEXT(write, descriptor, bytes, n);
}

EXPORT ssize_t pwrite(int descriptor, const void *bytes, size_t n, off_t at)
{
	return fails(true) ? -1 : NEXT(pwrite, descriptor, bytes, n, at);
}

EXPORT int fsync(int descriptor) { return fails(true) ? -1 : NEXT(fsync, descriptor); }

/* The descriptor is closed even so, as Linux has it. */
EXPORT int close(int descriptor)
{
	int status = NEXT(close, descriptor);

	return fails(true) ? -1 : status;
}

EXPORT int rename(const char *from, const char *to)
{
	return fails(true) ? -1 : NEXT(rename, from, to);
}

/* A stream without a descriptor is in memory, which is another kind of failure. */
EXPORT int fflush(FILE *file)
{
	return file && fileno(file) >= 0 && fails(true) ? EOF : NEXT(fflush, file);
}

EXPORT int fchmod(int descriptor, mode_t mode)
{
	return fails(true) ? -1 : NEXT(fchmod, descriptor, mode);
}

EXPORT int fchown(int descriptor, uid_t user, gid_t group)
{
	return fails(true) ? -1 : NEXT(fchown, descriptor, user, group);
}

EXPORT int mkostemp(char *path, int flags)
{
	return fails(true) ? -1 : NEXT(mkostemp, path, flags);
}

EXPORT off_t lseek(int descriptor, off_t offset, int from)
{
	return fails(true) ? -1 : NEXT(lseek, descriptor, offset, from);
}
