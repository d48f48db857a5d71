//! Mazes on a grid without a border wall: text form, shortest paths, generator, symmetries.

mod error;
mod flood;
mod generate;
mod grid;
mod path;
mod render;
mod symmetry;

pub use error::MazeError;
pub use flood::COLS_MAX;
pub use generate::{LabelledMaze, MazeOptions, generate};
pub use grid::{Cell, Maze};
pub use path::{PathCheck, check_path, label, shortest_path};
pub use render::render;
pub use symmetry::{canonical, symmetries, transform};
