//! The JSON files of a dataset's folder.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hrm_fuzz::dataset_folder(data));
