/* SPDX-License-Identifier: BSD-3-Clause */
/* sleef.h - the functions of SLEEF that bellshape calls, as SLEEF's own header declares them. */
#ifndef SLEEF_H
#define SLEEF_H

#define SLEEF_VERSION_MAJOR      3
#define SLEEF_VERSION_MINOR      5
#define SLEEF_VERSION_PATCHLEVEL 1

#ifdef __cplusplus
extern "C" {
#endif

double Sleef_expm1d1_u10purec(double x);
double Sleef_log1pd1_u10purec(double x);
double Sleef_cinz_expm1d1_u10purec(double x);
double Sleef_finz_expm1d1_u10purecfma(double x);

#ifdef __AVX__
#include <immintrin.h>
__m256d Sleef_finz_expm1d4_u10avx2(__m256d x);
#endif
#ifdef __AVX512F__
__m512d Sleef_finz_expm1d8_u10avx512f(__m512d x);
#endif
#ifdef __ARM_NEON
#include <arm_neon.h>
float64x2_t Sleef_finz_expm1d2_u10advsimd(float64x2_t x);
#endif

#ifdef __cplusplus
}
#endif

#endif
