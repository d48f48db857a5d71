//! Both optimizers.

use crate::support::*;
use hrm_kernels::{AdamBuffers, AdamNumbers, Format, RowSlots, adam_atan2, sign_sgd};

fn adam_numbers() -> AdamNumbers {
    AdamNumbers {
        first_rate: 0.1,
        second_rate: 0.05,
        decay: 0.99,
        step_size: 0.03,
        correction: 0.6,
    }
}

fn check_adam(len: usize, ema: Option<f32>) {
    let step = adam_numbers();
    let mut start = [
        numbers("p", len, 1.0),
        numbers("m", len, 1e-3),
        numbers("v", len, 1e-6),
        numbers("e", len, 1.0),
    ];
    start[2].iter_mut().for_each(|v| *v = v.abs());
    let gradient = numbers("g", len, 1e-3);
    let [weights, first, second, average] =
        start.each_ref().map(|values| upload(values, Format::F32));
    let average = ema.map(|rate| (average, rate));
    let old = AdamBuffers {
        weights,
        first,
        second,
        average,
        len,
    };
    let new = adam_atan2(gpu(), &old, &upload(&gradient, Format::F32), step);
    let mut expected: [Vec<f64>; 4] = Default::default();
    for i in 0..len {
        let [p, m, v, e] = start.each_ref().map(|values| f64::from(values[i]));
        let g = f64::from(gradient[i]);
        let m = m + (g - m) * f64::from(step.first_rate);
        let v = v + (g * g - v) * f64::from(step.second_rate);
        let direction = m.atan2(v.sqrt() / f64::from(step.correction));
        let p = p * f64::from(step.decay) - direction * f64::from(step.step_size);
        let rate = f64::from(ema.unwrap_or(0.0));
        let e = e * rate + p * (1.0 - rate);
        for (all, value) in expected.iter_mut().zip([p, m, v, e]) {
            all.push(value);
        }
    }
    let average = new.average.as_ref().map(|(average, _)| average);
    let ours = [
        Some(&new.weights),
        Some(&new.first),
        Some(&new.second),
        average,
    ];
    for ((name, handle), expected) in ["p", "m", "v", "e"].into_iter().zip(ours).zip(&expected) {
        let Some(handle) = handle else { continue };
        assert_near(
            &format!("{name} of {len}"),
            &read(handle, Format::F32),
            expected,
            1e-6,
            Format::F32,
        );
    }
}

#[test]
fn adam_atan2_steps_with_and_without_an_average() {
    for len in [1, 2, 7, 512, 4_099, 70_000] {
        check_adam(len, None);
        check_adam(len, Some(0.999));
    }
}

#[test]
fn nothing_moves_without_gradient_and_moments() {
    let zeros = || upload(&[0.0; 8], Format::F32);
    let weights = upload(&[1.5; 8], Format::F32);
    let buffers = AdamBuffers {
        weights,
        first: zeros(),
        second: zeros(),
        average: None,
        len: 8,
    };
    let step = AdamNumbers {
        decay: 1.0,
        ..adam_numbers()
    };
    let new = adam_atan2(gpu(), &buffers, &zeros(), step);
    assert_eq!(read(&new.weights, Format::F32), [1.5; 8]);
}

#[test]
fn sign_sgd_sums_the_slots_of_a_row_and_leaves_the_others() {
    for width in [1, 5, 64, 300] {
        let (table_rows, slots) = (6, 7);
        let table = numbers("table", table_rows * width, 1.0);
        let gradients = numbers("gradients", slots * width, 1.0);
        // Slots 0, 3 and 6 hold row 4; 1 holds row 0; 2, 4 and 5 hold row 5.
        let rows = [0, 4, 5];
        let of_row = [vec![1], vec![0, 3, 6], vec![2, 4, 5]];
        let on_gpu = RowSlots {
            rows: upload_integers(&rows),
            starts: upload_integers(&[0, 1, 4, 7]),
            slots: upload_integers(&of_row.concat()),
            count: 3,
        };
        let (decay, lr) = (0.9_f32, 0.25_f32);
        let ours = matrix(&table, width, 0, Format::F32);
        sign_sgd(
            gpu(),
            &ours,
            &matrix(&gradients, width, 0, Format::F32),
            &on_gpu,
            (decay, lr),
        );
        let mut expected: Vec<f64> = table.iter().copied().map(f64::from).collect();
        for (row, slots) in rows.iter().zip(&of_row) {
            for column in 0..width {
                let sum: f64 = slots
                    .iter()
                    .map(|s| f64::from(gradients[*s as usize * width + column]))
                    .sum();
                let weight = &mut expected[*row as usize * width + column];
                *weight = *weight * f64::from(decay) - sum.signum() * f64::from(lr);
            }
        }
        assert_near(
            "table",
            &read(&ours.handle, Format::F32),
            &expected,
            1e-6,
            Format::F32,
        );
    }
}

#[test]
fn a_sum_of_zero_only_decays() {
    let ours = matrix(&[2.0], 1, 0, Format::F32);
    let gradients = matrix(&[0.5, -0.5], 1, 0, Format::F32);
    let slots = RowSlots {
        rows: upload_integers(&[0]),
        starts: upload_integers(&[0, 2]),
        slots: upload_integers(&[0, 1]),
        count: 1,
    };
    sign_sgd(gpu(), &ours, &gradients, &slots, (0.5, 0.25));
    assert_eq!(read(&ours.handle, Format::F32), [1.0]);
}
