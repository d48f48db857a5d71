//! Leases: locks for file systems on which an advisory lock does not reach other machines, or outlives
//! the machine that held it.
//!
//! Whoever holds a stage's file lock also has a lease: a file with a token of its own, renewed as long as
//! its holder lives. One of another machine that is renewed keeps the stage taken; one that is not
//! expires, and may be replaced. Whoever lost its lease in this way, for example because it was asleep,
//! finds another token there and publishes nothing any more.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::atomic::temporary_in;
use crate::{Key, StoreError};

/// Time between two renewals.
const RENEWALS: Duration = Duration::from_secs(5);

/// Time without a renewal after which a lease has expired. Long enough for a file server that is busy.
const EXPIRY: Duration = Duration::from_secs(60);

/// A lease, as its file says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Holder {
    /// Name of the machine.
    host: String,
    /// Process id there.
    pid: u32,
    /// What no other lease has.
    token: String,
}

/// A held lease. Dropping it gives it back.
#[derive(Debug)]
pub(crate) struct Lease {
    path: PathBuf,
    token: String,
    lost: Arc<Lost>,
    /// Dropping it ends the renewals.
    stop: Option<Sender<()>>,
    renewals: Option<JoinHandle<()>>,
}

/// Whether a lease was lost, and who wants to know it.
#[derive(Debug, Default)]
struct Lost {
    flag: AtomicBool,
    listener: Mutex<Option<Arc<AtomicBool>>>,
}

impl Lost {
    fn set(&self) {
        self.flag.store(true, Ordering::Relaxed);
        let listener = self.listener.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(listener) = &*listener {
            listener.store(true, Ordering::Relaxed);
        }
    }
}

impl Lease {
    /// Takes the lease at `path`, for the holder of the file lock that goes with it. `None` while a
    /// process of another machine has it.
    pub(crate) fn try_take(path: &Path) -> Result<Option<Self>, StoreError> {
        let host = host();
        if let Some((found, file)) = read(path)?
            // A holder on this machine would hold the file lock.
            && found.host != host
            && age(&file, path)? < EXPIRY
        {
            return Ok(None);
        }
        let holder = Holder {
            host,
            pid: std::process::id(),
            token: token(),
        };
        write(path, &holder)?;
        Ok(Some(Self::renewed(path.to_owned(), holder.token)))
    }

    fn renewed(path: PathBuf, token: String) -> Self {
        let lost = Arc::new(Lost::default());
        let (stop, stopped) = channel();
        let renewals = {
            let (path, token, lost) = (path.clone(), token.clone(), Arc::clone(&lost));
            thread::spawn(move || {
                while stopped.recv_timeout(RENEWALS) == Err(RecvTimeoutError::Timeout) {
                    if !is_renewed(&path, &token) {
                        return lost.set();
                    }
                }
            })
        };
        Self {
            path,
            token,
            lost,
            stop: Some(stop),
            renewals: Some(renewals),
        }
    }

    /// Sets `flag` as soon as this process notices that it has lost the lease.
    pub(crate) fn tell_loss(&self, flag: Arc<AtomicBool>) {
        let mut listener = self
            .lost
            .listener
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *listener = Some(flag);
    }

