//! Recording the scores of another program's predictions as a run with one evaluation, so that it
//! stands beside this project's own.

use crate::external::hash_file;
use crate::index::index;
use crate::{
    RunDescription, RunnerError, Session, StageDescription, environment, evaluation_files,
    score_rows,
};
use hrm_config::StageKind;
use hrm_plan::KeyParts;
use hrm_predictions::{Scored, Scores};
use hrm_store::rows::{NewRun, NewStageRun, StageCost};
use hrm_store::{Artifact, ArtifactState, PublishInfo, RunStatus, StageLock, StageStatus};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// The predictions of another program in the artifact: a copy of their CSV file, by which a comparison
/// knows the puzzles. ARC predictions have none.
pub(crate) const PREDICTIONS_FILE: &str = "predictions.csv";

/// Predictions of another program with their scores.
#[derive(Debug)]
pub struct ScoredFiles<'a> {
    /// Name of the run's workflow and of its evaluation.
    pub name: &'a str,
    /// What they predict: `arc`, `sudoku` or `maze`.
    pub puzzle: &'static str,
    /// The file or folder of the predictions, as given.
    pub source: &'a Path,
    /// Every file that decides the scores.
    pub files: &'a [PathBuf],
    /// Augmentations that vote at most; all where there is no limit.
    pub augmentations: Option<usize>,
    /// The scores.
    pub scored: &'a Scored,
    /// The command line, to be stored with the run.
    pub command: &'a str,
}

/// Records the scores; returns the run's id. The hashes of the files are part of the evaluation's
/// key, so that the same predictions are one artifact, however often they are recorded.
///
/// # Errors
/// If a file cannot be read any more, or the store or the database cannot be written.
pub fn record_scores(session: &Session, scored: &ScoredFiles<'_>) -> Result<String, RunnerError> {
    let started = Instant::now();
    let parts = scored.key_parts()?;
    let key = parts.key().parse()?;
    let kind = StageKind::Evaluate.name();
    let lock = session.store.lock(kind, &key, || ())?;
    let (artifact, status) = match session.store.artifact(kind, &key)? {
        ArtifactState::Complete(artifact) if scored.is_kept_in(&artifact) => {
            (artifact, StageStatus::Cached)
        }
        _ => (scored.publish(session, &lock, &parts)?, StageStatus::Done),
    };
    let description = serde_json::to_value(scored.describe(&parts)).map_err(RunnerError::Json)?;
    let folder = scored.source.parent().unwrap_or(Path::new(""));
    let database = &session.database;
    let run = database.insert_run(&NewRun {
        workflow: scored.name,
        file: &scored.source.to_string_lossy(),
        command: scored.command,
        config: &description,
        environment: &environment(&session.device_name(), folder),
    })?;
    let instance = scored.instance();
    let stage = database.start_stage(&NewStageRun {
        run_id: &run,
        instance: &instance,
        kind,
        name: scored.name,
        key: Some(&key),
        status: StageStatus::Running,
        reason: Some("predictions of another program"),
        device: None,
    })?;
    index(database, &artifact, stage)?;
    let cost = StageCost::of_time(started.elapsed());
    database.finish_stage(&run, &instance, status, cost, None)?;
    database.finish_run(&run, RunStatus::Done)?;
    Ok(run)
}

impl ScoredFiles<'_> {
    fn instance(&self) -> String {
        format!("{}.{}", StageKind::Evaluate, self.name)
    }

    fn key_parts(&self) -> Result<KeyParts, RunnerError> {
        let mut external = BTreeMap::new();
        for file in self.files {
            // Labels name the role of a file and not its place.
            let label = file.strip_prefix(self.source).unwrap_or(file);
            let label = if label.as_os_str().is_empty() || label == file {
                "predictions".to_owned()
            } else {
                label.to_string_lossy().into_owned()
            };
            external.insert(label, hash_file(file)?);
        }
        let mut config = json!({ "puzzle": self.puzzle });
        if let (Some(count), Value::Object(map)) = (self.augmentations, &mut config) {
            map.insert("augmentations".to_owned(), count.into());
        }
        Ok(KeyParts {
            kind: StageKind::Evaluate.name().to_owned(),
            semantics_version: StageKind::Evaluate.semantics_version(),
            config,
            external,
            seed: None,
            device_kind: None,
            inputs: BTreeMap::new(),
        })
    }

    /// Whether the predictions are a CSV file of single puzzles.
    fn is_table(&self) -> bool {
        matches!(self.scored.scores, Scores::Sudoku(_) | Scores::Maze(_))
    }

    /// Whether an artifact has the predictions, where they can be kept.
    fn is_kept_in(&self, artifact: &Artifact) -> bool {
        !self.is_table() || artifact.file(PREDICTIONS_FILE).exists()
    }

    /// Makes the evaluation's artifact.
    fn publish(
        &self,
        session: &Session,
        lock: &StageLock,
        parts: &KeyParts,
    ) -> Result<Artifact, RunnerError> {
        let work = session.store.work_dir(lock)?;
        if self.is_table() {
            let outcomes = score_rows::outcomes(&self.scored.scores);
            evaluation_files::write_outcomes(&work, &outcomes)?;
            fs::copy(self.source, work.join(PREDICTIONS_FILE))
                .map_err(RunnerError::io("copy", self.source))?;
        }
        evaluation_files::write_scores(&work, self.scored)?;
        let info = PublishInfo {
            workflow: self.name.to_owned(),
            instance: self.instance(),
            inputs: Vec::new(),
            key_parts: parts.to_json(),
        };
        Ok(session.store.publish(lock, &work, info)?)
    }

    /// The run as a workflow with one evaluation without inputs.
    fn describe(&self, parts: &KeyParts) -> RunDescription {
        let source = self.source.display();
        let mut config = parts.config.clone();
        if let Value::Object(map) = &mut config {
            map.insert("predictions".to_owned(), source.to_string().into());
            map.insert("blake3".to_owned(), json!(parts.external));
        }
        RunDescription {
            workflow: self.name.to_owned(),
            description: Some(format!("Predictions of another program: {source}")),
            scale: None,
            expectations: Vec::new(),
            document: json!({}),
            stages: vec![StageDescription {
                id: self.instance(),
                group: self.instance(),
                kind: StageKind::Evaluate,
                name: self.name.to_owned(),
                axes: Vec::new(),
                seed: None,
                config,
                inputs: Vec::new(),
            }],
        }
    }
}
