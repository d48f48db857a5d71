//! ARC tasks in the layout of the ARC Prize competitions.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hrm_fuzz::arc_kaggle(data));
