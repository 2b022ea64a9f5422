#pragma once
#include <stdbool.h>
#include <stdint.h>

/// Whether allocations can be counted here: with glibc, and without a sanitizer that has a malloc of its own.
bool allocations_are_counted(void);

/// Starts to count the allocations of all threads.
void allocations_begin(void);

/// What was allocated since: how often, and the most bytes that were held at a time beyond those of the beginning.
typedef struct {
  int64_t count;
  int64_t peak;
} allocations;

/// Stops counting.
allocations allocations_end(void);
