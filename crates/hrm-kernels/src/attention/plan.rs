//! How much of a head the cubes of a device hold at once.

use crate::attention::form::{BAND_UNITS, BLOCK, Form};
use crate::attention::{Attention, AttentionError, Tiles};
use crate::buffer::Format;
use crate::gpu::Gpu;
use cubecl::ir::features::MmaConfig;
use cubecl::ir::{ElemType, FloatKind};
use std::cmp::Reverse;

/// The most positions that a cube owns: those of a whole head, where it has no more.
const WHOLE: usize = 112;
/// The fewest that it owns of a larger head, where they fit.
const PART: usize = 64;
/// The most positions of a larger head that a cube of the forward pass loads at once.
const FORWARD_OTHER: usize = 64;
/// The most that one of the backward pass does: with more, NVIDIA's compiler gives units so many registers that a
/// multiprocessor has room for one cube only.
const BACKWARD_OTHER: usize = 32;

/// Which of the two passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pass {
    Forward,
    Backward,
}

impl Attention {
    /// The tiles to try, those first that suit large devices.
    fn candidates(&self, pass: Pass) -> Vec<Tiles> {
        let positions = self.positions.max(1);
        let whole = positions.next_multiple_of(BLOCK);
        let (most_of_whole, most) = match pass {
            Pass::Forward => (WHOLE, FORWARD_OTHER),
            Pass::Backward => (BACKWARD_OTHER, BACKWARD_OTHER),
        };
        let of_whole = (1..=whole / BLOCK).map(|parts| Tiles {
            own: whole,
            other: positions.div_ceil(parts).next_multiple_of(BLOCK),
        });
        let of_whole = of_whole.filter(|tiles| tiles.own <= WHOLE && tiles.other <= most_of_whole);
        let other = even(positions, most);
        let mut owns: Vec<usize> = (BLOCK..=WHOLE.min(whole)).step_by(BLOCK).collect();
        // The least padding, and of the same the fewest tiles.
        owns.sort_by_key(|own| {
            let padded = positions.next_multiple_of(*own);
            (
                *own < PART,
                if *own < PART { 0 } else { padded },
                Reverse(*own),
            )
        });
        let of_part = owns.into_iter().map(|own| Tiles {
            own,
            other: own.min(other),
        });
        of_whole.chain(of_part).collect()
    }
}

/// Rows of tiles, `most` or fewer, that divide the positions evenly.
const fn even(positions: usize, most: usize) -> usize {
    positions
        .div_ceil(positions.div_ceil(most))
        .next_multiple_of(BLOCK)
}

/// What the kernels are compiled for: the first tiles of which two cubes fit into a multiprocessor's memory, or
/// else one.
pub(crate) fn form(
    gpu: &Gpu,
    sizes: &Attention,
    format: Format,
    lanes: usize,
    rotary: bool,
    pass: Pass,
) -> Result<Form, AttentionError> {
    let &Attention {
        positions,
        heads,
        head_size,
        ..
    } = sizes;
    if !head_size.is_multiple_of(BLOCK) || !(BLOCK..=8 * BLOCK).contains(&head_size) {
        return Err(AttentionError::HeadSize(head_size));
    }
    let cmma = format == Format::Bf16 && has_blocks(gpu);
    let form = |Tiles { own, other }| Form {
        positions,
        heads,
        head_size,
        lanes,
        own,
        other,
        rotary,
        cmma,
    };
    let hardware = gpu.hardware();
    let memory = hardware.max_shared_memory_size;
    let fits = |form: &Form, memory: usize| {
        let bytes = match pass {
            Pass::Forward => form.forward_bytes(format),
            Pass::Backward => form.backward_bytes(format),
        };
        bytes <= memory && form.units() <= hardware.max_units_per_cube as usize
    };
    let candidates = sizes
        .tiles
        .map_or_else(|| sizes.candidates(pass), |tiles| vec![tiles]);
    let fitting = [memory / 2, memory].into_iter().find_map(|memory| {
        candidates
            .iter()
            .copied()
            .map(form)
            .find(|form| fits(form, memory))
    });
    fitting.ok_or(AttentionError::Memory { head_size, memory })
}

/// Whether planes of 32 units multiply blocks of bfloat16 numbers into float32 sums.
fn has_blocks(gpu: &Gpu) -> bool {
    let properties = gpu.properties();
    let hardware = &properties.hardware;
    let bf16 = ElemType::Float(FloatKind::BF16);
    let block = MmaConfig {
        a_type: bf16,
        b_type: bf16,
        cd_type: ElemType::Float(FloatKind::F32),
        m: BLOCK as u32,
        n: BLOCK as u32,
        k: BLOCK as u32,
    };
    let planes = (hardware.plane_size_min, hardware.plane_size_max);
    planes == (BAND_UNITS as u32, BAND_UNITS as u32)
        && properties.features.matmul.cmma.contains(&block)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_of_published_sizes() {
        let first = |positions, pass| {
            let sizes = Attention {
                batch: 1,
                positions,
                heads: 8,
                head_size: 64,
                tiles: None,
            };
            sizes
                .candidates(pass)
                .first()
                .map(|tiles| (tiles.own, tiles.other))
        };
        for (positions, forward, backward) in [
            (1, (16, 16), (16, 16)),
            (82, (96, 96), (96, 32)),
            (97, (112, 112), (112, 32)),
            (130, (80, 48), (80, 32)),
            (900, (96, 64), (96, 32)),
            (916, (96, 64), (96, 32)),
        ] {
            assert_eq!(
                first(positions, Pass::Forward),
                Some(forward),
                "{positions}"
            );
            assert_eq!(
                first(positions, Pass::Backward),
                Some(backward),
                "{positions}"
            );
        }
    }

    #[test]
    fn there_are_small_tiles_for_small_devices() {
        for positions in [7, 82, 97, 900] {
            let sizes = Attention {
                batch: 1,
                positions,
                heads: 1,
                head_size: 128,
                tiles: None,
            };
            let smallest = Tiles { own: 16, other: 16 };
            assert!(
                sizes.candidates(Pass::Forward).contains(&smallest),
                "{positions}"
            );
            assert!(
                sizes.candidates(Pass::Backward).contains(&smallest),
                "{positions}"
            );
        }
    }
}
