//! 'Did you mean'.

/// Names that people know from the published code or from other tools, with ours.
const KNOWN_AS: [(&str, &str); 8] = [
    ("halt_max_steps", "segments"),
    ("halt_exploration_prob", "exploration"),
    ("global_batch_size", "batch_size"),
    ("learning_rate", "lr"),
    ("num_aug", "augmentations"),
    ("num_layers", "h_layers"),
    ("ema_rate", "ema"),
    ("max_steps", "steps"),
];

/// The candidate that `name` most likely stands for, if one is close enough.
///
/// Close is: the name that the published code uses for it, equal but for case and separators, or
/// at most a third of the letters wrong, left out, added or swapped (one, for short names).
pub fn suggest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = normal(name);
    let alias = KNOWN_AS
        .iter()
        .find(|(known, _)| *known == wanted)
        .map(|(_, ours)| *ours);
    let distance = |candidate: &str| {
        if alias == Some(candidate) {
            0
        } else {
            strsim::damerau_levenshtein(&wanted, &normal(candidate))
        }
    };
    // Names are short; a long text is not a misspelt one, and comparing it would be slow.
    if wanted.len() > 64 {
        return None;
    }
    // Two letters may be swapped, but one letter is close to everything.
    let letters = wanted.chars().count();
    let limit = (letters / 3).max(usize::from(letters > 1));
    let close = |(distance, _): &(usize, &str)| *distance <= limit;
    candidates
        .into_iter()
        .map(|candidate| (distance(candidate), candidate))
        .min_by_key(|(distance, _)| *distance)
        .filter(close)
        .map(|(_, candidate)| candidate)
}

fn normal(name: &str) -> String {
    name.chars()
        .map(|c| {
            if c == '-' {
                '_'
            } else {
                c.to_ascii_lowercase()
            }
        })
        .collect()
}

/// ``did you mean `x`?``, or what there is, or nothing where there is nothing.
pub(crate) fn help<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str> + Clone,
    noun: &str,
) -> Option<String> {
    if let Some(candidate) = suggest(name, candidates.clone()) {
        return Some(format!("did you mean `{candidate}`?"));
    }
    let names: Vec<_> = candidates
        .into_iter()
        .map(|candidate| format!("`{candidate}`"))
        .collect();
    match names.as_slice() {
        [] => None,
        [one] => Some(format!("the only {noun} is {one}")),
        [first @ .., last] => Some(format!("the {noun}s are {} and {last}", first.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use super::suggest;

    #[test]
    fn finds_what_was_meant() {
        let keys = [
            "lr",
            "segments",
            "h_cycles",
            "hidden_size",
            "num_heads",
            "batch_size",
        ];
        for (name, expected) in [
            ("H_cycles", Some("h_cycles")),
            ("halt_max_steps", Some("segments")),
            ("learning_rate", Some("lr")),
            ("learning-rate", Some("lr")),
            ("hiden_size", Some("hidden_size")),
            ("bacth_size", Some("batch_size")),
            ("batchsize", Some("batch_size")),
            ("rl", Some("lr")),
            ("dropout", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(suggest(name, keys), expected, "{name}");
        }
        assert_eq!(suggest("x", []), None);
    }
}
