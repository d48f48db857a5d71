//! The result of an evaluation in a few lines.

use crate::format::{count, percent};
use hrm_runner::{ArcScore, Count, EvaluationResult, MetricCount};

/// The result of an evaluation: exact accuracy or the ARC scores, then further scores and how often
/// the test split was looked at, for example
///
/// ```text
/// evaluate.test: 471 of 500 puzzles exactly right: 94.2 % (95 % interval 91.8 % to 95.9 %)
///   blank cell accuracy 97.1 %, rules kept 94.4 %, givens kept 99.8 %, valid 94.2 %
///   3rd evaluation on this test split, of 2 trainings
/// ```
pub(crate) fn result_text(result: &EvaluationResult) -> String {
    let mut lines = Vec::new();
    lines.extend(result.exact.map(|exact| exact_line(&result.stage, exact)));
    lines.extend(arc_line(&result.arc).map(|line| match lines.is_empty() {
        true => format!("{}: {line}", result.stage),
        false => format!("  {line}"),
    }));
    if lines.is_empty() {
        lines.push(format!("{}:", result.stage));
    }
    let others = result.scores.iter().filter(|score| is_other(score));
    let others: Vec<String> = others.map(share).collect();
    if !others.is_empty() {
        lines.push(format!("  {}", others.join(", ")));
    }
    lines.extend(result.test_evaluation.map(|place| format!("  {place}")));
    lines.join("\n")
}

/// Scores that are told beside exact accuracy: those of a kind of puzzle.
fn is_other(score: &MetricCount) -> bool {
    !matches!(
        score.metric.as_str(),
        "exact_accuracy" | "cell_accuracy" | "q_halt_accuracy"
    )
}

fn share(score: &MetricCount) -> String {
    let share = score.count.share().map_or_else(|| "–".to_owned(), percent);
    format!("{} {share}", score.label())
}

fn exact_line(stage: &str, exact: Count) -> String {
    let counts = format!(
        "{stage}: {} of {} puzzles exactly right",
        count(exact.hits),
        count(exact.total)
    );
    match (exact.share(), exact.interval()) {
        (Some(share), Some(interval)) => {
            let (low, high) = (percent(interval.low), percent(interval.high));
            format!(
                "{counts}: {} (95 % interval {low} to {high})",
                percent(share)
            )
        }
        _ => counts,
    }
}

/// `pass@2 of 400 tasks: hrm 40.0 %, trm 45.0 %, arc-prize 45.0 % (votes of 10 augmentations)`.
fn arc_line(scores: &[ArcScore]) -> Option<String> {
    let two: Vec<&ArcScore> = scores.iter().filter(|score| score.k == 2).collect();
    let first = two.first()?;
    let rules: Vec<String> = two
        .iter()
        .filter_map(|score| Some(format!("{} {}", score.rule, percent(score.share()?))))
        .collect();
    Some(format!(
        "pass@2 of {} tasks: {} (votes of {} augmentations)",
        count(first.tasks),
        rules.join(", "),
        count(first.augmentations)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use hrm_runner::TestEvaluation;

    fn result(hits: u64, total: u64) -> EvaluationResult {
        EvaluationResult {
            stage: "evaluate.test".to_owned(),
            segment: 8,
            exact: Some(Count { hits, total }),
            scores: Vec::new(),
            arc: Vec::new(),
            test_evaluation: None,
        }
    }

    #[test]
    fn a_result_has_counts_and_an_interval() {
        assert_eq!(
            result_text(&result(471, 500)),
            "evaluate.test: 471 of 500 puzzles exactly right: 94.2 % (95 % interval 91.8 % to 95.9 %)"
        );
        assert_eq!(
            result_text(&result(0, 0)),
            "evaluate.test: 0 of 0 puzzles exactly right"
        );
    }

    #[test]
    fn further_scores_and_the_count_of_evaluations_follow() {
        let mut result = result(3, 4);
        let score = |metric: &str, hits| MetricCount {
            metric: metric.to_owned(),
            count: Count { hits, total: 4 },
            of_puzzles: true,
        };
        result.scores = vec![
            score("exact_accuracy", 3),
            score("rules_kept", 4),
            score("valid", 3),
        ];
        result.test_evaluation = Some(TestEvaluation {
            ordinal: 2,
            evaluations: 2,
            trainings: 1,
        });
        let text = result_text(&result);
        let lines: Vec<&str> = text.lines().skip(1).collect();
        assert_eq!(
            lines,
            [
                "  rules kept 100.0 %, valid 75.0 %",
                "  2nd evaluation on this test split, of 1 training"
            ]
        );
    }

    #[test]
    fn arc_tells_pass_at_2_by_every_rule() {
        let mut result = result(0, 0);
        result.exact = None;
        let score = |rule: &str, k, solved| ArcScore {
            augmentations: 11,
            rule: rule.to_owned(),
            k,
            solved,
            total: 20,
            tasks: 10,
        };
        result.arc = vec![score("hrm", 1, 2), score("hrm", 2, 8), score("trm", 2, 9)];
        assert_eq!(
            result_text(&result),
            "evaluate.test: pass@2 of 10 tasks: hrm 40.0 %, trm 45.0 % (votes of 11 augmentations)"
        );
    }
}
