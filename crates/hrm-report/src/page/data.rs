//! Datasets, configuration and command.

use crate::ReportData;
use crate::format::whole;
use maud::{Markup, html};

/// Facts about the datasets and what their splits guarantee.
pub(crate) fn datasets(data: &ReportData) -> Markup {
    html! {
        div #datasets {
            h3.part { "Datasets" }
            @if data.datasets.is_empty() { p.missing { "No dataset is recorded." } }
            @for dataset in &data.datasets {
                div.card {
                    h4 { (dataset.name) }
                    p { (dataset.description) }
                    table.plain {
                        thead { tr { th scope="col" { "Split" } th scope="col" { "Puzzles" } th scope="col" { "Examples" } } }
                        tbody {
                            @for split in &dataset.splits {
                                tr { th scope="row" { (split.split) } td { (whole(split.groups)) } td { (whole(split.examples)) } }
                            }
                        }
                    }
                    p.guarantee { strong { "What the split guarantees. " } (dataset.guarantee) }
                }
            }
        }
    }
}

/// The resolved configuration, folded.
pub(crate) fn configuration(data: &ReportData) -> Markup {
    html! {
        div #configuration {
            h3.part { "Configuration" }
            details.card {
                summary { "The resolved configuration: every key, defaults included" }
                pre tabindex="0" { code { (data.config_toml) } }
            }
        }
    }
}

/// The command that runs it again.
pub(crate) fn command(data: &ReportData) -> Markup {
    html! {
        div #command {
            h3.part { "Run it again" }
            pre.card tabindex="0" { code { (data.command) } }
        }
    }
}
