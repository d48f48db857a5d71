//! One mistake at a time: parity has to catch it, where it shows first.

use super::*;
use crate::tensor_file::read_back;
use crate::trained_segment::TrainedSegment;
use crate::trainer::Trainer;
use hrm_config::{GradientSpan, Loss, TrainConfig};
use hrm_dataset::Batch;
use hrm_model::Architecture;

fn fixture(name: &str) -> Fixture {
    let mut fixtures = shipped_fixtures().unwrap();
    let place = fixtures.iter().position(|f| f.name() == name).unwrap();
    fixtures.swap_remove(place)
}

fn report(fixture: &Fixture, hooks: Hooks) -> ParityReport {
    run(fixture, DeviceChoice::Cpu, Precision::F32, hooks).unwrap()
}

/// The first part of the replay with a failed check.
#[track_caller]
fn assert_first_failure(fixture: &Fixture, hooks: Hooks, part: &str) {
    let report = report(fixture, hooks);
    let first = report.failures().next().map(|check| check.part.as_str());
    assert_eq!(first, Some(part), "{}", fixture.name());
}

#[track_caller]
fn assert_config_caught(name: &str, change: impl FnOnce(&mut TrainConfig), part: &str) {
    let mut fixture = fixture(name);
    change(&mut fixture.config);
    fixture.architecture =
        Architecture::new(&fixture.config.model, fixture.architecture.dims).unwrap();
    assert_first_failure(&fixture, Hooks::default(), part);
}

#[test]
fn a_gradient_that_is_not_finite_is_named() {
    let fixture = fixture("C_trm_att");
    let place = Place::open(DeviceChoice::Cpu, Precision::F32).unwrap();
    let replay = Replay::new(&fixture, place, Precision::F32, Hooks::default());
    let model = replay.model("state").unwrap();
    let mut trainer = Trainer::new(&fixture.config, 0, fixture.total_steps, model);
    let mut golden = replay.golden("train").unwrap().unwrap();
    let batch = golden.batch(&fixture, "k1.batch").unwrap();
    let mut segment = trainer.forward_backward(&batch).unwrap();
    let specs = trainer.model.parameters.specs().to_vec();
    let named = |trainer: &Trainer<'_>, segment: &TrainedSegment| {
        let check = trainer.gradient_check(segment);
        let magnitudes = read_back(&check.magnitudes, "").unwrap();
        check.first_bad(&magnitudes, &specs)
    };
    assert_eq!(named(&trainer, &segment), None);
    let head = specs
        .iter()
        .position(|spec| spec.name == "lm_head.weight")
        .unwrap();
    segment.gradients[head] = segment.gradients[head].take().map(|g| g * f64::NAN);
    let bad = named(&trainer, &segment);
    assert_eq!(bad.as_deref(), Some("the gradient of `lm_head.weight`"));
    assert_eq!(trainer.model.first_not_finite().unwrap(), None);
    trainer.update(segment);
    let named = trainer.model.first_not_finite().unwrap();
    assert_eq!(named.as_deref(), Some("`lm_head.weight`"));
}

#[test]
fn swapped_h_and_l_weights() {
    let mut fixture = fixture("A_hrm_rope");
    let tensors = fixture.packed_tensors();
    let levels = |name: &str| match name.contains("H_level") {
        true => name.replace("H_level", "L_level"),
        false => name.replace("L_level", "H_level"),
    };
    let states: Vec<_> = tensors
        .extract_if(.., |name, _| name.starts_with("state/"))
        .map(|(name, value)| (levels(&name), value))
        .collect();
    tensors.extend(states);
    assert_first_failure(&fixture, Hooks::default(), "evaluation, segment 1");
}

#[test]
fn no_injection_of_the_input() {
    for name in ["A_hrm_rope", "C_trm_att", "E_baseline_recurrent"] {
        let mut fixture = fixture(name);
        let name = "state/model.inner.embed_tokens.embedding_weight";
        let (_, numbers) = fixture.packed_tensors().get_mut(name).unwrap();
        numbers.fill(0.0);
        assert_first_failure(&fixture, Hooks::default(), "evaluation, segment 1");
    }
}

