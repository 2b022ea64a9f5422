#define _GNU_SOURCE
#include "kernels.h"

#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdatomic.h>

enum {
  // Looks at a semaphore before a thread sleeps: some microseconds.
  PATIENCE = 4000,
  // Looks before a thread takes it that the one it waits for has lost its processor: a tenth of a millisecond.
  LONG_PATIENCE = 100000,
  MOST_HELPERS = 255
};

struct team {
  void *context;
  void (*work)(void *, int, int, team *);
  int count;
  _Alignas(128) atomic_int missing;
  atomic_long next;
  // How often all have come: a line of its own, which the first to come look at.
  _Alignas(128) atomic_uint meetings;
  // Whose turn it is.
  _Alignas(128) atomic_long turn;
};

// Threads that wait for work, for one team at a time.
typedef struct {
  pthread_t thread;
  sem_t start, end;
  int index;
  team *others;
} helper;

static helper helpers[MOST_HELPERS];
static int hired;
static pthread_mutex_t office = PTHREAD_MUTEX_INITIALIZER;
// Where members sleep until all have come.
static pthread_mutex_t door = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t all_came = PTHREAD_COND_INITIALIZER;

#ifdef __linux__
static cpu_set_t allowed;

// Where a helper begins: not where the caller runs. Some kernels wake threads on the processor of who wakes them though others
// are idle, and take milliseconds to see it.
static void send_elsewhere(helper *one) {
  int own = sched_getcpu();
  cpu_set_t others = allowed;
  if (own < 0 || !CPU_ISSET(own, &allowed) || CPU_COUNT(&allowed) < 2) return;
  CPU_CLR(own, &others);
  pthread_setaffinity_np(one->thread, sizeof(others), &others);
}

static void go_anywhere(void) { pthread_setaffinity_np(pthread_self(), sizeof(allowed), &allowed); }
static void note_allowed(void) { pthread_getaffinity_np(pthread_self(), sizeof(allowed), &allowed); }
#else
static void send_elsewhere(helper *one) { (void)one; }
static void go_anywhere(void) {}
static void note_allowed(void) {}
#endif

static void wait_for(sem_t *signal) {
  for (int looks = 0; looks < PATIENCE; looks++)
    if (!sem_trywait(signal)) return;
  while (sem_wait(signal)) {
  }
}

static void *help(void *argument) {
  helper *me = argument;
  for (;;) {
    while (sem_wait(&me->start)) {
    }
    go_anywhere();
    team *others = me->others;
    others->work(others->context, me->index, others->count, others);
    sem_post(&me->end);
  }
  return NULL;
}

static void hire(int wanted) {
  for (; hired < wanted && hired < MOST_HELPERS; hired++) {
    helper *one = &helpers[hired];
    if (sem_init(&one->start, 0, 0) || sem_init(&one->end, 0, 0)) return;
    if (pthread_create(&one->thread, NULL, help, one)) return;
    pthread_detach(one->thread);
  }
}

void team_run(int count, void *context, void (*work)(void *, int, int, team *)) {
  team others = {.context = context, .work = work, .count = 1};
  if (count < 2 || pthread_mutex_trylock(&office)) return work(context, 0, 1, &others);
  hire(count - 1);
  others.count = hired < count - 1 ? hired + 1 : count;
  atomic_init(&others.missing, others.count);
  note_allowed();
  for (int i = 1; i < others.count; i++) {
    helper *one = &helpers[i - 1];
    (one->index = i, one->others = &others);
    send_elsewhere(one);
    sem_post(&one->start);
  }
  work(context, 0, others.count, &others);
  for (int i = 1; i < others.count; i++) wait_for(&helpers[i - 1].end);
  pthread_mutex_unlock(&office);
}

void team_wait(team *others) {
  if (others->count == 1) return;
  unsigned meeting = atomic_load_explicit(&others->meetings, memory_order_relaxed);
  if (atomic_fetch_sub_explicit(&others->missing, 1, memory_order_acq_rel) == 1) {
    atomic_store_explicit(&others->missing, others->count, memory_order_relaxed);
    atomic_store_explicit(&others->next, 0, memory_order_relaxed);
    atomic_store_explicit(&others->turn, 0, memory_order_relaxed);
    // First those that look, then those that sleep.
    atomic_store_explicit(&others->meetings, meeting + 1, memory_order_release);
    pthread_mutex_lock(&door);
    pthread_cond_broadcast(&all_came);
    pthread_mutex_unlock(&door);
    return;
  }
  for (int looks = 0; looks < LONG_PATIENCE; looks++)
    if (atomic_load_explicit(&others->meetings, memory_order_acquire) != meeting) return;
  // Asleep, not yielding: who yields a processor to a busy stranger waits for it for a whole time slice.
  pthread_mutex_lock(&door);
  while (atomic_load_explicit(&others->meetings, memory_order_acquire) == meeting) pthread_cond_wait(&all_came, &door);
  pthread_mutex_unlock(&door);
}

ptrdiff_t team_next(team *others) {
  return atomic_fetch_add_explicit(&others->next, 1, memory_order_relaxed);
}

bool team_begin_turn(team *others, ptrdiff_t number) {
  ptrdiff_t seen = number;
  for (int looks = 0; looks < LONG_PATIENCE; looks++) {
    const ptrdiff_t turn = atomic_load_explicit(&others->turn, memory_order_acquire);
    if (turn == number) return true;
    if (turn != seen) seen = turn, looks = 0;
  }
  return false;
}

void team_end_turn(team *others, ptrdiff_t number) {
  atomic_store_explicit(&others->turn, number + 1, memory_order_release);
}
