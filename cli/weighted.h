/* SPDX-License-Identifier: BSD-3-Clause */
/* weighted.h - the moments of values with weights. */
#ifndef CLI_WEIGHTED_H
#define CLI_WEIGHTED_H

struct bell_sketch;
struct column_stats;

/*
 * weighted_moments() sets n to max of *out from what a sketch has seen: the mean and what follows
 * it from its nodes, each with its weight.  They are exact to rounding while the sketch keeps
 * distinct values, and after that to the seven moments that each of its bins has.  The name is set
 * already.  Weights that add up to more than a double holds end the program.
 */
void weighted_moments(const struct bell_sketch *sketch, struct column_stats *out);

#endif
