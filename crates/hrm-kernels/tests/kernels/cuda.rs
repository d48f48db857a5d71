//! Every kernel's CUDA source compiles for a Hopper GPU.
//!
//! NVRTC is looked for as `libnvrtc.so.13` or `.12`, and in the folder that `NVRTC_LIB` names; without it this test
//! says that it is skipped. The headers are in `CUDA_INCLUDE`, `$CUDA_PATH/include` or `/usr/local/cuda/include`.

use crate::support::*;
use hrm_kernels::*;
use libloading::{Library, Symbol};
use std::env;
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::path::{Path, PathBuf};
use std::ptr::null;

type Program = *mut c_void;
type Create = unsafe extern "C" fn(
    *mut Program,
    *const c_char,
    *const c_char,
    c_int,
    *const c_void,
    *const c_void,
) -> c_int;
type Compile = unsafe extern "C" fn(Program, c_int, *const *const c_char) -> c_int;
type Size = unsafe extern "C" fn(Program, *mut usize) -> c_int;
type Log = unsafe extern "C" fn(Program, *mut c_char) -> c_int;
type Destroy = unsafe extern "C" fn(*mut Program) -> c_int;

/// Launches attention with whole heads in one tile and in several, rotated and not, and passes to compute its gradients.
fn launch_attention(gpu: &Gpu, format: Format) {
    for (positions, head_size, rotary) in [
        (82, 64, true),
        (97, 64, true),
        (130, 64, true),
        (16, 128, true),
        (900, 32, false),
    ] {
        let sizes = Attention {
            batch: 1,
            positions,
            heads: 2,
            head_size,
            tiles: None,
        };
        let x = matrix(
            &vec![0.0; positions * 2 * head_size],
            2 * head_size,
            0,
            format,
        );
        let table = || upload(&vec![0.0; positions * head_size], Format::F32);
        let tables = rotary.then(|| Rotary {
            cos: table(),
            sin: table(),
        });
        let projections = Projections {
            query: &x,
            key: &x,
            value: &x,
        };
        let attended =
            attention_forward(gpu, &sizes, projections, tables.as_ref()).expect("forward pass");
        attention_backward(gpu, &sizes, projections, tables.as_ref(), &attended, &x)
            .expect("backward pass");
    }
}

/// Launches every kernel in every variant that the models use.
fn launch_all(gpu: &Gpu) {
    for format in [Format::F32, Format::Bf16] {
        launch_attention(gpu, format);
        for width in [512, 97] {
            let values = vec![0.0; 4 * width];
            let (x, both) = (
                matrix(&values, width, 0, format),
                matrix(&values, width * 2, 0, format),
            );
            let normalized = norm_forward(gpu, &x, &x);
            norm_backward(gpu, &normalized.out, &normalized.scales, &x);
            let gated = gate_forward(gpu, &both);
            gate_backward(gpu, &both, &gated);
        }
        for kind in [Probabilities::Stablemax, Probabilities::Softmax] {
            for wide in [Wide::F32, Wide::F64] {
                let handle = upload_integers(&[0; 8]);
                let labels = Labels {
                    handle: &handle,
                    puzzles: 2,
                    cells: 4,
                };
                let logits = matrix(&[0.0; 88], 11, 0, format);
                let losses = loss_forward(gpu, kind, &logits, labels, wide);
                loss_backward(
                    gpu,
                    kind,
                    &logits,
                    labels,
                    &losses.counted,
                    (&losses.losses, wide),
                );
            }
        }
    }
    for (len, ema) in [(64, None), (64, Some(0.999)), (63, None)] {
        let zeros = || upload(&vec![0.0; len], Format::F32);
        let buffers = AdamBuffers {
            weights: zeros(),
            first: zeros(),
            second: zeros(),
            average: ema.map(|rate| (zeros(), rate)),
            len,
        };
        let numbers = AdamNumbers {
            first_rate: 0.1,
            second_rate: 0.05,
            decay: 1.0,
            step_size: 0.1,
            correction: 0.1,
        };
        adam_atan2(gpu, &buffers, &zeros(), numbers);
    }
    let row = matrix(&[0.0; 8], 8, 0, Format::F32);
    let slots = RowSlots {
        rows: upload_integers(&[0]),
        starts: upload_integers(&[0, 1]),
        slots: upload_integers(&[0]),
        count: 1,
    };
    sign_sgd(gpu, &row, &row, &slots, (1.0, 0.1));
}

