//! Submitting stages, each once.

use super::folder::{JobFolder, Submitted};
use super::{Cluster, Job, client};
use crate::RunnerError;
use crate::worker::StageJob;
use hrm_slurm::{ARRAY_TASKS_MAX, JobId, QueuedJob, Submission, job_name, worker_script};
use hrm_store::{ArtifactState, Key, write_atomic};
use std::fs::{self, File, OpenOptions};
use std::path::Path;
use std::time::SystemTime;

/// A stage with the job that works on it.
pub(in crate::run) struct Placed {
    /// The stage.
    pub(in crate::run) stage: usize,
    /// Its job, or why there is none.
    pub(in crate::run) job: Result<Job, RunnerError>,
    /// Whether the job was in the queue already.
    pub(in crate::run) found: bool,
}

/// A stage that is to be submitted.
struct Unsubmitted {
    stage: usize,
    job: StageJob,
    folder: JobFolder,
}

/// A job that an earlier process submitted.
enum Earlier {
    /// It waits or runs.
    Alive(JobId),
    /// It ended, and the artifact is there.
    Done(JobId),
}

impl Cluster {
    /// Submits the work of stages that became ready together, those of one sweep as an array, and finds
    /// the jobs of those that were submitted before.
    pub(in crate::run) fn place(&self, work: Vec<(usize, StageJob)>) -> Vec<Placed> {
        if work.is_empty() {
            return Vec::new();
        }
        let lock = match self.lock() {
            Ok(lock) => lock,
            Err(error) => {
                let stages = work.into_iter().map(|(stage, _)| stage);
                return failed(stages, &error);
            }
        };
        let (mut placed, groups) = self.find(work);
        for (name, group) in groups {
            let mut rest = group.into_iter().peekable();
            while rest.peek().is_some() {
                let tasks: Vec<Unsubmitted> = rest.by_ref().take(ARRAY_TASKS_MAX).collect();
                placed.extend(self.submit(&name, tasks, &lock));
            }
        }
        placed
    }

    /// Forgets the job of a stage that is done, which a process that died may have left.
    pub(in crate::run) fn forget(&self, kind: &str, key: &Key) {
        JobFolder::of(&self.folder, kind, key).remove();
    }

    /// The lock under which jobs are submitted, by one process at a time.
    fn lock(&self) -> Result<File, RunnerError> {
        fs::create_dir_all(&self.folder).map_err(RunnerError::io("create", &self.folder))?;
        let path = self.folder.join("submit.lock");
        let mut options = OpenOptions::new();
        let options = options.create(true).truncate(false).read(true).write(true);
        let file = options
            .open(&path)
            .map_err(RunnerError::io("open", &path))?;
        file.lock().map_err(RunnerError::io("lock", &path))?;
        Ok(file)
    }

    /// The stages whose jobs are in the queue, and the others by their names.
    fn find(&self, work: Vec<(usize, StageJob)>) -> (Vec<Placed>, Vec<(String, Vec<Unsubmitted>)>) {
        let mut placed = Vec::new();
        let mut groups: Vec<(String, Vec<Unsubmitted>)> = Vec::new();
        let mut queue = None;
        for (stage, job) in work {
            let folder = JobFolder::of(&self.folder, job.config.kind().name(), &job.key);
            let job = match self.submitted(&folder, &job, &mut queue) {
                Ok(None) => {
                    let name = stage_name(&job.stage).to_owned();
                    let unsubmitted = Unsubmitted { stage, job, folder };
                    match groups.iter_mut().find(|(of, _)| *of == name) {
                        Some((_, group)) => group.push(unsubmitted),
                        None => groups.push((name, vec![unsubmitted])),
                    }
                    continue;
                }
                Ok(Some(Earlier::Alive(id))) => Ok(Job::new(id, job.stage, folder)),
                Ok(Some(Earlier::Done(id))) => Ok(Job::done(id, job.stage, folder)),
                Err(error) => Err(error),
            };
            placed.push(Placed {
                stage,
                job,
                found: true,
            });
        }
        (placed, groups)
    }

