/* SPDX-License-Identifier: BSD-3-Clause */
/* number.cc - numbers to text and back: <charconv> for C. */
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <system_error>

#include "number.h"

/* As error.h has it, which is C alone: it ends the program rather than return NULL. */
extern "C" void *allocate(size_t count, size_t size);

static bool blank(char c) { return c == ' ' || c == '\t'; }
static bool digit(char c) { return c >= '0' && c <= '9'; }

static void trim(const char *&first, const char *&last)
{
	while (first < last && blank(*first))
		first++;
	while (first < last && blank(last[-1]))
		last--;
}

/*
 * Is a number that no double can hold a large one, not a small one?  Its first digit that is not 0
 * tells, by its place and the exponent; from_chars() does not say it.
 */
static bool is_large(const char *first, const char *last)
{
	/* An exponent below this can grow by a digit; no text is so long that one above matters. */
	const std::ptrdiff_t limit = PTRDIFF_MAX / 16;
	std::ptrdiff_t place = 0, exponent = 0;
	bool fraction = false, found = false;

	for (; first < last && *first != 'e' && *first != 'E'; first++) {
		fraction |= *first == '.';
		if (!digit(*first))
			continue;
		found |= *first != '0';
		place += found && !fraction ? 1 : !found && fraction ? -1 : 0;
	}
	const bool negative = last - first > 1 && first[1] == '-';
	for (; first < last; first++)
		if (digit(*first) && exponent < limit)
			exponent = 10 * exponent + (*first - '0');
	return (negative ? -exponent : exponent) + place > 0;
}

/* Reads a number without blanks around it, whose decimals follow a point. */
static bool parse(const char *first, const char *last, double *value)
{
	if (last - first > 1 && *first == '+' && first[1] != '-')
		first++;
	/* from_chars() leaves it alone where no double can hold the number */
	*value = 0;
	const auto [end, error] = std::from_chars(first, last, *value);
	if (end != last || error == std::errc::invalid_argument || std::isnan(*value))
		return false;
	if (error == std::errc::result_out_of_range)
		*value =
		    std::copysign(is_large(first, last) ? HUGE_VAL : 0.0, *first == '-' ? -1 : 1);
	return true;
}

/* The same for decimals behind a comma: from_chars() wants a point there. */
static bool parse_comma(const char *first, const char *last, double *value)
{
	const std::size_t length = static_cast<std::size_t>(last - first);
	char usual[64];

	if (std::memchr(first, '.', length))
		return false;
	const void *comma = std::memchr(first, ',', length);
	if (!comma)
		return parse(first, last, value);
	char *copy = length <= sizeof usual ? usual : static_cast<char *>(allocate(length, 1));
	std::memcpy(copy, first, length);
	copy[static_cast<const char *>(comma) - first] = '.';
	const bool number = parse(copy, copy + length, value);
	if (copy != usual)
		std::free(copy);
	return number;
}

bool number_parse(const char *text, size_t length, char decimal, double *value)
{
	const char *first = text, *last = text + length;

	trim(first, last);
	return decimal == ',' ? parse_comma(first, last, value) : parse(first, last, value);
}

const char *number_prefix(const char *text, const char *end, double *value)
{
	const char *first = text < end && *text == '-' ? text + 1 : text;

	if (first >= end || !digit(*first))
		return nullptr;
	if (*first == '0' && first + 1 < end && digit(first[1]))
		return nullptr;
	const auto [stop, error] = std::from_chars(text, end, *value);
	return error == std::errc() ? stop : nullptr;
}

bool number_is_code(const char *text, size_t length)
{
	const char *first = text, *last = text + length;

	trim(first, last);
	if (first < last && (*first == '+' || *first == '-'))
		first++;
	return last - first > 1 && *first == '0' && digit(first[1]);
}

size_t number_format(double value, char text[NUMBER_LENGTH])
{
	return static_cast<size_t>(std::to_chars(text, text + NUMBER_LENGTH, value).ptr - text);
}

size_t number_format_f32(float value, char text[NUMBER_LENGTH])
{
	return static_cast<size_t>(std::to_chars(text, text + NUMBER_LENGTH, value).ptr - text);
}

size_t number_format_digits(double value, int digits, char text[NUMBER_LENGTH])
{
	if (!digits)
		return number_format(value, text);
	const auto [end, error] =
	    std::to_chars(text, text + NUMBER_LENGTH, value, std::chars_format::general, digits);
	return static_cast<size_t>(end - text);
}
