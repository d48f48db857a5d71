//! Names of augmented ARC puzzles.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hrm_fuzz::puzzle_names(data));
