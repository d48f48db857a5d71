//! Runs the CUDA source of a kernel on the CPU, units taking turns in drawn orders: what no other test here can,
//! bfloat16 and cooperative matrices.

use libloading::{Library, Symbol};
use std::ffi::{c_int, c_uint, c_void};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

type Run = unsafe extern "C" fn(c_uint, *mut *mut c_void, *mut c_void, c_uint) -> c_int;

/// The parts of a source that its launch needs.
struct Kernel {
    /// As C++.
    code: String,
    units: usize,
    /// Numbers in the arrays of its scalars: integers, float32, lengths of buffers.
    scalars: [usize; 3],
}

/// A compiled kernel.
pub(crate) struct Emulated {
    /// Units of a cube.
    pub(crate) units: usize,
    library: Library,
    scalars: [usize; 3],
}

/// A buffer of a launch.
pub(crate) struct Buffer {
    pub(crate) bytes: Vec<u8>,
    /// Bytes of one of the kernel's vectors there.
    pub(crate) item: usize,
}

/// What a launch is given besides buffers.
pub(crate) struct Launch<'a> {
    pub(crate) cubes: usize,
    pub(crate) integers: &'a [usize],
    pub(crate) float: f32,
    /// Which order the units take turns in.
    pub(crate) order: u32,
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let rest = text
        .split_once(before)
        .expect("the start of what is looked for")
        .1;
    rest.split_once(after)
        .expect("the end of what is looked for")
        .0
}

/// The end of the last array in shared memory, in bytes.
fn shared_bytes(source: &str, name: &str) -> usize {
    let declaration = |text: &str| {
        let (array, rest) = text.split_once("> *>(&")?;
        let at: usize = rest
            .strip_prefix(name)?
            .strip_prefix('[')?
            .split_once(']')?
            .0
            .parse()
            .ok()?;
        let (kind, len) = array.split_once(", ")?;
        let bytes = match kind {
            "float" => 4,
            "float_4" => 16,
            "__nv_bfloat16_4" => 8,
            other => panic!("{other} in shared memory"),
        };
        Some(at + len.parse::<usize>().ok()? * bytes)
    };
    source
        .split("reinterpret_cast<array<")
        .filter_map(declaration)
        .max()
        .expect("shared memory")
}

impl Kernel {
    fn new(source: &str) -> Self {
        let shared = between(source, "extern __shared__ __align__(128) char ", "[];");
        let declaration = format!("extern __shared__ __align__(128) char {shared}[];");
        let integers = |line: &&str| !(line.starts_with("typedef") && line.ends_with("_t;"));
        let body: Vec<&str> = source.lines().filter(integers).collect();
        let (units, rest) = source
            .split_once("__launch_bounds__(")
            .expect("launch bounds")
            .1
            .split_once(')')
            .expect("units");
        let (name, parameters) = rest.split_once('(').expect("a name");
        let parameters: Vec<&str> = parameters
            .split_once(") {")
            .expect("parameters")
            .0
            .split(", ")
            .collect();
        let argument = |(i, parameter): (usize, &&str)| {
            let kind = parameter.split_whitespace().next().expect("a type");
            format!("({kind} *)buffers[{i}]")
        };
        let buffers = &parameters[..parameters.len() - 1];
        let arguments: Vec<String> = buffers.iter().enumerate().map(argument).collect();
        let code = format!(
            "#include \"device.h\"\n#define SHARED_BYTES {}\n#define UNITS {units}\n\
             alignas(128) static char shared[SHARED_BYTES + 4096];\n#define {shared} shared\n{}\n\
             static void kernel(void **buffers, info_st info) {{ {}({}, info); }}\n#include \"run.h\"\n",
            shared_bytes(source, shared),
            body.join("\n").replace(&declaration, ""),
            name.trim(),
            arguments.join(", "),
        );
        let count = |name: &str| {
            between(source, &format!("{name}["), "]")
                .parse()
                .expect("a length")
        };
        Self {
            code,
            units: units.parse().expect("units"),
            scalars: ["scalars_usize", "scalars_f32", "static_meta"].map(count),
        }
    }
}

fn compiler() -> String {
    env::var("CXX").unwrap_or_else(|_| "c++".to_owned())
}

impl Emulated {
    /// Whether there is a C++ compiler.
    pub(crate) fn possible() -> bool {
        Command::new(compiler())
            .arg("--version")
            .output()
            .is_ok_and(|output| output.status.success())
    }

    #[allow(unsafe_code)] // The library is what was compiled here.
    pub(crate) fn new(name: &str, source: &str) -> Self {
        let kernel = Kernel::new(source);
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
        let (code, library) = (
            folder.join(format!("{name}.cpp")),
            folder.join(format!("{name}.so")),
        );
        fs::write(&code, kernel.code).expect("writing the source");
        let include = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/kernels/emulator/include");
        let output = Command::new(compiler())
            .args([
                "-O1",
                "-std=c++17",
                "-w",
                "-fno-strict-aliasing",
                "-fPIC",
                "-shared",
                "-I",
            ])
            .args([&include, Path::new("-o"), &library, &code])
            .output()
            .expect("starting the compiler");
        assert!(
            output.status.success(),
            "{name}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let library = unsafe { Library::new(&library) }.expect("loading the kernel");
        Self {
            units: kernel.units,
            library,
            scalars: kernel.scalars,
        }
    }

    #[allow(unsafe_code)] // The kernel is that of the source, which knows the lengths of the buffers.
    pub(crate) fn run(&self, launch: &Launch<'_>, buffers: &mut [Buffer]) {
        let [integers, floats, lens] = self.scalars;
        let mut scalars = vec![0u32; integers + floats + lens];
        for (to, x) in scalars.iter_mut().zip(launch.integers) {
            *to = *x as u32;
        }
        scalars[integers] = launch.float.to_bits();
        for (to, x) in scalars[integers + floats..].iter_mut().zip(&*buffers) {
            *to = (x.bytes.len() / x.item) as u32;
        }
        let mut pointers: Vec<*mut c_void> = buffers
            .iter_mut()
            .map(|buffer| buffer.bytes.as_mut_ptr().cast())
            .collect();
        let wrong = unsafe {
            let run: Symbol<'_, Run> = self.library.get(b"run").expect("the launcher");
            run(
                launch.cubes as c_uint,
                pointers.as_mut_ptr(),
                scalars.as_mut_ptr().cast(),
                launch.order,
            )
        };
        assert_eq!(
            wrong, 0,
            "1: units wait for ever; 2: shared memory overrun; 3: misaligned fragments"
        );
    }
}
