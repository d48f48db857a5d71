//! From what hidden states did to the rows of the database.

use hrm_config::{HiddenState, Measure};
use hrm_store::Halting;
use hrm_store::rows::{ParticipationRow, ResidualRow, SummaryRow};
use hrm_train::Probe;

/// Every residual and participation ratio.
pub(crate) fn point_rows(probe: &Probe) -> (Vec<ResidualRow>, Vec<ParticipationRow>) {
    let residuals = probe.residuals.iter().map(|point| ResidualRow {
        step: point.step,
        state: point.state.name().to_owned(),
        segment: point.segment,
        value: point.value,
    });
    let participation = probe.participation.iter().map(|point| ParticipationRow {
        state: point.state.name().to_owned(),
        puzzles: point.puzzles,
        value: point.value,
    });
    (residuals.collect(), participation.collect())
}

/// One number for each measure of hidden states: participation ratios over all probed puzzles, and the
/// residuals of the last updates.
pub(crate) fn summary_rows(probe: &Probe, segments: usize) -> Vec<SummaryRow> {
    let participation = |state| {
        let mut points = probe.participation.iter().rev();
        points.find(|point| point.state == state).map(|p| p.value)
    };
    let residual = |state| {
        let mut points = probe.residuals.iter().rev();
        points.find(|point| point.state == state).map(|p| p.value)
    };
    let (high, low) = (HiddenState::ZH, HiddenState::ZL);
    let quotient = participation(high)
        .zip(participation(low))
        .map(|(h, l)| h / l);
    let mut measured = vec![
        (Measure::ParticipationRatio(high), participation(high)),
        (Measure::ParticipationRatio(low), participation(low)),
        (Measure::ParticipationQuotient, quotient),
    ];
    measured.extend(HiddenState::ALL.map(|state| (Measure::Residual(state), residual(state))));
    let row = |(measure, value): (Measure, Option<f64>)| {
        Some(SummaryRow {
            metric: measure.to_string(),
            segment: u32::try_from(segments).unwrap_or(u32::MAX),
            halting: Halting::Fixed,
            value: value?,
            numerator: None,
            denominator: None,
        })
    };
    measured.into_iter().filter_map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use hrm_train::{ParticipationPoint, ResidualPoint};

    #[test]
    fn the_last_point_of_every_state_is_its_number() {
        let residual = |state, step, value| ResidualPoint {
            state,
            step,
            segment: 1,
            value,
        };
        let participation = |state, puzzles, value| ParticipationPoint {
            state,
            puzzles,
            value,
        };
        let (high, low) = (HiddenState::ZH, HiddenState::ZL);
        let probe = Probe {
            puzzles: 20,
            residuals: vec![
                residual(low, 1, 9.0),
                residual(low, 2, 5.0),
                residual(high, 3, 7.0),
            ],
            participation: vec![
                participation(high, 10, 20.0),
                participation(low, 10, 10.0),
                participation(high, 20, 30.0),
                participation(low, 20, 12.0),
            ],
        };
        let rows = summary_rows(&probe, 4);
        let found: Vec<_> = rows
            .iter()
            .map(|row| (row.metric.as_str(), row.segment, row.value))
            .collect();
        let expected = [
            ("participation_ratio.z_h", 4, 30.0),
            ("participation_ratio.z_l", 4, 12.0),
            ("participation_ratio.z_h_over_z_l", 4, 2.5),
            ("residual.z_h", 4, 7.0),
            ("residual.z_l", 4, 5.0),
        ];
        assert_eq!(found, expected);
    }
}
