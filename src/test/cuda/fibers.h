#pragma once
#include <cstddef>
#include <map>
#include <string>

struct Index3;

namespace stand_in {
struct Kernel {
    void (*function)(const void*);
    unsigned threads;
};

/** The order in which threads and blocks take turns. A correct kernel gives the same bits in all of them. */
enum class Order { FORWARDS, BACKWARDS, SHUFFLED };

std::map<std::string, Kernel>& kernels();

void run(const Kernel& kernel, Index3 grid, unsigned block, size_t shared_bytes, const void* record, Order order);
}  // namespace stand_in
