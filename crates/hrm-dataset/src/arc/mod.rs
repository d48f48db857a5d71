//! ARC datasets: the plan from which their examples are made, and its files.

mod files;
mod plan;
mod splits;

pub(crate) use files::{has_plan, plan_files, read_plan, write_plan};
pub(crate) use plan::ArcPlan;
pub(crate) use splits::splits;
