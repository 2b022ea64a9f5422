#include "kernels.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

// Looks before a thread offers its processor to others: some microseconds.
enum { PATIENCE = 4000 };

struct team {
  void *context;
  void (*work)(void *, int, int, team *);
  // 0 until it is known how many there are.
  atomic_int count;
  _Alignas(128) atomic_int missing;
  // How often all have come: a line of its own, which the first to come look at.
  _Alignas(128) atomic_uint meetings;
};

typedef struct {
  team *others;
  int index;
  pthread_t thread;
} member;

static void *begin(void *argument) {
  const member *me = argument;
  team *others = me->others;
  int count, looks = 0;
  while (!(count = atomic_load_explicit(&others->count, memory_order_acquire)))
    if (++looks > PATIENCE) sched_yield();
  others->work(others->context, me->index, count, others);
  return NULL;
}

void team_run(int count, void *context, void (*work)(void *, int, int, team *)) {
  team others = {.context = context, .work = work};
  member *members = count > 1 ? calloc((size_t)count, sizeof(member)) : NULL;
  int found = 1;
  while (members && found < count) {
    members[found] = (member){.others = &others, .index = found};
    if (pthread_create(&members[found].thread, NULL, begin, &members[found])) break;
    found++;
  }
  atomic_store_explicit(&others.missing, found, memory_order_relaxed);
  atomic_store_explicit(&others.count, found, memory_order_release);
  work(context, 0, found, &others);
  for (int i = 1; i < found; i++) pthread_join(members[i].thread, NULL);
  free(members);
}

void team_wait(team *others) {
  unsigned meeting = atomic_load_explicit(&others->meetings, memory_order_relaxed);
  if (atomic_fetch_sub_explicit(&others->missing, 1, memory_order_acq_rel) == 1) {
    int count = atomic_load_explicit(&others->count, memory_order_relaxed);
    atomic_store_explicit(&others->missing, count, memory_order_relaxed);
    atomic_store_explicit(&others->meetings, meeting + 1, memory_order_release);
    return;
  }
  for (int looks = 0; atomic_load_explicit(&others->meetings, memory_order_acquire) == meeting;)
    if (++looks > PATIENCE) sched_yield();
}
