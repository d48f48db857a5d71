//! The data of a report, from the database alone.

mod ablations;
mod config_toml;
mod evaluations;
mod provenance;
mod trainings;

pub(crate) use evaluations::view;

use crate::RunnerError;
use crate::description::{RunDescription, StageDescription};
use crate::documents::Document;
use crate::expectations::judge_all;
use crate::report_files::ReportFolders;
use hrm_config::{ReportConfig, StageKind};
use hrm_dataset::DatasetCard;
use hrm_report::{Axis, DatasetInfo, ExpectationInfo, ReportData, SplitCount};
use hrm_store::rows::{RunRow, StageRunRow};
use hrm_store::{Database, Key, StageStatus};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Renders every report of a run again, into the folders below `reports`; returns the pages. A
/// workflow without a report stage gets a report of all its evaluations.
pub fn render_reports(
    database: &Database,
    run: &RunRow,
    reports: &Path,
) -> Result<Vec<PathBuf>, RunnerError> {
    let all = report_data(database, run)?;
    let folders = ReportFolders::new(reports, &run.workflow, all.len() > 1);
    all.iter()
        .map(|(name, data)| folders.write(name, &hrm_report::render(data)?))
        .collect()
}

/// The data of every report of a run, by name of its stage. A workflow without a report stage has one
/// without a name, of all its evaluations.
///
/// # Errors
/// Where the run has no results, or its rows cannot be read.
pub fn report_data(
    database: &Database,
    run: &RunRow,
) -> Result<Vec<(String, ReportData)>, RunnerError> {
    let source = ReportSource::read(database, &run.id)?;
    let stages = source.description.stages.iter();
    let reports: Vec<&StageDescription> = stages
        .filter(|stage| stage.kind == StageKind::Report)
        .collect();
    if reports.is_empty() {
        return Ok(vec![(String::new(), source.data(None)?)]);
    }
    let reports = reports.into_iter();
    reports
        .map(|stage| Ok((stage.name.clone(), source.data(Some(&stage.id))?)))
        .collect()
}

/// What a report is made from.
pub(crate) struct ReportSource<'a> {
    database: &'a Database,
    run: RunRow,
    description: RunDescription,
    /// The run's stages by instance.
    stage_runs: BTreeMap<String, StageRunRow>,
}

/// A stage instance that made something.
struct Made<'a> {
    stage: &'a StageDescription,
    key: Key,
    content_hash: String,
}

impl<'a> ReportSource<'a> {
    /// Reads the rows of the run with the full id `run`.
    pub(crate) fn read(database: &'a Database, run: &str) -> Result<Self, RunnerError> {
        let description = RunDescription::read(database, run)?;
        let stage_runs = database.stages_of(run)?;
        let stage_runs = stage_runs
            .into_iter()
            .map(|row| (row.instance.clone(), row))
            .collect();
        Ok(Self {
            database,
            run: database.run(run)?,
            description,
            stage_runs,
        })
    }

    /// The data of the report stage with this id; of all evaluations if `None`.
    pub(crate) fn data(&self, report: Option<&str>) -> Result<ReportData, RunnerError> {
        let report = report.and_then(|id| self.description.stage(id));
        let config: ReportConfig = report
            .map(StageDescription::config)
            .transpose()?
            .unwrap_or_default();
        let of_kind = |kind| {
            self.description
                .stages
                .iter()
                .filter(move |stage| stage.kind == kind)
        };
        let evaluations: Vec<&StageDescription> = match report {
            Some(report) => self.description.inputs(report).collect(),
            None => of_kind(StageKind::Evaluate).collect(),
        };
        let evaluations = self.made(evaluations.into_iter())?;
        if evaluations.is_empty() {
            let (run, workflow) = (self.run.id.clone(), self.run.workflow.clone());
            return Err(RunnerError::NothingToReport { run, workflow });
        }
        let trainings = self.made_inputs(&evaluations, of_kind(StageKind::Train))?;
        let datasets = self.made_inputs(&trainings, of_kind(StageKind::Dataset))?;
        let made: Vec<&Made<'_>> = datasets
            .iter()
            .chain(&trainings)
            .chain(&evaluations)
            .collect();
        Ok(ReportData {
            title: config
                .title
                .unwrap_or_else(|| self.description.workflow.clone()),
            workflow: self.description.workflow.clone(),
            description: self.description.description.clone(),
            scale: self.description.scale.map(|scale| scale.name().to_owned()),
            expectations: self.expectations(&evaluations)?,
            command: self.run.command.clone(),
            generated_at: Some(provenance::readable(jiff::Timestamp::now())),
            config_toml: config_toml::config_toml(&self.description)?,
            provenance: self.provenance(&made)?,
            datasets: datasets
                .iter()
                .map(|made| self.dataset(made))
                .collect::<Result<_, _>>()?,
            trainings: trainings
                .iter()
                .map(|made| self.training(made))
                .collect::<Result<_, _>>()?,
            ablations: self.ablations(&evaluations)?,
            evaluations: evaluations
                .iter()
                .map(|made| self.evaluation(made))
                .collect::<Result<_, _>>()?,
        })
    }

