/* SPDX-License-Identifier: BSD-3-Clause */
/* join.h - names made of macros. */
#ifndef TESTS_JOIN_H
#define TESTS_JOIN_H

#define JOIN_(a, b) a##_##b
#define JOIN(a, b)  JOIN_(a, b)
#define TEXT_(a)    #a
#define TEXT(a)     TEXT_(a)

#endif
