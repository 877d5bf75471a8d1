raise RuntimeError("env.py must not run: it connects")
