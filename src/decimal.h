/* SPDX-License-Identifier: BSD-3-Clause */
/* decimal.h - numbers as text with a point before their decimals, in any locale. */
#ifndef BELL_DECIMAL_H
#define BELL_DECIMAL_H

/*
 * bell_set_point() puts a point in the place of what the locale has before decimals.  The text is
 * that of one number, by printf().
 */
void bell_set_point(char *text);

#endif
