//! The estimate of memory beside what a training on the CPU really takes from the allocator.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "in helpers of tests, too, a failure is a failed test"
)]

use hrm_config::{Arch, Mixer, ModelConfig, PositionEncoding, Precision, TrainConfig};
use hrm_model::{Architecture, Dims};
use hrm_train::{
    DeviceChoice, DeviceKind, Speed, SpeedJob, SpeedProfile, TrainError, evaluation_memory,
    evaluation_speed, train_speed, training_memory,
};
use peak_alloc::PeakAlloc;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// A measurement.
type Work = fn(&SpeedJob<'_>) -> Result<Speed, TrainError>;

/// The most that is taken from the allocator in some steps, beside what was before.
fn most(profile: &SpeedProfile, batch_size: usize, precision: Precision, work: Work) -> f64 {
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    let job = SpeedJob {
        profile,
        batch_size,
        device: DeviceChoice::Cpu,
        precision,
        steps: 1,
        warmup: 1,
    };
    work(&job).unwrap();
    (ALLOCATOR.peak_usage() - before) as f64
}

/// A model of three positions more than `seq_len`.
fn profile(batch_size: usize, seq_len: usize, model: ModelConfig) -> SpeedProfile {
    let model = ModelConfig {
        hidden_size: 128,
        num_heads: 4,
        h_layers: 2,
        l_layers: 2,
        h_cycles: 1,
        l_cycles: 1,
        puzzle_emb_len: Some(3),
        ..model
    };
    SpeedProfile {
        name: "test",
        train: TrainConfig {
            batch_size,
            segments: 2,
            ema: Some(0.999),
            model,
            ..TrainConfig::for_dataset("random")
        },
        dims: Dims {
            vocab_size: 11,
            seq_len,
            num_puzzle_identifiers: 1,
        },
    }
}

/// One test, since the allocator is one for all of them.
#[test]
fn the_estimate_is_near_what_is_taken() {
    // On one core parts of a batch are worked on one after another, on every machine.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1);
    pool.build_global().unwrap();
    let trm = ModelConfig {
        arch: Arch::Trm,
        mixer: Mixer::Mlp,
        pos_encodings: PositionEncoding::None,
        ..ModelConfig::default()
    };
    let transformer = ModelConfig {
        arch: Arch::Transformer,
        ..ModelConfig::default()
    };
    let f32 = Precision::F32;
    let cases = [
        ("hrm", profile(64, 61, ModelConfig::default()), f32),
        ("hrm, long", profile(12, 253, ModelConfig::default()), f32),
        ("trm-mlp", profile(64, 61, trm), f32),
        ("transformer", profile(96, 61, transformer), f32),
        (
            "hrm, bf16",
            profile(16, 61, ModelConfig::default()),
            Precision::Bf16,
        ),
    ];
    for (name, profile, precision) in cases {
        let train = TrainConfig {
            precision,
            ..profile.train.clone()
        };
        let architecture = Architecture::new(&train.model, profile.dims).unwrap();
        let kind = DeviceKind::Cpu;
        let training = training_memory(&train, &architecture, kind);
        // More puzzles, since they need far less for each; and more than the products beside them.
        let (few, many) = (train.batch_size, 4 * train.batch_size);
        let evaluation = evaluation_memory(precision, &architecture, kind, many);
        let works: [(&str, usize, u64, Work); 2] = [
            ("training", few, training.total(), train_speed),
            ("evaluation", many, evaluation.total(), evaluation_speed),
        ];
        // On a CPU products in bfloat16 make float32 copies, as large as all else in an evaluation.
        let measurable = if precision == Precision::F32 { 2 } else { 1 };
        for (work, batch_size, estimate, measured) in works.into_iter().take(measurable) {
            let most = most(&profile, batch_size, precision, measured);
            let ratio = estimate as f64 / most;
            println!(
                "{name}, {work}: {:.1} MiB, {ratio:.2} estimated",
                most / 1048576.0
            );
            assert!((0.8..1.25).contains(&ratio), "{name}, {work}: {ratio:.2}");
        }
    }
}
