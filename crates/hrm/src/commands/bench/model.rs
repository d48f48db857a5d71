//! `hrm bench train` and `hrm bench eval`

use crate::cli::BenchModel;
use crate::error::CliError;
use crate::exit::Exit;
use crate::format::{bytes, percent};
use crate::output;
use hrm_config::Precision;
use hrm_train::{PartTime, Speed, SpeedJob, SpeedProfile, TrainError};
use serde_json::json;

pub(super) fn train(args: &BenchModel) -> Result<Exit, CliError> {
    measure(args, "train", hrm_train::train_speed)
}

pub(super) fn eval(args: &BenchModel) -> Result<Exit, CliError> {
    measure(args, "eval", hrm_train::evaluation_speed)
}

fn measure(
    args: &BenchModel,
    work: &str,
    measured: fn(&SpeedJob<'_>) -> Result<Speed, TrainError>,
) -> Result<Exit, CliError> {
    let profile = profile(&args.model)?;
    let speed = measured(&SpeedJob {
        profile: &profile,
        batch_size: args.batch as usize,
        device: args.device.device,
        precision: args.precision,
        steps: args.steps as usize,
        warmup: args.warmup as usize,
    })?;
    if args.json {
        output::json(&described(args, work, &speed))?;
    } else {
        print(args, work, &speed)?;
    }
    Ok(Exit::Ok)
}

fn profile(name: &str) -> Result<SpeedProfile, CliError> {
    let mut profiles = hrm_train::speed_profiles();
    match profiles.iter().position(|profile| profile.name == name) {
        Some(index) => Ok(profiles.swap_remove(index)),
        None => {
            let names: Vec<&str> = profiles.iter().map(|profile| profile.name).collect();
            let message = format!("there is no profile `{name}`");
            Err(CliError::new(Exit::Usage, message).help(format!("use {}", names.join(", "))))
        }
    }
}

fn precision(args: &BenchModel) -> &'static str {
    match args.precision {
        Precision::F32 => "f32",
        Precision::Bf16 => "bf16",
    }
}

fn described(args: &BenchModel, work: &str, speed: &Speed) -> serde_json::Value {
    json!({
        "program": format!("hrm {}", env!("CARGO_PKG_VERSION")), "work": work, "model": args.model,
        "batch_size": args.batch, "device": args.device.device.to_string(),
        "precision": precision(args), "steps": args.steps, "parameters": speed.parameters,
        "seconds_per_step": speed.seconds_per_step, "samples_per_second": speed.samples_per_second,
        "flops_per_step": speed.flops_per_step, "tflops": speed.tflops, "parts": speed.parts,
        "peak_tflops": speed.peak_tflops, "share_of_peak": speed.share_of_peak,
        "breakdown": speed.breakdown,
        "host_memory_bytes": speed.host_memory, "device_memory_bytes": speed.device_memory,
        "memory_estimate_bytes": speed.memory_estimate,
    })
}

fn print(args: &BenchModel, work: &str, speed: &Speed) -> Result<(), CliError> {
    output::line(&format!(
        "{work} {}, batch {}, {} on {}: {:.4} s a step, {:.1} puzzles/s, {:.3} TFLOP/s",
        args.model,
        args.batch,
        precision(args),
        args.device.device,
        speed.seconds_per_step,
        speed.samples_per_second,
        speed.tflops
    ))?;
    print_parts(&speed.parts, speed.seconds_per_step)?;
    let together: f64 = speed.breakdown.iter().map(|part| part.seconds).sum();
    output::line(&format!(
        "  each part by itself, in steps that wait after it ({together:.4} s together, which may be more than a step)"
    ))?;
    print_parts(&speed.breakdown, together)?;
    output::line(&format!(
        "  fastest matrix product {:.3} TFLOP/s, of which the step reaches {}",
        speed.peak_tflops,
        percent(speed.share_of_peak)
    ))?;
    if let Some(memory) = speed.host_memory {
        let seen = [memory.before, memory.half, memory.after, memory.peak];
        print_memory("main memory", seen)?;
    }
    if let Some(memory) = speed.device_memory {
        let seen = [memory.before, memory.half, memory.after, memory.peak];
        print_memory("device memory", seen)?;
    }
    output::line(&format!(
        "  needed by the formula of `hrm plan`: {}",
        bytes(speed.memory_estimate)
    ))
}

/// Each part with its share of a whole.
fn print_parts(parts: &[PartTime], whole: f64) -> Result<(), CliError> {
    for part in parts {
        let share = 100.0 * part.seconds / whole;
        output::line(&format!(
            "  {:<22} {:.4} s  {share:.0} %",
            part.part, part.seconds
        ))?;
    }
    Ok(())
}

fn print_memory(name: &str, seen: [u64; 4]) -> Result<(), CliError> {
    let [before, half, after, peak] = seen.map(bytes);
    output::line(&format!(
        "  {name} {before} before the steps, {half} after half of them, {after} after all; {peak} at most"
    ))
}