    /// The job that an earlier process submitted for the stage of `folder`, unless it ended in vain.
    fn submitted(
        &self,
        folder: &JobFolder,
        job: &StageJob,
        queue: &mut Option<Vec<QueuedJob>>,
    ) -> Result<Option<Earlier>, RunnerError> {
        let Some(mut submitted) = folder.submitted()? else {
            return Ok(None);
        };
        let queue = match queue {
            Some(queue) => queue,
            None => queue.insert(client::queue()?),
        };
        let is_it = |job: &&QueuedJob| job.name == submitted.name && job.id.task == submitted.task;
        let Some(queued) = queue.iter().find(is_it) else {
            return Ok(None);
        };
        if !queued.state.is_alive() {
            // It may have ended after this process had looked for its artifact.
            let artifact = self.store.artifact(job.config.kind().name(), &job.key)?;
            let is_done = !job.replace && matches!(artifact, ArtifactState::Complete(_));
            return Ok(is_done.then_some(Earlier::Done(queued.id)));
        }
        if submitted.job.is_none() {
            submitted.job = Some(queued.id.job);
            folder.note(&submitted)?;
        }
        Ok(Some(Earlier::Alive(queued.id)))
    }

    fn submit(&self, name: &str, tasks: Vec<Unsubmitted>, lock: &File) -> Vec<Placed> {
        let ids = match self.submit_tasks(name, &tasks, lock) {
            Ok(ids) => ids,
            Err(error) => return failed(tasks.into_iter().map(|task| task.stage), &error),
        };
        let place = |(task, id): (Unsubmitted, JobId)| Placed {
            stage: task.stage,
            job: Ok(Job::new(id, task.job.stage, task.folder)),
            found: false,
        };
        tasks.into_iter().zip(ids).map(place).collect()
    }

    fn submit_tasks(
        &self,
        stage: &str,
        tasks: &[Unsubmitted],
        lock: &File,
    ) -> Result<Vec<JobId>, RunnerError> {
        let name = job_name(stage, &token(tasks));
        let mut submitted: Vec<Submitted> = (0..tasks.len() as u32)
            .map(|index| Submitted {
                name: name.clone(),
                task: (tasks.len() > 1).then_some(index),
                job: None,
            })
            .collect();
        for (task, submitted) in tasks.iter().zip(&submitted) {
            task.folder.prepare(&task.job, submitted)?;
        }
        let number = self.sbatch(stage, &name, tasks, lock)?;
        let note = |(task, submitted): (&Unsubmitted, &mut Submitted)| {
            submitted.job = Some(number);
            task.folder.note(submitted)?;
            Ok(JobId {
                job: number,
                task: submitted.task,
            })
        };
        tasks.iter().zip(&mut submitted).map(note).collect()
    }

    fn sbatch(
        &self,
        stage: &str,
        name: &str,
        tasks: &[Unsubmitted],
        lock: &File,
    ) -> Result<u64, RunnerError> {
        let folders: Vec<&Path> = tasks.iter().map(|task| task.folder.path()).collect();
        let text = worker_script(&self.program, &self.arguments, &folders);
        let script = self.folder.join(format!("{name}.sh"));
        write_atomic(&script, text.as_bytes())?;
        let (kind, stage) = stage.split_once('.').unwrap_or((stage, ""));
        let answer = client::submit(
            &Submission {
                name,
                tasks: tasks.len(),
                folder: &self.here,
                resources: &self.settings.resources(kind, stage),
                script: &script,
            },
            lock,
        );
        // SLURM has a copy.
        let _ = fs::remove_file(&script);
        // An answer may get lost on its way although the job is in the queue.
        answer.or_else(|error| {
            let queue = client::queue().unwrap_or_default();
            let mut same = queue.iter().filter(|job| job.name == name);
            same.next().map(|job| job.id.job).ok_or(error)
        })
    }
}

/// The same error for each of `stages`.
fn failed(stages: impl Iterator<Item = usize>, error: &RunnerError) -> Vec<Placed> {
    let failed = |stage| Placed {
        stage,
        job: Err(client::again(error)),
        found: false,
    };
    stages.map(failed).collect()
}

/// `train.hrm` of `train.hrm[seed=1]`.
fn stage_name(instance: &str) -> &str {
    instance.split_once('[').map_or(instance, |(name, _)| name)
}

/// Eight digits that no other submission has.
fn token(tasks: &[Unsubmitted]) -> String {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let mut parts = format!("{now:?} {}", std::process::id());
    tasks
        .iter()
        .for_each(|task| parts += &task.job.key.to_string());
    Key::of(parts.as_bytes())
        .to_string()
        .chars()
        .take(8)
        .collect()
}
