//! Reading numbers back from a device without holding up the thread that queues its work.
//!
//! Reading a tensor takes three things: everything that it depends on is queued, then the copy to
//! main memory is, and then somebody waits for it. burn 0.22 does the first when it is asked for the
//! data, and the other two together when the data is first looked at. So the asking is done at once,
//! and a thread beside does the looking, while the asking one queues what comes next.

use crate::error::TrainError;
use burn::tensor::{DataError, Tensor, TensorData};
use hrm_model::DeviceKind;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

/// Starts reads.
#[derive(Debug)]
pub(crate) struct Reader {
    /// To the thread that waits for copies; none where there is nothing to wait for.
    requests: Option<Sender<Request>>,
}

#[derive(Debug)]
struct Request {
    data: TensorData,
    answer: Sender<Result<Vec<f32>, DataError>>,
}

/// A read that was started.
#[derive(Debug)]
pub(crate) enum Reading {
    /// A thread waits for the numbers.
    Elsewhere(Receiver<Result<Vec<f32>, DataError>>),
    /// The numbers are here, or whoever wants them waits.
    Here(TensorData),
}

impl Reader {
    /// The reader of a kind of device. A CPU is done with its work when it is asked for numbers.
    pub(crate) fn of(kind: DeviceKind) -> Self {
        match kind {
            DeviceKind::Cpu => Self { requests: None },
            DeviceKind::Cuda => Self::with_thread(),
        }
    }

    /// A reader with a thread that waits. Where threads cannot be had, whoever wants numbers waits.
    pub(crate) fn with_thread() -> Self {
        let (sender, requests) = channel::<Request>();
        let wait = move || {
            for Request { data, answer } in requests {
                // Whoever started the read may have failed since, and wants no answer.
                let _ = answer.send(data.try_into_vec_as());
            }
        };
        let thread = thread::Builder::new().name("read-back".to_owned());
        Self {
            requests: thread.spawn(wait).ok().map(|_| sender),
        }
    }

    /// Whether numbers are waited for, so that work is worth queueing before they are.
    pub(crate) fn runs_ahead(&self) -> bool {
        self.requests.is_some()
    }

    /// Starts reading a tensor: its work and the copy are queued behind what is queued already.
    pub(crate) fn start(&self, tensor: Tensor<1>) -> Result<Reading, TrainError> {
        let data = tensor.try_into_data().map_err(failed)?;
        let Some(requests) = &self.requests else {
            return Ok(Reading::Here(data));
        };
        let (answer, numbers) = channel();
        requests.send(Request { data, answer }).map_err(failed)?;
        Ok(Reading::Elsewhere(numbers))
    }
}

impl Reading {
    /// Waits for the numbers.
    ///
    /// # Errors
    /// Where the device failed at the work that they come from.
    pub(crate) fn wait(self) -> Result<Vec<f32>, TrainError> {
        match self {
            Self::Elsewhere(numbers) => numbers.recv().map_err(failed)?,
            Self::Here(data) => data.try_into_vec_as(),
        }
        .map_err(failed)
    }
}

fn failed(error: impl std::fmt::Display) -> TrainError {
    TrainError::Read {
        what: "a step's numbers",
        reason: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    #[test]
    fn numbers_come_in_the_order_of_the_reads_with_and_without_a_thread() {
        for reader in [Reader::of(DeviceKind::Cpu), Reader::with_thread()] {
            let start = |value: f32| {
                let tensor = Tensor::<1>::from_floats([value, 2.0 * value], &Device::flex());
                reader.start(tensor).unwrap()
            };
            let readings = [1.0, 2.0, 3.0].map(start);
            let numbers = readings.map(|reading| reading.wait().unwrap());
            assert_eq!(numbers, [[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]]);
        }
    }
}
