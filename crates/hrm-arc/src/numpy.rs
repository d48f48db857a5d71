//! NumPy's legacy random generator, which the published builders draw from.

/// `numpy.random.RandomState(seed)`, and so `numpy.random.*` after `numpy.random.seed(seed)`:
/// a Mersenne Twister (MT19937), seeded by Knuth's linear congruential rule.
///
/// The draws agree with NumPy's bit for bit; that is what makes the published datasets
/// reproducible. Bounded integers are drawn by masking and rejection, as NumPy's legacy functions
/// do, not by the methods of its newer `Generator`.
#[derive(Clone)]
pub struct NumpyLegacy {
    state: [u32; STATE_WORDS],
    /// Words of the state that were handed out.
    used: usize,
}

/// Words of the generator's state.
const STATE_WORDS: usize = 624;

/// Distance between the words that are combined when the state is renewed.
const SHIFT_WORDS: usize = 397;

impl NumpyLegacy {
    /// The generator after `numpy.random.seed(seed)`.
    pub fn new(seed: u32) -> Self {
        let mut state = [seed; STATE_WORDS];
        for index in 1..STATE_WORDS {
            let last = state[index - 1];
            state[index] = (last ^ (last >> 30))
                .wrapping_mul(1_812_433_253)
                .wrapping_add(index as u32);
        }
        Self {
            state,
            used: STATE_WORDS,
        }
    }

    /// The next 32 random bits.
    pub fn next_u32(&mut self) -> u32 {
        if self.used == STATE_WORDS {
            self.renew();
        }
        let mut word = self.state[self.used];
        self.used += 1;
        word ^= word >> 11;
        word ^= (word << 7) & 0x9d2c_5680;
        word ^= (word << 15) & 0xefc6_0000;
        word ^ (word >> 18)
    }

    fn renew(&mut self) {
        for index in 0..STATE_WORDS {
            let next = self.state[(index + 1) % STATE_WORDS];
            let mixed = (self.state[index] & 0x8000_0000) | (next & 0x7fff_ffff);
            let twist = if mixed & 1 == 1 { 0x9908_b0df } else { 0 };
            let other = self.state[(index + SHIFT_WORDS) % STATE_WORDS];
            self.state[index] = other ^ (mixed >> 1) ^ twist;
        }
        self.used = 0;
    }

    /// A whole number of `0..=max`; draws nothing where `max` is 0.
    fn up_to(&mut self, max: u32) -> u32 {
        if max == 0 {
            return 0;
        }
        let mask = u32::MAX >> max.leading_zeros();
        loop {
            let value = self.next_u32() & mask;
            if value <= max {
                return value;
            }
        }
    }

    /// `numpy.random.randint(low, high)`: a whole number of `low..high`; draws nothing where there
    /// is only one.
    ///
    /// # Panics
    /// If `low` is not below `high`.
    pub fn randint(&mut self, low: u32, high: u32) -> u32 {
        assert!(low < high, "no whole number is in {low}..{high}");
        low + self.up_to(high - 1 - low)
    }

    /// `numpy.random.rand()`: a number of `0.0..1.0` with 53 random bits.
    pub fn rand(&mut self) -> f64 {
        let (high, low) = (self.next_u32() >> 5, self.next_u32() >> 6);
        (f64::from(high) * 67_108_864.0 + f64::from(low)) / 9_007_199_254_740_992.0
    }

    /// `numpy.random.shuffle(items)`.
    ///
    /// # Panics
    /// If there are more than 2³² items, which the masks above do not cover.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        assert!(u32::try_from(items.len().saturating_sub(1)).is_ok());
        for last in (1..items.len()).rev() {
            items.swap(last, self.up_to(last as u32) as usize);
        }
    }

    /// `numpy.random.permutation(count)`: the numbers `0..count` in random order.
    pub fn permutation(&mut self, count: usize) -> Vec<usize> {
        let mut numbers: Vec<usize> = (0..count).collect();
        self.shuffle(&mut numbers);
        numbers
    }

    /// `numpy.random.choice(count, size, replace=False)`: `size` different numbers of `0..count`;
    /// all of them if `size` is larger.
    pub fn choice(&mut self, count: usize, size: usize) -> Vec<usize> {
        let mut numbers = self.permutation(count);
        numbers.truncate(size);
        numbers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first word of the Mersenne Twister with its authors' default seed.
    #[test]
    fn words_are_those_of_mt19937() {
        assert_eq!(NumpyLegacy::new(5489).next_u32(), 3_499_211_612);
    }

    /// What NumPy gives after `numpy.random.seed(42)`.
    #[test]
    fn draws_are_those_of_numpy() {
        let draws = || NumpyLegacy::new(42);
        assert_eq!(draws().rand(), 0.374_540_118_847_362_5);
        let mut integers = draws();
        let integers: Vec<u32> = (0..10).map(|_| integers.randint(0, 100)).collect();
        assert_eq!(integers, [51, 92, 14, 71, 60, 20, 82, 86, 74, 74]);
        let order = [8, 1, 5, 0, 7, 2, 9, 4, 3, 6];
        assert_eq!(draws().permutation(10), order);
        assert_eq!(draws().choice(10, 3), order[..3]);
    }

    #[test]
    fn a_single_choice_draws_nothing() {
        let mut draws = NumpyLegacy::new(0);
        assert_eq!(draws.randint(7, 8), 7);
        assert_eq!(draws.next_u32(), NumpyLegacy::new(0).next_u32());
    }
}
