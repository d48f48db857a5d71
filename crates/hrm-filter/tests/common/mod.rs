//! The names that the tests filter by.

use hrm_filter::{Schema, Type};

pub(crate) fn schema() -> Schema {
    [
        ("finished", Type::Time),
        ("git_dirty", Type::Boolean),
        ("learning-rate", Type::Number),
        ("model.arch", Type::Text),
        ("model.hidden_size", Type::Number),
        ("seed", Type::Number),
        ("started", Type::Time),
        ("test.exact_accuracy", Type::Number),
        ("train/lm_loss", Type::Number),
    ]
    .into_iter()
    .collect()
}
