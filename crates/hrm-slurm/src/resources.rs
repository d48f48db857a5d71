//! What a job asks for.

use serde::Deserialize;

/// Resources of a job, in the words of `sbatch`. What is not said is the cluster's default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resources {
    /// Partition to run in (`--partition`).
    pub partition: Option<String>,
    /// Account to charge (`--account`).
    pub account: Option<String>,
    /// Longest run time, as `minutes`, `hours:minutes:seconds` or `days-hours` (`--time`).
    pub time: Option<String>,
    /// Memory of the node, for example `16G` (`--mem`).
    pub memory: Option<String>,
    /// Cores, which are also the worker's threads (`--cpus-per-task`).
    pub cpus: Option<std::num::NonZeroU32>,
    /// GPUs (`--gres=gpu:N`). A stage computes on one of them.
    pub gpus: Option<u32>,
    /// Further arguments of `sbatch`, each as it stands, for example `--constraint=a100`. Those of
    /// more special resources come after, and so count before, those of more general ones.
    #[serde(default)]
    pub extra: Vec<String>,
}

impl Resources {
    /// These resources where they say something, otherwise those of `general`.
    #[must_use]
    pub fn over(&self, general: &Self) -> Self {
        let text = |own: &Option<String>, other: &Option<String>| own.clone().or(other.clone());
        Self {
            partition: text(&self.partition, &general.partition),
            account: text(&self.account, &general.account),
            time: text(&self.time, &general.time),
            memory: text(&self.memory, &general.memory),
            cpus: self.cpus.or(general.cpus),
            gpus: self.gpus.or(general.gpus),
            extra: [general.extra.as_slice(), &self.extra].concat(),
        }
    }

    /// As arguments of `sbatch`.
    pub fn arguments(&self) -> Vec<String> {
        let text = |name: &str, value: &Option<String>| {
            let value = value.as_ref()?;
            Some(format!("--{name}={value}"))
        };
        let given = [
            text("partition", &self.partition),
            text("account", &self.account),
            text("time", &self.time),
            text("mem", &self.memory),
            self.cpus.map(|cpus| format!("--cpus-per-task={cpus}")),
            self.gpus
                .filter(|gpus| *gpus > 0)
                .map(|gpus| format!("--gres=gpu:{gpus}")),
        ];
        let extra = self.extra.iter().cloned();
        given.into_iter().flatten().chain(extra).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Resources {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn special_resources_come_before_general_ones() {
        let general = read("partition = 'batch'\ncpus = 2\nextra = ['--nice=10']");
        let special = read("partition = 'gpu'\ngpus = 1\nextra = ['--constraint=a100']");
        let expected = [
            "--partition=gpu",
            "--cpus-per-task=2",
            "--gres=gpu:1",
            "--nice=10",
            "--constraint=a100",
        ];
        assert_eq!(special.over(&general).arguments(), expected);
    }

    #[test]
    fn a_stage_can_do_without_what_others_ask_for() {
        let none = read("gpus = 0").over(&read("gpus = 1\ntime = '1:00:00'"));
        assert_eq!(none.arguments(), ["--time=1:00:00"]);
    }

    #[test]
    fn what_nobody_knows_is_refused() {
        assert!(toml::from_str::<Resources>("gpu = 1").is_err());
        assert!(toml::from_str::<Resources>("cpus = 0").is_err());
    }
}
