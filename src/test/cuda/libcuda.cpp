// A stand-in for NVIDIA's driver library. With it the backend's tests run, through JCuda, on a machine that has a C++
// compiler and nothing else. Device memory is host memory. The kernels are not the PTX but the same sources, compiled
// for the host. The work of a stream is done as late as possible: when somebody waits for it. So a program that
// writes to pinned memory before it is copied, or reads before it waits for a copy, gets wrong values. The stand-in
// cannot show races that need true concurrency, the hardware's limits, the rounding of real tensor cores, or speed.
//
// With STAND_IN_IDLE=1 kernels are counted and not run, and memory is 0. STAND_IN_MEGABYTES says how much memory
// there is. A test reads and sets what the real library does not have through the limits 1000, 1001 and so on of a
// context.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <functional>
#include <map>
#include <vector>
#include "fibers.h"
#include "stand_in.h"
#undef threadIdx
#undef blockIdx
#undef blockDim
#undef gridDim

namespace {
enum Status {
    SUCCESS = 0,
    INVALID_VALUE = 1,
    OUT_OF_MEMORY = 2,
    NO_DEVICE = 100,
    INVALID_IMAGE = 200,
    NOT_FOUND = 500,
    STREAM_CAPTURE_UNSUPPORTED = 900,
    STREAM_CAPTURE_INVALIDATED = 901,
    LAUNCH_FAILED = 719,
};

int environment(const char* name, int otherwise) {
    const char* value = getenv(name);
    return value ? atoi(value) : otherwise;
}

enum Limit : unsigned { ORDER = 1000, MEMORY, LIVE_BYTES, LAUNCHES, GRAPH_LAUNCHES, FAILING_LAUNCH };

struct Graph {
    std::vector<std::function<void()>> operations;
};

/** The work of a stream that is not done yet. */
struct Stream {
    std::deque<std::function<void()>> waiting;
};

/** An event. Its last record is done when the stream has reached it. */
struct Event {
    Stream* stream = nullptr;
    uint64_t recorded = 0;
    uint64_t done = 0;
};

Graph* capturing;
bool capture_failed;
std::vector<Stream*> streams;
std::map<uint64_t, size_t> allocations;
uint64_t memory = uint64_t(environment("STAND_IN_MEGABYTES", 2048)) << 20;
uint64_t live;
uint64_t launches;
uint64_t graph_launches;
uint64_t failing_launch;
stand_in::Order order = stand_in::Order::FORWARDS;

int enqueue(Stream* stream, std::function<void()> operation) {
    if (capturing) {
        capturing->operations.push_back(std::move(operation));
    } else {
        stream->waiting.push_back(std::move(operation));
    }
    return SUCCESS;
}

void run_next(Stream* stream) {
    auto operation = std::move(stream->waiting.front());
    stream->waiting.pop_front();
    operation();
}

void run_until(Event* event, uint64_t record, Stream* stream) {
    while (event->done < record) {
        run_next(stream);
    }
}

void run_all(Stream* stream) {
    while (!stream->waiting.empty()) {
        run_next(stream);
    }
}

void run_all() {
    for (Stream* stream : streams) {
        run_all(stream);
    }
}

bool idle() {
    static const bool set = environment("STAND_IN_IDLE", 0) != 0;
    return set;
}

template <class T>
T handle(uintptr_t value) {
    return reinterpret_cast<T>(value);
}
}  // namespace

#define API extern "C" __attribute__((visibility("default"))) int

API cuInit(unsigned) { return environment("STAND_IN_DEVICES", 1) > 0 ? SUCCESS : NO_DEVICE; }

API cuDriverGetVersion(int* version) {
    *version = environment("STAND_IN_DRIVER", 12020);
    return SUCCESS;
}

API cuDeviceGetCount(int* count) {
    *count = environment("STAND_IN_DEVICES", 1);
    return SUCCESS;
}

API cuDeviceGet(int* device, int ordinal) {
    *device = ordinal;
    return SUCCESS;
}

API cuDeviceGetName(char* name, int length, int) {
    snprintf(name, length, "stand-in");
    return SUCCESS;
}

API cuDeviceGetAttribute(int* value, int attribute, int) {
    enum { MAJOR = 75, MINOR = 76 };
    int capability = environment("STAND_IN_CAPABILITY", 80);
    *value = attribute == MAJOR ? capability / 10 : attribute == MINOR ? capability % 10 : 0;
    return SUCCESS;
}

