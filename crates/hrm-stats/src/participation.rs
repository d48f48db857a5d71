//! How many dimensions a cloud of vectors fills.

/// Sums over vectors of `dimensions` numbers, from which their covariance follows.
#[derive(Debug, Clone, PartialEq)]
pub struct Moments {
    vectors: f64,
    /// Sum of the vectors [D].
    sum: Vec<f64>,
    /// Sum of their outer products [D · D].
    products: Vec<f64>,
}

impl Moments {
    /// Sums over no vectors.
    pub fn new(dimensions: usize) -> Self {
        Self {
            vectors: 0.0,
            sum: vec![0.0; dimensions],
            products: vec![0.0; dimensions * dimensions],
        }
    }

    /// Adds the sums over `vectors` more of them: the vectors [D] and their outer products [D · D].
    pub fn add(&mut self, vectors: usize, sum: &[f32], products: &[f32]) {
        let add = |all: &mut [f64], more: &[f32]| {
            all.iter_mut()
                .zip(more)
                .for_each(|(all, more)| *all += f64::from(*more));
        };
        self.vectors += vectors as f64;
        add(&mut self.sum, sum);
        add(&mut self.products, products);
    }

    /// (Σλ)² / Σλ² of the eigenvalues λ of the covariance: 1 where all vectors lie on a line, D where
    /// they spread alike in all dimensions (HRM, section 4). Computed without the eigenvalues, since
    /// their sum is the trace and the sum of their squares that of all entries. `None` where the
    /// vectors do not vary.
    pub fn participation_ratio(&self) -> Option<f64> {
        let dimensions = self.sum.len();
        let mean = |i: usize| self.sum[i] / self.vectors;
        let covariance = |i: usize, j: usize| {
            self.products[i * dimensions + j] / self.vectors - mean(i) * mean(j)
        };
        let trace: f64 = (0..dimensions).map(|i| covariance(i, i)).sum();
        let pairs = (0..dimensions).flat_map(|i| (0..dimensions).map(move |j| (i, j)));
        let squares: f64 = pairs.map(|(i, j)| covariance(i, j).powi(2)).sum();
        let ratio = trace * trace / squares;
        (trace > 0.0 && ratio.is_finite()).then_some(ratio)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moments(vectors: &[[f32; 3]]) -> Moments {
        let mut moments = Moments::new(3);
        for vector in vectors {
            let products: Vec<f32> = vector
                .iter()
                .flat_map(|a| vector.iter().map(move |b| a * b))
                .collect();
            moments.add(1, vector, &products);
        }
        moments
    }

    #[test]
    fn it_counts_the_dimensions_that_are_filled() {
        let axes = [
            [1.0, 0.0, 0.0],
            [-1.0, 0.0, 0.0],
            [0.0, 1.0, 0.0],
            [0.0, -1.0, 0.0],
            [0.0, 0.0, 1.0],
            [0.0, 0.0, -1.0],
        ];
        let ratio = |vectors: &[[f32; 3]]| moments(vectors).participation_ratio().unwrap();
        assert!((ratio(&axes[..2]) - 1.0).abs() < 1e-12);
        assert!((ratio(&axes[..4]) - 2.0).abs() < 1e-12);
        assert!((ratio(&axes) - 3.0).abs() < 1e-12);
        // Eigenvalues 4 and 1: 5² / 17.
        let ellipse = [
            [2.0, 0.0, 5.0],
            [-2.0, 0.0, 5.0],
            [0.0, 1.0, 5.0],
            [0.0, -1.0, 5.0],
        ];
        assert!((ratio(&ellipse) - 25.0 / 17.0).abs() < 1e-12);
    }

    #[test]
    fn vectors_that_do_not_vary_fill_none() {
        assert_eq!(moments(&[]).participation_ratio(), None);
        assert_eq!(moments(&[[1.0, 2.0, 3.0]; 4]).participation_ratio(), None);
    }
}
