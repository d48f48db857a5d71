//! CSV files of puzzles.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hrm_fuzz::csv_rows(data));
