//! Names of tensors in published checkpoints.

/// A tensor's name without the prefixes that the published training code adds: `_orig_mod.`
/// (from `torch.compile`), then `model.inner.` (the model within its loss and halting wrappers).
#[must_use]
pub fn published_name(name: &str) -> &str {
    let name = name.strip_prefix("_orig_mod.").unwrap_or(name);
    name.strip_prefix("model.inner.").unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::published_name;

    #[test]
    fn both_prefixes_are_removed_and_nothing_else() {
        for (name, expected) in [
            ("_orig_mod.model.inner.lm_head.weight", "lm_head.weight"),
            ("_orig_mod.lm_head.weight", "lm_head.weight"),
            ("model.inner.H_init", "H_init"),
            ("lm_head.weight", "lm_head.weight"),
            ("model.head", "model.head"),
            ("inner._orig_mod.x", "inner._orig_mod.x"),
            ("", ""),
        ] {
            assert_eq!(published_name(name), expected);
        }
    }
}
