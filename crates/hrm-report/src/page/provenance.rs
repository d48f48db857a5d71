//! Where the numbers come from: machine, versions, stages with their keys, datasets, configuration.

use super::data;
use crate::format::{NONE, gibibytes, plural, seconds};
use crate::{Environment, Provenance, ReportData, StageProvenance};
use maud::{Markup, html};

/// Digits of a hash in the table; the whole is in its tooltip.
const HASH_DIGITS: usize = 12;

/// Facts of the run and the table of stages.
pub(crate) fn section(data: &ReportData) -> Markup {
    let provenance = &data.provenance;
    html! {
        section #provenance {
            h2 { "Provenance" }
            dl.facts { @for (name, value) in facts(provenance) { div { dt { (name) } dd { (value) } } } }
            @if provenance.stages.is_empty() { p.missing { "No stage is recorded." } } @else { (table(&provenance.stages)) }
            (data::datasets(data))
            (data::configuration(data))
            (data::command(data))
        }
    }
}

fn facts(provenance: &Provenance) -> Vec<(&'static str, String)> {
    let environment = &provenance.environment;
    vec![
        ("Run", text(&provenance.run_id)),
        ("Started", text(&provenance.started)),
        ("Took", seconds(provenance.seconds)),
        ("Device", text(&environment.device)),
        ("Host", text(&environment.host)),
        ("Processor", processor(environment)),
        ("Memory", gibibytes(environment.memory_bytes)),
        ("Operating system", text(&environment.os)),
        (
            "Versions",
            format!(
                "hrm {}, burn {}",
                text(&environment.hrm_version),
                text(&environment.burn_version)
            ),
        ),
        ("Git commit", commit(environment)),
    ]
}

fn processor(environment: &Environment) -> String {
    format!(
        "{}, {}",
        text(&environment.cpu),
        plural(environment.cores, "logical core")
    )
}

fn commit(environment: &Environment) -> String {
    match (&environment.git_commit, environment.git_dirty) {
        (None, _) => "none".to_owned(),
        (Some(commit), false) => commit.clone(),
        (Some(commit), true) => format!("{commit}, with uncommitted changes"),
    }
}

fn text(value: &str) -> String {
    if value.is_empty() {
        "not recorded".to_owned()
    } else {
        value.to_owned()
    }
}

fn table(stages: &[StageProvenance]) -> Markup {
    html! {
        table.cards {
            thead {
                tr {
                    th scope="col" { "Stage" } th scope="col" { "Status" } th scope="col" { "Time" }
                    th scope="col" { "Key" } th scope="col" { "Content" } th scope="col" { "Made from" }
                }
            }
            tbody {
                @for stage in stages {
                    tr {
                        th scope="row" { (stage.id) }
                        td data-label="Status" { (stage.status) }
                        td data-label="Time" { (seconds(stage.seconds)) }
                        td data-label="Key" { (hash(&stage.key)) }
                        td data-label="Content" { (hash(&stage.content_hash)) }
                        td data-label="Made from" {
                            @if stage.inputs.is_empty() { (NONE) }
                            @for input in &stage.inputs { span.detail { (input) } }
                        }
                    }
                }
            }
        }
    }
}

fn hash(hash: &str) -> Markup {
    let digits: String = hash.chars().take(HASH_DIGITS).collect();
    html! { code title=(hash) { (digits) } }
}
