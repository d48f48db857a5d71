//! One file per command.

mod bench;
mod check;
mod compare;
mod completions;
mod data;
mod doctor;
mod explain;
mod metrics;
mod model;
mod plan;
mod profile;
mod query;
mod report;
mod run;
mod runs;
mod schema;
mod score;
mod show;
mod solve;
mod store;
mod tables;
mod worker;

use crate::cli::{Cli, Command};
use crate::error::CliError;
use crate::exit::Exit;

/// Does what the command line asks.
pub(crate) fn dispatch(cli: Cli) -> Result<Exit, CliError> {
    let state = cli.state.as_path();
    match cli.command {
        Command::Run(args) => run::run(args, state),
        Command::Plan(args) => plan::plan(args, state),
        Command::Explain(args) => explain::explain(&args, state),
        Command::Check(args) => check::check(&args),
        Command::Runs(args) => runs::runs(&args, state),
        Command::Show(args) => show::show(&args, state),
        Command::Metrics(args) => metrics::metrics(&args, state),
        Command::Compare(args) => compare::compare(&args, state),
        Command::Tables(args) => tables::tables(&args, state),
        Command::Query(args) => query::query(&args, state),
        Command::Report(args) => report::report(&args, state),
        Command::Solve(args) => solve::solve(&args, state),
        Command::Score(args) => score::score(&args, state),
        Command::Model(args) => model::model(&args, state),
        Command::Bench(args) => bench::bench(&args, state),
        Command::Data(args) => data::data(&args, state),
        Command::Store(args) => store::store(args, state),
        Command::Schema(args) => schema::schema(&args),
        Command::Completions(args) => completions::completions(&args),
        Command::Doctor(args) => doctor::doctor(&args, state),
        Command::Worker(args) => worker::run(&args),
    }
}
