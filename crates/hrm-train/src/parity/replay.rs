//! State of a replay: what was compared, and what is still to be.

use super::check::{Bound, ParityCheck, ParityReport};
use super::fixture::{Fixture, fixture_error};
use super::tolerance::Tolerances;
use crate::error::TrainError;
use crate::model::{Model, Place};
use crate::tensor_file::NamedValues;
use crate::trained_segment::TrainedSegment;
use crate::trainer::Trainer;
use hrm_config::Precision;
use hrm_dataset::Batch;

pub(super) use crate::model::PREFIX;

/// What a test does between the halves of a training step, to show that mistakes are caught.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hooks {
    /// Before the incoming batch is admitted.
    pub(super) before: fn(&mut Trainer<'_>, &Batch),
    /// Between the backward pass and the optimizers.
    pub(super) between: fn(&Trainer<'_>, &mut TrainedSegment),
}

impl Default for Hooks {
    fn default() -> Self {
        Self {
            before: |_, _| {},
            between: |_, _| {},
        }
    }
}

pub(super) struct Replay<'a> {
    pub(super) fixture: &'a Fixture,
    pub(super) hooks: Hooks,
    pub(super) place: Place,
    pub(super) tolerances: Tolerances<'a>,
    checks: Vec<ParityCheck>,
}

/// The golden tensors of one file, taken out as they are compared.
pub(super) struct Golden {
    file: String,
    values: NamedValues,
}

impl Golden {
    /// The tensor's numbers; none where the file does not hold it.
    pub(super) fn numbers(&self, name: &str) -> Option<Vec<f64>> {
        self.values.get(name).map(|(_, numbers)| wide(numbers))
    }

    /// The same, and counts the tensor as compared.
    pub(super) fn take(&mut self, name: &str) -> Option<Vec<f64>> {
        let numbers = self.numbers(name);
        self.values.remove(name);
        numbers
    }

    /// The batch whose tensors start with `prefix`.
    pub(super) fn batch(&mut self, fixture: &Fixture, prefix: &str) -> Result<Batch, TrainError> {
        let mut part = |name: &str| {
            let name = format!("{prefix}.{name}");
            self.values.remove(&name).ok_or_else(|| {
                fixture_error(
                    fixture.place(),
                    format!("`{}` lacks tensor `{name}`", self.file),
                )
            })
        };
        let ids = |numbers: Vec<f32>| numbers.into_iter().map(|n| n as i32).collect::<Vec<i32>>();
        let (_, inputs) = part("inputs")?;
        let (_, labels) = part("labels")?;
        let puzzle_identifiers = ids(part("puzzle_identifiers")?.1);
        let (size, seq_len) = (puzzle_identifiers.len(), fixture.architecture.dims.seq_len);
        if inputs.len() != size * seq_len || labels.len() != inputs.len() {
            let reason = format!("the batch `{prefix}` is not {size} puzzles of {seq_len} cells");
            return Err(fixture_error(fixture.place(), reason));
        }
        Ok(Batch {
            size,
            seq_len,
            inputs: ids(inputs),
            labels: ids(labels),
            puzzle_identifiers,
            examples: (0..size as u32).map(Some).collect(),
        })
    }
}

impl<'a> Replay<'a> {
    pub(super) fn new(
        fixture: &'a Fixture,
        place: Place,
        precision: Precision,
        hooks: Hooks,
    ) -> Self {
        Self {
            fixture,
            hooks,
            place,
            tolerances: Tolerances { fixture, precision },
            checks: Vec::new(),
        }
    }

    /// Whether later steps can be compared: in bfloat16 rounding decides too much.
    pub(super) fn exact(&self) -> bool {
        self.tolerances.precision == Precision::F32
    }

    /// The model with the weights of `FILE.safetensors`.
    pub(super) fn model(&self, file: &str) -> Result<Model, TrainError> {
        let values = self.fixture.required(file)?;
        Model::from_values(
            self.fixture.architecture.clone(),
            values,
            &self.fixture.place().join(file),
            &self.place,
        )
    }

    pub(super) fn golden(&self, file: &str) -> Result<Option<Golden>, TrainError> {
        Ok(self.fixture.tensors(file)?.map(|values| Golden {
            file: file.to_owned(),
            values,
        }))
    }

    /// Compares a tensor, where the file holds it and it has a bound.
    pub(super) fn compare(
        &mut self,
        part: &str,
        golden: &mut Golden,
        name: &str,
        ours: &[f64],
        bound: impl Into<Option<Bound>>,
    ) {
        if let (Some(theirs), Some(bound)) = (golden.take(name), bound.into()) {
            self.compare_numbers(part, name, ours, &theirs, bound);
        }
    }

    pub(super) fn compare_numbers(
        &mut self,
        part: &str,
        name: &str,
        ours: &[f64],
        theirs: &[f64],
        bound: Bound,
    ) {
        self.checks
            .push(ParityCheck::new(part, name, ours, theirs, bound));
    }

    /// Whatever the file still holds was not compared.
    pub(super) fn exhausted(&mut self, golden: Golden) {
        for name in golden.values.keys() {
            self.checks
                .push(ParityCheck::not_compared(&golden.file, name));
        }
    }

    pub(super) fn finish(self) -> ParityReport {
        ParityReport {
            fixture: self.fixture.name.clone(),
            checks: self.checks,
        }
    }
}

/// Widens numbers for comparing.
pub(super) fn wide<T: Copy + Into<f64>>(numbers: &[T]) -> Vec<f64> {
    numbers.iter().map(|n| (*n).into()).collect()
}
