/* SPDX-License-Identifier: BSD-3-Clause */
/* cpus.h - how many CPUs this process may use. */
#ifndef BELL_CPUS_H
#define BELL_CPUS_H

/*
 * bell_cpus() returns how many CPUs the calling thread may use, at least 1: those in its affinity
 * mask, or fewer if the quota of a control group of the process, or of one that this lies in,
 * grants less time than these CPUs have.  A quota of one and a half CPUs counts as two, because one
 * thread could not use it up.  Files are read below the folder `root`, which is "" but in tests.
 */
unsigned bell_cpus(const char *root);

#endif
