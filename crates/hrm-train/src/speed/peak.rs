//! How fast a device multiplies matrices.

use crate::error::TrainError;
use crate::model::Place;
use burn::tensor::{DType, Distribution, Tensor};
use hrm_model::{Architecture, DeviceKind};
use std::time::Instant;

/// Seconds for which each product is repeated.
const SECONDS: f64 = 0.05;

/// Seconds above which one product is too long to be measured.
const LONGEST: f64 = 0.25;

/// Rows, inner size and columns of a product.
type Shape = [usize; 3];

/// The highest rate of a matrix product on the device, in 10¹² operations a second: of large square ones,
/// and of those of the model itself with a batch of `batch_size` puzzles. It is measured through the
/// same library and in the same number format as the model, so that it is what that could reach, not
/// what the device's maker promises.
///
/// # Errors
/// Where the device fails.
pub(super) fn peak_tflops(
    place: &Place,
    architecture: &Architecture,
    batch_size: usize,
) -> Result<f64, TrainError> {
    let mut peak = 0.0_f64;
    for shape in shapes(place.kind, architecture, batch_size) {
        let [rows, inner, columns] = shape.map(|size| size as f64);
        let operations = 2.0 * rows * inner * columns;
        if peak == 0.0 || operations / peak < LONGEST {
            peak = peak.max(operations / seconds(place, shape)?);
        }
    }
    Ok(peak / 1e12)
}

/// Squares, and the model's products, from the smallest one on.
fn shapes(kind: DeviceKind, architecture: &Architecture, batch_size: usize) -> Vec<Shape> {
    // More rows than these are no faster.
    let (squares, rows_max): (&[usize], usize) = match kind {
        DeviceKind::Cpu => (&[256, 512, 1024], 1 << 12),
        DeviceKind::Cuda => (&[1024, 2048, 4096, 8192], 1 << 16),
    };
    let rows = (batch_size * architecture.positions()).min(rows_max);
    let hidden = architecture.hidden_size();
    let inner = architecture.swiglu_inner(hidden);
    let mut shapes: Vec<Shape> = squares.iter().map(|&size| [size; 3]).collect();
    shapes.extend([
        [rows, hidden, hidden],
        [rows, hidden, 2 * inner],
        [rows, inner, hidden],
    ]);
    shapes.sort_by_key(|shape| shape.iter().product::<usize>());
    shapes
}

/// Seconds of one product.
fn seconds(place: &Place, [rows, inner, columns]: Shape) -> Result<f64, TrainError> {
    // Numbers of all sizes: products of zeros take less power, and so less time.
    let matrix = |rows: usize, columns: usize| {
        let between = Distribution::Uniform(-1.0, 1.0);
        Tensor::<2>::random([rows, columns], between, (&place.device, DType::F32)).cast(place.dtype)
    };
    let (left, right) = (matrix(rows, inner), matrix(inner, columns));
    let timed = |products: u32| {
        let start = Instant::now();
        for _ in 0..products {
            let _ = left.clone().matmul(right.clone());
        }
        wait(place)?;
        Ok(start.elapsed().as_secs_f64() / f64::from(products))
    };
    wait(place)?;
    // The first one chooses how it is done, which takes longer.
    timed(1)?;
    let about: f64 = timed(1)?;
    timed((SECONDS / about).clamp(1.0, 1000.0) as u32)
}

/// Waits until the device has done all that it was given.
pub(super) fn wait(place: &Place) -> Result<(), TrainError> {
    place.device.sync().map_err(|error| TrainError::Read {
        what: "the end of its work",
        reason: error.to_string(),
    })
}
