/* SPDX-License-Identifier: BSD-3-Clause */
/* backend.h - which instruction set does the work. */
#ifndef BELLSHAPE_BACKEND_H
#define BELLSHAPE_BACKEND_H

#include <stddef.h>
#include <bellshape/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version of these headers; bell_version() returns that of the library. */
#define BELL_VERSION "0.1.0"

/*
 * The largest number of threads that a function takes.  0 asks for one for each CPU that the
 * process may use, or for another number that the environment gives: see threads.h.
 */
#define BELL_MAX_THREADS 1024

/*
 * The bytes of stack that are enough for a thread which calls the library, what the C library keeps
 * on the stack of a thread included: a size for pthread_attr_setstacksize() where the caller's own
 * needs are added.  The threads that the library starts have eight times as much.
 */
#define BELL_STACK_SIZE 65536

/*
 * A backend is the set of all kernels (the inner loops of the library) compiled for one instruction
 * set, such as "avx2".  The library chooses the best one that the CPU and the operating system
 * support when it first needs one.  The environment variable BELLSHAPE_BACKEND or
 * bell_backend_use() chooses one by name instead.  If BELLSHAPE_BACKEND names a backend that is
 * unknown or cannot run here, every function whose comment names BELL_EBACKEND returns it, until
 * bell_backend_use() has chosen one by name or the variable is changed: it is read again at each
 * call until a backend has been chosen.  The library never picks another one in its place.
 *
 * All backends return the same bits, with one exception: "plain", which serves x86 CPUs without
 * fused multiply-add, may differ in the last bits of fits, and so of transforms that come from
 * fits, and of layers.
 *
 * The library computes with rounding to nearest, as C starts, and neither sets nor restores the
 * mode: call it in no other.  In other modes nothing crashes, but results differ by more than
 * their last bits.  Flushing subnormal numbers to zero, as programs do that are built with
 * -ffast-math, is allowed: results keep their bits, but for columns of subnormal numbers, and for
 * values of 0 in float32 transforms and inverses, which may be off by a rounding.
 */

/*
 * bell_backend() returns the name of the backend in use, and chooses one first if none has been
 * chosen.  It returns NULL only if none has been chosen yet and BELLSHAPE_BACKEND names one that is
 * unknown or cannot run here.  An empty BELLSHAPE_BACKEND is an unknown name; unset it instead.
 */
BELL_API const char *bell_backend(void);

/*
 * bell_backend_name() returns the name of the i-th backend that can run on this machine, the best
 * first, and NULL if there are no more than i.
 */
BELL_API const char *bell_backend_name(size_t i);

/*
 * bell_backend_use() makes all threads use the backend `name` from now on.  With NULL the choice is
 * made again as at the start, BELLSHAPE_BACKEND included.  Calls under way in other threads go on
 * with the backend that they began with.
 *
 * It returns BELL_OK, or BELL_EBACKEND if the backend that `name` names, or for NULL the one that
 * BELLSHAPE_BACKEND names, is not in this build or cannot run on this CPU; then nothing changes.
 */
BELL_API enum bell_status bell_backend_use(const char *name);

/*
 * bell_version() returns the version of the library in use, which is BELL_VERSION of its headers.
 */
BELL_API const char *bell_version(void);

/*
 * bell_sleef_version() returns the version of SLEEF, the vector mathematics library, that this
 * library was built with.
 */
BELL_API const char *bell_sleef_version(void);

#ifdef __cplusplus
}
#endif
#endif
