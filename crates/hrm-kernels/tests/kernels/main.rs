//! Every kernel against float64 on the CPU, on any Vulkan device (a software one is enough), and its CUDA source
//! through NVRTC where that is found. What no software device can run is emulated from that source.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "helpers of tests"
)]

mod attention;
mod attention_case;
mod attention_emulated;
mod cuda;
mod emulator;
mod loss;
mod optimizer;
mod rows;
mod support;
