//! `hrm store verify`

use crate::cli::StoreVerify;
use crate::error::CliError;
use crate::exit::Exit;
use crate::format::{bytes, counted};
use crate::output;
use hrm_runner::care;
use hrm_store::Store;
use std::path::Path;

pub(super) fn verify(args: &StoreVerify, state: &Path) -> Result<Exit, CliError> {
    let verified = care::verify(&Store::open(state)?)?;
    if args.json {
        output::json(&verified)?;
    } else {
        for entry in &verified.damaged {
            let reasons = entry.reasons.join("; ");
            output::line(&format!("damaged: {}: {reasons}", entry.path))?;
            output::line(&format!("         {}", entry.cure))?;
        }
        output::line(&format!(
            "{} with {}, {}, the database: {}",
            counted(verified.artifacts as u64, "artifact"),
            bytes(verified.bytes),
            counted(verified.runs as u64, "log"),
            match verified.damaged.len() {
                0 => "nothing is damaged".to_owned(),
                n => format!("{n} damaged"),
            }
        ))?;
    }
    Ok(match verified.damaged.is_empty() {
        true => Exit::Ok,
        false => Exit::Internal,
    })
}
