//! Archives of sources.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hrm_fuzz::archive(data));
