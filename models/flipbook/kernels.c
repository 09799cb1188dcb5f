/* What a training step does to bfloat16 tensors beside multiplying matrices: each function is one
 * pass over memory, where PyTorch 1.13 makes several and converts one number at a time.  A step
 * becomes about twice as fast by it.  Used by kernels.py, which says what each computes.
 *
 * Tensors are contiguous, rows of at most LONGEST; all sums are float.  Loops are parallel over
 * independent rows or items, so results do not depend on the number of threads. */
#include <math.h>
#include <stdint.h>

#define LONGEST 4096

typedef uint16_t bf16;

static inline float wide(bf16 x) {
    union { uint32_t bits; float value; } u = { .bits = (uint32_t)x << 16 };
    return u.value;
}

static inline bf16 narrow(float x) {
    union { float value; uint32_t bits; } u = { .value = x };
    return (bf16)((u.bits + 0x7fff + ((u.bits >> 16) & 1)) >> 16);
}

static inline float sigmoid(float x) { return 1.0f / (1.0f + expf(-x)); }

void silu(const bf16 *x, bf16 *y, long count) {
#pragma omp parallel for simd
    for (long i = 0; i < count; i++) {
        float v = wide(x[i]);
        y[i] = narrow(v * sigmoid(v));
    }
}

void silu_back(const bf16 *x, const bf16 *dy, bf16 *dx, long count) {
#pragma omp parallel for simd
    for (long i = 0; i < count; i++) {
        float v = wide(x[i]), s = sigmoid(v);
        dx[i] = narrow(wide(dy[i]) * s * (1.0f + v * (1.0f - s)));
    }
}

/* y = norm(x) * (1 + scale) + shift; x [items, rows, d], scale and shift [items, d] or NULL. */
void norm(const bf16 *x, const bf16 *scale, const bf16 *shift, bf16 *y, float *means,
          float *factors, long items, long rows, long d) {
#pragma omp parallel for
    for (long r = 0; r < items * rows; r++) {
        const bf16 *in = x + r * d;
        bf16 *out = y + r * d;
        long item = r / rows * d;
        float sum = 0, squares = 0;
        for (long j = 0; j < d; j++) sum += wide(in[j]);
        float mean = sum / d;
        for (long j = 0; j < d; j++) {
            float v = wide(in[j]) - mean;
            squares += v * v;
        }
        float factor = 1.0f / sqrtf(squares / d + 1e-6f);
        means[r] = mean;
        factors[r] = factor;
        if (scale)
            for (long j = 0; j < d; j++)
                out[j] = narrow((wide(in[j]) - mean) * factor * (1 + wide(scale[item + j]))
                                + wide(shift[item + j]));
        else
            for (long j = 0; j < d; j++) out[j] = narrow((wide(in[j]) - mean) * factor);
    }
}

void norm_back(const bf16 *x, const bf16 *scale, const bf16 *dy, const float *means,
               const float *factors, bf16 *dx, float *dscale, float *dshift, long items, long rows,
               long d) {
#pragma omp parallel for
    for (long i = 0; i < items; i++) {
        float up[LONGEST], row[LONGEST], gain[LONGEST], sums[LONGEST], shifts[LONGEST];
        for (long j = 0; j < d; j++) {
            gain[j] = scale ? 1 + wide(scale[i * d + j]) : 1;
            sums[j] = shifts[j] = 0;
        }
        for (long r = i * rows; r < (i + 1) * rows; r++) {
            const bf16 *in = x + r * d, *top = dy + r * d;
            float mean = means[r], factor = factors[r], total = 0, product = 0;
            for (long j = 0; j < d; j++) {
                float v = (wide(in[j]) - mean) * factor, t = wide(top[j]);
                sums[j] += t * v;
                shifts[j] += t;
                row[j] = v;
                up[j] = t * gain[j];
                total += up[j];
                product += up[j] * v;
            }
            total /= d;
            product /= d;
            bf16 *out = dx + r * d;
            for (long j = 0; j < d; j++)
                out[j] = narrow(factor * (up[j] - total - row[j] * product));
        }
        if (scale)
            for (long j = 0; j < d; j++) {
                dscale[i * d + j] = sums[j];
                dshift[i * d + j] = shifts[j];
            }
    }
}

/* y = x / rms(x) * gain over the last axis; x is a part of rows that lie `stride` apart:
 * [items, rows, heads, d], the output is contiguous. */
