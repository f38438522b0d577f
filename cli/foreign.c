/* SPDX-License-Identifier: BSD-3-Clause */
/* foreign.c - files of formats that are not read. */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "error.h"
#include "foreign.h"
#include "format.h"
#include "input.h"
#include "options.h"

/* What a format is called, and what its user can do. */
struct known {
	const char *what, *remedy;
};

#define PIPE(program)  program " it into bellshape, with - as the table"
#define AS_CSV         "save it as CSV or .npy"
#define PANDAS(read)   AS_CSV ", for example with pandas." read "(...).to_csv(...)"
#define ARROW(read)    "python -m bellshape fit reads it; or " PANDAS(read)
#define ENCODING(name) "--encoding " name " reads it"

static bool has(const struct input *in, size_t at, const void *bytes, size_t length)
{
	return in->end - in->begin >= at + length &&
	       !memcmp(in->data + in->begin + at, bytes, length);
}

/* Finds a format by the bytes that its files have at one place.  A longer mark comes first. */
static const struct known *marked(const struct input *in)
{
	static const struct mark {
		size_t length;
		const char *bytes;
		struct known known;
		size_t at;
	} marks[] = {
	    {2, "\x1f\x8b", {"compressed by gzip", PIPE("zcat")}, 0},
	    {2, "\x1f\x9d", {"compressed by compress", PIPE("zcat")}, 0},
	    {4, "\x28\xb5\x2f\xfd", {"compressed by Zstandard", PIPE("zstdcat")}, 0},
	    {6, "\3757zXZ", {"compressed by xz", PIPE("xzcat")}, 0},
	    {5, "\x5d\0\0\x80", {"compressed by LZMA", PIPE("xzcat")}, 0},
	    {4, "\x04\x22\x4d\x18", {"compressed by LZ4", PIPE("lz4cat")}, 0},
	    {5, "LZIP\1", {"compressed by lzip", PIPE("lzip -dc")}, 0},
	    /* What follows the letters and a digit: pi, or its root in an empty file. */
	    {6, "1AY&SY", {"compressed by bzip2", PIPE("bzcat")}, 4},
	    {6, "\x17\x72\x45\x38\x50\x90", {"compressed by bzip2", PIPE("bzcat")}, 4},
	    {4,
	     "PK\3\4",
	     {"a zip file, such as .xlsx or .ods", "take the table out as CSV or .npy"},
	     0},
	    {4, "PK\5\6", {"a zip file, and empty", "take the table out as CSV or .npy"}, 0},
	    {6, "7z\xbc\xaf\x27\x1c", {"a 7z file", "take the table out of it"}, 0},
	    {5, "ustar", {"a tar file", "take the table out of it"}, 257},
	    {8,
	     "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
	     {"an old file of Excel or the like", PANDAS("read_excel")},
	     0},
	    {5, "PAR1\x15", {"a Parquet file", ARROW("read_parquet")}, 0},
	    {5, "FEA1\0", {"a Feather file", PANDAS("read_feather")}, 0},
	    {4, "Obj\1", {"an Avro file", AS_CSV}, 0},
	    {8, "\x89HDF\r\n\x1a\n", {"an HDF5 file", PANDAS("read_hdf")}, 0},
	    {4, "CDF\1", {"a netCDF file", AS_CSV}, 0},
	    {4, "CDF\2", {"a netCDF file", AS_CSV}, 0},
	    {19, "MATLAB 5.0 MAT-file", {"a MATLAB file", "save it with writematrix()"}, 0},
	    {16,
	     "SQLite format 3",
	     {"an SQLite database", "take the table out, for example with sqlite3 -csv -header"},
	     0},
	    {11, "<stata_dta>", {"a Stata file", PANDAS("read_stata")}, 0},
	    {8, "$FL2@(#)", {"an SPSS file", PANDAS("read_spss")}, 0},
	    {20, "HEADER RECORD*******", {"a SAS transport file", PANDAS("read_sas")}, 0},
	    {16, "\0\0\0\0\0\0\0\0\0\0\0\0\xc2\xea\x81\x60", {"a SAS file", PANDAS("read_sas")}, 0},
	    {5, "RDX3\n", {"a file of R", "save it with write.csv()"}, 0},
	    {3, "X\n\0", {"a file of R", "save it with write.csv()"}, 0},
	    {2, "\x80\4", {"a pickle of Python", PANDAS("read_pickle")}, 0},
	    {2, "\x80\5", {"a pickle of Python", PANDAS("read_pickle")}, 0},
	    {5, "%PDF-", {"a PDF file", "take the table out as CSV"}, 0},
	    {5, "<?xml", {"XML", PANDAS("read_xml")}, 0},
	    {9, "<!DOCTYPE", {"a page of the web", "download the table itself"}, 0},
	    {5, "<html", {"a page of the web", "download the table itself"}, 0},
	};

	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (has(in, marks[i].at, marks[i].bytes, marks[i].length))
			return &marks[i].known;
	return NULL;
}

