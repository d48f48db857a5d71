//! Every kernel against float64 on the CPU, on any Vulkan device (a software one is enough), and its CUDA source
//! through NVRTC where that is found.

#![allow(clippy::expect_used, clippy::print_stdout, reason = "helpers of tests")]

mod attention;
mod cuda;
mod loss;
mod optimizer;
mod rows;
mod support;
