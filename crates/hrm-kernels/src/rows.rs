//! Layouts of launches: a plane of units for each row, or a unit for each element.

use crate::buffer::Matrix;
use crate::gpu::Gpu;
use cubecl::prelude::{CubeCount, CubeDim};

/// Rows that a cube works on.
const ROWS_OF_CUBE: u32 = 4;

/// The layout of a launch with one plane a row.
pub(crate) struct RowLaunch {
    pub(crate) count: CubeCount,
    pub(crate) dim: CubeDim,
    /// Units of a plane.
    pub(crate) plane: usize,
}

impl RowLaunch {
    pub(crate) fn new(gpu: &Gpu, rows: usize) -> Self {
        let hardware = gpu.hardware();
        let plane = hardware.plane_size_max;
        let cubes = rows.div_ceil(ROWS_OF_CUBE as usize);
        Self {
            count: grid(cubes, hardware.max_cube_count.0 as usize),
            dim: CubeDim::new_2d(plane, ROWS_OF_CUBE),
            plane: plane as usize,
        }
    }
}

/// At least `cubes` cubes, in two dimensions where one may not have so many.
pub(crate) fn grid(cubes: usize, most: usize) -> CubeCount {
    let most = most.max(1);
    let lines = cubes.div_ceil(most).max(1);
    CubeCount::Static(cubes.div_ceil(lines).max(1) as u32, lines as u32, 1)
}

/// One unit for each of `units` vectors.
pub(crate) fn elements(gpu: &Gpu, units: usize) -> (CubeCount, CubeDim) {
    let hardware = gpu.hardware();
    let dim = CubeDim::new_1d(256.min(hardware.max_units_per_cube));
    let cubes = units.div_ceil(dim.num_elems() as usize);
    (grid(cubes, hardware.max_cube_count.0 as usize), dim)
}

/// Vectors that a unit holds of a row of `width` vectors.
pub(crate) fn held(width: usize, plane: usize) -> usize {
    width.div_ceil(plane)
}

/// Both matrices have the same rows and columns.
pub(crate) fn same_size(a: &Matrix, b: &Matrix) -> bool {
    (a.rows, a.width, a.format) == (b.rows, b.width, b.format)
}
