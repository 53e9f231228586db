"""JAX's function for each row of the table, in float64."""

import functools

import jax
import jax.numpy as jnp

jax.config.update("jax_enable_x64", True)

JAX = {
    "add": jnp.add,
    "sub": jnp.subtract,
    "mul": jnp.multiply,
    "div": jnp.divide,
    "pow": jnp.power,
    "neg": jnp.negative,
    "identity": lambda x: x,
    "abs": jnp.abs,
    "exp": jnp.exp,
    "expm1": jnp.expm1,
    "log": jnp.log,
    "log1p": jnp.log1p,
    "log2": jnp.log2,
    "log10": jnp.log10,
    "exp2": jnp.exp2,
    "logaddexp": jnp.logaddexp,
    "cbrt": jnp.cbrt,
    "sqrt": jnp.sqrt,
    "sin": jnp.sin,
    "cos": jnp.cos,
    "tan": jnp.tan,
    "asin": jnp.arcsin,
    "acos": jnp.arccos,
    "atan": jnp.arctan,
    "sinh": jnp.sinh,
    "cosh": jnp.cosh,
    "tanh": jnp.tanh,
    "asinh": jnp.arcsinh,
    "acosh": jnp.arccosh,
    "atanh": jnp.arctanh,
    "atan2": jnp.arctan2,
    "hypot": lambda a, b: jnp.sqrt(a * a + b * b),  # jnp.hypot's second slopes are 0
    "sigmoid": jax.nn.sigmoid,
    "softplus": jax.nn.softplus,
    "silu": jax.nn.silu,
    "erf": jax.scipy.special.erf,
    "gelu": functools.partial(jax.nn.gelu, approximate=False),
    # jnp.clip shares the slope at a bound, as its maximum and minimum do.
    "clip": lambda x, low, high: jnp.where(
        (x < low) | (x > high), jnp.where(x < low, low, high), x
    ),
    "greater": lambda a, b: jnp.where(a > b, 1.0, 0.0),
    "relu": jax.nn.relu,
    "leaky_relu": jax.nn.leaky_relu,
    "elu": jax.nn.elu,
    "maximum": jnp.maximum,
    "minimum": jnp.minimum,
    "where": lambda condition, a, b: jnp.where(condition != 0.0, a, b),
    "floor": jnp.floor,
    "ceil": jnp.ceil,
    "sign": jnp.sign,
    "step": lambda x: jnp.heaviside(x, 0.0),
}