/*
 * Finds text of two or four bytes a character that has no mark: in each character the same bytes
 * are 0.  A quarter may be others, such as a Greek letter, if their place is never 0 elsewhere.
 */
static const struct known *wide_text(const char *bytes, size_t length)
{
	static const struct {
		unsigned width;
		bool zero[4]; /* where a byte is 0 in a letter of English */
		struct known known;
	} forms[] = {
	    {4, {0, 1, 1, 1}, {"UTF-32 text without a mark", ENCODING("UTF-32LE")}},
	    {4, {1, 1, 1, 0}, {"UTF-32 text without a mark", ENCODING("UTF-32BE")}},
	    {2, {0, 1}, {"UTF-16 text without a mark", ENCODING("UTF-16LE")}},
	    {2, {1, 0}, {"UTF-16 text without a mark", ENCODING("UTF-16BE")}},
	};

	for (size_t f = 0; f < sizeof forms / sizeof *forms; f++) {
		size_t width = forms[f].width, zeros[2] = {0}, places[2] = {0};

		for (size_t i = 0; i < length - length % width; i++) {
			bool expected = forms[f].zero[i % width];

			places[expected]++;
			zeros[expected] += !bytes[i];
		}
		if (places[1] && !zeros[0] && 4 * zeros[1] >= 3 * places[1])
			return &forms[f].known;
	}
	return NULL;
}

static bool blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

static const char *skip_blanks(const char *p, const char *end)
{
	while (p < end && blank(*p))
		p++;
	return p;
}

/* Returns what follows the array or object of JSON at p, or `end` if it goes on beyond. */
static const char *json_end(const char *p, const char *end)
{
	bool quoted = false;
	int depth = 0;

	for (; p < end; p++) {
		if (quoted && *p == '\\')
			p++;
		else if (*p == '"')
			quoted = !quoted;
		else if (!quoted && (*p == '{' || *p == '['))
			depth++;
		else if (!quoted && (*p == '}' || *p == ']') && !--depth)
			return p + 1;
	}
	return end;
}

/*
 * Is it an array or an object of JSON, or one on each line?  A line of CSV may begin with a
 * bracket, too; but hardly with one that JSON can follow, and that ends where the line does.
 */
static bool is_json(const char *p, const char *end)
{
	static const char *const words[] = {"true", "false", "null"};

	p = skip_blanks(p, end);
	if (p == end || (*p != '{' && *p != '['))
		return false;
	const char *inner = skip_blanks(p + 1, end), *after = json_end(p, end);
	bool json = inner < end && *inner && strchr(*p == '{' ? "\"}" : "\"]{[-0123456789", *inner);
	for (size_t i = 0; *p == '[' && i < sizeof words / sizeof *words; i++) {
		size_t n = strlen(words[i]);

		json |= (size_t)(end - inner) > n && !memcmp(inner, words[i], n) &&
			(blank(inner[n]) || inner[n] == ',' || inner[n] == ']');
	}
	while (after < end && (*after == ' ' || *after == '\t' || *after == '\r'))
		after++;
	return json && (after == end || *after == '\n');
}

void foreign_refuse(const struct input *in, const struct options *options)
{
	static const struct known json = {"JSON", PANDAS("read_json")};
	const char *bytes = in->data + in->begin;
	size_t length = in->end - in->begin, mark = 3 * has(in, 0, "\xef\xbb\xbf", 3);

	if (length > PROBE_SIZE)
		length = PROBE_SIZE;
	const struct known *known = marked(in);
	if (!known)
		known = wide_text(bytes, length);
	if (!known && options->delimiter < 0 && is_json(bytes + mark, bytes + length))
		known = &json;
	if (known)
		die(EXIT_DATA, "%s: is %s: %s", in->label, known->what, known->remedy);
}
