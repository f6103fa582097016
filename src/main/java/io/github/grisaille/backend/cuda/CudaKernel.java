package io.github.grisaille.backend.cuda;

import java.util.Locale;

/** The kernels of src/main/cuda. They have the same names there, in lower case. */
enum CudaKernel {
    SIMPLE,
    GATHER_ROWS,
    COPY_COLUMNS,
    LOOK_UP,
    LOOK_UP_GRADIENT,
    SCALE_ITEMS,
    CLAMP,
    INVERSE_ROOT,
    ACTIVATE,
    ACTIVATE_GRADIENT,
    ACTIVATE_CURVATURE,
    BROADCAST,
    REPEAT,
    BLEND,
    SUM_OVER_BY_THREADS,
    SUM_OVER_BY_BLOCKS,
    ADAM,
    SGD,
    RMSPROP,
    CLIP_BY_NORM,
    FLAG_NON_FINITE,
    UNIFORM,
    NORMAL,
    BERNOULLI,
    DROPOUT,
    SUM,
    EXTREME,
    ITEM_DOTS,
    POINTWISE_LOSS,
    SOFTMAX_CROSS_ENTROPY,
    GAUSSIAN_KL,
    NORM_PENALTY,
    CLOSENESS,
    CLOSENESS_GRADIENT,
    COLUMN_SUMS,
    COLUMN_MOMENTS,
    NORMALIZE_COLUMNS,
    NORMALIZE_COLUMNS_PARAMETER_GRADIENTS,
    NORMALIZE_COLUMNS_INPUT_GRADIENT,
    ITEM_MOMENTS,
    NORMALIZE_ITEMS,
    NORMALIZE_ITEMS_PARAMETER_GRADIENTS,
    NORMALIZE_ITEMS_INPUT_GRADIENT,
    MAX_POOL,
    MAX_POOL_GRADIENT,
    MAX_POOL_TANGENT,
    AVERAGE_POOL,
    AVERAGE_POOL_GRADIENT,
    UPSAMPLE,
    UPSAMPLE_GRADIENT,
    UPSAMPLE_BILINEAR,
    UPSAMPLE_BILINEAR_GRADIENT,
    TRANSLATE,
    BLANK,
    GROUPED_CONVOLUTION,
    GROUPED_TRANSPOSE,
    GROUPED_WEIGHT_GRADIENT,
    PRODUCT_128_AA_FLOAT,
    PRODUCT_128_AD_FLOAT,
    PRODUCT_128_DA_FLOAT,
    PRODUCT_128_DD_FLOAT,
    PRODUCT_64_AA_FLOAT,
    PRODUCT_64_AD_FLOAT,
    PRODUCT_64_DA_FLOAT,
    PRODUCT_64_DD_FLOAT,
    PRODUCT_128_AA_TF32,
    PRODUCT_128_AD_TF32,
    PRODUCT_128_DA_TF32,
    PRODUCT_128_DD_TF32,
    PRODUCT_64_AA_TF32,
    PRODUCT_64_AD_TF32,
    PRODUCT_64_DA_TF32,
    PRODUCT_64_DD_TF32;

    /** Threads of a block, except in products. */
    static final int THREADS = 256;

    static final int PRODUCT_THREADS = 128;
    /** Values that a block works on: four a thread. */
    static final int VALUES_A_BLOCK = 4 * THREADS;

    private static final int DEPTH = 16;
    private static final int PADDING = 4;

    /**
     * The kernel for a product.
     *
     * @param tile the extent of the square tile that a block makes: 64 or 128
     * @param alongA whether the terms of the sums run along the columns of a; otherwise they run down its rows
     * @param alongB the same for b
     */
    static CudaKernel product(int tile, boolean alongA, boolean alongB, boolean tf32) {
        int orientation = (alongA ? 0 : 2) + (alongB ? 0 : 1);
        CudaKernel first = tile == 128
                ? tf32 ? PRODUCT_128_AA_TF32 : PRODUCT_128_AA_FLOAT
                : tf32 ? PRODUCT_64_AA_TF32 : PRODUCT_64_AA_FLOAT;
        return values()[first.ordinal() + orientation];
    }

    String symbol() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean isProduct() {
        return ordinal() >= PRODUCT_128_AA_FLOAT.ordinal();
    }

    /** Whether devices with a compute capability below 8.0 have it too. */
    boolean everywhere() {
        return ordinal() < PRODUCT_128_AA_TF32.ordinal();
    }

    int threads() {
        return isProduct() ? PRODUCT_THREADS : THREADS;
    }

    /**
     * Bytes of shared memory that a launch asks for: the stages of both operands.
     *
     * @param ampere whether the device has compute capability 8.0 or newer
     */
    int sharedBytes(boolean ampere) {
        if (!isProduct()) {
            return 0;
        }
        int tile = name().startsWith("PRODUCT_128") ? 128 : 64;
        int stages = ampere ? 3 : 2;
        return stages * 2 * tile * (DEPTH + PADDING) * Float.BYTES;
    }
}
