//! Looking for what a CUDA device needs, on a machine that may be made up.

use super::needs::{BUILT_FOR, CudaFault, CudaNeed, CudaVersion};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Where a toolkit is looked for, without `CUDA_PATH`: where cubecl does (`cubecl_cuda::install`). Each is the
/// file that has to be there, and the folder of the toolkit.
const TOOLKITS: [(&str, &str); 3] = [
    ("usr/local/cuda", "usr/local/cuda"),
    ("opt/cuda", "opt/cuda"),
    ("usr/bin/nvcc", "usr"),
];

/// Folders of a toolkit that may hold NVRTC.
const LIBRARIES: [&str; 3] = ["lib64", "targets/x86_64-linux/lib", "lib"];

/// Headers that kernels include: number formats, matrix instructions, and copies in the background.
const HEADERS: [&str; 4] = [
    "cuda_runtime.h",
    "cuda_fp16.h",
    "mma.h",
    "cooperative_groups.h",
];

/// A header of the C++ library for CUDA, which is in a folder of its own since CUDA 13.
const CCCL_HEADER: &str = "cuda/barrier";

/// What the libraries of CUDA say, and where files are looked for.
pub(super) struct Machine {
    /// The newest CUDA that the driver knows; none where its library is not found.
    pub(super) driver: Option<CudaVersion>,
    /// Why the driver does not start.
    pub(super) refused: Option<String>,
    /// The version of NVRTC; none where its library is not found.
    pub(super) nvrtc: Option<CudaVersion>,
    /// The folder that paths begin at: `/`.
    pub(super) root: PathBuf,
    /// `CUDA_PATH`.
    pub(super) cuda_path: Option<OsString>,
}

impl Machine {
    /// Everything that a CUDA device needs.
    pub(super) fn needs(&self) -> Vec<CudaNeed> {
        let need = |what, found| CudaNeed { what, found };
        vec![
            need("cuda driver", self.driver()),
            need("cuda nvrtc", self.nvrtc()),
            need("cuda headers", self.headers()),
        ]
    }

    fn driver(&self) -> Result<String, CudaFault> {
        let driver = self.driver.ok_or(CudaFault::NoDriver)?;
        if let Some(reason) = &self.refused {
            return Err(CudaFault::DriverFails {
                version: driver,
                reason: reason.clone(),
            });
        }
        match self.nvrtc {
            Some(nvrtc) if driver < nvrtc => Err(CudaFault::OldDriver { driver, nvrtc }),
            _ => Ok(format!("CUDA {driver}")),
        }
    }

    fn nvrtc(&self) -> Result<String, CudaFault> {
        match self.nvrtc {
            Some(nvrtc) if nvrtc.major == BUILT_FOR.major => Ok(format!("CUDA {nvrtc}")),
            Some(nvrtc) => Ok(format!(
                "CUDA {nvrtc}; this program is built for {BUILT_FOR}"
            )),
            None => Err(CudaFault::NoNvrtc {
                folder: self.nvrtc_folder(),
            }),
        }
    }

    /// The folder of a toolkit that has NVRTC, though the loader does not look there.
    fn nvrtc_folder(&self) -> Option<PathBuf> {
        let file = format!("libnvrtc.so.{}", BUILT_FOR.major);
        let toolkit = self.toolkit()?;
        let mut folders = LIBRARIES.map(|folder| toolkit.join(folder)).into_iter();
        folders.find(|folder| folder.join(&file).exists())
    }

    fn headers(&self) -> Result<String, CudaFault> {
        let toolkit = self.toolkit().ok_or_else(|| CudaFault::NoToolkit {
            looked: TOOLKITS.map(|(file, _)| format!("/{file}")).into(),
        })?;
        let include = toolkit.join("include");
        match missing_header(&include) {
            None => Ok(include.display().to_string()),
            Some(header) => Err(CudaFault::NoHeader { header, include }),
        }
    }

    fn toolkit(&self) -> Option<PathBuf> {
        if let Some(named) = &self.cuda_path {
            return Some(PathBuf::from(named));
        }
        let found = TOOLKITS
            .iter()
            .find(|(file, _)| self.root.join(file).exists());
        found.map(|(_, folder)| self.root.join(folder))
    }
}

