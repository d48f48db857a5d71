//! What stored evaluations say about one measure, over all their seeds.

use crate::RunnerError;
use crate::stored::StoredEvaluation;
use hrm_config::{Comparability, Measure, Metric, PassRule};
use hrm_report::Estimate;
use hrm_stats::{
    Bootstrap, CONFIDENCE, Interval, SeedOutcomes, bootstrap_mean, mean, seed_variance, t_interval,
    wilson,
};
use hrm_store::rows::{ArcScoreRow, OutcomeRow};
use hrm_store::{Database, Key};

pub(super) const BOOTSTRAP: Bootstrap = Bootstrap {
    resamples: 10_000,
    seed: 0,
    confidence: CONFIDENCE,
};

/// The results of one evaluation with all its seeds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Evidence {
    /// The number and its interval.
    pub(crate) estimate: Estimate,
    /// What it may be compared with.
    pub(crate) comparability: Comparability,
    /// The outcome of every puzzle, for each seed; empty for ARC, where tasks are counted.
    pub(crate) outcomes: Vec<Vec<f64>>,
}

impl Evidence {
    /// Reads the evaluations with these keys, one for each seed; `None` where there is none, or one
    /// of them does not have the measure.
    pub(crate) fn read(
        database: &Database,
        keys: &[Key],
        measure: Measure,
    ) -> Result<Option<Self>, RunnerError> {
        let mut seeds = Vec::new();
        let mut comparability = None;
        for key in keys {
            let Some(stored) = StoredEvaluation::read(database, key)? else {
                return Ok(None);
            };
            comparability.get_or_insert(stored.comparability);
            let seed = match measure {
                Measure::PassAt { k, rule } => of_tasks(&database.arc_scores(key)?, k, rule),
                _ if measure.is_of_hidden_states() => of_hidden_states(database, key, measure)?,
                _ => of_puzzles(&database.outcomes(key)?, measure),
            };
            let Some(seed) = seed else {
                return Ok(None);
            };
            seeds.push(seed);
        }
        Ok(comparability.and_then(|comparability| Self::of(seeds, comparability, measure)))
    }

    fn of(seeds: Vec<Seed>, comparability: Comparability, measure: Measure) -> Option<Self> {
        let values: Vec<f64> = seeds.iter().map(|seed| seed.value).collect();
        let puzzles = seeds.first()?.puzzles;
        let interval = interval(&seeds, &values);
        Some(Self {
            estimate: Estimate {
                value: mean(&values)?,
                interval: interval.map(|interval| [interval.low, interval.high]),
                seeds: seeds.len() as u64,
                puzzles,
                is_share: measure.is_share(),
            },
            comparability: Comparability {
                puzzles: Some(puzzles),
                ..comparability
            },
            outcomes: seeds.iter().map(|seed| seed.outcomes().to_vec()).collect(),
        })
    }
}

/// What one seed reached.
struct Seed {
    value: f64,
    puzzles: u64,
    what: Reached,
}

/// What a seed's value is made of.
enum Reached {
    /// It is the mean of these outcomes of puzzles.
    Puzzles(Vec<f64>),
    /// It is the share of so many tasks.
    Tasks,
    /// It is one number of all puzzles together.
    States,
}

impl Seed {
    fn of_outcomes(outcomes: Vec<f64>) -> Option<Self> {
        Some(Self {
            value: mean(&outcomes)?,
            puzzles: outcomes.len() as u64,
            what: Reached::Puzzles(outcomes),
        })
    }

    /// The outcome of every puzzle; empty where they are not known.
    fn outcomes(&self) -> &[f64] {
        match &self.what {
            Reached::Puzzles(outcomes) => outcomes,
            Reached::Tasks | Reached::States => &[],
        }
    }
}

/// Solved tasks of all votes.
fn of_tasks(scores: &[ArcScoreRow], k: u32, rule: PassRule) -> Option<Seed> {
    let of_measure = scores
        .iter()
        .filter(|row| row.k == k && row.rule == rule.name());
    let score = of_measure.max_by_key(|row| row.augmentations)?;
    (score.denominator > 0).then(|| Seed {
        value: score.numerator as f64 / score.denominator as f64,
        puzzles: score.tasks,
        what: Reached::Tasks,
    })
}

