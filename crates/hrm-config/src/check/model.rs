//! Checks of `[train.NAME.model]`.

use crate::{Arch, GradientSpan, Mixer, ModelConfig, Networks, PositionEncoding, Problem, bounds};

impl ModelConfig {
    /// Everything that can be found wrong without knowing the dataset.
    pub fn check(&self) -> Vec<Problem> {
        let mut problems: Vec<_> = self.check_sizes().into_iter().flatten().collect();
        if !problems.is_empty() {
            // The combinations below would only repeat that a size is absurd.
            return problems;
        }
        problems.extend(self.check_expansion());
        problems.extend(self.check_heads());
        problems.extend(self.check_puzzle_embedding());
        problems.extend(self.check_positions());
        problems.extend(self.check_transformer());
        problems
    }

    fn check_sizes(&self) -> [Option<Problem>; 9] {
        [
            bounds::HIDDEN_SIZE.check("hidden_size", self.hidden_size),
            bounds::HEADS.check("num_heads", self.num_heads),
            bounds::EXPANSION.check("expansion", self.expansion),
            bounds::LAYERS.check("h_layers", self.h_layers),
            bounds::LAYERS.check("l_layers", self.l_layers),
            bounds::CYCLES.check("h_cycles", self.h_cycles),
            bounds::CYCLES.check("l_cycles", self.l_cycles),
            bounds::PUZZLE_EMB_NDIM.check_set("puzzle_emb_ndim", self.puzzle_emb_ndim),
            bounds::PUZZLE_EMB_LEN.check_set("puzzle_emb_len", self.puzzle_emb_len),
        ]
    }

    fn check_expansion(&self) -> Option<Problem> {
        let width = self.expansion * self.hidden_size as f64 * 2.0 / 3.0;
        (width.round() < 1.0).then(|| {
            Problem::new(
                "expansion",
                "the SwiGLU would have no width: round(expansion · hidden_size · 2/3) is 0",
            )
            .related("hidden_size")
        })
    }

    fn check_heads(&self) -> Option<Problem> {
        if self.mixer == Mixer::Mlp {
            return None; // no attention, no heads
        }
        let (hidden, heads) = (self.hidden_size, self.num_heads);
        let problem = |message: String| Problem::new("num_heads", message).related("hidden_size");
        if heads > hidden {
            return Some(problem(format!(
                "`num_heads` is {heads}, more than `hidden_size` {hidden}"
            )));
        }
        // The published Transformer baseline has 12 heads of 42 at width 512.
        if self.arch != Arch::Transformer && !hidden.is_multiple_of(heads) {
            let message = format!("`num_heads` {heads} does not divide `hidden_size` {hidden}");
            return Some(problem(message).help(nearby_heads(hidden, heads)));
        }
        let head_size = hidden / heads;
        if self.pos_encodings == PositionEncoding::Rope && !head_size.is_multiple_of(2) {
            let message = format!(
                "rotary positions need an even head size, but `hidden_size` {hidden} over `num_heads` {heads} is {head_size}"
            );
            return Some(
                problem(message)
                    .related("pos_encodings")
                    .help("change one of the two, or use `pos_encodings = \"learned\"`"),
            );
        }
        None
    }

    fn check_puzzle_embedding(&self) -> Option<Problem> {
        let length = self.puzzle_emb_len?;
        let problem = |message: String| {
            Problem::new("puzzle_emb_len", message)
                .related("puzzle_emb_ndim")
                .related("hidden_size")
        };
        let width = self.puzzle_emb_ndim.unwrap_or(self.hidden_size);
        if width == 0 && length > 0 {
            return Some(
                problem(format!("`puzzle_emb_len` is {length}, but `puzzle_emb_ndim = 0` leaves the embedding out"))
                    .help("remove one of the two"),
            );
        }
        if length * self.hidden_size < width {
            let needed = width.div_ceil(self.hidden_size);
            return Some(
                problem(format!(
                    "a puzzle embedding of width {width} does not fit into {length} positions of {}",
                    self.hidden_size
                ))
                .help(format!("it needs `puzzle_emb_len = {needed}`, which is the default")),
            );
        }
        None
    }

    fn check_positions(&self) -> Option<Problem> {
        (self.mixer == Mixer::Mlp && self.pos_encodings == PositionEncoding::Rope).then(|| {
            Problem::new(
                "pos_encodings",
                "rotary positions act on attention, which `mixer = \"mlp\"` does not have",
            )
            .related("mixer")
            .help("add `pos_encodings = \"none\"` (as published for TRM) or `\"learned\"`")
        })
    }

    fn check_transformer(&self) -> Option<Problem> {
        if self.arch != Arch::Transformer {
            return None;
        }
        let (key, value) = match (self.networks, self.gradient) {
            (Some(Networks::Separate), _) => ("networks", "separate"),
            (_, Some(GradientSpan::LastStep)) => ("gradient", "last_step"),
            _ => return None,
        };
        Some(
            Problem::new(key, format!("`{key} = \"{value}\"` means nothing for a Transformer, which has one module and no cycles"))
                .related("arch")
                .help(format!("remove `{key}`")),
        )
    }
}

/// Names the divisors of `hidden` on both sides of `heads`.
fn nearby_heads(hidden: usize, heads: usize) -> String {
    let below = (1..heads)
        .rev()
        .find(|&n| hidden.is_multiple_of(n))
        .unwrap_or(1);
    let above = (heads..=hidden)
        .find(|&n| hidden.is_multiple_of(n))
        .unwrap_or(hidden);
    format!("{below} and {above} would do")
}
