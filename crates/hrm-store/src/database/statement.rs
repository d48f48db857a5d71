//! Telling one reading statement from everything else, before SQLite sees it.

/// Words that a reading statement begins with, perhaps after `EXPLAIN`.
const READING: [&str; 3] = ["SELECT", "WITH", "VALUES"];

/// Checks that `sql` is one statement that reads: what begins with another word is refused, and so is
/// anything after the first `;`. The connection is read-only besides; this check is what keeps out
/// `ATTACH`, which even a read-only connection obeys, and `EXPLAIN PRAGMA`, of which SQLite may do the
/// pragma.
///
/// # Errors
/// What is wrong with the text.
pub(super) fn check_reading(sql: &str) -> Result<(), String> {
    let mut scanner = Scanner { rest: sql };
    let word = scanner.first_reading_word();
    if word.is_empty() {
        return Err("there is no statement".to_owned());
    }
    if !is_one_of(word, &READING) {
        let known = READING.join(", ");
        return Err(format!(
            "`{word}` is not allowed: a query begins with {known}"
        ));
    }
    scanner.skip_statement();
    match scanner.first_word() {
        "" if scanner.rest.is_empty() => Ok(()),
        _ => Err("only one statement is allowed".to_owned()),
    }
}

fn is_one_of(word: &str, words: &[&str]) -> bool {
    words.iter().any(|other| word.eq_ignore_ascii_case(other))
}

struct Scanner<'a> {
    rest: &'a str,
}

impl<'a> Scanner<'a> {
    /// The first word that is not part of `EXPLAIN` or `EXPLAIN QUERY PLAN`.
    fn first_reading_word(&mut self) -> &'a str {
        let word = self.first_word();
        if !is_one_of(word, &["EXPLAIN"]) {
            return word;
        }
        match self.first_word() {
            query if is_one_of(query, &["QUERY"]) && is_one_of(self.first_word(), &["PLAN"]) => {
                self.first_word()
            }
            word => word,
        }
    }

    /// The word at the next character that is neither space nor comment; empty where none begins there.
    fn first_word(&mut self) -> &'a str {
        while self.skip_space() || self.skip_comment() {}
        let end = self
            .rest
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let (word, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        word
    }

    /// Goes on behind the `;` that ends the statement, or to the end.
    fn skip_statement(&mut self) {
        loop {
            if self.skip_comment() {
                continue;
            }
            let Some(next) = self.rest.chars().next() else {
                return;
            };
            match next {
                '\'' | '"' | '`' => self.skip_quoted(next),
                '[' => self.skip_quoted(']'),
                _ => self.rest = &self.rest[next.len_utf8()..],
            }
            if next == ';' {
                return;
            }
        }
    }

    fn skip_space(&mut self) -> bool {
        let trimmed = self.rest.trim_start();
        let skipped = trimmed.len() < self.rest.len();
        self.rest = trimmed;
        skipped
    }

    fn skip_comment(&mut self) -> bool {
        let (open, close) = match self.rest {
            text if text.starts_with("--") => (2, "\n"),
            text if text.starts_with("/*") => (2, "*/"),
            _ => return false,
        };
        let body = &self.rest[open..];
        self.rest = body
            .find(close)
            .map_or("", |end| &body[end + close.len()..]);
        true
    }

    /// Goes behind the closing quote. A doubled quote inside reads as two texts side by side.
    fn skip_quoted(&mut self, close: char) {
        let body = &self.rest[1..];
        self.rest = body
            .find(close)
            .map_or("", |end| &body[end + close.len_utf8()..]);
    }
}

#[cfg(test)]
mod tests {
    use super::check_reading;

    #[test]
    fn one_reading_statement_passes() {
        for sql in [
            "SELECT 1",
            "  select * from v1_runs ; ",
            "-- a comment; with a semicolon\nSELECT 1 -- and one behind",
            "/* ; */ WITH a AS (SELECT ';' AS x) SELECT \"a;b\", [c;d], `e;f` FROM a /* end */;",
            "VALUES (1), (2)",
            "EXPLAIN SELECT 1",
            "explain /* how */ query plan WITH a AS (SELECT 1) SELECT * FROM a",
            "SELECT 'it''s; fine';",
        ] {
            assert_eq!(check_reading(sql), Ok(()), "{sql}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for (sql, reason) in [
            ("", "no statement"),
            ("  -- nothing\n", "no statement"),
            ("SELECT 1; DROP TABLE metrics", "only one statement"),
            ("SELECT 1;;", "only one statement"),
            ("SELECT '';'x'", "only one statement"),
            ("ATTACH 'x.db' AS x", "`ATTACH` is not allowed"),
            ("/**/DETACH x", "`DETACH` is not allowed"),
            ("pragma journal_mode = delete", "`pragma` is not allowed"),
            ("DELETE FROM metrics", "`DELETE` is not allowed"),
            ("EXPLAIN", "no statement"),
            ("EXPLAIN QUERY PLAN", "no statement"),
            ("EXPLAIN PRAGMA query_only = off", "`PRAGMA` is not allowed"),
            (
                "EXPLAIN QUERY PLAN ATTACH 'x' AS x",
                "`ATTACH` is not allowed",
            ),
            ("EXPLAIN EXPLAIN SELECT 1", "`EXPLAIN` is not allowed"),
            ("(SELECT 1)", "no statement"),
            ("SELECTED", "`SELECTED` is not allowed"),
        ] {
            let error = check_reading(sql).unwrap_err();
            assert!(error.contains(reason), "{sql}: {error}");
        }
    }
}
