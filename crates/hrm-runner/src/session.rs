//! What planning and running need besides the workflow: state folder, database, device.

use crate::RunnerError;
use hrm_model::{DeviceChoice, DeviceKind};
use hrm_store::{Database, Store};
use std::path::Path;

/// An opened state folder and a chosen device.
#[derive(Debug)]
pub struct Session {
    pub(crate) store: Store,
    pub(crate) database: Database,
    pub(crate) device: DeviceChoice,
    pub(crate) device_kind: DeviceKind,
}

impl Session {
    /// Opens the state folder `state`, creating it where it is missing, and checks that the device
    /// is there.
    pub fn open(state: &Path, device: DeviceChoice) -> Result<Self, RunnerError> {
        let (_, device_kind) = device.open()?;
        let store = Store::open(state)?;
        let database = Database::open(&store)?;
        Ok(Self {
            store,
            database,
            device,
            device_kind,
        })
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
