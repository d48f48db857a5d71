//! Permutations of the colours.

use crate::COLOURS;
use std::fmt;

/// A permutation of the colours that keeps 0, the background, where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ColourPermutation([u8; COLOURS]);

impl ColourPermutation {
    /// Leaves every colour as it is.
    pub const IDENTITY: Self = Self([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);

    /// The permutation that maps colour `c` to `images[c]`, if it is one that keeps 0.
    pub fn new(images: [u8; COLOURS]) -> Option<Self> {
        let mut sorted = images;
        sorted.sort_unstable();
        (sorted == Self::IDENTITY.0 && images[0] == 0).then_some(Self(images))
    }

    /// The permutation written as ten digits, the image of colour `c` at place `c`.
    pub fn parse(digits: &str) -> Option<Self> {
        let mut images = [0; COLOURS];
        if digits.len() != COLOURS {
            return None;
        }
        for (image, digit) in images.iter_mut().zip(digits.bytes()) {
            *image = digit.checked_sub(b'0')?;
        }
        Self::new(images)
    }

    /// The image of a colour; values that are no colours stay what they are.
    pub fn apply(&self, colour: u8) -> u8 {
        self.0.get(usize::from(colour)).copied().unwrap_or(colour)
    }

    /// The permutation that undoes this one.
    pub fn inverse(&self) -> Self {
        let mut images = [0; COLOURS];
        for (colour, &image) in self.0.iter().enumerate() {
            images[usize::from(image)] = colour as u8;
        }
        Self(images)
    }

    /// Reorders the images of the colours 1 to 9.
    pub(crate) fn shuffled(shuffle: impl FnOnce(&mut [u8])) -> Self {
        let mut permutation = Self::IDENTITY;
        shuffle(&mut permutation.0[1..]);
        permutation
    }
}

/// Ten digits, the image of colour `c` at place `c`.
impl fmt::Display for ColourPermutation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|image| write!(f, "{image}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_round_trips_and_the_inverse_undoes() {
        let permutation = ColourPermutation::parse("0391827465").unwrap();
        assert_eq!(permutation.to_string(), "0391827465");
        assert_eq!(permutation.apply(2), 9);
        for colour in 0..10 {
            assert_eq!(
                permutation.inverse().apply(permutation.apply(colour)),
                colour
            );
        }
    }

    #[test]
    fn what_is_no_permutation_or_moves_the_background_is_refused() {
        for digits in [
            "",
            "012345678",
            "01234567899",
            "0123456788",
            "1023456789",
            "01234567:9",
        ] {
            assert_eq!(ColourPermutation::parse(digits), None, "{digits}");
        }
    }
}
