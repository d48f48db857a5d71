//! Zip containers with any defect.

/// An entry; what its headers declare can be made to differ from the truth.
#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) content: Vec<u8>,
    pub(crate) method: u16,
    pub(crate) flags: u16,
    pub(crate) compressed_size: u32,
    pub(crate) size: u32,
    pub(crate) checksum: u32,
    /// Unix mode in the upper half.
    pub(crate) attributes: u32,
    /// Replaces the true position of the local header.
    pub(crate) position: Option<u32>,
    /// Replaces the name in the local header.
    pub(crate) local_name: Option<String>,
}

pub(crate) fn entry(name: &str, content: impl Into<Vec<u8>>) -> Entry {
    let content = content.into();
    let size = u32::try_from(content.len()).unwrap();
    Entry {
        name: name.to_owned(),
        method: 0,
        flags: 0,
        compressed_size: size,
        size,
        checksum: crc32fast::hash(&content),
        attributes: 0,
        position: None,
        local_name: None,
        content,
    }
}

impl Entry {
    /// What local and central header have in common.
    fn header(&self, name: &str) -> Vec<u8> {
        let mut out = Vec::new();
        out.extend(10u16.to_le_bytes());
        out.extend(self.flags.to_le_bytes());
        out.extend(self.method.to_le_bytes());
        out.extend([0, 0, 0x21, 0]);
        out.extend(self.checksum.to_le_bytes());
        out.extend(self.compressed_size.to_le_bytes());
        out.extend(self.size.to_le_bytes());
        out.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        out.extend([0, 0]);
        out
    }
}

/// A container of these entries.
pub(crate) fn container(entries: &[Entry]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    for entry in entries {
        let position = u32::try_from(out.len()).unwrap();
        let local_name = entry.local_name.as_ref().unwrap_or(&entry.name);
        out.extend(b"PK\x03\x04");
        out.extend(entry.header(local_name));
        out.extend(local_name.as_bytes());
        out.extend(&entry.content);

        directory.extend(b"PK\x01\x02\x14\x03");
        directory.extend(entry.header(&entry.name));
        directory.extend([0; 6]);
        directory.extend(entry.attributes.to_le_bytes());
        directory.extend(entry.position.unwrap_or(position).to_le_bytes());
        directory.extend(entry.name.as_bytes());
    }
    let start = u32::try_from(out.len()).unwrap();
    let count = u16::try_from(entries.len()).unwrap().to_le_bytes();
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(count);
    out.extend(count);
    out.extend(u32::try_from(directory.len()).unwrap().to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0, 0]);
    out
}

/// A `torch.save` file of this pickle, with four float32 numbers in storage `0`.
pub(crate) fn torch_file(pickle: &[u8]) -> Vec<u8> {
    container(&torch_entries(pickle))
}

/// The entries of [`torch_file`].
pub(crate) fn torch_entries(pickle: &[u8]) -> Vec<Entry> {
    let numbers: Vec<u8> = [1f32, 2.0, 3.0, 4.0]
        .iter()
        .flat_map(|n| n.to_le_bytes())
        .collect();
    vec![
        entry("model/data.pkl", pickle),
        entry("model/byteorder", "little"),
        entry("model/data/0", numbers),
        entry("model/version", "3\n"),
    ]
}
