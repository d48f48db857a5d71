//! One 16-bit mask per digit, and bit operations on all of them at once.
//!
//! Plain loops over a fixed length, which the compiler turns into vector instructions.

use super::shape::MAX_SIZE;
use std::ops::{BitAnd, BitAndAssign, BitOr, BitOrAssign, BitXor, Not, Shr};

/// A mask of columns for each digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(align(32))]
pub(super) struct Lanes(pub(super) [u16; MAX_SIZE]);

macro_rules! operators {
    ($($operator:ident $function:ident $assign:tt),*) => {$(
        impl $operator for Lanes {
            type Output = Self;

            #[inline(always)]
            fn $function(mut self, other: Self) -> Self {
                for lane in 0..MAX_SIZE {
                    self.0[lane] $assign other.0[lane];
                }
                self
            }
        }
    )*};
}

operators!(BitAnd bitand &=, BitOr bitor |=, BitXor bitxor ^=);

impl Not for Lanes {
    type Output = Self;

    #[inline(always)]
    fn not(self) -> Self {
        self ^ Self::splat(u16::MAX)
    }
}

impl Shr<usize> for Lanes {
    type Output = Self;

    #[inline(always)]
    fn shr(mut self, bits: usize) -> Self {
        for lane in 0..MAX_SIZE {
            self.0[lane] >>= bits;
        }
        self
    }
}

impl BitAndAssign for Lanes {
    #[inline(always)]
    fn bitand_assign(&mut self, other: Self) {
        *self = *self & other;
    }
}

impl BitOrAssign for Lanes {
    #[inline(always)]
    fn bitor_assign(&mut self, other: Self) {
        *self = *self | other;
    }
}

impl Lanes {
    pub(super) const ZERO: Self = Self([0; MAX_SIZE]);

    /// The same mask for every digit.
    #[inline(always)]
    pub(super) const fn splat(mask: u16) -> Self {
        Self([mask; MAX_SIZE])
    }

    /// Every set bit 2^k becomes the bits from k to k + `width` - 1, if these are all clear.
    #[inline(always)]
    pub(super) fn widen(mut self, width: usize) -> Self {
        for lane in 0..MAX_SIZE {
            self.0[lane] = (self.0[lane] << width).wrapping_sub(self.0[lane]);
        }
        self
    }

    /// The masks without their lowest bit.
    #[inline(always)]
    pub(super) fn but_lowest(mut self) -> Self {
        for lane in 0..MAX_SIZE {
            self.0[lane] &= self.0[lane].wrapping_sub(1);
        }
        self
    }

    /// All bits of the masks that are zero.
    #[inline(always)]
    pub(super) fn where_zero(mut self) -> Self {
        for lane in 0..MAX_SIZE {
            self.0[lane] = if self.0[lane] == 0 { u16::MAX } else { 0 };
        }
        self
    }

    /// Clears the bits that `mask` lacks; whether this changed anything.
    #[inline(always)]
    pub(super) fn keep(&mut self, mask: Self) -> bool {
        let before = *self;
        *self &= mask;
        *self != before
    }

    /// The bits that are set for at least one digit, and for at least two.
    #[inline(always)]
    pub(super) fn across_digits(self) -> (u16, u16) {
        // Four masks to a word halve the work twice.
        let mut words = [0u64; 4];
        for (word, masks) in words.iter_mut().zip(self.0.chunks_exact(4)) {
            *word = u64::from(masks[0])
                | u64::from(masks[1]) << 16
                | u64::from(masks[2]) << 32
                | u64::from(masks[3]) << 48;
        }
        let [a, b, c, d] = words;
        let (ab, cd) = (a | b, c | d);
        let (mut once, mut twice) = (ab | cd, a & b | c & d | ab & cd);
        for shift in [32, 16] {
            twice |= twice >> shift | once & once >> shift;
            once |= once >> shift;
        }
        (once as u16, twice as u16)
    }
}
