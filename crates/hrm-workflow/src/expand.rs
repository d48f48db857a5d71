//! From named stages to instances: one for every combination of axes, typed and checked.

use crate::{
    deserialize::typed,
    diagnostics::Diagnostic,
    document::{Document, NamedStage},
    fault::Fault,
    findings::{Failed, Findings},
    instance::{ChosenValue, Combination, Instance},
    source::Place,
    sweep::{self, Axis},
    tree::Table,
    wording::Subject,
    workflow::Stage,
};
use hrm_config::{StageConfig, StageKind};
use indexmap::IndexMap;

/// Instances that a workflow may have: more is a mistake in a sweep, not an experiment.
pub const INSTANCES_MAX: usize = 10_000;

/// What became of a stage.
pub(crate) enum Outcome {
    /// Its instances.
    Expanded(Vec<usize>),
    /// Something is wrong with it, which has been said.
    Failed,
}

/// What has been expanded so far.
pub(crate) struct Expansion<'a> {
    pub(crate) document: &'a Document,
    pub(crate) instances: Vec<Instance<'a>>,
    /// In the order of the file.
    pub(crate) outcomes: IndexMap<(StageKind, String), Outcome>,
    found: Vec<Diagnostic>,
}

/// Expands stages that are in the order of the data flow, and says everything that is wrong.
pub(crate) fn expand(document: &Document) -> (Vec<Stage>, Vec<Diagnostic>) {
    let mut expansion = Expansion {
        document,
        instances: Vec::new(),
        outcomes: IndexMap::new(),
        found: Vec::new(),
    };
    for named in &document.stages {
        let outcome = match expansion.stage(named) {
            Ok(instances) => Outcome::Expanded(instances),
            Err(found) => {
                expansion.found.extend(found);
                Outcome::Failed
            }
        };
        expansion
            .outcomes
            .insert((named.kind, named.name.clone()), outcome);
    }
    (
        expansion
            .instances
            .into_iter()
            .map(|instance| instance.stage)
            .collect(),
        expansion.found,
    )
}

impl<'a> Expansion<'a> {
    fn stage(&mut self, named: &'a NamedStage) -> Result<Vec<usize>, Vec<Diagnostic>> {
        let subject = Subject {
            kind: named.kind.into(),
            name: &named.name,
            key: named.key,
            table: &named.table,
        };
        let axes = sweep::axes(&named.table);
        let in_axes = sweep::check(&subject, &axes);
        if !in_axes.is_empty() {
            return Err(in_axes);
        }
        let count = sweep::combinations(&axes).filter(|&count| count <= INSTANCES_MAX);
        let Some(count) = count else {
            return Err(vec![too_many(&subject)]);
        };

        let mut findings = Findings::default();
        let mut combinations = Vec::new();
        for index in 0..count {
            match self.combination(named, &axes, index) {
                Ok(combination) => combinations.push(combination),
                Err(failed) => findings.add(index, failed),
            }
        }
        let found = findings.finish(count);
        if !found.is_empty() {
            return Err(found);
        }
        self.instances(named, combinations)
            .ok_or_else(|| vec![too_many(&subject)])
    }

    /// Types and checks one combination.
    fn combination(
        &self,
        named: &'a NamedStage,
        axes: &[Axis],
        index: usize,
    ) -> Result<Combination, Failed> {
        let (table, chosen) = sweep::combination(&named.table, axes, index);
        let subject = Subject {
            kind: named.kind.into(),
            name: &named.name,
            key: named.key,
            table: &table,
        };
        let config = match config(named.kind, &table, named.key) {
            Ok(config) => config,
            Err(faults) => {
                let found = faults.iter().map(|fault| subject.fault(fault)).collect();
                return Err(Failed { chosen, found });
            }
        };
        let mut found: Vec<_> = config
            .check()
            .iter()
            .map(|problem| subject.problem(problem))
            .collect();
        let inputs = self.inputs(&config, &subject, &mut found);
        // The other inputs would say much the same.
        let against = |input: &usize| self.check_against(&config, &subject, *input);
        let failed = inputs
            .iter()
            .flatten()
            .map(against)
            .find(|found| !found.is_empty());
        found.extend(failed.into_iter().flatten());
        if !found.is_empty() {
            return Err(Failed { chosen, found });
        }
        let owner = subject.path(&[]);
        let chosen = chosen
            .into_iter()
            .map(|(label, value)| ChosenValue {
                label,
                value,
                owner: owner.clone(),
            })
            .collect();
        Ok(Combination {
            config,
            table,
            chosen,
            inputs,
        })
    }

    /// Makes the instances of all combinations; `None` if there would be too many.
    fn instances(
        &mut self,
        named: &'a NamedStage,
        combinations: Vec<Combination>,
    ) -> Option<Vec<usize>> {
        let mut made = Vec::new();
        for combination in combinations {
            let seeds = combination.seeds();
            let count = combination.inputs.len().checked_mul(seeds.len())?;
            if self.instances.len() + made.len() + count > INSTANCES_MAX {
                return None;
            }
            for inputs in &combination.inputs {
                let input = match inputs.as_slice() {
                    [input] if named.kind != StageKind::Report => self.instances.get(*input),
                    _ => None,
                };
                let instance =
                    |seed: &Option<u64>| Instance::new(named, &combination, inputs, input, *seed);
                made.extend(seeds.iter().map(instance));
            }
        }
        // Axes of the inputs change slowest.
        made.sort_by_key(|instance| instance.stage.inputs.first().copied());
        let first = self.instances.len();
        self.instances.extend(made);
        Some((first..self.instances.len()).collect())
    }
}

fn config(kind: StageKind, table: &Table, at: Place) -> Result<StageConfig, Vec<Fault>> {
    Ok(match kind {
        StageKind::Dataset => StageConfig::Dataset(typed(table, at)?),
        StageKind::Train => StageConfig::Train(Box::new(typed(table, at)?)),
        StageKind::Evaluate => StageConfig::Evaluate(typed(table, at)?),
        StageKind::Report => StageConfig::Report(typed(table, at)?),
    })
}

fn too_many(subject: &Subject<'_>) -> Diagnostic {
    let message = format!(
        "with `{}` the workflow has more than {INSTANCES_MAX} stages to run",
        subject.path(&[])
    );
    let place = subject
        .locate(crate::schema::SWEEP)
        .or_else(|| subject.locate(crate::schema::SEEDS));
    Diagnostic::new(message)
        .at(place.unwrap_or(subject.key))
        .help("give its axes, its seeds or its inputs fewer values")
}