/// A number over all probed puzzles: it is not the mean of numbers of single puzzles.
fn of_hidden_states(
    database: &Database,
    key: &Key,
    measure: Measure,
) -> Result<Option<Seed>, RunnerError> {
    let name = measure.to_string();
    let summaries = database.summaries(key)?;
    let Some(row) = summaries.iter().find(|row| row.metric == name) else {
        return Ok(None);
    };
    let points = database.participation_ratios(key)?;
    Ok(Some(Seed {
        value: row.value,
        puzzles: points.iter().map(|row| row.puzzles).max().unwrap_or(0),
        what: Reached::States,
    }))
}

fn of_puzzles(rows: &[OutcomeRow], measure: Measure) -> Option<Seed> {
    let outcomes: Option<Vec<f64>> = rows.iter().map(|row| outcome(row, measure)).collect();
    Seed::of_outcomes(outcomes?)
}

/// What a puzzle contributes to the mean; `None` where it is not defined.
fn outcome(row: &OutcomeRow, measure: Measure) -> Option<f64> {
    let flag = |flag: bool| f64::from(u8::from(flag));
    let share = |part: u32, all: u32| (all > 0).then(|| f64::from(part) / f64::from(all));
    match measure {
        Measure::AdaptiveExactAccuracy => row.exact_halt.map(flag),
        Measure::MeanSegments => row.halt_segment.map(f64::from),
        Measure::PassAt { .. }
        | Measure::ParticipationRatio(_)
        | Measure::ParticipationQuotient
        | Measure::Residual(_) => None,
        Measure::Final(metric) => match metric {
            Metric::ExactAccuracy => Some(flag(row.exact_last)),
            Metric::CellAccuracy => share(row.correct_cells, row.counted_cells),
            Metric::BlankCellAccuracy => share(row.correct_blank_cells?, row.blank_cells?),
            Metric::RulesKept => row.rules_kept.map(flag),
            Metric::GivensKept => row.givens_kept.map(flag),
            Metric::Valid => Some(flag(row.rules_kept? && row.givens_kept?)),
            Metric::ShortestPath => row.shortest_path.map(flag),
            Metric::ValidPath => row.valid_path.map(flag),
            Metric::QHaltAccuracy | Metric::PassAtK => None,
        },
    }
}

/// Over seeds and puzzles where there are several seeds, otherwise over puzzles.
fn interval(seeds: &[Seed], values: &[f64]) -> Option<Interval> {
    match seeds {
        [only] => of_one_seed(only),
        [first, ..] => {
            let over_seeds = if first.outcomes().is_empty() {
                t_interval(values, CONFIDENCE).filter(|interval| interval.width() > 0.0)
            } else {
                let outcomes = seeds.iter().map(|seed| seed.outcomes().to_vec()).collect();
                SeedOutcomes::new(outcomes)
                    .and_then(|outcomes| seed_variance(&outcomes).interval(CONFIDENCE))
            };
            // Where all seeds agree, they add nothing to what one of them says.
            over_seeds.or_else(|| of_one_seed(first))
        }
        [] => None,
    }
}

fn of_one_seed(seed: &Seed) -> Option<Interval> {
    match &seed.what {
        Reached::States => None,
        Reached::Puzzles(outcomes) if !are_counts(outcomes) => {
            bootstrap_mean(outcomes, &BOOTSTRAP).map(|bootstrap| bootstrap.percentile)
        }
        Reached::Puzzles(_) | Reached::Tasks => {
            // Of ARC tasks shares may be solved: they vary less than whole ones, so that the interval
            // is rather too wide.
            let hits = (seed.value * seed.puzzles as f64).round() as u64;
            wilson(hits, seed.puzzles, CONFIDENCE)
        }
    }
}

/// Whether every outcome is right or wrong.
fn are_counts(outcomes: &[f64]) -> bool {
    outcomes
        .iter()
        .all(|&outcome| outcome == 0.0 || outcome == 1.0)
}

