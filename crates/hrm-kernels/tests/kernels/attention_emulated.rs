//! Attention in bfloat16 by cooperative matrices: the source that a Hopper GPU gets, run on the CPU.

use crate::attention_case::{Case, Results, sizes};
use crate::emulator::{Buffer, Emulated, Launch};
use crate::support::*;
use half::bf16;
use hrm_kernels::{Format, Gpu, Projections, Rotary, attention_backward, attention_forward};

/// Numbers behind each row of what the kernels read.
const GAP: usize = 8;

/// The forward kernel and those of the backward pass.
fn kernels(case: &Case) -> Vec<Emulated> {
    let hopper = Gpu::hopper(gpu().client().clone());
    let width = case.sizes.heads * case.sizes.head_size;
    let read = matrix(&case.query, width, GAP, case.format);
    let projections = Projections {
        query: &read,
        key: &read,
        value: &read,
    };
    let tables = case.rotary.as_ref().map(|[cos, sin]| Rotary {
        cos: upload(cos, Format::F32),
        sin: upload(sin, Format::F32),
    });
    let (sizes, tables) = (&case.sizes, tables.as_ref());
    let attended = attention_forward(&hopper, sizes, projections, tables).expect("forward pass");
    attention_backward(&hopper, sizes, projections, tables, &attended, &read)
        .expect("backward pass");
    let sources = hopper.take_sources().into_iter().enumerate();
    let kernel = |(i, source): (usize, hrm_kernels::CudaSource)| {
        let name = format!("attention_{}_{}_{i}", sizes.positions, sizes.head_size);
        Emulated::new(&name, &source.source.expect("a source"))
    };
    sources.map(kernel).collect()
}

fn rows(numbers: &[f32], width: usize) -> Buffer {
    let gap = [f32::NAN; GAP];
    let with_gaps = numbers.chunks(width).flat_map(|row| row.iter().chain(&gap));
    let bytes = with_gaps
        .flat_map(|x| bf16::from_f32(*x).to_le_bytes())
        .collect();
    Buffer { bytes, item: 8 }
}

fn wide(numbers: &[f32], item: usize) -> Buffer {
    Buffer {
        bytes: numbers.iter().flat_map(|x| x.to_le_bytes()).collect(),
        item,
    }
}

fn floats(buffer: &Buffer) -> Vec<f32> {
    buffer
        .bytes
        .chunks(4)
        .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]))
        .collect()
}

fn halves(buffer: &Buffer) -> Vec<f32> {
    buffer
        .bytes
        .chunks(2)
        .map(|b| bf16::from_le_bytes([b[0], b[1]]).to_f32())
        .collect()
}

/// What the kernels give when their units take turns in the `order`th way.
fn emulate(case: &Case, kernels: &[Emulated], order: u32) -> Results<f32> {
    let sizes = &case.sizes;
    let width = sizes.heads * sizes.head_size;
    let stride = (width + GAP) / 4;
    let len = case.query.len();
    let empty = || Buffer {
        bytes: vec![0xff; len * 2],
        item: 8,
    };
    let numbers = || {
        wide(
            &vec![f32::NAN; sizes.batch * sizes.heads * sizes.positions],
            4,
        )
    };
    let [cos, sin] = case
        .rotary
        .clone()
        .unwrap_or_default()
        .map(|table| wide(&table, 16));
    let read = [
        rows(&case.query, width),
        rows(&case.key, width),
        rows(&case.value, width),
        cos,
        sin,
    ];
    let mut buffers = Vec::from(read);
    buffers.extend([empty(), numbers()]);
    let launch = |kernel: &Emulated, integers: &[usize], buffers: &mut [Buffer]| {
        let tiles = sizes.positions.div_ceil(kernel.units / 2);
        // One more than there are, which does nothing.
        let cubes = sizes.batch * sizes.heads * tiles + 1;
        let float = 1.0 / (sizes.head_size as f32).sqrt();
        kernel.run(
            &Launch {
                cubes,
                integers,
                float,
                order,
            },
            buffers,
        );
    };
    launch(&kernels[0], &[stride; 3], &mut buffers);
    let sums = buffers.pop().expect("the log-sum-exp");
    buffers.extend([
        rows(&case.grad, width),
        sums,
        numbers(),
        empty(),
        empty(),
        empty(),
    ]);
    for kernel in &kernels[1..] {
        launch(
            kernel,
            &[stride, stride, stride, width / 4, stride],
            &mut buffers,
        );
    }
    [
        halves(&buffers[5]),
        floats(&buffers[7]),
        halves(&buffers[9]),
        halves(&buffers[10]),
        halves(&buffers[11]),
    ]
}

/// A head in one tile, in several, and smaller than one; the same bytes whatever order the units run in.
#[test]
fn attention_in_bfloat16() {
    if !Emulated::possible() {
        println!("skipped: there is no C++ compiler; CXX names it");
        return;
    }
    for (batch, positions, heads, head_size, rotary) in [
        (2, 82, 2, 64, true),
        (1, 130, 2, 32, false),
        (3, 7, 1, 48, true),
    ] {
        let case = Case::new(
            sizes(batch, positions, heads, head_size),
            rotary,
            Format::Bf16,
        );
        let kernels = kernels(&case);
        let found = emulate(&case, &kernels, 1);
        for order in 2..4 {
            assert_eq!(emulate(&case, &kernels, order), found, "order {order}");
        }
        case.compare(found, GAP);
    }
}
