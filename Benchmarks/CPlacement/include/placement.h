#pragma once
#include <stdbool.h>

/// Where the processors are that threads run on, told by what they do to each other.
typedef struct {
  /// Nanoseconds until the farthest of the others sees what the caller's processor writes: about 30 where both share a cache, and
  /// several times as many where they do not.
  double distance;
  /// The part of its speed that the caller's processor keeps while another computes too, in the worst case: about 1, or 1/2
  /// where both are threads of one core.
  double share;
} placement;

/// The placement of so many threads, in about half a millisecond for each; false where nothing is known: for one thread or
/// processor, and elsewhere than on Linux.
bool placement_measure(int threads, placement *found);

/// Whether so many threads have a core each, as near to each other as this program has seen them, or nothing is known.
bool placement_is_good(int threads);

/// Waits until they have, for up to half a second; false if they still have not.
bool placement_await(int threads);