#[cfg(test)]
impl Evidence {
    /// Evidence from the outcomes of every seed.
    pub(super) fn of_outcomes(outcomes: Vec<Vec<f64>>, comparability: Comparability) -> Self {
        let seeds = outcomes.into_iter().filter_map(Seed::of_outcomes).collect();
        let measure = Measure::Final(Metric::ExactAccuracy);
        #[allow(clippy::expect_used, reason = "tests give outcomes")]
        Self::of(seeds, comparability, measure).expect("outcomes of at least one seed")
    }

    /// Evidence from one number of hidden states for every seed.
    pub(super) fn of_states(values: &[f64]) -> Self {
        let seed = |&value| Seed {
            value,
            puzzles: 100,
            what: Reached::States,
        };
        let seeds = values.iter().map(seed).collect();
        let measure = Measure::ParticipationQuotient;
        #[allow(clippy::expect_used, reason = "tests give values")]
        Self::of(seeds, Comparability::default(), measure).expect("a value of at least one seed")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn solved(hits: usize, puzzles: usize) -> Vec<f64> {
        (0..puzzles)
            .map(|puzzle| f64::from(u8::from(puzzle < hits)))
            .collect()
    }

    fn estimate(seeds: Vec<Vec<f64>>) -> Estimate {
        Evidence::of_outcomes(seeds, Comparability::default()).estimate
    }

    #[test]
    fn one_seed_has_the_interval_of_its_puzzles() {
        let one = estimate(vec![solved(55, 100)]);
        let wilson = wilson(55, 100, CONFIDENCE).unwrap();
        assert_eq!(one.interval, Some([wilson.low, wilson.high]));
        assert_eq!((one.value, one.seeds, one.puzzles), (0.55, 1, 100));
        assert_eq!(one.text(), "55.0 % (45.2–64.4)");
    }

    #[test]
    fn seeds_that_differ_widen_the_interval() {
        let width = |estimate: Estimate| estimate.interval.map(|[low, high]| high - low).unwrap();
        let alike = width(estimate(vec![solved(500, 1000), solved(502, 1000)]));
        let apart = width(estimate(vec![solved(300, 1000), solved(700, 1000)]));
        assert!(apart > 10.0 * alike, "{apart} {alike}");
    }

    #[test]
    fn seeds_that_all_fail_still_have_an_interval() {
        let none = estimate(vec![solved(0, 1000), solved(0, 1000)]);
        let [low, high] = none.interval.unwrap();
        assert_eq!(low, 0.0);
        assert!(high > 0.0 && high < 0.01);
    }

    #[test]
    fn outcomes_of_puzzles_are_what_the_measure_says() {
        let row = OutcomeRow {
            exact_last: true,
            exact_halt: Some(false),
            halt_segment: Some(3),
            correct_cells: 3,
            counted_cells: 4,
            rules_kept: Some(true),
            givens_kept: Some(false),
            ..OutcomeRow::default()
        };
        for (measure, expected) in [
            ("exact_accuracy", Some(1.0)),
            ("exact_accuracy.adaptive", Some(0.0)),
            ("mean_segments", Some(3.0)),
            ("cell_accuracy", Some(0.75)),
            ("valid", Some(0.0)),
            ("shortest_path", None),
            ("pass@2.hrm", None),
        ] {
            assert_eq!(
                outcome(&row, measure.parse().unwrap()),
                expected,
                "{measure}"
            );
        }
    }

    #[test]
    fn tasks_are_counted_by_the_rule_that_is_asked_for() {
        let row = |augmentations, rule: &str, k, numerator| ArcScoreRow {
            augmentations,
            rule: rule.to_owned(),
            k,
            numerator,
            denominator: 20,
            tasks: 10,
        };
        let rows = [
            row(0, "hrm", 2, 1),
            row(8, "hrm", 2, 8),
            row(8, "trm", 2, 9),
            row(8, "hrm", 1, 4),
        ];
        let value = |k, rule| of_tasks(&rows, k, rule).map(|seed| (seed.value, seed.puzzles));
        assert_eq!(value(2, PassRule::Hrm), Some((0.4, 10)));
        assert_eq!(value(2, PassRule::Trm), Some((0.45, 10)));
        assert_eq!(value(2, PassRule::ArcPrize), None);
    }
}