/// Weight decay as a part of the gradient, where the moments see it.
fn decay_into_gradient(trainer: &Trainer<'_>, segment: &mut TrainedSegment) {
    let weights = trainer.model.parameters.tensors();
    for (gradient, weight) in segment.gradients.iter_mut().zip(weights) {
        *gradient = gradient.take().map(|g| g + weight.clone() * 0.1);
    }
}

#[test]
fn decay_inside_the_gradient() {
    let mut fixture = fixture("A_hrm_rope");
    assert_eq!(fixture.config.weight_decay, 0.1);
    fixture.config.weight_decay = 0.0;
    let hooks = Hooks {
        between: decay_into_gradient,
        ..Hooks::default()
    };
    assert_first_failure(&fixture, hooks, "weights after step 1");
}

/// Fresh slots take their puzzle but keep the states of the one before.
fn admit_without_reset(trainer: &mut Trainer<'_>, batch: &Batch) {
    let carry = trainer.carry.as_mut().unwrap();
    carry.admit(batch);
    carry.halted.fill(false);
}

#[test]
fn no_carry_reset() {
    for name in ["A_hrm_rope", "C_trm_att", "E_baseline_direct"] {
        let hooks = Hooks {
            before: admit_without_reset,
            ..Hooks::default()
        };
        assert_first_failure(&fixture(name), hooks, "training step 1");
    }
}

#[test]
fn halting_off_by_one() {
    let more = |config: &mut TrainConfig| config.segments += 1;
    assert_config_caught("A_hrm_rope", more, "evaluation, segment 4");
    let fewer = |config: &mut TrainConfig| config.segments -= 1;
    assert_config_caught("C_trm_att", fewer, "evaluation, segment 3");
    // Without the evaluation, the carry shows it.
    let mut fixture = fixture("E_baseline_recurrent");
    fixture.config.segments += 1;
    fixture
        .packed_tensors()
        .retain(|name, _| !name.contains(".halted") || name.contains("train/"));
    let report = report(&fixture, Hooks::default());
    let parts: Vec<&str> = report.failures().map(|check| check.part.as_str()).collect();
    assert!(
        parts
            .iter()
            .any(|part| part.starts_with("carry after step")),
        "{parts:?}"
    );
}

#[test]
fn one_cycle_more() {
    assert_config_caught(
        "A_hrm_rope",
        |c| c.model.l_cycles += 1,
        "evaluation, segment 1",
    );
    assert_config_caught(
        "C_trm_att",
        |c| c.model.h_cycles += 1,
        "evaluation, segment 1",
    );
}

#[test]
fn gradient_through_the_wrong_span() {
    let cycle = |c: &mut TrainConfig| c.model.gradient = Some(GradientSpan::LastCycle);
    assert_config_caught("A_hrm_rope", cycle, "gradients of step 1");
    let step = |c: &mut TrainConfig| c.model.gradient = Some(GradientSpan::LastStep);
    assert_config_caught("D_trm_mlp_t", step, "gradients of step 1");
}

#[test]
fn another_loss() {
    assert_config_caught("A_hrm_rope", |c| c.loss = Loss::Softmax, "training step 1");
    assert_config_caught(
        "B_hrm_learned",
        |c| c.loss = Loss::Stablemax,
        "training step 1",
    );
}

#[test]
fn a_forgotten_continue_loss() {
    assert_config_caught(
        "A_hrm_rope",
        |c| c.continue_loss = Some(false),
        "training step 1",
    );
}

#[test]
fn wrong_rates() {
    assert_config_caught("A_hrm_rope", |c| c.lr_warmup_steps += 1, "training step 1");
    assert_config_caught("A_hrm_rope", |c| c.beta2 = 0.99, "weights after step 2");
    assert_config_caught(
        "A_hrm_rope",
        |c| c.puzzle_emb_weight_decay = 0.0,
        "weights after step 1",
    );
    assert_config_caught("C_trm_att", |c| c.ema = Some(0.8), "average after step 3");
}
