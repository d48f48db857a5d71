//! Limits on what a file may hold, far above what models need, so that no file can take much
//! memory.

/// Dimensions of a tensor, read or written; models have up to four.
pub(crate) const MAX_DIMENSIONS: usize = 16;

/// Bytes of a text in a pickle, and of a name that is written.
pub(crate) const MAX_TEXT_BYTES: usize = 1 << 16;

/// Bytes of the name of a module, or of something in it, in a pickle.
pub(crate) const MAX_GLOBAL_BYTES: usize = 256;

/// Opcodes of a pickle. A tensor takes about 30. Each opcode makes at most one value, so this
/// bounds the memory of stack, memo and tables.
pub(crate) const MAX_OPCODES: usize = 1_000_000;

/// Values on a pickle's stack. Python writes the items of a dict in groups of 1,000.
pub(crate) const MAX_STACK: usize = 100_000;

/// Containers of a pickle that are begun within each other.
pub(crate) const MAX_MARKS: usize = 1_000;

/// Tensors of a pickle; each takes more memory than other values.
pub(crate) const MAX_TENSORS: usize = 1 << 16;

/// Bytes of a safetensors header. A tensor takes about 100 of them, and parsing takes up to 25
/// times as much memory; the format allows 100 MB.
pub(crate) const MAX_HEADER_BYTES: usize = 2 << 20;
