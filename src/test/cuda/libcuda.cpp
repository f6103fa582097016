// A stand-in for NVIDIA's driver library, so that the backend's tests run, through JCuda, on a machine with a C++
// compiler and nothing else. Device memory is host memory, launches happen at once, and the kernels are not the PTX but
// the same sources compiled for the host. What it cannot show: races that need true concurrency, the hardware's limits,
// the rounding of real tensor cores, and speed.
//
// Through the limits 1000 … of a context a test sees and sets what the real library has no place for.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
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
    LAUNCH_FAILED = 719,
};

enum Limit : unsigned { ORDER = 1000, MEMORY, LIVE_BYTES, LAUNCHES, GRAPH_LAUNCHES, FAILING_LAUNCH };

struct Graph {
    std::vector<std::function<void()>> operations;
};

Graph* capturing;
std::map<uint64_t, size_t> allocations;
uint64_t memory = 2ull << 30;
uint64_t live;
uint64_t launches;
uint64_t graph_launches;
uint64_t failing_launch;
stand_in::Order order = stand_in::Order::FORWARDS;

int enqueue(std::function<void()> operation) {
    if (capturing) {
        capturing->operations.push_back(std::move(operation));
    } else {
        operation();
    }
    return SUCCESS;
}

int environment(const char* name, int otherwise) {
    const char* value = getenv(name);
    return value ? atoi(value) : otherwise;
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
        case LAUNCHES: *value = launches; return SUCCESS;
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
        default: *name = "CUDA_ERROR_UNKNOWN"; return SUCCESS;
    }
}

API cuGetErrorString(int, const char** text) {
    *text = "said by the stand-in";
    return SUCCESS;
}

API cuStreamCreate(void** stream, unsigned) {
    static uintptr_t last = 16;
    *stream = handle<void*>(++last);
    return SUCCESS;
}

API cuStreamDestroy_v2(void*) { return SUCCESS; }

API cuStreamSynchronize(void*) { return capturing ? STREAM_CAPTURE_UNSUPPORTED : SUCCESS; }

API cuStreamWaitEvent(void*, void*, unsigned) { return SUCCESS; }

API cuEventCreate(void** event, unsigned) {
    *event = handle<void*>(2);
    return SUCCESS;
}

API cuEventDestroy_v2(void*) { return SUCCESS; }

API cuEventRecord(void*, void*) { return SUCCESS; }

API cuEventSynchronize(void*) { return capturing ? STREAM_CAPTURE_UNSUPPORTED : SUCCESS; }

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
    // NaN, so that whoever reads what nobody wrote is found out
    memset(block, 0xff, bytes);
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
    free(place);
    return SUCCESS;
}

API cuMemcpyHtoDAsync_v2(uint64_t to, const void* from, size_t bytes, void*) {
    return enqueue([=] { memcpy(handle<void*>(to), from, bytes); });
}

API cuMemcpyDtoHAsync_v2(void* to, uint64_t from, size_t bytes, void*) {
    return enqueue([=] { memcpy(to, handle<void*>(from), bytes); });
}

API cuMemcpyDtoDAsync_v2(uint64_t to, uint64_t from, size_t bytes, void*) {
    return enqueue([=] { memmove(handle<void*>(to), handle<void*>(from), bytes); });
}

API cuMemsetD8Async(uint64_t to, unsigned char value, size_t bytes, void*) {
    return enqueue([=] { memset(handle<void*>(to), value, bytes); });
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
        void*,
        void** parameters,
        void**) {
    const auto* kernel = static_cast<const stand_in::Kernel*>(function);
    bool fits = grid_x > 0 && grid_y > 0 && grid_z > 0 && grid_x <= 0x7fffffffu && grid_y <= 65535 && grid_z <= 65535
            && block_x == kernel->threads && block_y == 1 && block_z == 1 && shared_bytes <= 160 * 1024;
    if (!fits) {
        return INVALID_VALUE;
    }
    if (failing_launch != 0 && --failing_launch == 0) {
        return LAUNCH_FAILED;
    }
    // parameters are copied at the launch
    const void* record;
    memcpy(&record, parameters[0], sizeof record);
    Index3 grid = {grid_x, grid_y, grid_z};
    return enqueue([=] {
        launches++;
        stand_in::run(*kernel, grid, block_x, shared_bytes, record, order);
    });
}

API cuStreamBeginCapture_v2(void*, int) {
    capturing = new Graph;
    return SUCCESS;
}

API cuStreamEndCapture(void*, Graph** graph) {
    *graph = capturing;
    capturing = nullptr;
    return SUCCESS;
}

API cuGraphInstantiateWithFlags(Graph** executable, Graph* graph, unsigned long long) {
    *executable = new Graph(*graph);
    return SUCCESS;
}

API cuGraphLaunch(Graph* executable, void*) {
    graph_launches++;
    for (auto& operation : executable->operations) {
        operation();
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
