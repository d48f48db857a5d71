//! Where kernels run.

use cubecl::client::Client;
use cubecl::ir::{DeviceProperties, HardwareProperties};
use cubecl::server::Handle;

/// A device to run kernels on. With the feature `tests` it may instead collect the CUDA source of every
/// kernel that it is given, as a Hopper GPU would get it.
#[derive(Clone)]
pub struct Gpu {
    pub(crate) client: Client,
    #[cfg(feature = "tests")]
    pub(crate) hopper: Option<crate::cuda_source::Hopper>,
}

impl Gpu {
    /// The device of a client.
    pub const fn new(client: Client) -> Self {
        Self {
            client,
            #[cfg(feature = "tests")]
            hopper: None,
        }
    }

    /// The device's client.
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// A new buffer; its bytes are undefined.
    pub fn empty(&self, bytes: usize) -> Handle {
        self.client.empty(bytes)
    }

    pub(crate) fn properties(&self) -> &DeviceProperties {
        #[cfg(feature = "tests")]
        if let Some(hopper) = &self.hopper {
            return hopper.device();
        }
        self.client.properties()
    }

    pub(crate) fn hardware(&self) -> &HardwareProperties {
        &self.properties().hardware
    }
}

/// `run!(gpu, kernel, cube count, cube size, arguments…)` launches a kernel.
#[cfg(not(feature = "tests"))]
macro_rules! run {
    ($gpu:expr, $kernel:ident, $count:expr, $dim:expr, $($argument:expr),+ $(,)?) => {
        $kernel::launch($gpu.client(), $count, $dim, $($argument),+)
    };
}

/// The same, or collects the kernel's source.
#[cfg(feature = "tests")]
macro_rules! run {
    ($gpu:expr, $kernel:ident, $count:expr, $dim:expr, $($argument:expr),+ $(,)?) => {
        match &$gpu.hopper {
            None => $kernel::launch($gpu.client(), $count, $dim, $($argument),+),
            Some(hopper) => {
                let (device, target) = hopper.properties();
                let kernel =
                    $kernel::create_dummy_kernel(device, target, $count, $dim, $($argument),+);
                hopper.collect(stringify!($kernel), &kernel);
            }
        }
    };
}
pub(crate) use run;
