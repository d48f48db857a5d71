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

/// From now on, the first Ctrl-C asks the run to stop at the next safe point; the second one ends
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
    interrupt
}
