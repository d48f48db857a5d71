//! Replaying evaluation segments.

use super::check::Bound;
use super::replay::{Golden, Replay, wide};
use crate::error::TrainError;
use crate::model::Model;
use crate::tensor_file::{predictions, read_back, read_tokens};
use hrm_model::Segment;

impl Replay<'_> {
    /// Compares every segment of `FILE.safetensors` with what `model` makes of the fixture's
    /// evaluation batch; nothing where the fixture has no such file.
    pub(super) fn evaluation(&mut self, file: &str, model: &Model) -> Result<(), TrainError> {
        let (Some(mut golden), Some(mut batches)) = (self.golden(file)?, self.golden("eval")?)
        else {
            return Ok(());
        };
        let batch = batches.batch(self.fixture, "batch")?;
        // The batch itself is an input, not a result.
        for name in ["inputs", "labels", "puzzle_identifiers"] {
            golden.take(&format!("batch.{name}"));
        }
        let network = model.network();
        let input = network.encode(
            model.tokens(&batch.inputs, batch.size),
            model.puzzle_rows(&batch.puzzle_identifiers),
        );
        let mut states = network.initial_states(batch.size);
        let segments = self.fixture.config.segments;
        for t in 1..=segments {
            let segment = network.segment(states, &input);
            self.segment(file, &mut golden, t, &segment)?;
            let halted = f64::from(u8::from(t == segments));
            let part = part_name(file, t);
            let (steps, halted) = (vec![t as f64; batch.size], vec![halted; batch.size]);
            self.compare(
                &part,
                &mut golden,
                &format!("t{t}.steps"),
                &steps,
                Bound::Equal,
            );
            self.compare(
                &part,
                &mut golden,
                &format!("t{t}.halted"),
                &halted,
                Bound::Equal,
            );
            states = segment.states;
        }
        self.exhausted(golden);
        Ok(())
    }

    fn segment(
        &mut self,
        file: &str,
        golden: &mut Golden,
        t: usize,
        segment: &Segment,
    ) -> Result<(), TrainError> {
        let part = part_name(file, t);
        let outputs = &segment.outputs;
        let mut tensors = vec![
            ("logits", read_back(&outputs.logits, "logits")?),
            ("q_halt_logits", read_back(&outputs.q_halt, "q_halt")?),
            (
                "q_continue_logits",
                read_back(&outputs.q_continue, "q_continue")?,
            ),
            ("z_H", read_back(&segment.states.z_h, "z_H")?),
        ];
        if let Some(z_l) = &segment.states.z_l {
            tensors.push(("z_L", read_back(z_l, "z_L")?));
        }
        let logits_name = format!("t{t}.logits");
        let logits = golden.numbers(&logits_name).unwrap_or_default();
        let logits = (logits, self.tolerances.tensor(file, &logits_name));
        for (name, ours) in tensors {
            let name = format!("t{t}.{name}");
            let bound = self.tolerances.tensor(file, &name);
            self.compare(&part, golden, &name, &wide(&ours), bound);
        }
        let predicted = wide(&read_tokens(&predictions(&outputs.logits))?);
        self.predictions(&part, golden, &format!("t{t}.preds"), &predicted, logits);
        Ok(())
    }

    /// Compares predicted tokens where the best golden logit leads by more than the logits' own
    /// tolerance. In bfloat16 they are not compared.
    pub(super) fn predictions(
        &mut self,
        part: &str,
        golden: &mut Golden,
        name: &str,
        ours: &[f64],
        (logits, bound): (Vec<f64>, Option<Bound>),
    ) {
        let (Some(mut theirs), Some(Bound::Absolute(tolerance))) = (golden.take(name), bound)
        else {
            return;
        };
        let vocab = self.fixture.architecture.dims.vocab_size.max(1);
        for ((cell, token), ours) in logits.chunks(vocab).zip(&mut theirs).zip(ours) {
            let close = |logit: &&f64| cell.iter().all(|other| *other <= **logit + 2.0 * tolerance);
            if cell.iter().filter(close).count() > 1 {
                *token = *ours;
            }
        }
        self.compare_numbers(part, name, ours, &theirs, Bound::Equal);
    }
}

fn part_name(file: &str, t: usize) -> String {
    match file {
        "eval" => format!("evaluation, segment {t}"),
        "eval_ema_k3" => format!("evaluation with the average after step 3, segment {t}"),
        _ => format!("evaluation after step 3, segment {t}"),
    }
}
