//! What can be wrong with the data.

/// A mistake in the file of published values.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PublishedError {
    /// The file is not TOML of the right form.
    #[error("the published values cannot be read: {0}")]
    Form(String),
    /// Two values have one id.
    #[error("the published value `{0}` is there twice")]
    Repeated(String),
    /// A value that contradicts itself.
    #[error("the published value `{id}` {what}")]
    Value {
        /// Its id.
        id: String,
        /// What is wrong, as the end of the sentence.
        what: String,
    },
}