    /// What is claimed of the evaluations of this report, and of no others: the page has to follow
    /// from its inputs alone.
    fn expectations(&self, evaluations: &[Made<'_>]) -> Result<Vec<ExpectationInfo>, RunnerError> {
        let made = evaluations
            .iter()
            .map(|made| (made.stage.id.clone(), made.key));
        let keys: BTreeMap<String, Key> = made.collect();
        judge_all(self.database, &self.description, &keys, |id| {
            keys.contains_key(id)
        })
    }

    /// Those of `stages` that made something.
    fn made<'b>(
        &self,
        stages: impl Iterator<Item = &'b StageDescription>,
    ) -> Result<Vec<Made<'b>>, RunnerError> {
        let mut made = Vec::new();
        for stage in stages {
            let Some(row) = self.stage_runs.get(&stage.id) else {
                continue;
            };
            let Some(key) = row.key else { continue };
            match self.database.artifact(&key)? {
                Some(artifact) => made.push(Made {
                    stage,
                    key,
                    content_hash: artifact.content_hash,
                }),
                // A page must not lack what the run has made.
                None if matches!(row.status, StageStatus::Done | StageStatus::Cached) => {
                    let stage = stage.id.clone();
                    return Err(RunnerError::Unindexed { stage });
                }
                None => {}
            }
        }
        Ok(made)
    }

    /// Those of `candidates` that an element of `made` names as an input, in the workflow's order.
    fn made_inputs<'b>(
        &self,
        made: &[Made<'b>],
        candidates: impl Iterator<Item = &'b StageDescription>,
    ) -> Result<Vec<Made<'b>>, RunnerError> {
        let inputs = made
            .iter()
            .flat_map(|made| self.description.inputs(made.stage));
        let wanted: BTreeSet<&str> = inputs.map(|stage| stage.id.as_str()).collect();
        self.made(candidates.filter(|stage| wanted.contains(stage.id.as_str())))
    }

    fn dataset(&self, made: &Made<'_>) -> Result<DatasetInfo, RunnerError> {
        let document: Value = self.document(made, Document::Dataset)?;
        let card: DatasetCard = serde_json::from_value(document.clone()).map_err(
            RunnerError::malformed(format!("the card of `{}`", made.stage.id)),
        )?;
        let count = |(split, counts): (&hrm_config::Split, &hrm_dataset::SplitCounts)| SplitCount {
            split: split.name().to_owned(),
            groups: counts.groups as u64,
            examples: counts.examples as u64,
        };
        Ok(DatasetInfo {
            name: made.stage.id.clone(),
            description: card.description.clone(),
            splits: card.splits.iter().map(count).collect(),
            guarantee: card.guarantee,
            leakage: leakage(&document),
        })
    }

    /// A document that the stage's artifact must have.
    fn document<T: DeserializeOwned>(
        &self,
        made: &Made<'_>,
        document: Document,
    ) -> Result<T, RunnerError> {
        document.require(self.database, &made.key, &made.stage.id)
    }

    /// The first input of a stage.
    fn input(&self, stage: &StageDescription) -> Result<&StageDescription, RunnerError> {
        let input = stage
            .inputs
            .first()
            .and_then(|&input| self.description.stages.get(input));
        input.ok_or_else(|| RunnerError::Incomplete {
            stage: stage.id.clone(),
            what: "input",
        })
    }
}

/// Why a dataset's author allows that its splits share puzzles.
fn leakage(card: &Value) -> Option<String> {
    let reason = card.pointer("/leakage/reason");
    reason.and_then(Value::as_str).map(str::to_owned)
}

/// An axis as reports show it.
fn axis((name, value): &(String, Value)) -> Axis {
    Axis {
        name: name.clone(),
        value: text(value),
    }
}

/// A value of a configuration as reports show it.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
