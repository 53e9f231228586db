"""Who runs a program: NumPy, JAX, or machine code made through LLVM."""
