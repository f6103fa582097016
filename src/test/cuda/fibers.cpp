// Runs a grid block by block. A fiber that ends without a barrier goes on with the next thread, so kernels without
// barriers need one fiber.
#include <ucontext.h>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <vector>
#include "fibers.h"
#include "stand_in.h"
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/common_interface_defs.h>
#endif

namespace stand_in {
Index3 thread_index, block_index, block_extent, grid_extent;
unsigned thread_number;
uint64_t exchanged[1024][8];

namespace {
constexpr size_t STACK_BYTES = 256 * 1024;

enum class State { NEW, READY, AT_WARP, AT_BLOCK, ENDED };

/** Where a fiber continues. */
struct Place {
#ifdef __x86_64__
    void* top = nullptr;
#else
    ucontext_t context;
#endif
#ifdef __SANITIZE_ADDRESS__
    void* fake_stack = nullptr;
#endif
};

struct Fiber {
    Place place;
    std::unique_ptr<char[]> stack{new char[STACK_BYTES]};
    bool fresh = true;
};

std::vector<std::unique_ptr<Fiber>> idle;
Fiber* fiber_of[1024];
State states[1024];
unsigned order[1024];
unsigned threads;
unsigned started;
Place scheduler;
Fiber* current;
void (*running)(const void*);
const void* parameter;
std::unique_ptr<float[]> dynamic_memory;
#ifdef __SANITIZE_ADDRESS__
const void* scheduler_stack;
size_t scheduler_size;
#endif

void become(unsigned thread) {
    thread_number = thread;
    thread_index = {thread % block_extent.x, thread / block_extent.x, 0};
}

void body();

#ifdef __x86_64__
extern "C" void stand_in_switch(void** from, void* to);

// swapcontext does the same, but with a system call each time, and barriers switch millions of times
asm(R"(
    .text
    .type stand_in_switch, @function
stand_in_switch:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
    .size stand_in_switch, .-stand_in_switch
)");

void change(Place& from, Place& to) { stand_in_switch(&from.top, to.top); }

/** Prepares a fiber to begin with its body. */
void prepare(Fiber* fiber) {
    auto* top = reinterpret_cast<uintptr_t*>(
            (reinterpret_cast<uintptr_t>(fiber->stack.get()) + STACK_BYTES - 64) / 16 * 16);
    *--top = 0;
    *--top = reinterpret_cast<uintptr_t>(body);
    for (int saved = 0; saved < 6; saved++) {
        *--top = 0;
    }
    fiber->place.top = top;
}
#else
void change(Place& from, Place& to) { swapcontext(&from.context, &to.context); }

void prepare(Fiber* fiber) {
    getcontext(&fiber->place.context);
    fiber->place.context.uc_stack.ss_sp = fiber->stack.get();
    fiber->place.context.uc_stack.ss_size = STACK_BYTES;
    fiber->place.context.uc_link = nullptr;
    makecontext(&fiber->place.context, body, 0);
}
#endif

void to_scheduler() {
    Place& own = current->place;
#ifdef __SANITIZE_ADDRESS__
    __sanitizer_start_switch_fiber(&own.fake_stack, scheduler_stack, scheduler_size);
#endif
    change(own, scheduler);
#ifdef __SANITIZE_ADDRESS__
    __sanitizer_finish_switch_fiber(own.fake_stack, nullptr, nullptr);
#endif
}

void resume(Fiber* fiber) {
    current = fiber;
    if (fiber->fresh) {
        prepare(fiber);
        fiber->fresh = false;
    }
#ifdef __SANITIZE_ADDRESS__
    __sanitizer_start_switch_fiber(&scheduler.fake_stack, fiber->stack.get(), STACK_BYTES);
#endif
    change(scheduler, fiber->place);
#ifdef __SANITIZE_ADDRESS__
    __sanitizer_finish_switch_fiber(scheduler.fake_stack, nullptr, nullptr);
#endif
}

/** Runs new threads one after another. At a barrier, other fibers run in between. */
void body() {
#ifdef __SANITIZE_ADDRESS__
    __sanitizer_finish_switch_fiber(nullptr, &scheduler_stack, &scheduler_size);
#endif
    while (true) {
        while (started < threads) {
            unsigned thread = order[started++];
            become(thread);
            fiber_of[thread] = current;
            states[thread] = State::READY;
            running(parameter);
            states[thread] = State::ENDED;
        }
        idle.emplace_back(current);
        to_scheduler();
    }
}

void start_fiber() {
    if (idle.empty()) {
        idle.emplace_back(new Fiber);
    }
    Fiber* fiber = idle.back().release();
    idle.pop_back();
    resume(fiber);
}

void wait(State state) {
    unsigned self = thread_number;
    states[self] = state;
    to_scheduler();
    become(self);
}

/** Lets the threads of a range go on if all that have not ended wait at the same kind of barrier. */
bool release(unsigned from, unsigned to, State state) {
    bool any = false;
    for (unsigned t = from; t < to; t++) {
        if (states[t] != state && states[t] != State::ENDED) {
            return false;
        }
        any = any || states[t] == state;
    }
    for (unsigned t = from; any && t < to; t++) {
        states[t] = states[t] == state ? State::READY : states[t];
    }
    return any;
}

void run_block() {
    started = 0;
    for (unsigned t = 0; t < threads; t++) {
        states[t] = State::NEW;
    }
    while (started < threads) {
        start_fiber();
    }
    while (true) {
        bool moved = release(0, threads, State::AT_BLOCK);
        for (unsigned t = 0; t < threads; t += 32) {
            moved = release(t, t + 32 < threads ? t + 32 : threads, State::AT_WARP) || moved;
        }
        if (!moved) {
            break;
        }
        for (unsigned i = 0; i < threads; i++) {
            unsigned t = order[i];
            if (states[t] == State::READY) {
                resume(fiber_of[t]);
            }
        }
    }
    for (unsigned t = 0; t < threads; t++) {
        if (states[t] != State::ENDED) {
            fprintf(stderr, "stand-in: the threads of a block wait at different barriers\n");
            abort();
        }
    }
}
}  // namespace

void await_warp() { wait(State::AT_WARP); }

void await_block() { wait(State::AT_BLOCK); }

float* dynamic_shared() { return dynamic_memory.get(); }

std::map<std::string, Kernel>& kernels() {
    static std::map<std::string, Kernel> all;
    return all;
}

Registration::Registration(const char* name, unsigned block, void (*kernel)(const void*)) {
    kernels()[name] = {kernel, block};
}

void run(const Kernel& kernel, Index3 grid, unsigned block, size_t shared_bytes, const void* record, Order wanted) {
    running = kernel.function;
    parameter = record;
    threads = block;
    block_extent = {block, 1, 1};
    grid_extent = grid;
    // an allocation of exactly the wanted size, so that the sanitizer notices every access outside it
    dynamic_memory.reset(new float[shared_bytes / sizeof(float)]);
    unsigned state = 1;
    for (unsigned t = 0; t < threads; t++) {
        order[t] = wanted == Order::BACKWARDS ? threads - 1 - t : t;
    }
    for (unsigned t = threads - 1; wanted == Order::SHUFFLED && t > 0; t--) {
        state = state * 1664525u + 1013904223u;
        std::swap(order[t], order[(state >> 8) % (t + 1)]);
    }
    unsigned blocks = grid.x * grid.y * grid.z;
    for (unsigned i = 0; i < blocks; i++) {
        unsigned at = wanted == Order::FORWARDS ? i : blocks - 1 - i;
        block_index = {at % grid.x, at / grid.x % grid.y, at / grid.x / grid.y};
        run_block();
    }
}
}  // namespace stand_in
