//! The JSON of tasks as it stands, before a task's own rules are checked.

use super::{Place, TaskError};
use crate::{Grid, Pair, PairOrder};
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_path_to_error::{Path, Segment, Track};
use std::collections::HashSet;
use std::fmt;
use std::marker::PhantomData;

/// A task whose test pairs are of type `T`.
pub(super) struct RawTask<T> {
    pub(super) name: Option<String>,
    pub(super) train: Vec<Pair>,
    pub(super) test: Vec<T>,
    pub(super) order: PairOrder,
}

/// A test pair whose output is in another file.
#[derive(serde::Deserialize)]
pub(super) struct TestInput {
    pub(super) input: Grid,
}

/// A JSON object as a list, in the order of the file.
pub(super) struct Named<T>(pub(super) Vec<(String, T)>);

/// What a file holds; it decides what the path to a fault means.
#[derive(Clone, Copy)]
pub(super) enum Layout<'a> {
    /// One task of this name.
    Task(&'a str),
    /// Tasks by name.
    Tasks,
    /// The outputs of the test pairs by task name.
    Solutions,
}

/// Parses JSON text. Only where that fails, it is parsed again with an eye on the place.
pub(super) fn from_json<'de, T: Deserialize<'de>>(
    text: &'de str,
    layout: Layout<'_>,
) -> Result<T, TaskError> {
    serde_json::from_str(text).map_err(|error| {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let (path, error) = match serde_path_to_error::deserialize::<_, T>(&mut deserializer) {
            Err(located) => (located.path().clone(), located.into_inner()),
            // The value is complete, and more text follows it.
            Ok(_) => (Track::new().path(), error),
        };
        TaskError::Json {
            place: Box::new(place(layout, &path)),
            reason: error.to_string(),
        }
    })
}

/// The keys on the path to a fault are the task's, the list's and the grid's, the indices are those
/// of the pair, the row and the column.
fn place(layout: Layout<'_>, path: &Path) -> Place {
    let mut keys = path.iter().filter_map(|segment| match segment {
        Segment::Map { key } => Some(key.clone()),
        _ => None,
    });
    let mut indices = path.iter().filter_map(|segment| match segment {
        Segment::Seq { index } => Some(index + 1),
        _ => None,
    });
    let task = match layout {
        Layout::Task(name) => Some(name.to_owned()),
        Layout::Tasks | Layout::Solutions => keys.next(),
    };
    let (list, grid) = match layout {
        Layout::Solutions => (Some("test".to_owned()), Some("output".to_owned())),
        Layout::Task(_) | Layout::Tasks => (keys.next(), keys.next()),
    };
    Place {
        task,
        list,
        grid,
        pair: indices.next(),
        row: indices.next(),
        col: indices.next(),
    }
}

#[derive(serde::Deserialize)]
#[serde(field_identifier, rename_all = "lowercase")]
enum Key {
    Name,
    Train,
    Test,
    #[serde(other)]
    Other,
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for RawTask<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(TaskVisitor(PhantomData))
    }
}

struct TaskVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for TaskVisitor<T> {
    type Value = RawTask<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a task: an object with `train` and `test`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut name, mut train, mut test) = (None, None, None);
        let mut order = PairOrder::TrainFirst;
        while let Some(key) = map.next_key()? {
            match key {
                Key::Name => set_once(&mut name, "name", &mut map)?,
                Key::Train => set_once(&mut train, "train", &mut map)?,
                Key::Test => {
                    if train.is_none() {
                        order = PairOrder::TestFirst;
                    }
                    set_once(&mut test, "test", &mut map)?;
                }
                Key::Other => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(RawTask {
            name,
            train: train.ok_or_else(|| Error::missing_field("train"))?,
            test: test.ok_or_else(|| Error::missing_field("test"))?,
            order,
        })
    }
}

/// Reads the value of a key that may occur once.
fn set_once<'de, A: MapAccess<'de>, V: Deserialize<'de>>(
    slot: &mut Option<V>,
    key: &'static str,
    map: &mut A,
) -> Result<(), A::Error> {
    if slot.is_some() {
        return Err(Error::duplicate_field(key));
    }
    *slot = Some(map.next_value()?);
    Ok(())
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Named<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(NamedVisitor(PhantomData))
    }
}

struct NamedVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for NamedVisitor<T> {
    type Value = Named<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object whose keys are names of tasks")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut names = HashSet::new();
        let mut entries = Vec::new();
        while let Some((name, value)) = map.next_entry::<String, T>()? {
            if !names.insert(name.clone()) {
                return Err(Error::custom(format_args!("task `{name}` occurs twice")));
            }
            entries.push((name, value));
        }
        Ok(Named(entries))
    }
}
