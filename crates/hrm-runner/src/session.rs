//! What planning and running need besides the workflow: state folder, database, device.

use crate::{Events, RunnerError, open_database};
use hrm_model::{DeviceChoice, DeviceKind, cuda_devices};
use hrm_source::Sources;
use hrm_store::{Database, Store};
use std::path::{Path, PathBuf};

/// An opened state folder, a chosen device, and the places where raw data may lie.
#[derive(Debug)]
pub struct Session {
    pub(crate) store: Store,
    pub(crate) database: Database,
    pub(crate) device: DeviceChoice,
    pub(crate) device_kind: DeviceKind,
    pub(crate) sources: Sources,
    /// Folder that has raw data of benchmarks, looked into before the state folder's own.
    pub(crate) raw_data: Option<PathBuf>,
}

impl Session {
    /// Opens the state folder `state`, creating it where it is missing, and checks that the device
    /// is there.
    pub fn open(
        state: &Path,
        device: DeviceChoice,
        events: &mut dyn Events,
    ) -> Result<Self, RunnerError> {
        let (_, device_kind) = device.open()?;
        Self::with_device(state, device, device_kind, events)
    }

    /// Opens the state folder for work that is done on other machines, whose device this one need not
    /// have. `auto` is the CPU there.
    pub fn open_for_cluster(
        state: &Path,
        device: DeviceChoice,
        events: &mut dyn Events,
    ) -> Result<Self, RunnerError> {
        let device_kind = match device {
            DeviceChoice::Auto | DeviceChoice::Cpu => DeviceKind::Cpu,
            DeviceChoice::Cuda(_) => DeviceKind::Cuda,
        };
        Self::with_device(state, device, device_kind, events)
    }

    fn with_device(
        state: &Path,
        device: DeviceChoice,
        device_kind: DeviceKind,
        events: &mut dyn Events,
    ) -> Result<Self, RunnerError> {
        let store = Store::open(state)?;
        let database = open_database(&store, events)?;
        Ok(Self {
            store,
            database,
            device,
            device_kind,
            sources: Sources::new(Store::raw_data_path(state), None)?,
            raw_data: None,
        })
    }

    /// The same session, with a folder that has raw data of benchmarks, which is looked into before
    /// the state folder's own.
    #[must_use]
    pub fn with_raw_data(self, folder: Option<PathBuf>) -> Self {
        let sources = self.sources.with_folder(folder.clone());
        Self {
            sources,
            raw_data: folder,
            ..self
        }
    }

    /// The GPUs that stages share out: all of this machine, or the one that was named; none on a CPU.
    pub(crate) fn gpus(&self) -> Vec<usize> {
        match (self.device_kind, self.device) {
            (DeviceKind::Cpu, _) => Vec::new(),
            (DeviceKind::Cuda, DeviceChoice::Cuda(index)) => vec![index],
            (DeviceKind::Cuda, _) => (0..cuda_devices().unwrap_or(1)).collect(),
        }
    }

    /// The device as rows and messages name it: `cpu` or `cuda:N`.
    pub fn device_name(&self) -> String {
        match (self.device, self.device_kind) {
            (_, DeviceKind::Cpu) => DeviceKind::Cpu.name().to_owned(),
            (DeviceChoice::Cuda(_), DeviceKind::Cuda) => self.device.to_string(),
            (_, DeviceKind::Cuda) => DeviceChoice::Cuda(0).to_string(),
        }
    }
}
