//! How much of a head the cubes of a device hold at once.

use crate::attention::form::{BAND_UNITS, BLOCK, Form};
use crate::attention::{Attention, AttentionError, Tiles};
use crate::buffer::Format;
use crate::gpu::Gpu;
use cubecl::ir::features::MmaConfig;
use cubecl::ir::{ElemType, FloatKind};

/// The most positions that a cube owns: those of a whole head, where it has no more.
const WHOLE: usize = 112;
/// The positions that a cube owns of a larger head.
const PART: usize = 64;

/// The most positions that a cube of the backward pass loads at once: with more, NVIDIA's compiler gives units so
/// many registers that a multiprocessor has room for one cube only.
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
        let most = match pass {
            Pass::Forward => WHOLE,
            Pass::Backward => BACKWARD_OTHER,
        };
        let of_whole = (1..=whole / BLOCK).map(|parts| Tiles {
            own: whole,
            other: positions.div_ceil(parts).next_multiple_of(BLOCK),
        });
        let of_part = (1..=PART / BLOCK).rev().map(|blocks| Tiles {
            own: whole.min(blocks * BLOCK),
            other: whole.min(blocks * BLOCK).min(most),
        });
        let of_whole = of_whole.filter(|tiles| tiles.own <= WHOLE && tiles.other <= most);
        of_whole.chain(of_part).collect()
    }
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