    /// Looks whether the lease is held still.
    ///
    /// # Errors
    /// Where another process has it.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        let found = read(&self.path)?;
        let is_ours = |(holder, _): &(Holder, File)| holder.token == self.token;
        if !self.lost.flag.load(Ordering::Relaxed) && found.as_ref().is_some_and(is_ours) {
            return Ok(());
        }
        let by = found.map(|(holder, _)| format!("process {} on `{}`", holder.pid, holder.host));
        Err(StoreError::LeaseLost {
            path: self.path.clone(),
            by: by.unwrap_or_else(|| "somebody who removed it".to_owned()),
        })
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(renewals) = self.renewals.take() {
            let _ = renewals.join();
        }
        if self.check().is_ok() {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Writes the same text once more, which renews the file's time, unless it is another's file.
fn is_renewed(path: &Path, token: &str) -> bool {
    let renew = || {
        let mut file = OpenOptions::new().read(true).write(true).open(path)?;
        let mut text = Vec::new();
        file.read_to_end(&mut text)?;
        let holder: Holder = serde_json::from_slice(&text)?;
        if holder.token != token {
            return Ok(false);
        }
        // The file of another holder would be another one, with the same name.
        file.rewind()?;
        file.write_all(&text)?;
        file.sync_all()?;
        Ok::<bool, std::io::Error>(true)
    };
    match renew() {
        Ok(is_ours) => is_ours,
        Err(error) if error.kind() == ErrorKind::NotFound => false,
        Err(error) => {
            // A file server that is away for a moment; whoever waits for expiry sees none of it either.
            tracing::warn!(path = %path.display(), %error, "a lease was not renewed");
            true
        }
    }
}

/// The lease at `path`, with its file. One that makes no sense is none.
fn read(path: &Path) -> Result<Option<(Holder, File)>, StoreError> {
    // Opened, and not only looked up: network file systems show the newest state to who opens a file.
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(StoreError::io("read", path)(error)),
    };
    let mut text = Vec::new();
    file.read_to_end(&mut text)
        .map_err(StoreError::io("read", path))?;
    let holder = serde_json::from_slice(&text).ok();
    Ok(holder.map(|holder| (holder, file)))
}

/// Replaces the lease in one step.
fn write(path: &Path, holder: &Holder) -> Result<(), StoreError> {
    let error = || StoreError::io("write", path);
    let text = serde_json::to_vec(holder).map_err(|failed| error()(failed.into()))?;
    let mut file = temporary_in(path.parent().unwrap_or(Path::new("."))).map_err(error())?;
    file.write_all(&text).map_err(error())?;
    // Not made durable: it need not outlive this machine.
    file.persist(path).map_err(|failed| error()(failed.error))?;
    Ok(())
}

/// Time since the lease was renewed, by the clock of the file system: a file that is written now says
/// what time it is there.
fn age(lease: &File, path: &Path) -> Result<Duration, StoreError> {
    let error = || StoreError::io("read", path);
    let mut now = temporary_in(path.parent().unwrap_or(Path::new("."))).map_err(error())?;
    now.write_all(b"now").map_err(error())?;
    let modified = |file: &File| file.metadata().and_then(|metadata| metadata.modified());
    let now = modified(now.as_file()).map_err(error())?;
    let renewed = modified(lease).map_err(error())?;
    // One of the future was just renewed.
    Ok(now.duration_since(renewed).unwrap_or_default())
}

/// Name of this machine.
fn host() -> String {
    sysinfo::System::host_name().unwrap_or_default()
}

fn token() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let now = jiff::Timestamp::now();
    let parts = format!("{} {} {now} {count}", host(), std::process::id());
    Key::of(parts.as_bytes()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::SystemTime;

    fn place() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("train-1.lease");
        (folder, path)
    }

    fn of_another_machine(path: &Path) {
        let holder = Holder {
            host: "elsewhere".to_owned(),
            pid: 1,
            token: "theirs".to_owned(),
        };
        write(path, &holder).unwrap();
    }

    #[test]
    fn a_lease_is_given_back() {
        let (_folder, path) = place();
        let lease = Lease::try_take(&path).unwrap().unwrap();
        assert!(path.exists());
        lease.check().unwrap();
        assert!(is_renewed(&path, &lease.token));
        drop(lease);
        assert!(!path.exists());
    }

    #[test]
    fn what_a_killed_process_of_this_machine_left_is_taken_at_once() {
        let (_folder, path) = place();
        let holder = Holder {
            host: host(),
            pid: 1,
            token: "of the killed one".to_owned(),
        };
        write(&path, &holder).unwrap();
        Lease::try_take(&path).unwrap().unwrap().check().unwrap();
    }

    #[test]
    fn a_lease_of_another_machine_holds_until_it_expires() {
        let (_folder, path) = place();
        of_another_machine(&path);
        assert!(Lease::try_take(&path).unwrap().is_none());
        let file = OpenOptions::new().write(true).open(&path).unwrap();
        file.set_modified(SystemTime::now() - EXPIRY - RENEWALS)
            .unwrap();
        Lease::try_take(&path).unwrap().unwrap().check().unwrap();
    }

    #[test]
    fn who_lost_a_lease_leaves_the_new_one_alone() {
        let (_folder, path) = place();
        let lease = Lease::try_take(&path).unwrap().unwrap();
        of_another_machine(&path);
        assert!(!is_renewed(&path, &lease.token));
        let error = lease.check().unwrap_err().to_string();
        assert!(error.ends_with("by process 1 on `elsewhere`"), "{error}");
        drop(lease);
        assert!(path.exists());
    }

    #[test]
    fn a_loss_is_told() {
        let (_folder, path) = place();
        let lease = Lease::try_take(&path).unwrap().unwrap();
        let flag = Arc::new(AtomicBool::new(false));
        lease.tell_loss(Arc::clone(&flag));
        lease.lost.set();
        assert!(flag.load(Ordering::Relaxed));
        assert!(lease.check().is_err());
    }

    #[test]
    fn a_torn_lease_is_none() {
        let (_folder, path) = place();
        fs::write(&path, "{\"host\":").unwrap();
        Lease::try_take(&path).unwrap().unwrap();
    }
}
