#pragma once
// CLONES in front of a function compiles it for several levels of x86-64 and picks one when the
// program is loaded. Elsewhere (NEON is part of arm64's baseline) one version is enough.
// ThreadSanitizer and AddressSanitizer cannot run the resolver before they are initialised.
#if defined(__x86_64__) && defined(__linux__) && !__has_feature(thread_sanitizer) && \
    !__has_feature(address_sanitizer)
#define HAS_LEVELS 1
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
/// The same for loops that gain from vectors of 512 bits.
#define WIDE_CLONES __attribute__((min_vector_width(512))) CLONES
#else
#define HAS_LEVELS 0
#define CLONES
#define WIDE_CLONES
#endif

// Vectors are passed between inlined functions only, so that how a call would pass them does not matter.
#pragma clang diagnostic ignored "-Wpsabi"
#define INLINE static inline __attribute__((always_inline))
/// In front of a loop with constant bounds: straight code, so that arrays stay in registers.
#define UNROLL _Pragma("clang loop unroll(full)")
/// x in lanes where a comparison holds, y elsewhere. Where it stands, Rows and Bits name the types of numbers and of comparisons.
#define SELECT(comparison, x, y) \
  ((Rows)(((Bits)(x) & (comparison)) | ((Bits)(y) & ~(comparison))))
/// Makes memory the one place of an array: of what does not fit into registers the compiler would store a copy besides.
#define IN_MEMORY(array) __asm__("" : "+m"(array))
#define JOIN_(a, b) a##_##b
#define JOIN(a, b) JOIN_(a, b)
/// FORMAT(transpose) is transpose_d or transpose_s.
#define FORMAT(function) JOIN(function, SUFFIX)

/// total += x, of numbers or vectors; `lost` takes what that rounds away (Knuth 1969, section 4.2.2).
#define ADD_AND_KEEP(total, lost, x)                     \
  do {                                                   \
    __typeof__(total) x_ = (x), sum_ = (total) + x_;     \
    __typeof__(total) part_ = sum_ - (total);            \
    (lost) += ((total) - (sum_ - part_)) + (x_ - part_); \
    (total) = sum_;                                      \
  } while (0)
/// The number `total` with what it lost: nothing, where it is infinite.
#define WITH_KEPT(total, lost) ((lost) - (lost) == 0 ? (total) + (lost) : (total))
