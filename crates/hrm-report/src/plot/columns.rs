//! Long curves as a plot can show them, and the band of seeds.

use super::chart::drawable;
use crate::CurvePoint;
use std::collections::BTreeMap;

/// What curves are like in a range of steps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Column {
    /// Mean of the steps at which there are values.
    pub(crate) step: f64,
    /// Mean over seeds of each seed's mean.
    pub(crate) mean: f64,
    /// Lowest seed; of one seed its lowest value.
    pub(crate) low: f64,
    /// Highest seed; of one seed its highest value.
    pub(crate) high: f64,
}

/// What one curve is like in a range of steps.
#[derive(Debug, Default)]
struct Part {
    points: f64,
    steps: f64,
    values: f64,
    sum: f64,
    low: f64,
    high: f64,
}

impl Part {
    fn add(&mut self, point: &CurvePoint) {
        let values = point.values.saturating_sub(point.not_finite) as f64;
        let is_first = self.points == 0.0;
        self.points += 1.0;
        self.steps += point.step as f64;
        self.values += values;
        self.sum += values * point.mean;
        self.low = if is_first {
            point.low
        } else {
            self.low.min(point.low)
        };
        self.high = if is_first {
            point.high
        } else {
            self.high.max(point.high)
        };
    }

    fn mean(&self) -> f64 {
        self.sum / self.values
    }
}

/// The curves of one training's seeds in at most `count` columns of equal width from step 0 to `last`;
/// columns without a value are left out. Points that no axis can show must not be among them.
pub(crate) fn columns(seeds: &[Vec<CurvePoint>], last: u64, count: u64) -> Vec<Column> {
    let mut columns: BTreeMap<u64, Vec<Part>> = BTreeMap::new();
    for seed in seeds {
        let mut parts: BTreeMap<u64, Part> = BTreeMap::new();
        for point in seed {
            let place = u128::from(point.step) * u128::from(count) / u128::from(last.max(1));
            let place = u64::try_from(place).unwrap_or(u64::MAX).min(count);
            parts.entry(place).or_default().add(point);
        }
        for (place, part) in parts {
            columns.entry(place).or_default().push(part);
        }
    }
    columns.values().map(|parts| merged(parts)).collect()
}

fn merged(seeds: &[Part]) -> Column {
    let sum = |of: fn(&Part) -> f64| seeds.iter().map(of).sum::<f64>();
    let ends = |low: fn(&Part) -> f64, high: fn(&Part) -> f64| {
        (
            seeds.iter().map(low).fold(f64::INFINITY, f64::min),
            seeds.iter().map(high).fold(f64::NEG_INFINITY, f64::max),
        )
    };
    let (low, high) = match seeds {
        [_] => ends(|part| part.low, |part| part.high),
        _ => ends(Part::mean, Part::mean),
    };
    Column {
        step: sum(|part| part.steps) / sum(|part| part.points),
        mean: sum(Part::mean) / seeds.len() as f64,
        low,
        high,
    }
}

/// Whether every finite value of a point lies on an axis from 0 to `highest`.
pub(crate) fn fits(point: &CurvePoint, highest: f64) -> bool {
    point.values > point.not_finite
        && drawable(point.step as f64)
        && [point.low, point.mean, point.high]
            .iter()
            .all(|&value| drawable(value) && (0.0..=highest).contains(&value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(steps: u64, value: impl Fn(u64) -> f64) -> Vec<CurvePoint> {
        (1..=steps)
            .map(|step| CurvePoint::one(step, value(step)))
            .collect()
    }

    #[test]
    fn short_curves_stay_as_they_are() {
        let points = curve(100, |step| step as f64);
        let columns = columns(std::slice::from_ref(&points), 100, 300);
        let expected = |point: &CurvePoint| Column {
            step: point.step as f64,
            mean: point.mean,
            low: point.mean,
            high: point.mean,
        };
        assert_eq!(columns, points.iter().map(expected).collect::<Vec<_>>());
    }

    #[test]
    fn columns_of_one_seed_keep_means_and_extremes() {
        let spike = |step: u64| if step == 777 { 50.0 } else { (step % 2) as f64 };
        let columns = columns(&[curve(1000, spike)], 1000, 10);
        assert_eq!(columns.len(), 11, "the last step is a column of its own");
        let first = columns[0];
        assert_eq!((first.step, first.low, first.high), (50.0, 0.0, 1.0));
        assert!((first.mean - 50.0 / 99.0).abs() < 1e-12);
        let highest: Vec<f64> = columns.iter().map(|column| column.high).collect();
        assert_eq!(highest[7], 50.0);
    }

    #[test]
    fn seeds_have_a_mean_and_a_band() {
        let seeds = [curve(4, |_| 0.2), curve(4, |_| 0.4), curve(2, |_| 0.9)];
        let columns = columns(&seeds, 4, 300);
        let [first, .., last] = columns.as_slice() else {
            panic!("{columns:?}");
        };
        assert!((first.mean - 0.5).abs() < 1e-12);
        assert_eq!((first.low, first.high), (0.2, 0.9));
        assert_eq!((last.step, last.low, last.high), (4.0, 0.2, 0.4));
    }

    #[test]
    fn merged_points_count_with_their_values() {
        let point = |step, values, not_finite, mean| CurvePoint {
            values,
            not_finite,
            low: 0.0,
            high: 4.0,
            ..CurvePoint::one(step, mean)
        };
        let columns = columns(
            &[vec![point(10, 30, 0, 1.0), point(20, 20, 10, 4.0)]],
            1000,
            10,
        );
        assert_eq!(columns.len(), 1);
        assert_eq!(
            (columns[0].mean, columns[0].low, columns[0].high),
            (1.75, 0.0, 4.0)
        );
    }

    #[test]
    fn absurd_steps_have_a_column() {
        let point = CurvePoint::one(u64::MAX, 0.5);
        for last in [0, 1, u64::MAX] {
            assert_eq!(columns(&[vec![point]], last, 300).len(), 1);
        }
        assert!(columns(&[], 0, 300).is_empty());
    }

    #[test]
    fn values_beside_the_axis_do_not_fit() {
        assert!(fits(&CurvePoint::one(1, 1.0), 1.0));
        for value in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
            assert!(!fits(&CurvePoint::one(1, value), 1.0), "{value}");
        }
        assert!(!fits(&CurvePoint::one(1, 1e300), f64::INFINITY));
    }
}
