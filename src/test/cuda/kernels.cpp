// The kernels, compiled for the host.
#include "kernels.cu"
