//! Fixtures inside the program, so that any user can check any device without files.

use super::fixture::Fixture;
use crate::error::TrainError;

/// Name, texts and tensors of a packed fixture.
macro_rules! packed {
    ($name:literal) => {
        (
            $name,
            include_str!(concat!("../../fixtures/", $name, ".json")),
            include_bytes!(concat!("../../fixtures/", $name, ".safetensors")),
        )
    };
}

/// One of each member of the family, made from the published code's numbers by
/// `tools/pack_parity_fixture.py`.
const SHIPPED: [(&str, &str, &[u8]); 6] = [
    packed!("A_hrm_rope"),
    packed!("B_hrm_learned"),
    packed!("C_trm_att"),
    packed!("D_trm_mlp_t"),
    packed!("E_baseline_direct"),
    packed!("E_baseline_recurrent"),
];

/// The fixtures that ship with the program.
///
/// # Errors
/// Where one is damaged, which is a fault of the program.
pub fn shipped_fixtures() -> Result<Vec<Fixture>, TrainError> {
    SHIPPED
        .iter()
        .map(|(name, texts, tensors)| Fixture::packed(name, texts, tensors))
        .collect()
}
