//! Every layer beside the published code's numbers.

use super::attention::Attention;
use super::norm::rms_norm;
use super::{Linear, ROTARY_BASE, Rotary, SequenceShape, SwiGlu};
use crate::units::{Units, assert_close, gradient};
use burn::tensor::{Device, FloatDType, Tensor};

#[test]
fn rms_norm_and_its_gradient() {
    let units = Units::read();
    let x = units.leaf::<2>("rms_norm.x");
    let y = rms_norm(x.clone());
    assert_close(&y, units.numbers("rms_norm.y"), 1e-6);
    let gradient = gradient(&x, y, units.tensor("rms_norm.upstream"));
    // The largest number is 1,211.
    assert_close(&gradient, units.numbers("rms_norm.grad_x"), 5e-4);
}

#[test]
fn rms_norm_in_bfloat16() {
    let units = Units::read();
    let x = units.tensor::<2>("rms_norm.x_bf16").cast(FloatDType::BF16);
    let y = rms_norm(x).cast(FloatDType::F32);
    // One unit in the last place of bfloat16 near 4.
    assert_close(&y, units.numbers("rms_norm.y_bf16"), 0.016);
}

#[test]
fn rotary_and_its_gradient() {
    let units = Units::read();
    for (name, head_size, base) in [("d16", 16, ROTARY_BASE), ("d10", 10, 500.0)] {
        let rotary = Rotary::new(20, head_size, base, &Device::flex());
        let at = |what: &str| format!("rotary.{name}.{what}");
        // [batch, L, heads, d] in the fixture.
        let heads_first = |t: Tensor<4>| t.swap_dims(1, 2);
        for side in ["q", "k"] {
            let x = units.leaf::<4>(&at(side));
            let y = heads_first(rotary.apply(heads_first(x.clone())));
            assert_close(&y, units.numbers(&at(&format!("{side}_out"))), 1e-5);
            if side == "q" {
                let gradient = gradient(&x, y, units.tensor(&at("upstream")));
                assert_close(&gradient, units.numbers(&at("grad_q")), 1e-5);
            }
        }
    }
}

#[test]
fn attention_whose_heads_do_not_divide_the_width() {
    let units = Units::read();
    let shape = SequenceShape {
        batch: 2,
        positions: 9,
    };
    let qkv = units.leaf::<2>("attention.qkv_proj.weight");
    let output = units.leaf::<2>("attention.o_proj.weight");
    let x = units.leaf::<2>("attention.x");
    let attention = Attention::new(
        &Linear::new(qkv.clone()),
        Linear::new(output.clone()),
        3,
        10,
    );
    let plain = attention.forward(x.clone(), shape, None);
    assert_close(&plain, units.numbers("attention.y_norope"), 1e-5);
    let rotary = Rotary::new(9, 10, ROTARY_BASE, &Device::flex());
    let y = attention.forward(x.clone(), shape, Some(&rotary));
    assert_close(&y, units.numbers("attention.y"), 1e-5);
    let upstream = units.tensor::<2>("attention.upstream").autodiff();
    let mut gradients = (y * upstream).sum().backward();
    for (leaf, name) in [(&x, "grad_x"), (&qkv, "grad_qkv"), (&output, "grad_o")] {
        let gradient = leaf.grad_remove(&mut gradients).unwrap();
        assert_close(&gradient, units.numbers(&format!("attention.{name}")), 2e-5);
    }
}

#[test]
fn swiglu_and_its_gradient() {
    let units = Units::read();
    let weight = |name: &str| {
        Linear::new(
            units
                .tensor::<2>(&format!("swiglu.{name}.weight"))
                .autodiff(),
        )
    };
    let swiglu = SwiGlu::new(weight("gate_up_proj"), weight("down_proj"));
    let x = units.leaf::<2>("swiglu.x");
    let y = swiglu.forward(x.clone());
    assert_close(&y, units.numbers("swiglu.y"), 1e-5);
    let gradient = gradient(&x, y, units.tensor("swiglu.upstream"));
    assert_close(&gradient, units.numbers("swiglu.grad_x"), 1e-5);
}
