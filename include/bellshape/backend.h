/* SPDX-License-Identifier: BSD-3-Clause */
/* backend.h - which instruction set does the work. */
#ifndef BELLSHAPE_BACKEND_H
#define BELLSHAPE_BACKEND_H

#include <stddef.h>
#include <bellshape/status.h>

#ifdef __cplusplus
extern "C" {
#endif

#define BELL_VERSION "0.1.0"

/* The largest number of threads that a function takes; 0 asks for one for each CPU. */
#define BELL_MAX_THREADS 1024

/*
 * A backend is the same set of kernels compiled for one instruction set.  The best one that the CPU
 * and the operating system support is chosen when the first kernel is needed; the environment
 * variable BELLSHAPE_BACKEND or bell_backend_use() chooses by name instead.  A name that cannot be
 * honored is an error, never a silent fallback: with such a BELLSHAPE_BACKEND every function that
 * computes returns BELL_EBACKEND.
 *
 * All backends return the same bits, except "plain", which serves x86 CPUs without fused
 * multiply-add: there alone last bits may differ.
 */

/* The name of the backend in use, choosing it if need be; NULL if BELLSHAPE_BACKEND cannot be
 * honored. */
BELL_API const char *bell_backend(void);

/* The name of the i-th backend that can run on this machine, best first; NULL after the last. */
BELL_API const char *bell_backend_name(size_t i);

/*
 * Use the backend `name` from now on, in every thread; NULL chooses as at the start.  Results of
 * calls that are under way in other threads stay right: backends agree in every bit.
 * BELL_EBACKEND: no such backend in this build, or this CPU cannot run it; nothing is changed.
 */
BELL_API enum bell_status bell_backend_use(const char *name);

/* The version of this library, BELL_VERSION of its build. */
BELL_API const char *bell_version(void);

/* The version of SLEEF, the vector mathematics library, that this library was built with. */
BELL_API const char *bell_sleef_version(void);

#ifdef __cplusplus
}
#endif
#endif
