#pragma once
// Threads that do a piece of work together and wait for each other in much less time than the system needs to wake one.

typedef struct team team;

/// Runs a function on so many threads at the same time, or as many of them as the system gives, the caller's among them.
///
/// It receives the context, its place from 0 on, how many there are, and what team_wait takes. Returns when all have.
void team_run(int count, void *_Nonnull context,
              void (*_Nonnull work)(void *_Nonnull context, int index, int count, team *_Nonnull others));

/// Returns when all have come. Whoever waits for long gives others its processor meanwhile.
void team_wait(team *_Nonnull others);
