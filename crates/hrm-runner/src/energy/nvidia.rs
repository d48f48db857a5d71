//! The energy of an NVIDIA GPU, as its driver tells it (NVML).

use super::Counter;
use nvml_wrapper::Nvml;

/// A card whose driver counts its energy.
pub(super) struct Card {
    driver: Nvml,
    index: u32,
    /// Millijoules since the driver was loaded.
    last: u64,
}

impl Card {
    /// The card that CUDA numbers `index`. `None` where the driver tells nothing, or where its numbers
    /// may be others than CUDA's: with several cards, unless `CUDA_DEVICE_ORDER` is `PCI_BUS_ID` and
    /// `CUDA_VISIBLE_DEVICES` hides none.
    pub(super) fn find(index: usize) -> Option<Self> {
        let driver = Nvml::init().ok()?;
        let order = std::env::var("CUDA_DEVICE_ORDER");
        let same_order = order.is_ok_and(|order| order == "PCI_BUS_ID")
            && std::env::var_os("CUDA_VISIBLE_DEVICES").is_none();
        if driver.device_count().ok()? > 1 && !same_order {
            return None;
        }
        let index = u32::try_from(index).ok()?;
        let last = energy(&driver, index)?;
        Some(Self {
            driver,
            index,
            last,
        })
    }
}

impl Counter for Card {
    fn advance(&mut self) -> Option<u64> {
        let now = energy(&self.driver, self.index)?;
        // It only falls when the driver was loaded again, which ends what computes on the card.
        let used = now.checked_sub(self.last)?;
        self.last = now;
        used.checked_mul(1_000)
    }
}

fn energy(driver: &Nvml, index: u32) -> Option<u64> {
    driver
        .device_by_index(index)
        .ok()?
        .total_energy_consumption()
        .ok()
}
