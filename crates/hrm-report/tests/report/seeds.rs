//! Seeds in plots: one line with a band for each training.

use crate::{assert_has, assert_lacks, fixture, page};
use hrm_report::{ReportData, render};

fn plot(data: &ReportData, name: &str) -> String {
    String::from_utf8(render(data).unwrap()[name].clone()).unwrap()
}

#[test]
fn seeds_share_a_line_and_make_a_band() {
    let data = fixture::data();
    for (name, lines) in [("loss.svg", 2), ("segments.svg", 1)] {
        let both = plot(&data, name);
        // One line for each split, besides the keys of the legend, which are short.
        let long = |line: &&str| line.starts_with("<polyline") && line.matches(',').count() >= 8;
        assert_eq!(both.lines().filter(long).count(), lines, "{name}");
        assert_has(&both, &["<polygon", ">\nhrm\n<"]);
        assert_lacks(&both, &["seed 0"]);
    }
    assert_has(
        &page(&data),
        &["bands reach from the lowest to the highest seed"],
    );
}

#[test]
fn one_seed_has_no_band_of_seeds() {
    let mut data = fixture::data();
    data.trainings.truncate(1);
    data.evaluations.truncate(1);
    assert_lacks(&plot(&data, "loss.svg"), &["<polygon"]);
    assert_lacks(&page(&data), &["Lines are means over seeds"]);
    assert_has(
        &page(&data),
        &["where there is one seed, they are 95 % Wilson intervals"],
    );
}

#[test]
fn curves_of_any_length_are_drawn_with_a_bounded_number_of_points() {
    let mut data = fixture::data();
    for training in &mut data.trainings {
        let points = (1..=50_000u32)
            .map(|step| hrm_report::CurvePoint::one(u64::from(step), f64::from(step % 97) / 97.0));
        training
            .metrics
            .insert("train/exact_accuracy".into(), points.collect());
    }
    let svg = plot(&data, "accuracy.svg");
    assert!(svg.len() < 40_000, "{} bytes", svg.len());
    assert_has(&page(&data), &["Long curves are drawn as means"]);
}
