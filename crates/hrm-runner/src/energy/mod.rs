//! The energy that a device uses while a stage is worked on, where the machine tells it.
//!
//! On a CPU it is that of all its packages (Linux, powercap), whatever else they do meanwhile; on an
//! NVIDIA GPU that of the card.

#[cfg(feature = "cuda")]
mod nvidia;
mod packages;

use hrm_model::DeviceChoice;
use packages::Packages;
use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Time between two looks at the counters. The smallest ones begin anew after a quarter of an hour of
/// full load.
const INTERVAL: Duration = Duration::from_secs(30);

/// Where Linux tells the energy of CPU packages.
const POWERCAP: &str = "/sys/class/powercap";

/// A counter of energy that only rises, but for its own limits.
trait Counter: Send {
    /// Microjoules since the last call, or since the counter was found. `None` when it tells nothing
    /// any more.
    fn advance(&mut self) -> Option<u64>;
}

/// Adds up the energy that a device uses, from its start to [`EnergyMeter::finish`].
pub(crate) struct EnergyMeter {
    stop: Sender<()>,
    sampler: JoinHandle<Option<u64>>,
}

impl EnergyMeter {
    /// Starts to measure, where `device` tells its energy.
    pub(crate) fn start(device: DeviceChoice) -> Option<Self> {
        counter(device).map(Self::of)
    }

    fn of(mut counter: Box<dyn Counter>) -> Self {
        let (stop, stopped) = channel();
        let sampler = thread::spawn(move || {
            let mut microjoules = 0_u64;
            loop {
                let last = stopped.recv_timeout(INTERVAL) != Err(RecvTimeoutError::Timeout);
                microjoules = microjoules.saturating_add(counter.advance()?);
                if last {
                    return Some(microjoules);
                }
            }
        });
        Self { stop, sampler }
    }

    /// The energy since the start, in joules. `None` when the counter fell silent.
    pub(crate) fn finish(self) -> Option<f64> {
        drop(self.stop);
        let microjoules = self.sampler.join().ok().flatten()?;
        Some(microjoules as f64 / 1e6)
    }
}

/// The counter of a device.
fn counter(device: DeviceChoice) -> Option<Box<dyn Counter>> {
    match device {
        DeviceChoice::Cpu => Some(Box::new(Packages::find(Path::new(POWERCAP))?)),
        #[cfg(feature = "cuda")]
        DeviceChoice::Cuda(index) => Some(Box::new(nvidia::Card::find(index)?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives these, then nothing.
    struct Readings(Vec<u64>);

    impl Counter for Readings {
        fn advance(&mut self) -> Option<u64> {
            self.0.pop()
        }
    }

    #[test]
    fn the_rest_counts_at_the_end() {
        let meter = EnergyMeter::of(Box::new(Readings(vec![2_500_000])));
        assert_eq!(meter.finish(), Some(2.5));
    }

    #[test]
    fn a_silent_counter_gives_no_energy() {
        assert_eq!(
            EnergyMeter::of(Box::new(Readings(Vec::new()))).finish(),
            None
        );
    }
}
