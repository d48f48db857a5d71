//! Tests of the program as its users and their scripts see it, in one binary.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::panic,
    reason = "in helpers of tests, too, a failure is a failed test"
)]

mod bench;
mod bench_report;
mod bench_runner;
mod compare;
mod cuda;
mod data;
mod faults;
mod gpu_check;
mod grammar;
mod kills;
mod model;
mod processes;
mod query;
mod readme;
mod runs;
mod score;
mod slurm;
mod store;
mod tables;
mod workers;
mod workflows;
