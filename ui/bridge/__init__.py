"""Where the core meets Qt: words, keys, jobs, errors."""
