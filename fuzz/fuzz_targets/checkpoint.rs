//! Checkpoints of PyTorch and safetensors.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hrm_fuzz::checkpoint(data));
