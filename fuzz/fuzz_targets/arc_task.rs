//! Files of ARC tasks, one and many.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hrm_fuzz::arc_task(data));
