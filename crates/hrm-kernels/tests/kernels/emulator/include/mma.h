// Cooperative matrices of 16 x 16 numbers. Every unit of a plane has the whole of each.
#pragma once
#include "device.h"

namespace nvcuda { namespace wmma {

struct matrix_a {};
struct matrix_b {};
struct accumulator {};
struct row_major {};
struct col_major {};
enum layout_t { mem_row_major, mem_col_major };

template <class Use, int M, int N, int K, class T, class Layout = void> struct fragment {
    static_assert(M == 16 && N == 16 && K == 16, "the only size here");
    float x[16][16];
};

// Fragments lie at multiples of 32 bytes, in rows that are multiples of 16 bytes apart.
template <class T> void check(const T *from, unsigned stride) {
    misaligned += uintptr_t(from) % 32 != 0 || stride * sizeof(T) % 16 != 0;
}

template <class Use, class T, class Layout>
void load_matrix_sync(fragment<Use, 16, 16, 16, T, Layout> &to, const T *from, unsigned stride) {
    check(from, stride);
    for (int i = 0; i < 16; i++)
        for (int j = 0; j < 16; j++)
            to.x[i][j] = std::is_same<Layout, row_major>::value ? from[i * stride + j] : from[j * stride + i];
}

template <class Fragment> void fill_fragment(Fragment &to, float x) {
    for (auto &row : to.x)
        for (float &cell : row) cell = x;
}

template <class D, class A, class B, class C> void mma_sync(D &d, const A &a, const B &b, const C &c) {
    D sum = c;
    for (int i = 0; i < 16; i++)
        for (int k = 0; k < 16; k++)
            for (int j = 0; j < 16; j++) sum.x[i][j] += a.x[i][k] * b.x[k][j];
    d = sum;
}

template <class Fragment> void store_matrix_sync(float *to, const Fragment &from, unsigned stride, layout_t layout) {
    check(to, stride);
    for (int i = 0; i < 16; i++)
        for (int j = 0; j < 16; j++) to[layout == mem_row_major ? i * stride + j : j * stride + i] = from.x[i][j];
}

}} // namespace nvcuda::wmma
