//! A grid from an array of rows.

use crate::{COLOURS, Grid, SIDE_MAX};
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, SeqAccess, Unexpected, Visitor,
};
use std::fmt;

impl<'de> Deserialize<'de> for Grid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(GridVisitor)
    }
}

struct GridVisitor;

impl<'de> Visitor<'de> for GridVisitor {
    type Value = Grid;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a grid: an array of 1 to {SIDE_MAX} rows")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut cells = Vec::new();
        let mut rows = Rows {
            cells: &mut cells,
            count: 0,
            cols: 0,
        };
        while seq.next_element_seed(&mut rows)?.is_some() {}
        let (count, cols) = (rows.count, rows.cols);
        if count == 0 {
            return Err(Error::invalid_length(0, &self));
        }
        Ok(Grid::from_parts(count, cols, cells))
    }
}

/// The rows read so far; as a seed, it reads one more.
struct Rows<'a> {
    cells: &'a mut Vec<u8>,
    count: usize,
    cols: usize,
}

impl<'de> DeserializeSeed<'de> for &mut Rows<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for &mut Rows<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a row: an array of 1 to {SIDE_MAX} colours")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        if self.count == SIDE_MAX {
            let reason = format_args!("a grid has at most {SIDE_MAX} rows");
            return Err(Error::custom(reason));
        }
        let first = self.cells.len();
        while let Some(Colour(colour)) = seq.next_element()? {
            if self.cells.len() - first == SIDE_MAX {
                let reason = format_args!("a row has at most {SIDE_MAX} cells");
                return Err(Error::custom(reason));
            }
            self.cells.push(colour);
        }
        let cols = self.cells.len() - first;
        if cols == 0 {
            return Err(Error::custom("a row has at least 1 cell"));
        }
        if self.count > 0 && cols != self.cols {
            return Err(Error::custom(format_args!(
                "a row of {cols} cells below rows of {}: all rows of a grid have the same length",
                self.cols
            )));
        }
        self.count += 1;
        self.cols = cols;
        Ok(())
    }
}

/// A cell's value, checked.
struct Colour(u8);

impl<'de> Deserialize<'de> for Colour {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_u64(ColourVisitor)
    }
}

struct ColourVisitor;

impl Visitor<'_> for ColourVisitor {
    type Value = Colour;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a colour: a whole number from 0 to 9")
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Colour, E> {
        match u8::try_from(value) {
            Ok(colour) if usize::from(colour) < COLOURS => Ok(Colour(colour)),
            _ => Err(E::invalid_value(Unexpected::Unsigned(value), &self)),
        }
    }
}
