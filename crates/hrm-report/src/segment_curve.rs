//! Exact accuracy and cost by supervision segment, over the seeds of an evaluation.

use crate::series::Group;
use crate::{Count, ReportData};
use hrm_stats::{Interval, mean};
use std::collections::BTreeMap;

/// What an evaluation gives when every puzzle stops after a segment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct SegmentPoint {
    /// Number of the segment, from 1.
    pub(crate) segment: usize,
    /// Exact accuracy; the mean over seeds where there are several.
    pub(crate) share: f64,
    /// From the lowest to the highest seed; of one seed the 95 % Wilson interval over puzzles.
    pub(crate) band: Interval,
    /// Floating-point operations on one puzzle up to here; none where they are not known.
    pub(crate) flops: Option<f64>,
}

/// A point for every segment after which exact accuracy was counted, in order.
pub(crate) fn segment_curve(data: &ReportData, group: &Group<'_>) -> Vec<SegmentPoint> {
    let mut counts: BTreeMap<usize, Vec<Count>> = BTreeMap::new();
    for result in group.evaluations.iter().flat_map(|e| &e.by_segment) {
        if let Some(exact) = result.exact.filter(|exact| exact.share().is_some()) {
            counts.entry(result.segment).or_default().push(exact);
        }
    }
    let first = group.evaluations.first();
    let training = first.and_then(|evaluation| data.training_of(evaluation));
    let flops = training.and_then(|training| training.flops_per_segment);
    let point = |(segment, counts): (usize, Vec<Count>)| {
        let shares: Vec<f64> = counts.iter().filter_map(|count| count.share()).collect();
        Some(SegmentPoint {
            segment,
            share: mean(&shares)?,
            band: band(&counts, &shares)?,
            flops: flops.map(|flops| flops as f64 * segment as f64),
        })
    };
    counts.into_iter().filter_map(point).collect()
}

fn band(counts: &[Count], shares: &[f64]) -> Option<Interval> {
    match counts {
        [only] => only.interval(),
        _ => Some(Interval {
            low: shares.iter().copied().reduce(f64::min)?,
            high: shares.iter().copied().reduce(f64::max)?,
        }),
    }
}