API cuDevicePrimaryCtxRetain(void** context, int) {
    *context = handle<void*>(1);
    return SUCCESS;
}

API cuDevicePrimaryCtxRelease_v2(int) { return SUCCESS; }

API cuCtxSetCurrent(void*) { return SUCCESS; }

API cuCtxSetLimit(unsigned limit, size_t value) {
    switch (limit) {
        case ORDER: order = static_cast<stand_in::Order>(value); return SUCCESS;
        case MEMORY: memory = value; return SUCCESS;
        case FAILING_LAUNCH: failing_launch = value; return SUCCESS;
        default: return INVALID_VALUE;
    }
}

API cuCtxGetLimit(size_t* value, unsigned limit) {
    switch (limit) {
        case MEMORY: *value = memory; return SUCCESS;
        case LIVE_BYTES: *value = live; return SUCCESS;
        case LAUNCHES:
            run_all();
            *value = launches;
            return SUCCESS;
        case GRAPH_LAUNCHES: *value = graph_launches; return SUCCESS;
        default: return INVALID_VALUE;
    }
}

API cuGetErrorName(int status, const char** name) {
    switch (status) {
        case INVALID_VALUE: *name = "CUDA_ERROR_INVALID_VALUE"; return SUCCESS;
        case OUT_OF_MEMORY: *name = "CUDA_ERROR_OUT_OF_MEMORY"; return SUCCESS;
        case NO_DEVICE: *name = "CUDA_ERROR_NO_DEVICE"; return SUCCESS;
        case INVALID_IMAGE: *name = "CUDA_ERROR_INVALID_IMAGE"; return SUCCESS;
        case NOT_FOUND: *name = "CUDA_ERROR_NOT_FOUND"; return SUCCESS;
        case LAUNCH_FAILED: *name = "CUDA_ERROR_LAUNCH_FAILED"; return SUCCESS;
        case STREAM_CAPTURE_UNSUPPORTED: *name = "CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED"; return SUCCESS;
        case STREAM_CAPTURE_INVALIDATED: *name = "CUDA_ERROR_STREAM_CAPTURE_INVALIDATED"; return SUCCESS;
        default: *name = "CUDA_ERROR_UNKNOWN"; return SUCCESS;
    }
}

API cuGetErrorString(int, const char** text) {
    *text = "said by the stand-in";
    return SUCCESS;
}

API cuStreamCreate(Stream** stream, unsigned) {
    *stream = new Stream;
    streams.push_back(*stream);
    return SUCCESS;
}

API cuStreamDestroy_v2(Stream* stream) {
    run_all(stream);
    streams.erase(std::find(streams.begin(), streams.end(), stream));
    delete stream;
    return SUCCESS;
}

API cuStreamSynchronize(Stream* stream) {
    if (capturing) {
        return STREAM_CAPTURE_UNSUPPORTED;
    }
    run_all(stream);
    return SUCCESS;
}

API cuStreamWaitEvent(Stream* stream, Event* event, unsigned) {
    uint64_t record = event->recorded;
    Stream* other = event->stream;
    return enqueue(stream, [=] { run_until(event, record, other); });
}

API cuEventCreate(Event** event, unsigned) {
    *event = new Event;
    return SUCCESS;
}

API cuEventDestroy_v2(Event* event) {
    run_until(event, event->recorded, event->stream);
    delete event;
    return SUCCESS;
}

API cuEventRecord(Event* event, Stream* stream) {
    uint64_t record = ++event->recorded;
    event->stream = stream;
    return enqueue(stream, [=] { event->done = record; });
}

API cuEventSynchronize(Event* event) {
    if (capturing) {
        return STREAM_CAPTURE_UNSUPPORTED;
    }
    run_until(event, event->recorded, event->stream);
    return SUCCESS;
}

API cuMemAlloc_v2(uint64_t* place, size_t bytes) {
    if (capturing) {
        return STREAM_CAPTURE_UNSUPPORTED;
    }
    if (bytes == 0) {
        return INVALID_VALUE;
    }
    if (live + bytes > memory) {
        return OUT_OF_MEMORY;
    }
    void* block = nullptr;
    if (posix_memalign(&block, 512, bytes) != 0) {
        return OUT_OF_MEMORY;
    }
    // NaN, so that a read of memory which nobody wrote is noticed
    memset(block, idle() ? 0 : 0xff, bytes);
    *place = reinterpret_cast<uint64_t>(block);
    allocations[*place] = bytes;
    live += bytes;
    return SUCCESS;
}

