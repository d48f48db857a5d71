// Runs SHARED_BYTES of shared memory, UNITS units and `kernel`, which the file that includes this has.

static void **buffers;
static info_st *info;
static const size_t STACK = 1 << 19;

static void enter() {
    kernel(buffers, *info);
    wait(done);
}

// The units that wait for each other go on; whether any do.
static bool release(std::vector<Unit> &units) {
    bool any = false;
    for (auto plane = units.begin(); plane != units.end(); plane += 32) {
        bool all = std::all_of(plane, plane + 32, [](Unit &unit) { return unit.state == at_plane; });
        if (all) std::for_each(plane, plane + 32, [](Unit &unit) { unit.state = ready; });
        any |= all;
    }
    if (any || !std::all_of(units.begin(), units.end(), [](Unit &unit) { return unit.state == at_cube; })) return any;
    for (Unit &unit : units) unit.state = ready;
    return true;
}

// 0, or what is wrong: 1 units wait for ever, 2 shared memory was written behind its end, 3 misaligned fragments.
extern "C" int run(unsigned cubes, void **arguments, void *scalars, unsigned order) {
    std::mt19937 random(order);
    std::vector<Unit> units(UNITS);
    buffers = arguments;
    info = static_cast<info_st *>(scalars);
    gridDim = {cubes, 1, 1};
    misaligned = 0;
    for (unsigned cube = 0; cube < cubes; cube++) {
        blockIdx = {cube, 0, 0};
        memset(shared, 0xff, sizeof shared); // what nothing wrote is not a number
        for (unsigned i = 0; i < UNITS; i++) {
            Unit &it = units[i];
            it.index = {i, 0, 0};
            it.state = ready;
            it.stack.resize(STACK);
            getcontext(&it.context);
            it.context.uc_stack.ss_sp = it.stack.data();
            it.context.uc_stack.ss_size = STACK;
            makecontext(&it.context, enter, 0);
        }
        do {
            std::vector<Unit *> waiting;
            for (Unit &it : units)
                if (it.state == ready) waiting.push_back(&it);
            std::shuffle(waiting.begin(), waiting.end(), random);
            // One plane may be several steps ahead of another.
            unsigned plane = waiting[0]->index.x / 32;
            for (Unit *it : waiting)
                if (order % 2 || it->index.x / 32 == plane) {
                    unit = it;
                    swapcontext(&scheduler, &it->context);
                }
        } while (std::any_of(units.begin(), units.end(), [](Unit &it) { return it.state == ready; }) || release(units));
        if (!std::all_of(units.begin(), units.end(), [](Unit &it) { return it.state == done; })) return 1;
        for (size_t i = SHARED_BYTES; i < sizeof shared; i++)
            if (shared[i] != char(0xff)) return 2;
    }
    return misaligned ? 3 : 0;
}
