/* spark.h: bars of characters, one column a value. */
#ifndef SPARK_H
#define SPARK_H

#include <stdbool.h>
#include <stdint.h>
#include <uchar.h>

/* The part of a bar of value, where most fills rows rows, that stands in row, from 0 at the bottom;
 * ' ' above it. A value of 0 is a line at the bottom. */
char32_t spark(uint64_t value, uint64_t most, int rows, int row, bool ascii);

#endif
