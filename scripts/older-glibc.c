/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * older-glibc.c - what the archives of GCC want of the C library of the system that they are from,
 * and that an older one lacks.  scripts/wheel links it into the program, with these archives.
 */
#include <stdint.h>
#include <stdlib.h>

#define HIDDEN __attribute__((visibility("hidden")))

/* 2.32: whether no second thread was started: counting needs no atomics then.  0 is safe. */
HIDDEN char __libc_single_threaded = 0;

/* 2.35: where the tables of an address are, for exceptions.  After -1 they are searched for. */
HIDDEN int _dl_find_object(void *address, void *found)
{
	(void)address;
	(void)found;
	return -1;
}

/* 2.36: for std::random_device, which the program does not have. */
HIDDEN uint32_t arc4random(void) { abort(); }
