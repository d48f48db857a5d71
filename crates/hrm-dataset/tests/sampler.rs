//! The batch scheme: what an epoch visits, how batches are filled, and exact resumption.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "allowed in tests, and helpers of tests do not count as such"
)]

mod common;

use common::split;
use hrm_dataset::{
    Batch, IGNORED_LABEL, SamplerPosition, SplitData, TrainSampler, eval_batches, eval_examples,
};

fn examples(batch: &Batch) -> Vec<usize> {
    batch
        .examples
        .iter()
        .map(|example| example.unwrap() as usize)
        .collect()
}

fn group_of(data: &SplitData, example: usize) -> usize {
    let puzzle = data.puzzle_of(example);
    (0..data.groups())
        .find(|&group| data.group_puzzles(group).contains(&puzzle))
        .unwrap()
}

#[test]
fn every_epoch_visits_every_group_once() {
    let data = split(&[&[1], &[1, 1], &[1, 1, 1], &[1], &[1; 9]]);
    let mut sampler = TrainSampler::new(&data, 1, 7);
    let mut orders = Vec::new();
    for _ in 0..50 {
        let order: Vec<_> = (0..5)
            .map(|_| group_of(&data, examples(&sampler.next_batch())[0]))
            .collect();
        let mut sorted = order.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, [0, 1, 2, 3, 4]);
        orders.push(order);
    }
    orders.dedup();
    assert!(orders.len() > 30, "the order changes from epoch to epoch");
}

#[test]
fn puzzles_of_a_group_are_drawn_uniformly() {
    let data = split(&[&[1; 10]]);
    let mut sampler = TrainSampler::new(&data, 1, 1);
    let mut drawn = [0usize; 10];
    for _ in 0..5000 {
        drawn[examples(&sampler.next_batch())[0]] += 1;
    }
    // 500 expected each; six standard deviations are 127.
    assert!(
        drawn.iter().all(|count| (373..=627).contains(count)),
        "{drawn:?}"
    );
}

#[test]
fn a_puzzle_gives_all_its_examples_in_random_order_cut_where_the_batch_is_full() {
    let data = split(&[&[6]]);
    let mut sampler = TrainSampler::new(&data, 8, 3);
    let mut first = Vec::new();
    for _ in 0..400 {
        let batch = examples(&sampler.next_batch());
        let mut whole = batch[..6].to_vec();
        whole.sort_unstable();
        assert_eq!(whole, [0, 1, 2, 3, 4, 5]);
        assert!(batch[6] != batch[7] && batch[6..].iter().all(|&example| example < 6));
        first.push(batch[0]);
    }
    for example in 0..6 {
        let count = first.iter().filter(|&&first| first == example).count();
        assert!(
            (30..=110).contains(&count),
            "example {example} came first {count} times of 400"
        );
    }
    // The rest of a cut puzzle is not carried over: each batch took two visits.
    assert_eq!(
        sampler.position(),
        SamplerPosition {
            epoch: 799,
            groups: 1
        }
    );
}

#[test]
fn the_same_seed_gives_the_same_batches_and_another_seed_others() {
    let data = split(&[&[2, 1], &[3], &[1, 1, 1], &[4]]);
    let batches = |seed| {
        let mut sampler = TrainSampler::new(&data, 5, seed);
        (0..20).map(|_| sampler.next_batch()).collect::<Vec<_>>()
    };
    assert_eq!(batches(1), batches(1));
    assert_ne!(batches(1), batches(2));
}

#[test]
fn golden_batches_do_not_change() {
    // A change here changes every training: raise the semantics version of the train stage with it.
    let data = split(&[&[2, 1], &[3], &[1, 1, 1], &[4]]);
    let mut sampler = TrainSampler::new(&data, 8, 1);
    let batches = [
        examples(&sampler.next_batch()),
        examples(&sampler.next_batch()),
    ];
    assert_eq!(
        batches,
        [[5, 3, 4, 10, 9, 11, 12, 0], [7, 8, 5, 4, 3, 2, 10, 12]]
    );
}

#[test]
fn a_resumed_sampler_goes_on_exactly() {
    let data = split(&[&[2, 1], &[3], &[1, 1, 1], &[4], &[1]]);
    let mut undisturbed = TrainSampler::new(&data, 4, 9);
    for step in 0..40 {
        let position = serde_json::to_string(&undisturbed.position()).unwrap();
        let expected: Vec<_> = {
            let mut sampler = undisturbed.clone();
            (0..6).map(|_| sampler.next_batch()).collect()
        };
        let mut resumed = TrainSampler::new(&data, 4, 9);
        resumed.next_batch();
        resumed.seek(serde_json::from_str(&position).unwrap());
        let batches: Vec<_> = (0..6).map(|_| resumed.next_batch()).collect();
        assert_eq!(batches, expected, "after {step} batches");
        undisturbed.next_batch();
    }
}

#[test]
fn a_position_beyond_the_data_is_the_end_of_its_epoch() {
    let data = split(&[&[1], &[1]]);
    let mut sampler = TrainSampler::new(&data, 2, 0);
    sampler.seek(SamplerPosition {
        epoch: 3,
        groups: u64::MAX,
    });
    let after = sampler.next_batch();
    sampler.seek(SamplerPosition {
        epoch: 4,
        groups: 0,
    });
    assert_eq!(sampler.next_batch(), after);
}

#[test]
fn ignored_labels_and_padding_are_marked() {
    let data = split(&[&[2], &[1]]);
    let batches: Vec<_> = eval_batches(&data, 2, &[0, 1, 2]).collect();
    assert_eq!(batches.len(), 2);
    assert_eq!(batches[0].inputs, [0, 1, 2, 1, 1, 2]);
    assert_eq!(
        batches[0].labels,
        [0, 0, IGNORED_LABEL, 1, 0, IGNORED_LABEL]
    );
    assert_eq!(
        batches[1].inputs,
        [2, 1, 2, 3, 3, 3],
        "padded with the pad token"
    );
    assert_eq!(batches[1].labels[3..], [IGNORED_LABEL; 3]);
    assert_eq!(batches[1].puzzle_identifiers, [1, 0]);
    assert_eq!(batches[1].examples, [Some(2), None]);
}

#[test]
fn a_limit_ends_the_evaluation_early() {
    let data = split(&[&[5]]);
    let sizes = |batch_size, limit| {
        eval_batches(&data, batch_size, &eval_examples(&data, limit, None))
            .map(|batch| (batch.size, batch.examples.iter().flatten().count()))
            .collect::<Vec<_>>()
    };
    assert_eq!(sizes(2, Some(3)), [(2, 2), (2, 1)]);
    assert_eq!(sizes(2, Some(0)), []);
    assert_eq!(sizes(4, Some(99)), [(4, 4), (4, 1)]);
    assert_eq!(sizes(0, Some(2)), [(1, 1), (1, 1)]);
}

#[test]
fn an_evaluation_takes_the_first_augmentations_of_each_group() {
    let data = split(&[&[1, 2, 1], &[1], &[2, 1]]);
    let examples = |augmentations| eval_examples(&data, None, augmentations);
    assert_eq!(examples(None), [0, 1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(examples(Some(0)), [0, 4, 5, 6]);
    assert_eq!(examples(Some(1)), [0, 1, 2, 4, 5, 6, 7]);
    assert_eq!(examples(Some(usize::MAX)), examples(None));
    assert_eq!(eval_examples(&data, Some(3), Some(0)), [0, 4, 5]);
}
