// Random values from the words of Philox4x32-10 (Salmon et al. 2011). Value i comes from word i mod 4 of block i / 4.
#pragma once
#include "maths.cuh"

typedef unsigned long long Word64;

struct Random {
    Word64 key;
    Word64 stream;
    Word64 first;
};

__device__ inline void philox(const Random& r, Word64 block, unsigned words[4]) {
    Word64 number = r.first + block;
    unsigned key0 = (unsigned) r.key;
    unsigned key1 = (unsigned) (r.key >> 32);
    unsigned c0 = (unsigned) number;
    unsigned c1 = (unsigned) (number >> 32);
    unsigned c2 = (unsigned) r.stream;
    unsigned c3 = (unsigned) (r.stream >> 32);
    for (int round = 0; round < 10; round++) {
        Word64 product0 = 0xD2511F53ull * c0;
        Word64 product1 = 0xCD9E8D57ull * c2;
        c0 = (unsigned) (product1 >> 32) ^ c1 ^ key0;
        c2 = (unsigned) (product0 >> 32) ^ c3 ^ key1;
        c1 = (unsigned) product1;
        c3 = (unsigned) product0;
        key0 += 0x9E3779B9u;
        key1 += 0xBB67AE85u;
    }
    words[0] = c0;
    words[1] = c1;
    words[2] = c2;
    words[3] = c3;
}

/** 23 random bits plus a half, as a number between 0 and 1. It is exact in a float, and never 0 or 1. */
__device__ inline float unit(unsigned word) { return ((int) (word >> 9) + 0.5f) * 1.1920928955078125e-7f; }

struct Fill {
    Random random;
    float* y;
    int n;
    float a;
    float b;
};

/** a is the lowest value, and b is the range. */
KERNEL(uniform, THREADS, Fill) {
    const Fill r = *record;
    EACH(block, (r.n + 3) / 4) {
        unsigned words[4];
        philox(r.random, block, words);
        for (unsigned k = 0; k < 4 && block * 4 + k < (unsigned) r.n; k++) {
            r.y[block * 4 + k] = r.a + r.b * unit(words[k]);
        }
    }
}

/** a is the mean, and b is the standard deviation (Box and Muller 1958). */
KERNEL(normal, THREADS, Fill) {
    const Fill r = *record;
    EACH(block, (r.n + 3) / 4) {
        unsigned words[4];
        philox(r.random, block, words);
        float values[4];
        for (int k = 0; k < 4; k += 2) {
            float radius = sqrtf(-2 * logarithm(unit(words[k])));
            float sine, cosine;
            sin_cos_of_turn(unit(words[k + 1]), sine, cosine);
            values[k] = radius * cosine;
            values[k + 1] = radius * sine;
        }
        for (unsigned k = 0; k < 4 && block * 4 + k < (unsigned) r.n; k++) {
            r.y[block * 4 + k] = r.a + r.b * values[k];
        }
    }
}

/** a is the probability of 0. */
KERNEL(bernoulli, THREADS, Fill) {
    const Fill r = *record;
    EACH(block, (r.n + 3) / 4) {
        unsigned words[4];
        philox(r.random, block, words);
        for (unsigned k = 0; k < 4 && block * 4 + k < (unsigned) r.n; k++) {
            r.y[block * 4 + k] = unit(words[k]) < r.a ? 0 : 1;
        }
    }
}

struct Dropout {
    Random random;
    const float* x;
    float* mask;
    float* y;
    int n;
    float rate;
    float kept;
};

KERNEL(dropout, THREADS, Dropout) {
    const Dropout r = *record;
    EACH(block, (r.n + 3) / 4) {
        unsigned words[4];
        philox(r.random, block, words);
        for (unsigned k = 0; k < 4 && block * 4 + k < (unsigned) r.n; k++) {
            float factor = unit(words[k]) < r.rate ? 0 : r.kept;
            r.mask[block * 4 + k] = factor;
            r.y[block * 4 + k] = r.x[block * 4 + k] * factor;
        }
    }
}
