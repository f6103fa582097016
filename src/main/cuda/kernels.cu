// All kernels of the CUDA backend: one program, made into PTX by make_ptx.py.
#include "images.cuh"
#include "losses.cuh"
#include "normalization.cuh"
#include "pointwise.cuh"
#include "products.cuh"
#include "random.cuh"
