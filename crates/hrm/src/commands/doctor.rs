//! `hrm doctor`

use crate::cli::Doctor;
use crate::error::CliError;
use crate::exit::Exit;
use crate::format::bytes;
use crate::output::{self, Tone};
use crate::state;
use hrm_config::Precision;
use hrm_runner::{CudaNeed, DeviceChoice, DeviceError, cuda_kernel_folder, cuda_needs};
use hrm_train::{DeviceKind, KernelCheck};
use serde::Serialize;
use std::io::IsTerminal;
use std::path::Path;

/// Free disk space below which a training may not find room for its checkpoints.
const DISK_BYTES_MIN: u64 = 2 << 30;

/// One thing that was looked at.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Finding {
    what: &'static str,
    /// False where something is wrong.
    ok: bool,
    text: String,
}

/// Says what this machine can do. Exits with an error when something is wrong that keeps
/// workflows from running.
pub(super) fn doctor(args: &Doctor, state: &Path) -> Result<Exit, CliError> {
    let mut findings = machine();
    findings.extend(devices(args.device.device));
    findings.extend(state_folder(state));
    if args.deep {
        findings.extend(kernels(args.device.device)?);
        findings.extend(parity(args)?);
    }
    if args.json {
        output::json(&findings)?;
    } else {
        let color = std::io::stdout().is_terminal() && output::color();
        for finding in &findings {
            let mark = if finding.ok {
                Tone::Good.paint("ok   ", color)
            } else {
                Tone::Bad.paint("WRONG", color)
            };
            output::line(&format!("{mark} {:<12} {}", finding.what, finding.text))?;
        }
    }
    Ok(if findings.iter().all(|finding| finding.ok) {
        Exit::Ok
    } else {
        Exit::Internal
    })
}

fn good(what: &'static str, text: impl Into<String>) -> Finding {
    Finding {
        what,
        ok: true,
        text: text.into(),
    }
}

fn wrong(what: &'static str, text: impl Into<String>) -> Finding {
    Finding {
        what,
        ok: false,
        text: text.into(),
    }
}

fn machine() -> Vec<Finding> {
    let machine = hrm_runner::environment("", Path::new("."));
    let git = match (&machine.git_commit, machine.git_dirty) {
        (Some(commit), Some(true)) => format!("{commit}, with uncommitted changes"),
        (Some(commit), _) => commit.clone(),
        (None, Some(_)) => "a repository without a commit".to_owned(),
        (None, None) => "not a repository: runs record no commit".to_owned(),
    };
    vec![
        good(
            "version",
            format!("hrm {}, burn {}", machine.hrm_version, machine.burn_version),
        ),
        good("system", format!("{}, {}", machine.os, machine.arch)),
        good(
            "processor",
            format!("{}, {} cores", machine.cpu, machine.cores),
        ),
        good("memory", bytes(machine.memory_bytes)),
        good("git", git),
    ]
}

fn devices(wanted: DeviceChoice) -> Vec<Finding> {
    let index = match wanted {
        DeviceChoice::Cuda(index) => index,
        DeviceChoice::Auto | DeviceChoice::Cpu => 0,
    };
    // A machine without CUDA is a broken one only for those who ask for it.
    let asked = matches!(wanted, DeviceChoice::Cuda(_));
    let cuda = match DeviceChoice::Cuda(index).open() {
        Ok(_) => good("device cuda", "available; precision f32 and bf16"),
        Err(error) => lacking("device cuda", asked, device_trouble(&error)),
    };
    let cpu = "available; precision f32, and bf16 (slower)";
    let mut findings = vec![good("device cpu", cpu), cuda];
    findings.extend(cuda_needs().into_iter().map(|need| of_need(need, asked)));
    if let Some(folder) = cuda_kernel_folder() {
        let folder = folder.display();
        let text = format!(
            "compiled and tuned ones are kept in {folder}; `HRM_CUDA_CACHE` names another folder"
        );
        findings.push(good("cuda kernels", text));
    }
    findings
}

/// Why a device is not available. What CUDA needs has lines of its own.
fn device_trouble(error: &DeviceError) -> String {
    match error {
        DeviceError::Unusable(_) => "not available: see what CUDA needs".to_owned(),
        other => other.to_string(),
    }
}

fn of_need(need: CudaNeed, asked: bool) -> Finding {
    match need.found {
        Ok(text) => good(need.what, text),
        Err(fault) => lacking(need.what, asked, fault.to_string()),
    }
}

/// What is not there, which is wrong only where it was asked for.
fn lacking(what: &'static str, asked: bool, text: String) -> Finding {
    match asked {
        true => wrong(what, text),
        false => good(what, text),
    }
}

/// Compares every fused operation of the device with the plain ones, in each number format that has them.
fn kernels(device: DeviceChoice) -> Result<Vec<Finding>, CliError> {
    let (_, kind) = device.open().map_err(hrm_train::TrainError::from)?;
    let formats: &[(Precision, &str)] = match kind {
        DeviceKind::Cpu => &[(Precision::F32, "f32")],
        DeviceKind::Cuda => &[(Precision::F32, "f32"), (Precision::Bf16, "bf16")],
    };
    let mut findings = Vec::new();
    for (precision, format) in formats {
        let checks = hrm_train::kernel_checks(device, *precision)?;
        let failed = checks.iter().filter(|check| !check.passed());
        findings.extend(failed.map(|check| wrong("kernel", difference(check, format))));
        let nearest = checks
            .iter()
            .max_by(|a, b| (a.error / a.bound).total_cmp(&(b.error / b.bound)));
        if let (Some(nearest), true) = (nearest, checks.iter().all(KernelCheck::passed)) {
            let text = format!(
                "all {} fused operations agree with the plain ones; farthest {}",
                checks.len(),
                difference(nearest, format),
            );
            findings.push(good("kernels", text));
        }
    }
    Ok(findings)
}

fn difference(check: &KernelCheck, format: &str) -> String {
    let KernelCheck {
        kernel,
        error,
        bound,
        ..
    } = check;
    format!("{kernel} in {format}: {error:.1e} of its largest number, allowed {bound:.0e}")
}

/// Replays the golden numbers that ship with the program.
fn parity(args: &Doctor) -> Result<Vec<Finding>, CliError> {
    let replayed = super::model::replay(args.device.device)?.into_iter();
    Ok(replayed
        .map(|(ok, text)| {
            if ok {
                good("parity", text)
            } else {
                wrong("parity", text)
            }
        })
        .collect())
}

/// Opens the state folder and looks at its disk. A folder that is not there yet is made by the
/// first run, so it is not made here.
fn state_folder(state: &Path) -> Vec<Finding> {
    let place = std::path::absolute(state).unwrap_or_else(|_| state.to_owned());
    if !state.exists() {
        return vec![good(
            "state",
            format!("{}: will be made by the first run", place.display()),
        )];
    }
    let mut findings = vec![match state::open(state) {
        Ok(_) => good("state", place.display().to_string()),
        Err(error) => wrong("state", error.to_string()),
    }];
    findings.push(match fs4::available_space(state) {
        Ok(free) if free < DISK_BYTES_MIN => wrong(
            "disk",
            format!("only {} free; checkpoints may not fit", bytes(free)),
        ),
        Ok(free) => good("disk", format!("{} free", bytes(free))),
        Err(error) => wrong("disk", format!("free space cannot be told: {error}")),
    });
    findings
}
