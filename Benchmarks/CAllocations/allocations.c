// Counts calls of malloc and its kin by standing in front of glibc's.
#include "allocations.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>

static atomic_bool is_counting;
static atomic_int_fast64_t count, held, peak;

void allocations_begin(void) {
  count = held = peak = 0;
  is_counting = true;
}

allocations allocations_end(void) {
  is_counting = false;
  return (allocations){count, peak};
}

#if defined(__GLIBC__) && !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)
#include <malloc.h>

void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);
void __libc_free(void *);

bool allocations_are_counted(void) { return true; }

// Asked before all else, so that what is timed loses a jump and no more.
static inline bool counts(void) {
  return __builtin_expect(atomic_load_explicit(&is_counting, memory_order_relaxed), false);
}

static void *taken(void *memory) {
  if (memory) {
    count++;
    int64_t size = (int64_t)malloc_usable_size(memory), now = atomic_fetch_add(&held, size) + size;
    int64_t most = peak;
    while (now > most && !atomic_compare_exchange_weak(&peak, &most, now)) {
    }
  }
  return memory;
}

void *malloc(size_t size) {
  return counts() ? taken(__libc_malloc(size)) : __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
  return counts() ? taken(__libc_calloc(number, size)) : __libc_calloc(number, size);
}

void *memalign(size_t alignment, size_t size) {
  return counts() ? taken(__libc_memalign(alignment, size)) : __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

void *realloc(void *memory, size_t size) {
  if (!counts()) return __libc_realloc(memory, size);
  int64_t before = memory ? (int64_t)malloc_usable_size(memory) : 0;
  void *found = __libc_realloc(memory, size);
  // What moved was held twice for a moment.
  if (found == memory) held -= before;
  taken(found);
  if (found && found != memory) held -= before;
  return found;
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
  if (alignment % sizeof(void *) != 0 || (alignment & (alignment - 1)) != 0) return EINVAL;
  void *found = memalign(alignment, size);
  if (!found) return ENOMEM;
  *memory = found;
  return 0;
}

void free(void *memory) {
  if (counts() && memory) held -= (int64_t)malloc_usable_size(memory);
  __libc_free(memory);
}
#else
bool allocations_are_counted(void) { return false; }
#endif
