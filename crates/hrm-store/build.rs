//! Rebuilds the crate when a migration is added: the macro that embeds them sees only those it found.

fn main() {
    // Cargo reads build instructions from standard output.
    #[allow(clippy::print_stdout)]
    {
        println!("cargo::rerun-if-changed=../../migrations");
    }
}
