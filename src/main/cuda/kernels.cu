// All kernels of the CUDA backend. They are one program, which make_ptx.py compiles to PTX.
#include "broadcasting.cuh"
#include "images.cuh"
#include "losses.cuh"
#include "normalization.cuh"
#include "pointwise.cuh"
#include "products.cuh"
#include "random.cuh"