API cuMemFree_v2(uint64_t place) {
    auto found = allocations.find(place);
    if (found == allocations.end()) {
        return INVALID_VALUE;
    }
    run_all();
    live -= found->second;
    allocations.erase(found);
    free(handle<void*>(place));
    return SUCCESS;
}

API cuMemGetInfo_v2(size_t* available, size_t* total) {
    *available = memory - live;
    *total = memory;
    return SUCCESS;
}

API cuMemAllocHost_v2(void** place, size_t bytes) {
    *place = malloc(bytes);
    return *place ? SUCCESS : OUT_OF_MEMORY;
}

API cuMemFreeHost(void* place) {
    run_all();
    free(place);
    return SUCCESS;
}

API cuMemcpyHtoDAsync_v2(uint64_t to, const void* from, size_t bytes, Stream* stream) {
    return enqueue(stream, [=] { memcpy(handle<void*>(to), from, bytes); });
}

API cuMemcpyDtoHAsync_v2(void* to, uint64_t from, size_t bytes, Stream* stream) {
    return enqueue(stream, [=] { memcpy(to, handle<void*>(from), bytes); });
}

API cuMemcpyDtoDAsync_v2(uint64_t to, uint64_t from, size_t bytes, Stream* stream) {
    return enqueue(stream, [=] { memmove(handle<void*>(to), handle<void*>(from), bytes); });
}

API cuMemsetD8Async(uint64_t to, unsigned char value, size_t bytes, Stream* stream) {
    return enqueue(stream, [=] { memset(handle<void*>(to), value, bytes); });
}

API cuModuleLoadData(void** module, const void* image) {
    const char* text = static_cast<const char*>(image);
    if (!strstr(text, ".version") || !strstr(text, ".entry")) {
        return INVALID_IMAGE;
    }
    *module = handle<void*>(3);
    return SUCCESS;
}

API cuModuleUnload(void*) { return SUCCESS; }

API cuModuleGetFunction(const void** function, void*, const char* name) {
    auto found = stand_in::kernels().find(name);
    if (found == stand_in::kernels().end()) {
        return NOT_FOUND;
    }
    *function = &found->second;
    return SUCCESS;
}

API cuFuncSetAttribute(void*, int, int) { return SUCCESS; }

API cuLaunchKernel(
        const void* function,
        unsigned grid_x,
        unsigned grid_y,
        unsigned grid_z,
        unsigned block_x,
        unsigned block_y,
        unsigned block_z,
        unsigned shared_bytes,
        Stream* stream,
        void** parameters,
        void**) {
    const auto* kernel = static_cast<const stand_in::Kernel*>(function);
    bool fits = grid_x > 0 && grid_y > 0 && grid_z > 0 && grid_x <= 0x7fffffffu && grid_y <= 65535 && grid_z <= 65535
            && block_x == kernel->threads && block_y == 1 && block_z == 1 && shared_bytes <= 160 * 1024;
    bool fails = failing_launch != 0 && --failing_launch == 0;
    if (!fits || fails) {
        capture_failed = capturing != nullptr;
        return fails ? LAUNCH_FAILED : INVALID_VALUE;
    }
    // parameters are copied when the kernel is launched
    const void* record;
    memcpy(&record, parameters[0], sizeof record);
    Index3 grid = {grid_x, grid_y, grid_z};
    return enqueue(stream, [=] {
        launches++;
        if (!idle()) {
            stand_in::run(*kernel, grid, block_x, shared_bytes, record, order);
        }
    });
}

API cuStreamBeginCapture_v2(void*, int) {
    capturing = new Graph;
    capture_failed = false;
    return SUCCESS;
}

API cuStreamEndCapture(void*, Graph** graph) {
    *graph = capture_failed ? nullptr : capturing;
    capturing = nullptr;
    return capture_failed ? STREAM_CAPTURE_INVALIDATED : SUCCESS;
}

API cuGraphInstantiateWithFlags(Graph** executable, Graph* graph, unsigned long long) {
    *executable = new Graph(*graph);
    return SUCCESS;
}

API cuGraphLaunch(Graph* executable, Stream* stream) {
    graph_launches++;
    for (auto& operation : executable->operations) {
        stream->waiting.push_back(operation);
    }
    return SUCCESS;
}

API cuGraphExecDestroy(Graph* executable) {
    delete executable;
    return SUCCESS;
}

API cuGraphDestroy(Graph* graph) {
    delete graph;
    return SUCCESS;
}