void head_norm(const bf16 *x, const bf16 *gain, bf16 *y, float *factors, long rows, long heads,
               long d, long stride) {
#pragma omp parallel for
    for (long r = 0; r < rows; r++)
        for (long h = 0; h < heads; h++) {
            const bf16 *in = x + r * stride + h * d;
            bf16 *out = y + (r * heads + h) * d;
            float squares = 0;
            for (long j = 0; j < d; j++) squares += wide(in[j]) * wide(in[j]);
            float factor = 1.0f / sqrtf(squares / d + 1e-6f);
            factors[r * heads + h] = factor;
            for (long j = 0; j < d; j++) out[j] = narrow(wide(in[j]) * factor * wide(gain[j]));
        }
}

void head_norm_back(const bf16 *x, const bf16 *gain, const bf16 *dy, const float *factors,
                    bf16 *dx, float *dgain, long items, long rows, long heads, long d,
                    long stride) {
#pragma omp parallel for
    for (long i = 0; i < items; i++) {
        float sums[LONGEST];
        for (long j = 0; j < d; j++) sums[j] = 0;
        for (long r = i * rows; r < (i + 1) * rows; r++)
            for (long h = 0; h < heads; h++) {
                const bf16 *in = x + r * stride + h * d, *top = dy + (r * heads + h) * d;
                bf16 *out = dx + (r * heads + h) * d;
                float factor = factors[r * heads + h], product = 0;
                for (long j = 0; j < d; j++) {
                    float v = wide(in[j]) * factor, t = wide(top[j]);
                    sums[j] += t * v;
                    product += t * wide(gain[j]) * v;
                }
                product /= d;
                for (long j = 0; j < d; j++)
                    out[j] = narrow(factor * (wide(top[j]) * wide(gain[j])
                                              - wide(in[j]) * factor * product));
            }
        for (long j = 0; j < d; j++) dgain[i * d + j] = sums[j];
    }
}

/* y = softmax(x * scale + bias) in rows of d; bias [items, d] or NULL, `rows` rows an item. */
void attend(const bf16 *x, const float *bias, bf16 *y, float scale, long items, long rows,
            long d) {
#pragma omp parallel for
    for (long r = 0; r < items * rows; r++) {
        float row[LONGEST], most = -3e38f, sum = 0;
        const bf16 *in = x + r * d;
        const float *add = bias ? bias + r / rows * d : 0;
        if (add)
            for (long j = 0; j < d; j++) row[j] = wide(in[j]) * scale + add[j];
        else
            for (long j = 0; j < d; j++) row[j] = wide(in[j]) * scale;
        for (long j = 0; j < d; j++) most = row[j] > most ? row[j] : most;
        for (long j = 0; j < d; j++) {
            row[j] = expf(row[j] - most);
            sum += row[j];
        }
        sum = 1 / sum;
        for (long j = 0; j < d; j++) y[r * d + j] = narrow(row[j] * sum);
    }
}

void attend_back(const bf16 *y, const bf16 *dy, bf16 *dx, float scale, long rows, long d) {
#pragma omp parallel for
    for (long r = 0; r < rows; r++) {
        const bf16 *out = y + r * d, *top = dy + r * d;
        float product = 0;
        for (long j = 0; j < d; j++) product += wide(out[j]) * wide(top[j]);
        for (long j = 0; j < d; j++)
            dx[r * d + j] = narrow(scale * wide(out[j]) * (wide(top[j]) - product));
    }
}

/* y = x + gate * part; x and part [items, rows, d], gate [items, d]. */
void gated(const bf16 *x, const bf16 *part, const bf16 *gate, bf16 *y, long items, long rows,
           long d) {
#pragma omp parallel for
    for (long r = 0; r < items * rows; r++)
        for (long j = 0; j < d; j++)
            y[r * d + j] = narrow(wide(x[r * d + j])
                                  + wide(part[r * d + j]) * wide(gate[r / rows * d + j]));
}

void gated_back(const bf16 *part, const bf16 *gate, const bf16 *dy, bf16 *dpart, float *dgate,
                long items, long rows, long d) {
#pragma omp parallel for
    for (long i = 0; i < items; i++) {
        float sums[LONGEST];
        for (long j = 0; j < d; j++) sums[j] = 0;
        for (long r = i * rows; r < (i + 1) * rows; r++)
            for (long j = 0; j < d; j++) {
                float t = wide(dy[r * d + j]);
                sums[j] += t * wide(part[r * d + j]);
                dpart[r * d + j] = narrow(t * wide(gate[i * d + j]));
            }
        for (long j = 0; j < d; j++) dgate[i * d + j] = sums[j];
    }
}
