/* SPDX-License-Identifier: BSD-3-Clause */
/* number.cc - numbers to text and back: <charconv> for C. */
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <string>
#include <system_error>

#include "number.h"

static bool blank(char c) { return c == ' ' || c == '\t'; }
static bool digit(char c) { return c >= '0' && c <= '9'; }

static void trim(const char *&first, const char *&last)
{
	while (first < last && blank(*first))
		first++;
	while (first < last && blank(last[-1]))
		last--;
}

/* Reads a number without blanks around it, whose decimals follow a point. */
static bool parse(const char *first, const char *last, double *value)
{
	if (last - first > 1 && *first == '+' && first[1] != '-')
		first++;
	const auto [end, error] = std::from_chars(first, last, *value);
	if (end != last || error == std::errc::invalid_argument || std::isnan(*value))
		return false;
	if (error == std::errc::result_out_of_range) /* from_chars does not say which way */
		*value = std::strtod(std::string(first, last).c_str(), nullptr);
	return true;
}

bool number_parse(const char *text, size_t length, char decimal, double *value)
{
	const char *first = text, *last = text + length;

	trim(first, last);
	if (decimal != ',')
		return parse(first, last, value);
	std::string copy(first, last);
	if (copy.find('.') != std::string::npos)
		return false;
	const size_t comma = copy.find(',');
	if (comma != std::string::npos)
		copy[comma] = '.';
	return parse(copy.data(), copy.data() + copy.size(), value);
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
