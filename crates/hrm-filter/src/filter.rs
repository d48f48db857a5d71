//! A filter whose names are known and whose values are of their types.

use jiff::Timestamp;

/// A condition on the rows of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// All of them hold; there are at least two.
    And(Vec<Filter>),
    /// At least one of them holds; there are at least two.
    Or(Vec<Filter>),
    /// It does not hold.
    Not(Box<Filter>),
    /// A single test.
    Test {
        /// What is tested, a name of the schema.
        name: String,
        /// What it must be.
        predicate: Predicate,
    },
}

/// What a single name must be.
#[derive(Debug, Clone, PartialEq)]
pub enum Predicate {
    /// Compares to a value.
    Compares(Comparison, Value),
    /// Is one of some values; there is at least one.
    In(Vec<Value>),
    /// Is text of this form, in the notation of SQL with `\` as the escape character.
    Like(String),
    /// Is missing.
    IsNull,
}

/// How a name compares to a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl Comparison {
    /// The operator, in a filter and in SQL.
    pub fn symbol(self) -> &'static str {
        match self {
            Comparison::Equal => "=",
            Comparison::NotEqual => "!=",
            Comparison::Less => "<",
            Comparison::LessOrEqual => "<=",
            Comparison::Greater => ">",
            Comparison::GreaterOrEqual => ">=",
        }
    }

    /// Whether it asks which of two is larger.
    pub(crate) fn is_order(self) -> bool {
        !matches!(self, Comparison::Equal | Comparison::NotEqual)
    }
}

/// A value that a name is compared with.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A whole number.
    Integer(i64),
    /// Any other number; it is finite.
    Real(f64),
    /// Text.
    Text(String),
    /// True or false.
    Boolean(bool),
    /// A moment.
    Time(Timestamp),
}