#[allow(unsafe_code)]
fn library() -> Option<Library> {
    let folder = env::var_os("NVRTC_LIB").map(PathBuf::from);
    let names = ["libnvrtc.so.13", "libnvrtc.so.12"];
    let paths = names.iter().flat_map(|name| {
        let given = folder.iter().map(move |folder| folder.join(name));
        given.chain([PathBuf::from(name)])
    });
    // SAFETY: NVRTC's initialization has no conditions.
    paths
        .into_iter()
        .find_map(|path| unsafe { Library::new(path) }.ok())
}

fn include() -> PathBuf {
    let cuda = env::var_os("CUDA_PATH").map(|path| Path::new(&path).join("include"));
    let given = env::var_os("CUDA_INCLUDE").map(PathBuf::from);
    given
        .or(cuda)
        .unwrap_or_else(|| PathBuf::from("/usr/local/cuda/include"))
}

#[allow(unsafe_code)]
/// Compiles a source, or says what the compiler said.
fn compile(nvrtc: &Library, source: &str) -> Result<(), String> {
    let source = CString::new(source).map_err(|error| error.to_string())?;
    let options = [
        "--gpu-architecture=sm_90a".to_owned(),
        format!("--include-path={}", include().display()),
    ];
    let options: Vec<CString> = options
        .into_iter()
        .filter_map(|option| CString::new(option).ok())
        .collect();
    let pointers: Vec<*const c_char> = options.iter().map(|option| option.as_ptr()).collect();
    // SAFETY: the signatures are those of NVRTC's C interface; the source and the options outlive the calls; the log
    // is as long as the library says.
    unsafe {
        let create: Symbol<'_, Create> = nvrtc
            .get(b"nvrtcCreateProgram")
            .map_err(|e| e.to_string())?;
        let compile: Symbol<'_, Compile> = nvrtc
            .get(b"nvrtcCompileProgram")
            .map_err(|e| e.to_string())?;
        let size: Symbol<'_, Size> = nvrtc
            .get(b"nvrtcGetProgramLogSize")
            .map_err(|e| e.to_string())?;
        let log: Symbol<'_, Log> = nvrtc
            .get(b"nvrtcGetProgramLog")
            .map_err(|e| e.to_string())?;
        let destroy: Symbol<'_, Destroy> = nvrtc
            .get(b"nvrtcDestroyProgram")
            .map_err(|e| e.to_string())?;
        let mut program = std::ptr::null_mut();
        assert_eq!(
            create(&mut program, source.as_ptr(), null(), 0, null(), null()),
            0
        );
        let status = compile(program, pointers.len() as c_int, pointers.as_ptr());
        let mut bytes = 0;
        size(program, &mut bytes);
        let mut text = vec![0 as c_char; bytes.max(1)];
        log(program, text.as_mut_ptr());
        destroy(&mut program);
        let text = CStr::from_ptr(text.as_ptr()).to_string_lossy().into_owned();
        if status == 0 { Ok(()) } else { Err(text) }
    }
}

#[test]
fn cuda_sources_compile_for_hopper() {
    let hopper = Gpu::hopper(gpu().client().clone());
    launch_all(&hopper);
    let sources = hopper.take_sources();
    assert!(sources.len() > 30, "{} sources", sources.len());
    let sources = sources
        .into_iter()
        .map(|CudaSource { kernel, source }| match source {
            Ok(source) => (kernel, source),
            Err(error) => panic!("{kernel}: {error}"),
        });
    let sources: Vec<(&str, String)> = sources.collect();
    let Some(nvrtc) = library() else {
        println!("skipped: there is no NVRTC; NVRTC_LIB names its folder");
        return;
    };
    for (kernel, source) in &sources {
        if let Err(error) = compile(&nvrtc, source) {
            panic!("{kernel}: {error}\n{source}");
        }
    }
    println!("{} kernels compiled", sources.len());
}
