// A host may move the processors of a virtual machine at any time: to threads of one core, or to chips that share no cache.
#define _GNU_SOURCE
#include "placement.h"

#ifdef __linux__
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

enum { EXCHANGES = 200, SAMPLES = 9, OTHERS = 7 };

static double nanoseconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return 1e9 * (double)t.tv_sec + (double)t.tv_nsec;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double median(double values[SAMPLES]) {
  qsort(values, SAMPLES, sizeof(double), ascending);
  return values[SAMPLES / 2];
}

static cpu_set_t only(int processor) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(processor, &set);
  return set;
}

// The divider of a core is for one division at a time: independent ones show whether it has another user.
static double divisions(void) {
  double x[8] = {1, 2, 3, 4, 5, 6, 7, 8}, start = nanoseconds();
  for (int i = 0; i < 500; i++)
    for (int k = 0; k < 8; k++) {
      x[k] = 3.0 / x[k];
      __asm__ volatile("" : "+m"(x[k]));
    }
  return nanoseconds() - start;
}

typedef struct {
  _Alignas(128) atomic_int ball;
  _Alignas(128) atomic_bool is_over;
} partner;

static void *play(void *argument) {
  partner *me = argument;
  for (int k = 0; k <= SAMPLES * EXCHANGES; k++) {
    while (atomic_load_explicit(&me->ball, memory_order_acquire) != 2 * k + 1) {
    }
    atomic_store_explicit(&me->ball, 2 * k + 2, memory_order_release);
  }
  while (!me->is_over) divisions();
  return NULL;
}

static void exchange(partner *other, int k) {
  atomic_store_explicit(&other->ball, 2 * k + 1, memory_order_release);
  while (atomic_load_explicit(&other->ball, memory_order_acquire) != 2 * k + 2) {
  }
}

static bool measure_with(int processor, placement *found) {
  double alone[SAMPLES], both[SAMPLES], distances[SAMPLES];
  for (int i = 0; i < SAMPLES; i++) alone[i] = divisions();
  partner other = {0};
  pthread_t thread;
  pthread_attr_t attributes;
  cpu_set_t set = only(processor);
  pthread_attr_init(&attributes);
  pthread_attr_setaffinity_np(&attributes, sizeof(set), &set);
  int failure = pthread_create(&thread, &attributes, play, &other);
  pthread_attr_destroy(&attributes);
  if (failure) return false;
  exchange(&other, 0); /* Now it runs. */
  for (int i = 0; i < SAMPLES; i++) {
    double start = nanoseconds();
    for (int k = 1; k <= EXCHANGES; k++) exchange(&other, i * EXCHANGES + k);
    distances[i] = (nanoseconds() - start) / (2 * EXCHANGES);
  }
  for (int i = 0; i < SAMPLES; i++) both[i] = divisions();
  other.is_over = true;
  pthread_join(thread, NULL);
  double distance = median(distances), share = median(alone) / median(both);
  if (distance > found->distance) found->distance = distance;
  if (share < found->share) found->share = share;
  return true;
}

bool placement_measure(int threads, placement *found) {
  cpu_set_t allowed;
  int own = sched_getcpu(), others = 0;
  *found = (placement){0, 1};
  if (own < 0 || pthread_getaffinity_np(pthread_self(), sizeof(allowed), &allowed)) return false;
  // Else it might come to the other's processor, and each wait for the other's time to be over.
  cpu_set_t here = only(own);
  pthread_setaffinity_np(pthread_self(), sizeof(here), &here);
  for (int i = 0; i < CPU_SETSIZE && others < threads - 1 && others < OTHERS; i++)
    if (i != own && CPU_ISSET(i, &allowed)) others += measure_with(i, found);
  pthread_setaffinity_np(pthread_self(), sizeof(allowed), &allowed);
  return others > 0;
}

static double least_distance;

bool placement_is_good(int threads) {
  placement found;
  if (!placement_measure(threads, &found)) return true;
  if (found.distance < least_distance || least_distance == 0) least_distance = found.distance;
  return found.share > 0.75 && found.distance < 2.5 * least_distance;
}

// While a processor rests its host may give it another place; before the first try it must be seen where the best are.
bool placement_await(int threads) {
  const struct timespec rest = {0, 20 * 1000 * 1000};
  placement found;
  if (!placement_measure(threads, &found)) return true;
  for (int i = least_distance == 0 ? 0 : 10; i < 10; i++) {
    placement_is_good(threads);
    nanosleep(&rest, NULL);
  }
  for (int i = 0; i < 25; i++) {
    if (placement_is_good(threads)) return true;
    nanosleep(&rest, NULL);
  }
  return false;
}
#else
bool placement_measure(int threads, placement *found) { return (void)threads, (void)found, false; }
bool placement_is_good(int threads) { return (void)threads, true; }
bool placement_await(int threads) { return (void)threads, true; }
#endif
