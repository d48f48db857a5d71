//! References between stages: which instances a stage takes its data from.

use crate::{
    cross,
    diagnostics::Diagnostic,
    expand::{Expansion, Outcome},
    source::Place,
    suggest,
    wording::Subject,
};
use hrm_config::{StageConfig, StageKind};

impl Expansion<'_> {
    /// The sets of input instances of a stage; what is wrong with the references goes to `found`.
    pub(crate) fn inputs(
        &self,
        config: &StageConfig,
        subject: &Subject<'_>,
        found: &mut Vec<Diagnostic>,
    ) -> Vec<Vec<usize>> {
        let one_each = |instances: &[usize]| instances.iter().map(|&input| vec![input]).collect();
        match config {
            StageConfig::Dataset(_) => vec![Vec::new()],
            StageConfig::Train(train) => one_each(self.referred(
                StageKind::Dataset,
                &train.dataset,
                subject,
                subject.locate("dataset"),
                found,
            )),
            StageConfig::Evaluate(evaluate) => one_each(self.referred(
                StageKind::Train,
                &evaluate.train,
                subject,
                subject.locate("train"),
                found,
            )),
            StageConfig::Report(report) => {
                let all = || self.names(StageKind::Evaluate).map(str::to_owned).collect();
                let names: Vec<String> = report.evaluations.clone().unwrap_or_else(all);
                let incomplete = self.document.incomplete.contains(&StageKind::Evaluate);
                if names.is_empty() && report.evaluations.is_none() && !incomplete {
                    let message = format!(
                        "`{}` has nothing to show: the workflow has no evaluate stage",
                        subject.path(&[])
                    );
                    found.push(
                        Diagnostic::new(message)
                            .at(subject.key)
                            .help("add one: `[evaluate.NAME]` with `train = \"…\"`"),
                    );
                }
                let mut inputs = Vec::new();
                for (index, name) in names.iter().enumerate() {
                    let at = subject.locate_item("evaluations", index);
                    inputs.extend_from_slice(self.referred(
                        StageKind::Evaluate,
                        name,
                        subject,
                        at,
                        found,
                    ));
                }
                vec![inputs]
            }
        }
    }

    /// The instances of a stage that another one names.
    fn referred(
        &self,
        kind: StageKind,
        name: &str,
        subject: &Subject<'_>,
        at: Option<Place>,
        found: &mut Vec<Diagnostic>,
    ) -> &[usize] {
        match self.outcomes.get(&(kind, name.to_owned())) {
            Some(Outcome::Expanded(instances)) => instances,
            Some(Outcome::Failed) => &[],
            None if self.document.incomplete.contains(&kind) => &[],
            None => {
                let names: Vec<_> = self.names(kind).collect();
                let help = suggest::help(name, names.iter().copied(), &format!("{kind} stage"));
                let message = format!(
                    "there is no {kind} stage `{}`",
                    crate::tree::shortened(name)
                );
                let help = help.unwrap_or_else(|| format!("add one: `[{kind}.{name}]`"));
                found.push(
                    Diagnostic::new(message)
                        .at(at.unwrap_or(subject.key))
                        .help(help),
                );
                &[]
            }
        }
    }

    /// Names of the stages of a kind.
    fn names(&self, kind: StageKind) -> impl Iterator<Item = &str> {
        self.outcomes
            .keys()
            .filter(move |(of, _)| *of == kind)
            .map(|(_, name)| name.as_str())
    }

    /// Everything that is wrong with a stage and one of its inputs together.
    pub(crate) fn check_against(
        &self,
        config: &StageConfig,
        subject: &Subject<'_>,
        input: usize,
    ) -> Vec<Diagnostic> {
        let Some(instance) = self.instances.get(input) else {
            return Vec::new();
        };
        match (config, &instance.stage.config) {
            (StageConfig::Train(train), StageConfig::Dataset(dataset)) => {
                cross::check_training(train, subject, &(dataset, instance.subject()))
            }
            (StageConfig::Evaluate(evaluate), StageConfig::Train(train)) => {
                let checkpoint = cross::check_checkpoint(evaluate, train, subject);
                let dataset = instance
                    .stage
                    .inputs
                    .first()
                    .and_then(|&input| self.instances.get(input));
                let mut found = match dataset.map(|instance| (&instance.stage.config, instance)) {
                    Some((StageConfig::Dataset(dataset), instance)) => {
                        cross::check_evaluation(evaluate, subject, &(dataset, instance.subject()))
                    }
                    _ => Vec::new(),
                };
                found.extend(checkpoint);
                found
            }
            _ => Vec::new(),
        }
    }
}
