//! The runner: plans a workflow against the store, executes what is not cached, records it, and
//! gathers the data of reports.
//!
//! One way through: [`plan`] turns a workflow into nodes ([`nodes`]), asks the store what is
//! cached, and says why the rest has to run. [`run`] makes the stages in order, each under its
//! lock, and publishes what they made; the rows of the database are read from the published
//! artifacts ([`index`]). [`render_reports`] makes reports from the database alone.
//!
//! Invariants: a stage is looked up again under its lock, so that two processes never make the same
//! artifact twice; inputs are read and hashed before they are used; a failure to record never breaks
//! a run. Nothing here prints: everything worth telling is an [`Event`].

pub mod care;
mod compare;
mod curves;
mod datasets;
mod description;
mod documents;
mod energy;
mod environment;
mod error;
mod evaluation_files;
mod events;
mod expectations;
mod external;
mod find;
mod index;
mod interrupt;
mod models;
mod nodes;
mod opening;
mod planning;
mod probe_rows;
mod published_tables;
mod rebuild;
mod recorded;
mod report_data;
mod report_files;
mod rescore;
mod results;
mod run;
mod score_rows;
mod session;
mod settings;
mod sizes;
mod stages;
mod stored;
mod worker;

pub use compare::{QUESTION, compare, compare_with_boards};
pub use curves::curves;
pub use datasets::find_dataset;
pub use description::{ExpectationDescription, RunDescription, StageDescription};
pub use environment::environment;
pub use error::RunnerError;
pub use events::{Event, Events, MetricValue, RunEnd, StageCounts};
pub use expectations::expectations;
pub use external::check_raw_data;
pub use find::{Find, find, result_names};
pub use hrm_model::{
    CudaNeed, DeviceChoice, DeviceError, DeviceKind, cuda_kernel_folder, cuda_needs,
};
pub use hrm_report::{
    ArcScore, Count, Estimate, ExpectationInfo, ExpectationVerdict, MetricCount, TestEvaluation,
    number,
};
pub use interrupt::Interrupt;
pub use models::find_model;
pub use opening::open_database;
pub use planning::{Selection, WorkflowPlan, plan};
pub use published_tables::{OurResult, PublishedRow, published_tables};
pub use rebuild::{Rebuilt, rebuild};
pub use recorded::{ScoredFiles, record_scores};
pub use report_data::{render_reports, report_data};
pub use rescore::rescore;
pub use results::{EvaluationResult, evaluation_results};
pub use run::{Executor, RunOptions, RunOutcome, Workers, run};
pub use session::Session;
pub use sizes::{Size, estimate_seconds, sizes};
pub use worker::{StageJob, WorkerEnd, WorkerMessage, work};
