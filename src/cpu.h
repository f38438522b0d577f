/* SPDX-License-Identifier: BSD-3-Clause */
/* cpu.h - what this CPU and its operating system offer. */
#ifndef BELL_CPU_H
#define BELL_CPU_H

/* The features that a backend may need.  CPU_AVX512 stands for AVX-512 F, DQ and VL together. */
enum cpu_bits { CPU_FMA = 1 << 0, CPU_AVX2 = 1 << 1, CPU_AVX512 = 1 << 2, CPU_F16C = 1 << 3 };

/*
 * bell_cpu returns the CPU_* bits of the features that this CPU has.  A feature whose registers the
 * operating system does not save counts as absent.
 */
unsigned bell_cpu(void);

#endif
