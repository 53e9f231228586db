"""Networks, from the single weight up: `Module`, `Neuron`, `Layer`, `MLP`."""
