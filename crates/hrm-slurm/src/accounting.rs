//! What `sacct` prints, where a cluster keeps accounts.

use crate::{JobId, JobState};

/// Arguments with which `sacct` tells of one job in lines for [`read_accounting`].
pub fn accounting_arguments(id: JobId) -> Vec<String> {
    vec![
        "--noheader".to_owned(),
        "--parsable2".to_owned(),
        "--allocations".to_owned(),
        format!("--jobs={id}"),
        "--format=JobID,State,ExitCode".to_owned(),
    ]
}

/// State of the job `id`; `None` where the accounts do not know it. A requeued job has several lines,
/// of which the last counts.
pub fn read_accounting(text: &str, id: JobId) -> Option<JobState> {
    let state = |line: &str| {
        let mut columns = line.split('|').map(str::trim);
        if columns.next()? != id.to_string() {
            return None;
        }
        let state = columns.next()?;
        let (code, signal) = columns.next()?.split_once(':')?;
        JobState::of(state, code.parse().ok()?, signal.parse().ok()?)
    };
    text.lines().filter_map(state).next_back()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_of_sacct_are_read() {
        let text = "\
12_0|COMPLETED|0:0
12_1|NODE_FAIL|1:0
12_1|CANCELLED by 1000|0:15
12_2|FAILED|101:0
12_3|FAILED|0:9
";
        let state = |task| {
            let task = Some(task);
            read_accounting(text, JobId { job: 12, task })
        };
        assert_eq!(state(0), Some(JobState::Ended(0)));
        assert_eq!(state(1), Some(JobState::Cancelled));
        assert_eq!(state(2), Some(JobState::Ended(101)));
        assert_eq!(state(3), Some(JobState::Killed));
        assert_eq!(state(4), None);
    }
}
