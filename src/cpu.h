/* SPDX-License-Identifier: BSD-3-Clause */
/* cpu.h - what this CPU and its operating system offer. */
#ifndef BELL_CPU_H
#define BELL_CPU_H

/* What a backend may need; CPU_AVX512 stands for its parts F, DQ and VL. */
enum cpu_bits { CPU_FMA = 1 << 0, CPU_AVX2 = 1 << 1, CPU_AVX512 = 1 << 2 };

/* CPU_* bits of this machine, those whose registers the operating system saves. */
unsigned bell_cpu(void);

#endif
