// bfloat16, rounded to nearest, ties to even.
#pragma once
#include "device.h"

struct __nv_bfloat16 {
    uint16_t bits;
    __nv_bfloat16() = default;
    __nv_bfloat16(int x) : __nv_bfloat16(float(x)) {}
    __nv_bfloat16(float x) {
        uint32_t wide;
        memcpy(&wide, &x, 4);
        bits = isnan(x) ? 0x7fff : (wide + 0x7fff + (wide >> 16 & 1)) >> 16;
    }
    operator float() const {
        uint32_t wide = uint32_t(bits) << 16;
        float x;
        memcpy(&x, &wide, 4);
        return x;
    }
};
