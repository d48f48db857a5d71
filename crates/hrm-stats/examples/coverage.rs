//! How often nominal 95 % intervals of a mean accuracy over seeds hold the true one, simulated:
//!
//! ```text
//! cargo run --release -p hrm-stats --example coverage
//! ```

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program for the terminal, whose simulated outcomes are well-formed"
)]

#[path = "../tests/simulation/mod.rs"]
mod simulation;

use simulation::{Coverage, Design, coverages};

const RUNS: u32 = 2000;
const RESAMPLES: u32 = 500;

fn main() {
    println!(
        "Coverage of 95 % intervals in percent, in brackets their mean width in percentage points.\n\
         {RUNS} runs per row: the simulation itself is good to ±{:.1} (95 %).\n",
        196.0 * (0.95 * 0.05 / f64::from(RUNS)).sqrt()
    );
    println!(
        "| seeds | puzzles | accuracy | seed sd | puzzle sd | seed_variance | seed_bootstrap | t over seeds | pooled Wilson |"
    );
    println!("|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
    for design in designs() {
        let found = coverages(design, RUNS, RESAMPLES, 1);
        let cell = |coverage: Coverage| {
            format!(
                "{:.1} ({:.1})",
                100.0 * coverage.share(),
                100.0 * coverage.width()
            )
        };
        println!(
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            design.seeds,
            design.puzzles,
            design.accuracy,
            design.seed_sd,
            design.puzzle_sd,
            cell(found.seed_variance),
            cell(found.seed_bootstrap),
            cell(found.seeds_only),
            cell(found.pooled),
        );
    }
}

fn designs() -> impl Iterator<Item = Design> {
    let sizes = [(2, 200), (3, 200), (3, 1000), (5, 1000), (10, 1000)];
    let models = [
        (0.55, 0.0, 2.0),
        (0.55, 0.1, 2.0),
        (0.55, 0.5, 1.0),
        (0.95, 0.1, 2.0),
        (0.95, 0.5, 1.0),
    ];
    models
        .into_iter()
        .flat_map(move |(accuracy, seed_sd, puzzle_sd)| {
            sizes.map(|(seeds, puzzles)| Design {
                seeds,
                puzzles,
                accuracy,
                seed_sd,
                puzzle_sd,
            })
        })
}
