//! Evaluations on the same puzzles side by side.

use super::{Made, ReportSource, text};
use crate::RunnerError;
use crate::compare::QUESTION;
use crate::description::StageDescription;
use crate::expectations::{Evidence, difference};
use crate::settings::settings;
use hrm_config::{ComparabilityKey, EvaluateConfig, Measure, Metric, PassRule};
use hrm_report::{Ablation, AblationRow, BaseDifference};
use std::collections::{BTreeMap, BTreeSet};

/// What is measured, in the order of preference: a kind of puzzle has one of them.
const MEASURES: [Measure; 2] = [
    Measure::Final(Metric::ExactAccuracy),
    Measure::PassAt {
        k: 2,
        rule: PassRule::ArcPrize,
    },
];

/// The evaluations of one group: the same but for the training's seed.
type Seeds<'a, 'b> = Vec<&'b Made<'a>>;

impl ReportSource<'_> {
    /// The evaluations on each set of puzzles, in the order of the workflow; only where there are several.
    pub(super) fn ablations(&self, evaluations: &[Made<'_>]) -> Result<Vec<Ablation>, RunnerError> {
        let mut by_puzzles: Vec<(String, Vec<Seeds<'_, '_>>)> = Vec::new();
        for made in evaluations
            .iter()
            .filter(|made| !made.stage.inputs.is_empty())
        {
            let puzzles = self.puzzles(made)?;
            match by_puzzles.iter_mut().find(|(known, _)| *known == puzzles) {
                Some((_, groups)) => add(groups, made),
                None => by_puzzles.push((puzzles, vec![vec![made]])),
            }
        }
        by_puzzles.retain(|(_, groups)| groups.len() > 1);
        let tables = by_puzzles.into_iter();
        tables
            .map(|(puzzles, groups)| self.ablation(puzzles, &groups))
            .collect()
    }

    /// What an evaluation is evaluated on: `dataset.sudoku, test split`.
    fn puzzles(&self, made: &Made<'_>) -> Result<String, RunnerError> {
        let config: EvaluateConfig = made.stage.config()?;
        let dataset = self.input(self.input(made.stage)?)?;
        Ok(format!(
            "{}, {} split",
            dataset.stage(),
            config.split.name()
        ))
    }

    fn ablation(&self, puzzles: String, groups: &[Seeds<'_, '_>]) -> Result<Ablation, RunnerError> {
        let (measure, evidence) = self.evidence(groups)?;
        let base = evidence.first().and_then(Option::as_ref);
        let mut rows = Vec::new();
        for (place, (group, evidence)) in groups.iter().zip(&evidence).enumerate() {
            let compared = base.zip(evidence.as_ref()).filter(|_| place > 0);
            rows.push(AblationRow {
                evaluations: group.iter().map(|made| made.stage.id.clone()).collect(),
                settings: self.settings(group)?,
                estimate: evidence.as_ref().map(|evidence| evidence.estimate),
                difference: compared.map(|(base, evidence)| BaseDifference {
                    value: evidence.estimate.value - base.estimate.value,
                    interval: difference(evidence, base).map(|ends| [ends.low, ends.high]),
                }),
            });
        }
        Ok(Ablation {
            puzzles,
            measure: measure.to_string(),
            questions: questions(&evidence),
            rows,
        })
    }

    /// What each group reached in the first measure that any of them has.
    fn evidence(
        &self,
        groups: &[Seeds<'_, '_>],
    ) -> Result<(Measure, Vec<Option<Evidence>>), RunnerError> {
        let [first, others @ ..] = MEASURES;
        let read = |measure| -> Result<Vec<Option<Evidence>>, RunnerError> {
            let of_group = |group: &Seeds<'_, '_>| {
                let keys: Vec<_> = group.iter().map(|made| made.key).collect();
                Evidence::read(self.database, &keys, measure)
            };
            groups.iter().map(of_group).collect()
        };
        let mut found = (first, read(first)?);
        for measure in others {
            if found.1.iter().all(Option::is_none) {
                found = (measure, read(measure)?);
            }
        }
        Ok(found)
    }

    /// The configuration behind a group, with what is not of the training named by its kind.
    fn settings(&self, group: &Seeds<'_, '_>) -> Result<BTreeMap<String, String>, RunnerError> {
        let mut settings = BTreeMap::new();
        let Some(first) = group.first() else {
            return Ok(settings);
        };
        let training = self.input(first.stage)?;
        let dataset = self.input(training)?;
        for (prefix, stage) in [
            ("", training),
            ("dataset.", dataset),
            ("evaluate.", first.stage),
        ] {
            for (path, value) in self.parameters(stage)? {
                settings.insert(format!("{prefix}{path}"), value);
            }
        }
        Ok(settings)
    }

    /// The settings of a stage; what is not set is left out.
    fn parameters(&self, stage: &StageDescription) -> Result<Vec<(String, String)>, RunnerError> {
        let Some(key) = self.stage_runs.get(&stage.id).and_then(|row| row.key) else {
            return Ok(Vec::new());
        };
        let rows = settings(self.database, &key)?.into_iter();
        let set = rows.filter(|row| !row.value.is_null());
        Ok(set.map(|row| (row.path, text(&row.value))).collect())
    }
}

/// What makes the question and is not the same for all.
fn questions(evidence: &[Option<Evidence>]) -> Vec<String> {
    let all = || {
        evidence
            .iter()
            .flatten()
            .map(|evidence| &evidence.comparability)
    };
    let Some(first) = all().next() else {
        return Vec::new();
    };
    let differences = all().flat_map(|other| first.differences(other));
    let keys: BTreeSet<String> = differences
        .map(|difference| difference.key)
        .filter(|key| QUESTION.contains(key))
        .map(ComparabilityKey::words)
        .collect();
    keys.into_iter().collect()
}

/// Adds an evaluation to the group that it repeats with another seed, or begins one.
fn add<'a, 'b>(groups: &mut Vec<Seeds<'a, 'b>>, made: &'b Made<'a>) {
    // Runs of before there were expectations have no groups: each evaluation is one.
    let group = |made: &Made<'_>| match made.stage.group.as_str() {
        "" => made.stage.id.clone(),
        group => group.to_owned(),
    };
    let is_same = |seeds: &&mut Seeds<'_, '_>| {
        seeds
            .first()
            .is_some_and(|first| group(first) == group(made))
    };
    match groups.iter_mut().find(is_same) {
        Some(seeds) => seeds.push(made),
        None => groups.push(vec![made]),
    }
}
