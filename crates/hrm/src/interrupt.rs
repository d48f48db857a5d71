//! Ctrl-C.

use crate::exit::Exit;
use hrm_runner::Interrupt;

/// From now on, Ctrl-C ends the process at once: for commands that leave nothing half-done.
pub(crate) fn exit_at_once() {
    let installed = ctrlc::set_handler(|| {
        std::process::exit(i32::from(Exit::Interrupted.code()));
    });
    if let Err(error) = installed {
        tracing::warn!(%error, "Ctrl-C ends the process with the code of the system");
    }
}

/// What queueing systems send before they end a job: a wish to end, and the notice that it is
/// preempted.
#[cfg(unix)]
const ENDINGS: [i32; 2] = [signal_hook::consts::SIGTERM, signal_hook::consts::SIGUSR1];

/// From now on, SIGTERM and SIGUSR1 ask the run to stop at the next safe point, and so does Ctrl-C.
/// The first Ctrl-C asks the run to stop at the next safe point; the second one ends
/// the process at once, which loses the work since the last checkpoint but corrupts nothing.
pub(crate) fn listen() -> Interrupt {
    let interrupt = Interrupt::default();
    let handle = interrupt.clone();
    let installed = ctrlc::set_handler(move || {
        if handle.requested() {
            std::process::exit(i32::from(Exit::Interrupted.code()));
        }
        handle.request();
    });
    if let Err(error) = installed {
        tracing::warn!(%error, "Ctrl-C ends the process without a checkpoint");
    }
    #[cfg(unix)]
    for signal in ENDINGS {
        if let Err(error) = signal_hook::flag::register(signal, interrupt.flag()) {
            tracing::warn!(%error, signal, "this signal ends the process without a checkpoint");
        }
    }
    interrupt
}
