// What CUDA C++ has and C++ has not, for kernels of one grid dimension and planes of 32 units.
//
// Each unit is a context of its own. A unit runs until it waits; which goes on is drawn, so that a result that hangs
// on an order which nothing enforces differs from run to run.
#pragma once
#include <algorithm>
#include <math.h>
#include <random>
#include <stdint.h>
#include <string.h>
#include <type_traits>
#include <ucontext.h>
#include <vector>

using std::max;
using std::min;

#define __global__
#define __device__
#define __restrict__ __restrict
#define __launch_bounds__(units)
#define __grid_constant__
#define threadIdx (unit->index)

struct Index {
    unsigned x, y, z;
};

enum State { ready, at_plane, at_cube, done };

struct Unit {
    ucontext_t context;
    Index index;
    State state;
    std::vector<char> stack;
};

static Unit *unit;
static Index blockIdx, gridDim;
static ucontext_t scheduler;
// How often a fragment was loaded or stored where the hardware may not.
static long misaligned;

static void wait(State state) {
    unit->state = state;
    swapcontext(&unit->context, &scheduler);
}

static inline void __syncthreads() { wait(at_cube); }
static inline void __syncwarp() { wait(at_plane); }