fn missing_header(include: &Path) -> Option<&'static str> {
    let plain = HEADERS
        .into_iter()
        .find(|header| !include.join(header).exists());
    let folders = [include.to_owned(), include.join("cccl")];
    let has_cccl = folders
        .iter()
        .any(|folder| folder.join(CCCL_HEADER).exists());
    plain.or((!has_cccl).then_some(CCCL_HEADER))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    const V13: CudaVersion = BUILT_FOR;

    /// A machine with everything, below a folder that is made up.
    fn machine(root: &Path) -> Machine {
        let include = root.join("usr/local/cuda/include");
        for header in HEADERS.map(|header| include.join(header)) {
            write(&header);
        }
        write(&include.join("cccl").join(CCCL_HEADER));
        Machine {
            driver: Some(V13),
            refused: None,
            nvrtc: Some(V13),
            root: root.to_owned(),
            cuda_path: None,
        }
    }

    fn write(file: &Path) {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, "").unwrap();
    }

    fn faults(machine: &Machine) -> Vec<CudaFault> {
        let needs = machine.needs().into_iter();
        needs.filter_map(|need| need.found.err()).collect()
    }

    #[test]
    fn a_whole_machine_has_no_fault() {
        let root = tempfile::tempdir().unwrap();
        let machine = machine(root.path());
        let include = root.path().join("usr/local/cuda/include");
        let texts: Vec<_> = machine
            .needs()
            .into_iter()
            .map(|need| need.found.unwrap())
            .collect();
        assert_eq!(
            texts,
            ["CUDA 13.0", "CUDA 13.0", &include.display().to_string()]
        );
    }

    #[test]
    fn a_machine_without_anything_names_all_that_is_missing() {
        let root = tempfile::tempdir().unwrap();
        let machine = Machine {
            driver: None,
            refused: None,
            nvrtc: None,
            root: root.path().to_owned(),
            cuda_path: None,
        };
        let found = faults(&machine);
        assert_eq!(found[0], CudaFault::NoDriver);
        assert_eq!(found[1], CudaFault::NoNvrtc { folder: None });
        let text = found[2].to_string();
        for place in ["CUDA_PATH", "/usr/local/cuda", "/opt/cuda", "/usr/bin/nvcc"] {
            assert!(text.contains(place), "{text}");
        }
        assert_eq!(found.len(), 3);
    }

    #[test]
    fn nvrtc_that_the_loader_does_not_find_is_pointed_at() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("usr/local/cuda/lib64");
        write(&folder.join("libnvrtc.so.13"));
        let machine = Machine {
            nvrtc: None,
            ..machine(root.path())
        };
        let text = faults(&machine)[0].to_string();
        let cure = format!("`export LD_LIBRARY_PATH={}`", folder.display());
        assert!(
            text.contains("libnvrtc.so.13") && text.contains(&cure),
            "{text}"
        );
    }

    #[test]
    fn a_driver_has_to_start_and_to_know_the_kernels_of_nvrtc() {
        let root = tempfile::tempdir().unwrap();
        let old = CudaVersion {
            major: 12,
            minor: 9,
        };
        let machine = machine(root.path());
        let with_old = Machine {
            driver: Some(old),
            ..machine
        };
        let fault = CudaFault::OldDriver {
            driver: old,
            nvrtc: V13,
        };
        assert_eq!(faults(&with_old), [fault]);
        let broken = Machine {
            refused: Some("no device".to_owned()),
            ..with_old
        };
        let text = faults(&broken)[0].to_string();
        assert!(
            text.contains("no device") && text.contains("12.9"),
            "{text}"
        );
    }

    #[test]
    fn a_header_that_is_missing_is_named_with_its_folder() {
        for header in HEADERS {
            let root = tempfile::tempdir().unwrap();
            let machine = machine(root.path());
            let include = root.path().join("usr/local/cuda/include");
            fs::remove_file(include.join(header)).unwrap();
            assert_eq!(faults(&machine), [CudaFault::NoHeader { header, include }]);
        }
        let root = tempfile::tempdir().unwrap();
        let machine = machine(root.path());
        let include = root.path().join("usr/local/cuda/include");
        fs::remove_dir_all(include.join("cccl")).unwrap();
        let header = CCCL_HEADER;
        assert_eq!(
            faults(&machine),
            [CudaFault::NoHeader {
                header,
                include: include.clone()
            }]
        );
        write(&include.join(CCCL_HEADER));
        assert_eq!(
            faults(&machine),
            [],
            "before CUDA 13 it was beside the others"
        );
    }

    #[test]
    fn cuda_path_comes_first_even_where_it_leads_nowhere() {
        let root = tempfile::tempdir().unwrap();
        let machine = Machine {
            cuda_path: Some("/nowhere".into()),
            ..machine(root.path())
        };
        let text = faults(&machine)[0].to_string();
        assert!(text.contains("/nowhere/include"), "{text}");
    }
}
