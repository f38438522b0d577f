/* SPDX-License-Identifier: BSD-3-Clause */
/* dispatch.c - the backends of this build and the choice among them. */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sleef.h>
#include <bellshape/backend.h>
#include "dispatch.h"

#define BACKEND(name) extern const struct backend bell_backend_##name;
#include "backends.def"
#undef BACKEND

static const struct backend *const backends[] = {
#define BACKEND(name) &bell_backend_##name,
#include "backends.def"
#undef BACKEND
    NULL};

static _Atomic(const struct backend *) active;

/* Returns the i-th backend of those that this CPU can run, or NULL if there are fewer. */
static const struct backend *runnable(size_t i)
{
	unsigned cpu = bell_cpu();

	for (const struct backend *const *b = backends; *b; b++)
		if (((*b)->needs & ~cpu) == 0 && i-- == 0)
			return *b;
	return NULL;
}

/* Returns the runnable backend of that name, or the best if `name` is NULL, or NULL. */
static const struct backend *find(const char *name)
{
	const struct backend *b;

	for (size_t i = 0; (b = runnable(i)); i++)
		if (!name || !strcmp(name, b->name))
			return b;
	return NULL;
}

const struct backend *bell_kernels(void)
{
	const struct backend *b = atomic_load_explicit(&active, memory_order_acquire);

	if (!b) {
		const struct backend *chosen = find(getenv("BELLSHAPE_BACKEND"));

		/* a choice that another thread has made meanwhile stands */
		if (atomic_compare_exchange_strong(&active, &b, chosen))
			b = chosen;
	}
	return b;
}

enum bell_status bell_backend_use(const char *name)
{
	const struct backend *b = find(name ? name : getenv("BELLSHAPE_BACKEND"));

	if (!b)
		return BELL_EBACKEND;
	atomic_store_explicit(&active, b, memory_order_release);
	return BELL_OK;
}

const char *bell_backend(void)
{
	const struct backend *b = bell_kernels();

	return b ? b->name : NULL;
}

const char *bell_backend_name(size_t i)
{
	const struct backend *b = runnable(i);

	return b ? b->name : NULL;
}

const char *bell_version(void) { return BELL_VERSION; }

#define TEXT_(a) #a
#define TEXT(a)  TEXT_(a)

const char *bell_sleef_version(void)
{
	return TEXT(SLEEF_VERSION_MAJOR) "." TEXT(SLEEF_VERSION_MINOR) "." TEXT(
	    SLEEF_VERSION_PATCHLEVEL);
}
