"""Full-size models with random weights, in the files that their sources serve.

Tests and benches run the real code on them where nothing can be downloaded: their words are nonsense,
their shapes, sizes and times are those of the real ones.
"""
