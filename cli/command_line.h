/* SPDX-License-Identifier: BSD-3-Clause */
/* command_line.h - from the words of the command line to struct options. */
#ifndef CLI_COMMAND_LINE_H
#define CLI_COMMAND_LINE_H

#include "option.h"

/* A command of the program; main.c has a table of them. */
struct command {
	const char *name, *summary;
	enum option_id accepts[OPTIONS]; /* its options; OPTION_NONE ends the list */
	const char *usage;               /* what follows the name */
	const char *help;                /* what -h prints, from the example on */
	void (*run)(const struct options *options);
};

/*
 * command_line_parse() reads argv[1] .. argv[argc - 1], where argv[0] is the command.  -h and
 * errors end the program.
 */
void command_line_parse(const struct command *command, int argc, char **argv,
			struct options *options);

#endif
