//! Checks of a stage against the stages it takes its data from.

use crate::{diagnostics::Diagnostic, wording::Subject};
use hrm_config::{CheckpointChoice, DatasetConfig, EvaluateConfig, Problem, Split, TrainConfig};

/// A dataset and the stage that it is the configuration of.
pub(crate) type Dataset<'a> = (&'a DatasetConfig, Subject<'a>);

/// Everything that is wrong with training on a dataset.
pub(crate) fn check_training(
    train: &TrainConfig,
    subject: &Subject<'_>,
    dataset: &Dataset<'_>,
) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if let Some(puzzles) = dataset.0.known_puzzles(Split::Train) {
        found.extend(check_size(train, subject, dataset, puzzles));
    }
    let needs = [
        (
            "early_stopping",
            train.early_stopping.is_some(),
            "early stopping watches",
        ),
        (
            "eval_interval",
            train.eval_interval.is_some(),
            "evaluations during training use",
        ),
    ];
    if let Some((key, _, what)) = needs.into_iter().find(|(_, set, _)| *set) {
        found.extend(check_split(
            Split::Validation,
            &format!("{what} the validation split"),
            key,
            subject,
            dataset,
        ));
    }
    found
}

/// Batch and length of a training on `puzzles` puzzles.
fn check_size(
    train: &TrainConfig,
    subject: &Subject<'_>,
    dataset: &Dataset<'_>,
    puzzles: usize,
) -> Option<Diagnostic> {
    let data = dataset.1.path(&[]);
    if train.batch_size > puzzles {
        let message = format!(
            "`batch_size` {} is larger than the {puzzles} training puzzles of `{data}`",
            train.batch_size
        );
        let problem = Problem::new("batch_size", message)
            .help(format!("set `batch_size` to at most {puzzles}"));
        return Some(with_count(
            subject.problem(&problem),
            Split::Train,
            dataset,
            &format!("{puzzles} training puzzles"),
        ));
    }
    // `check` has compared the warm-up with `steps`; epochs become steps only here. Each
    // generated puzzle is one example.
    train.epochs?;
    let steps = train.total_steps(puzzles, 1.0);
    train
        .check_warmup(steps)
        .map(|problem| subject.problem(&problem))
}

/// Everything that is wrong with an evaluation of a training on a dataset.
pub(crate) fn check_evaluation(
    evaluate: &EvaluateConfig,
    subject: &Subject<'_>,
    dataset: &Dataset<'_>,
) -> Vec<Diagnostic> {
    let split = evaluate.split;
    let mut found = Vec::new();
    found.extend(check_split(
        split,
        &format!("the evaluation is on the {} split", split.name()),
        "split",
        subject,
        dataset,
    ));
    if evaluate.checkpoint == CheckpointChoice::Best && split != Split::Validation {
        let what = "the best checkpoint is chosen on the validation split";
        found.extend(check_split(
            Split::Validation,
            what,
            "checkpoint",
            subject,
            dataset,
        ));
    }
    if let Some(puzzle) = dataset.0.scored_puzzle()
        && let Err(problem) = evaluate.metrics_of(Some(puzzle))
    {
        found.push(subject.problem(&problem));
    }
    found.extend(check_counts(evaluate, subject, dataset));
    found
}

/// The message where the untrained model of imported weights is asked for.
pub(crate) fn check_checkpoint(
    evaluate: &EvaluateConfig,
    train: &TrainConfig,
    subject: &Subject<'_>,
) -> Option<Diagnostic> {
    let is_missing = evaluate.checkpoint == CheckpointChoice::Initial && train.weights.is_some();
    is_missing.then(|| {
        let message = "imported weights have no untrained model".to_owned();
        let problem = Problem::new("checkpoint", message)
            .help("train the same model with `steps = 1` instead of `weights`, and evaluate that");
        subject.problem(&problem)
    })
}

/// The message where more puzzles are asked for than the split has.
fn check_counts(
    evaluate: &EvaluateConfig,
    subject: &Subject<'_>,
    dataset: &Dataset<'_>,
) -> Option<Diagnostic> {
    let split = evaluate.split;
    let puzzles = dataset.0.known_puzzles(split).filter(|&count| count > 0)?;
    let wanted = [
        (
            "puzzles",
            evaluate.puzzles,
            "leave `puzzles` out to evaluate all".to_owned(),
        ),
        (
            "probes",
            Some(evaluate.probes),
            format!("set `probes` to at most {puzzles}"),
        ),
    ];
    let (key, wanted, help) = wanted
        .into_iter()
        .find_map(|(key, wanted, help)| Some((key, wanted.filter(|&n| n > puzzles)?, help)))?;
    let message = format!(
        "`{key}` asks for {wanted}, but the {} split has {puzzles}",
        split.name()
    );
    let problem = Problem::new(key, message).help(help);
    let what = format!("{puzzles} puzzles");
    Some(with_count(subject.problem(&problem), split, dataset, &what))
}

/// The message where `split` is needed, as `what` says, and known to be empty.
fn check_split(
    split: Split,
    what: &str,
    key: &str,
    subject: &Subject<'_>,
    dataset: &Dataset<'_>,
) -> Option<Diagnostic> {
    (dataset.0.known_puzzles(split) == Some(0)).then(|| {
        let data = dataset.1.path(&[]);
        let problem = Problem::new(
            key,
            format!("{what}, but `{data}` has no {} puzzles", split.name()),
        );
        let problem = match dataset.0.count_key(split) {
            Some(count) => problem.help(format!("set `{count}` of `{data}`, for example to 200")),
            None => problem,
        };
        let label = format!("no {} puzzles", split.name());
        with_count(subject.problem(&problem), split, dataset, &label)
    })
}

/// Points at the size of a split, or at the dataset if the size is not written.
fn with_count(
    diagnostic: Diagnostic,
    split: Split,
    dataset: &Dataset<'_>,
    label: &str,
) -> Diagnostic {
    let written = dataset
        .0
        .count_key(split)
        .and_then(|key| dataset.1.locate(&key));
    diagnostic.context(written.unwrap_or(dataset.1.key), label)
}
